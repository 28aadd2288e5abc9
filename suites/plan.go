package suites

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/internal/waiver"
)

// WholeTarget is the id of the operation that stands for the target as a whole: what is asked of no operation in particular.
const WholeTarget = "target"

// Options choose what of the contracts is planned.
type Options struct {
	Agent          string   // User-Agent of every request
	Select, Skip   string   // Ginkgo label expressions; empty: everything, nothing
	Operations     []string // globs of operation ids; empty: all
	Requirements   []string // globs of requirement names, with or without the contract; empty: all
	ReadOnly       bool     // safe methods only
	AllowWrites    bool     // well-known operations that write may be probed
	Without        []string // names of probes that are left out
	MaxRequests    int      // most requests that the plan may need; 0: no limit
	WrongPasswords int      // most wrong passwords sent for one user name; 0: 10
}

// Plan is everything that a run will send and judge, in order. It depends on its inputs alone.
type Plan struct {
	Agent      string // User-Agent of every request
	Target     *target.Target
	Contracts  []*contract.Contract
	Operations []*Operation                     // with a control, in order; the target as a whole last
	Cases      []*Planned                       // in the order of the checks that first need them, wrong passwords last, and then the burst
	Checks     []*Check                         // by contract, operation, requirement
	Gaps       map[*contract.Requirement]string // why observed requirements have no case that tries to bring such an answer about
	LeftOut    []string                         // what is not probed, with the reason: operations that write, probes that are ambiguous
}

// NewPlan lays out every check before anything is sent. Its error names every mistake at once.
func NewPlan(t *target.Target, contracts []*contract.Contract, o Options) (*Plan, error) {
	p := &planner{
		Plan:    Plan{Agent: o.Agent, Target: t, Contracts: contracts, Gaps: map[*contract.Requirement]string{}},
		options: o, made: map[madeOf]made{}, guesses: map[string]int{}, probes: map[*contract.Requirement][]Probe{},
	}
	p.filter()
	p.operations()
	p.waivers()
	if len(p.mistakes) > 0 {
		return nil, errors.Join(p.mistakes...)
	}
	for _, c := range contracts {
		p.contract(c)
	}
	p.riskyLast()
	p.observed()
	switch most := o.MaxRequests; {
	case len(p.Checks) == 0:
		p.mistake("nothing to check: no requirement matches what --select, --skip, --operation and --requirement leave")
	case most > 0 && p.Requests() > most:
		p.mistake("the plan needs %d requests, more than --max-requests %d: narrow it with --select, --operation or --requirement", p.Requests(), most)
	}
	if len(p.mistakes) > 0 {
		return nil, errors.Join(p.mistakes...)
	}
	plan := p.Plan // what it was made with is not kept
	return &plan, nil
}

// Requests returns about how many requests the plan needs where every control works: controls, cases, what goes before
// them, what operations take their values from, undoing, and what shows whether a refused case changed anything.
func (p *Plan) Requests() int {
	requests := len(p.Cases)
	obeyed := func(op *Operation) {
		requests++
		if op.Undo != "" {
			requests++
		}
	}
	sources := map[string]bool{}
	var need func(*Operation)
	need = func(op *Operation) {
		for _, from := range op.Sources {
			if source := p.Operation(from.Operation); !sources[source.ID] {
				sources[source.ID] = true
				need(source)
				obeyed(source)
			}
		}
	}
	controlled := map[*Operation]bool{}
	for _, c := range p.Cases {
		if op := c.Operation; !controlled[op] {
			controlled[op] = true
			need(op)
			obeyed(op)
			if op.Method == http.MethodDelete {
				requests++ // what the control deletes is made again
			}
		}
		for range c.Before {
			obeyed(c.Operation)
		}
		requests += c.Burst // with the good one after it, and without the one that is counted
	}
	return requests + p.reads(need)
}

// Operation returns the planned operation of an id, nil for none.
func (p *Plan) Operation(id string) *Operation {
	if i := slices.IndexFunc(p.Operations, func(o *Operation) bool { return o.ID == id }); i >= 0 {
		return p.Operations[i]
	}
	return nil
}

