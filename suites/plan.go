package suites

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"slices"
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
	Agent        string   // User-Agent of every request
	Select, Skip string   // Ginkgo label expressions; empty: everything, nothing
	Operations   []string // globs of operation ids; empty: all
	Requirements []string // globs of requirement names, with or without the contract; empty: all
	ReadOnly     bool     // safe methods only
	AllowWrites  bool     // well-known operations that write may be probed
	MaxRequests  int      // most requests that the plan may need; 0: no limit
}

// Plan is everything that a run will send and judge, in order. It depends on its inputs alone.
type Plan struct {
	Target     *target.Target
	Contracts  []*contract.Contract
	Operations []*Operation                     // with a control, in order; the target as a whole last
	Cases      []*Planned                       // in the order of the checks that first need them
	Checks     []*Check                         // by contract, operation, requirement
	Gaps       map[*contract.Requirement]string // why observed requirements have no case that tries to bring such an answer about
	LeftOut    []string                         // what is not probed, with the reason: operations that write, probes that are ambiguous
}

// NewPlan lays out every check before anything is sent. Its error names every mistake at once.
func NewPlan(t *target.Target, contracts []*contract.Contract, o Options) (*Plan, error) {
	p := &planner{Plan: Plan{Target: t, Contracts: contracts, Gaps: map[*contract.Requirement]string{}}, options: o, cases: map[string]int{}, made: map[[2]string]made{}}
	p.filter()
	p.operations()
	p.waivers()
	if len(p.mistakes) > 0 {
		return nil, errors.Join(p.mistakes...)
	}
	for _, c := range contracts {
		p.contract(c)
	}
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
	return &p.Plan, nil
}

// Requests returns how many requests the plan needs where every control works: controls, cases and what goes before them.
func (p *Plan) Requests() int {
	requests := len(p.Operations)
	for _, c := range p.Cases {
		requests += 1 + len(c.Before)
	}
	return requests
}

// Digest returns the SHA-256 of every check and of every byte that the cases send: same plan, same digest.
func (p *Plan) Digest() string {
	h := sha256.New()
	for _, c := range p.Checks {
		fmt.Fprintln(h, c.Title(), c.Cases, c.Gap)
	}
	for _, c := range p.Cases {
		fmt.Fprintf(h, "%s\n%s\n", c.Name(), c.Request.Bytes(p.Target.URL.Host))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// planner builds a Plan.
type planner struct {
	Plan
	options  Options
	keep     func([]string) bool // the label filter
	cases    map[string]int      // by name: index in Plan.Cases
	made     map[[2]string]made  // by operation and probe
	mistakes []error
}

// made is what a probe made of an operation's good request.
type made struct {
	cases []Case
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
	selected, skipped := parse("select", p.options.Select, true), parse("skip", p.options.Skip, false)
	p.keep = func(labels []string) bool { return selected(labels) && !skipped(labels) }
	for flag, globs := range map[string][]string{"operation": p.options.Operations, "requirement": p.options.Requirements} {
		for _, glob := range globs {
			if _, err := path.Match(glob, ""); err != nil {
				p.mistake("--%s %q is no pattern: use * and ? for any letters, [abc] for one of them", flag, glob)
			}
		}
	}
}

// wants reports whether the filters leave this check in.
func (p *planner) wants(c *Check) bool {
	name, id := c.Requirement.Name(), c.Requirement.ID
	return (len(p.options.Operations) == 0 || matches(p.options.Operations, c.Operation.ID)) &&
		(len(p.options.Requirements) == 0 || matches(p.options.Requirements, name) || matches(p.options.Requirements, id)) &&
		p.keep(c.Labels())
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
			if !applies(r.Where, op) || !p.wants(check) {
				continue
			}
			cases, gap := p.probe(r, op)
			if len(cases) == 0 {
				gaps[i].add(gap, op.Whole())
			}
			if len(cases) > 0 || r.Observed != nil {
				p.add(check, cases)
				p.place(check)
			}
			gaps[i].tried = gaps[i].tried || len(cases) > 0
		}
	}
	whole := p.Operations[len(p.Operations)-1]
	for i := range c.Requirements {
		check := &Check{Requirement: &c.Requirements[i], Operation: whole, Gap: gaps[i].String()}
		switch {
		case gaps[i].tried || !p.wants(check):
		case check.Observed():
			p.Gaps[check.Requirement] = check.Gap
		default:
			p.place(check)
		}
	}
}

// gaps gathers why a requirement is tried on no operation.
type gaps struct {
	tried       bool
	needs, whys []string
	whole       string // why not on the target as a whole: told where there is nothing better
}