// Digest returns the SHA-256 of every check and of every byte that the cases send: same plan, same digest.
func (p *Plan) Digest() string {
	h := sha256.New()
	var line []byte
	for _, c := range p.Checks {
		line = append(append(line[:0], c.Title()...), " ["...)
		for i, at := range c.Cases {
			if i > 0 {
				line = append(line, ' ')
			}
			line = strconv.AppendInt(line, int64(at), 10)
		}
		line = append(append(append(line, "] "...), c.Gap...), '\n')
		h.Write(line)
		if c.Effects() {
			fmt.Fprintf(h, "%s\n", c.Operation.Twin.Good.Request.Bytes(p.Target.URL.Host))
		}
	}
	for _, c := range p.Cases {
		line = append(append(line[:0], c.Name()...), '\n')
		for _, r := range c.Before {
			line = append(r.AppendTo(line, p.Target.URL.Host), '\n')
		}
		line = append(c.Request.AppendTo(line, p.Target.URL.Host), '\n')
		h.Write(line)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// planner builds a Plan.
type planner struct {
	Plan
	options  Options
	keep     func([]string) bool // the label filter
	chooses  bool                // there is one
	made     map[madeOf]made
	probes   map[*contract.Requirement][]Probe
	listed   []int    // by case: one more than the number of checks before the last that has it
	watching []*Check // observed requirements that no operation has tried, on the target as a whole
	known    []string // ids of all operations, those that are left out among them
	mistakes []error
	guesses  map[string]int // by user name: wrong passwords that the plan has, or would have
	withheld bool           // operations that write are left out until --allow-writes
}

// madeOf names an operation and a probe.
type madeOf struct {
	operation *Operation
	probe     string
}

// made is what a probe made of an operation's good request. Cases that no check has taken yet have the index -1.
type made struct {
	cases []*Planned
	gap   Gap
}

func (p *planner) mistake(format string, args ...any) {
	p.mistakes = append(p.mistakes, fmt.Errorf(format, args...))
}

// filter reads the label expressions.
func (p *planner) filter() {
	parse := func(flag, expression string, empty bool) func([]string) bool {
		if expression == "" {
			return func([]string) bool { return empty }
		}
		keep, err := types.ParseLabelFilter(expression)
		if err != nil {
			p.mistake("--%s %q is no label expression: write labels with && || ! and parentheses, as in %q", flag, expression, "must && !credentials")
			return func([]string) bool { return empty }
		}
		return keep
	}
	p.chooses = p.options.Select+p.options.Skip != ""
	selected, skipped := parse("select", p.options.Select, true), parse("skip", p.options.Skip, false)
	p.keep = func(labels []string) bool { return selected(labels) && !skipped(labels) }
	patterns := func(flag string, globs []string) {
		for _, glob := range globs {
			if _, err := path.Match(glob, ""); err != nil {
				p.mistake("--%s %q is no pattern: use * and ? for any letters, [abc] for one of them", flag, glob)
			}
		}
	}
	patterns("operation", p.options.Operations)
	patterns("requirement", p.options.Requirements)
}

// wants reports whether the filters leave this check in.
func (p *planner) wants(c *Check) bool {
	name, id := c.Requirement.Name(), c.Requirement.ID
	return (len(p.options.Operations) == 0 || matches(p.options.Operations, c.Operation.ID)) &&
		(len(p.options.Requirements) == 0 || matches(p.options.Requirements, name) || matches(p.options.Requirements, id)) &&
		(!p.chooses || p.keep(c.Labels()))
}

func matches(globs []string, name string) bool {
	return slices.ContainsFunc(globs, func(glob string) bool {
		ok, _ := path.Match(glob, name)
		return ok
	})
}

// contract plans one contract: by operation, and there its requirements in the file's order. A requirement that no
// operation has tried is planned once, on the target as a whole, and skipped with the reason.
func (p *planner) contract(c *contract.Contract) {
	gaps := make([]gaps, len(c.Requirements))
	for _, op := range p.Operations {
		for i := range c.Requirements {
			r := &c.Requirements[i]
			check := &Check{Requirement: r, Operation: op}
			if !applies(r.Where, op) {
				continue
			}
			if !p.wants(check) {
				gaps[i].filtered = true
				continue
			}
			if r.Expect.Effects != "" {
				if gap, none := p.effectless(op); none {
					gaps[i].add(gap, op.Whole())
					if gap.Needs && !op.Whole() {
						p.LeftOut = append(p.LeftOut, fmt.Sprintf("%s on %s: needs %s", r.Name(), op.ID, gap.Why))
					}
					continue
				}
			}
			cases, gap := p.probe(r, op)
			if len(cases) == 0 {
				gaps[i].add(gap, op.Whole())
			}
			if len(cases) > 0 || r.Observed != nil && r.Expect.Effects == "" {
				p.add(check, cases)
				p.place(check)
			}
			gaps[i].tried = gaps[i].tried || len(cases) > 0
		}
	}
	whole := p.Operations[len(p.Operations)-1]
	for i := range c.Requirements {
		check := &Check{Requirement: &c.Requirements[i], Operation: whole, Gap: gaps[i].reason(p.withheld)}
		switch {
		case gaps[i].tried || !p.wants(check) || gaps[i].unasked():
		case check.Observed() && check.Requirement.Expect.Effects == "":
			p.watching = append(p.watching, check)
			if len(check.Requirement.Probes) > 0 {
				p.Gaps[check.Requirement] = check.Gap
			}
		default:
			p.place(check)
		}
	}
}

// applies reports whether a requirement is meant for an operation.
func applies(w contract.Where, op *Operation) bool {
	return (len(w.Methods) == 0 || slices.Contains(w.Methods, op.Method)) &&
		(len(w.Operations) == 0 || matches(w.Operations, op.ID)) && !matches(w.Except, op.ID) &&
		(len(w.Bodies) == 0 || slices.Contains(w.Bodies, op.mediaType()))
}

func (p *planner) place(c *Check) {
	c.Index = len(p.Checks)
	p.Checks = append(p.Checks, c)
}

// probe has the requirement's probes make their cases of an operation. Where there are none, the gap says why, first of all
// what the user could give.
func (p *planner) probe(r *contract.Requirement, op *Operation) ([]*Planned, Gap) {
	var cases []*Planned
	var gap Gap
	for _, probe := range p.probesOf(r) {
		m := p.make(probe, op)
		for _, c := range m.cases {
			if (len(r.Where.At) == 0 || slices.Contains(r.Where.At, c.Defect.At)) &&
				(len(r.Where.Variants) == 0 || matches(r.Where.Variants, c.Variant)) {
				cases = append(cases, c)
			}
		}
		switch {
		case len(m.cases) > 0 && len(cases) == 0 && gap.Why == "":
			gap.Why = "what it is about is not in the requests: " + strings.Join(append(slices.Clone(r.Where.At), r.Where.Variants...), ", ")
		case len(m.cases) == 0 && (gap.Why == "" || m.gap.Needs && !gap.Needs):
			gap = m.gap
		}
	}
	return cases, gap
}

// probesOf returns the probes of a requirement.
func (p *planner) probesOf(r *contract.Requirement) []Probe {
	probes, ok := p.probes[r]
	if !ok {
		for _, name := range r.Probes {
			probes = append(probes, Named(name)...)
		}
		p.probes[r] = probes
	}
	return probes
}

func (p *planner) make(probe Probe, op *Operation) made {
	key := madeOf{op, probe.Name}
	m, ok := p.made[key]
	if !ok {
		var cases []Case
		cases, m.gap = probe.Cases(op.Good)
		if slices.Contains(p.options.Without, probe.Name) {
			cases, m.gap = nil, Gap{Why: "the run is without " + probe.Name}
		}
		if p.options.ReadOnly {
			all := len(cases)
			cases = slices.DeleteFunc(cases, func(c Case) bool { return !c.Request.Safe() || len(c.Before) > 0 })
			if len(cases) < all && len(cases) == 0 {
				m.gap = Gap{Why: "it writes, and the run is --read-only"}
			}
		}
		if kept, gap := p.guard(probe.Name, op, cases); len(kept) < len(cases) {
			cases, m.gap = kept, gap
		}
		for _, c := range cases {
			m.cases = append(m.cases, &Planned{Case: c, Index: -1, Probe: probe.Name, Operation: op})
		}
		if len(m.cases) == 0 && !op.Whole() && m.gap.Why != "" {
			p.LeftOut = append(p.LeftOut, fmt.Sprintf("%s on %s: %s", probe.Name, op.ID, m.gap.Why))
		}
		p.made[key] = m
	}
	return m
}

// add gives the check its cases; one that another check has already is shared.
func (p *planner) add(check *Check, cases []*Planned) {
	for _, c := range cases {
		if c.Index < 0 {
			c.Index = len(p.Cases)
			name := c.Name()
			c.Request = p.Tag(c.Request, name)
			c.Defect.Surroundings = check.Operation.surroundings
			for j := range c.Before {
				c.Before[j] = p.Tag(c.Before[j], name+"/before")
			}
			p.Cases = append(p.Cases, c)
			p.listed = append(p.listed, 0)
		}
		if this := len(p.Checks) + 1; p.listed[c.Index] != this { // probes of a requirement may overlap
			p.listed[c.Index] = this
			check.Cases = append(check.Cases, c.Index)
		}
	}
}

// observed gives each observed requirement every case of its operation, whatever brought the case about, drops those
// on operations that are sent nothing, and tells the cases which checks judge them.
func (p *planner) observed() {
	all := map[*Operation][]int{}
	for _, c := range p.Cases {
		all[c.Operation] = append(all[c.Operation], c.Index)
	}
	met := map[*contract.Requirement]bool{}
	checks := p.Checks
	p.Checks = nil
	for _, c := range checks {
		if c.Observed() && c.Gap == "" {
			if len(all[c.Operation]) == 0 {
				continue
			}
			met[c.Requirement] = true
			c.Cases = all[c.Operation]
		}
		p.place(c)
		slices.Sort(c.Cases)
	}
	p.link()
	for _, c := range p.watching { // one that no answer can come to is told all the same, at the end
		if !met[c.Requirement] {
			p.place(c)
		}
	}
}

// link tells the cases which checks judge them.
func (p *planner) link() {
	counts := make([]int, len(p.Cases))
	all := 0
	for _, c := range p.Checks {
		all += len(c.Cases)
		for _, i := range c.Cases {
			counts[i]++
		}
	}
	room := make([]int, all) // one for all: ten checks for each case, and no list grows
	for i, c := range p.Cases {
		c.Checks, room = room[:0:counts[i]], room[counts[i]:]
	}
	for _, c := range p.Checks {
		for _, i := range c.Cases {
			p.Cases[i].Checks = append(p.Cases[i].Checks, c.Index)
		}
	}
}

// waivers finds those that are for nothing in the plan's contracts and operations.
func (p *planner) waivers() {
	var requirements []string
	judged := map[string]bool{}
	for _, c := range p.Contracts {
		judged[c.Name] = true
		for i := range c.Requirements {
			requirements = append(requirements, c.Requirements[i].Name())
		}
	}
	// A waiver for a contract that the file names, and --contract leaves out of this run, is for something.
	waivers := slices.DeleteFunc(slices.Clone(p.Target.Waivers), func(w waiver.Waiver) bool {
		name, _, _ := strings.Cut(w.Requirement, ".")
		return slices.Contains(p.Target.Contracts, name) && !judged[name]
	})
	for _, mistake := range waiver.Unmatched(waivers, requirements, append(p.known, WholeTarget)) {
		p.mistakes = append(p.mistakes, mistake)
	}
}