func (g *gaps) add(gap Gap, whole bool) {
	list := &g.whys
	switch {
	case gap.Why == "":
		return
	case whole && !gap.Needs:
		g.whole = gap.Why
		return
	case gap.Needs:
		list = &g.needs
	}
	if !slices.Contains(*list, gap.Why) {
		*list = append(*list, gap.Why)
	}
}

// String gives the reason, first of all what the user could give.
func (g *gaps) String() string {
	switch {
	case len(g.needs) > 0:
		return "needs " + g.needs[0]
	case len(g.whys) > 0:
		return "no operation has it tried: " + strings.Join(g.whys[:min(2, len(g.whys))], "; ")
	case g.whole != "":
		return "needs operations: list them in conform.yaml"
	}
	return "no operation is of the kind that it speaks of"
}

// applies reports whether a requirement is meant for an operation.
func applies(w contract.Where, op *Operation) bool {
	return (len(w.Methods) == 0 || slices.Contains(w.Methods, op.Method)) &&
		(len(w.Operations) == 0 || matches(w.Operations, op.ID))
}

func (p *planner) place(c *Check) {
	c.Index = len(p.Checks)
	p.Checks = append(p.Checks, c)
}

// found is a case that a probe made, before it has its place in the plan.
type found struct {
	probe string
	Case
}

// probe has the requirement's probes make their cases of an operation. Where there are none, the gap says why, first of all
// what the user could give.
func (p *planner) probe(r *contract.Requirement, op *Operation) ([]found, Gap) {
	var cases []found
	var gap Gap
	for _, name := range r.Probes {
		for _, probe := range Named(name) {
			m := p.make(probe, op)
			for _, c := range m.cases {
				if (len(r.Where.At) == 0 || slices.Contains(r.Where.At, c.Defect.At)) &&
					(len(r.Where.Variants) == 0 || matches(r.Where.Variants, c.Variant)) {
					cases = append(cases, found{probe.Name, c})
				}
			}
			if len(m.cases) == 0 && (gap.Why == "" || m.gap.Needs && !gap.Needs) {
				gap = m.gap
			}
		}
	}
	return cases, gap
}

func (p *planner) make(probe Probe, op *Operation) made {
	key := [2]string{op.ID, probe.Name}
	m, ok := p.made[key]
	if !ok {
		m.cases, m.gap = probe.Cases(op.Good)
		if p.options.ReadOnly {
			all := len(m.cases)
			m.cases = slices.DeleteFunc(m.cases, func(c Case) bool { return !c.Request.Safe() || len(c.Before) > 0 })
			if len(m.cases) < all && len(m.cases) == 0 {
				m.gap = Gap{Why: "it writes, and the run is --read-only"}
			}
		}
		if len(m.cases) == 0 && !op.Whole() && m.gap.Why != "" {
			p.LeftOut = append(p.LeftOut, fmt.Sprintf("%s on %s: %s", probe.Name, op.ID, m.gap.Why))
		}
		p.made[key] = m
	}
	return m
}

// add gives the check its cases; one that another check has already is shared.
func (p *planner) add(check *Check, cases []found) {
	for _, c := range cases {
		name := caseName(check.Operation.ID, c.probe, c.Variant)
		i, ok := p.cases[name]
		if !ok {
			i = len(p.Cases)
			p.cases[name] = i
			c.Request = tag(c.Request, p.options.Agent, name)
			for j := range c.Before {
				c.Before[j] = tag(c.Before[j], p.options.Agent, name+"/before")
			}
			p.Cases = append(p.Cases, &Planned{Case: c.Case, Index: i, Probe: c.probe, Operation: check.Operation})
		}
		if !slices.Contains(check.Cases, i) {
			check.Cases = append(check.Cases, i)
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
	checks := p.Checks
	p.Checks = nil
	for _, c := range checks {
		if c.Observed() && c.Gap == "" {
			c.Cases = all[c.Operation]
			if len(c.Cases) == 0 {
				continue
			}
		}
		p.place(c)
		slices.Sort(c.Cases)
		for _, i := range c.Cases {
			p.Cases[i].Checks = append(p.Cases[i].Checks, c.Index)
		}
	}
}

// waivers finds those that are for nothing in the plan's contracts and operations.
func (p *planner) waivers() {
	var requirements, operations []string
	for _, c := range p.Contracts {
		for i := range c.Requirements {
			requirements = append(requirements, c.Requirements[i].Name())
		}
	}
	for _, op := range p.Operations {
		operations = append(operations, op.ID)
	}
	for _, mistake := range waiver.Unmatched(p.Target.Waivers, requirements, operations) {
		p.mistakes = append(p.mistakes, mistake)
	}
}
