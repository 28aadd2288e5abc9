package suites

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/target"
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
	TellLeftOut    bool     // the plan tells what it leaves out, which for a long plan is a long list
	MaxRequests    int      // most requests that the plan may need; 0: no limit
	WrongPasswords int      // most wrong passwords sent for one user name; 0: 10
}

// Plan is everything that a run will send and judge, in order. It depends on its inputs alone.
type Plan struct {
	Agent      string // User-Agent of every request
	Target     *target.Target
	Contracts  []*contract.Contract
	Operations []*Operation                     // with a control, in order; the target as a whole last
	Blocks     []Block                          // of cases, in the order of the checks that first need them, wrong passwords last, and then the burst
	Checks     []*Check                         // by contract, operation, requirement
	Gaps       map[*contract.Requirement]string // why observed requirements have no case that tries to bring such an answer about
	LeftOut    []Left                           // what is not probed: operations that write, probes that are ambiguous; see Options.TellLeftOut

	byID   map[string]*Operation
	digest string
}

// Left is something that the plan leaves out.
type Left struct{ what, on, why string }

// String tells what is left out, on which operation, and why.
func (l Left) String() string {
	if l.on == "" {
		return l.what + ": " + l.why
	}
	return l.what + " on " + l.on + ": " + l.why
}

// NewPlan lays out every check before anything is sent. Its error names every mistake at once.
func NewPlan(t *target.Target, contracts []*contract.Contract, o Options) (*Plan, error) {
	p := &planner{
		Plan:    Plan{Agent: o.Agent, Target: t, Contracts: contracts, Gaps: map[*contract.Requirement]string{}, byID: map[string]*Operation{}},
		options: o, nothing: map[Gap]*made{}, guesses: map[string]int{}, spotted: map[watched][]chosen{}, sent: sha256.New(),
	}
	p.filter()
	p.operations()
	p.waivers()
	p.misspelt()
	if len(p.mistakes) > 0 {
		return nil, errors.Join(p.mistakes...)
	}
	for _, c := range contracts {
		for i := range c.Requirements {
			if r := &c.Requirements[i]; r.Observed != nil && narrow(r.Where) {
				p.narrow = append(p.narrow, r)
			}
		}
	}
	p.made = make([][]*made, len(p.Operations))
	for i, c := range contracts {
		p.contract(c, i == len(contracts)-1)
	}
	p.made, p.nothing = nil, nil
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
	p.digest = p.sum()
	plan := p.Plan // what it was made with is not kept
	return &plan, nil
}

// Operation returns the planned operation of an id, nil for none.
func (p *Plan) Operation(id string) *Operation { return p.byID[id] }

// planner builds a Plan.
type planner struct {
	Plan
	options  Options
	keep     func([]string) bool // the label filter
	chooses  bool                // there is one
	good     current
	made     [][]*made // by operation, and there by place in Catalog
	nothing  map[Gap]*made
	fresh    []*made  // whose cases were not dropped yet
	choices  []choice // room for those of a check
	blocks   pile[Block]
	checks   pile[Check]
	parts    []chosen                // checks with some of the cases of a block
	narrow   []*contract.Requirement // those observed that are about some cases only
	spotted  map[watched][]chosen
	sent     hash.Hash  // of what the cases send
	written  *Operation // whose good request was written there last
	line     []byte     // room for what is written there
	watching []*Check   // observed requirements that no operation has tried, on the target as a whole
	known    []string   // ids of all operations, those that are left out among them
	mistakes []error
	guesses  map[string]int // by user name: wrong passwords that the plan has, or would have
	withheld bool           // operations that write are left out until --allow-writes
}

func (p *planner) mistake(format string, args ...any) {
	p.mistakes = append(p.mistakes, fmt.Errorf(format, args...))
}

func (p *planner) leave(what, on, why string) {
	if p.options.TellLeftOut {
		p.LeftOut = append(p.LeftOut, Left{what, on, why})
	}
}

// contract plans one contract: by operation, and there its requirements in the file's order. A requirement that no
// operation has tried is planned once, on the target as a whole, and skipped with the reason. last tells that no other contract
// comes after it, to ask for what is made.
func (p *planner) contract(c *contract.Contract, last bool) {
	gaps := make([]gaps, len(c.Requirements))
	probes := make([][]int, len(c.Requirements))
	for i := range c.Requirements {
		probes[i] = probesOf(&c.Requirements[i])
	}
	for n, op := range p.Operations {
		if p.made[n] == nil {
			p.made[n] = make([]*made, len(Catalog))
		}
		for i := range c.Requirements {
			r := &c.Requirements[i]
			if !applies(r.Where, op) {
				continue
			}
			if !p.wants(r, op) {
				gaps[i].filtered = true
				continue
			}
			if r.Expect.Effects != "" {
				if gap, none := p.effectless(op); none {
					gaps[i].add(gap, op.Whole())
					if gap.Needs && !op.Whole() {
						p.leave(r.Name(), op.ID, "needs "+gap.Why)
					}
					continue
				}
			}
			choices, gap := p.choose(r, probes[i], op, p.made[n])
			if len(choices) == 0 {
				gaps[i].add(gap, op.Whole())
			}
			for _, choice := range choices {
				p.take(choice)
			}
			if len(choices) > 0 || r.Observed != nil && r.Expect.Effects == "" {
				check := p.checks.add(Check{Requirement: r, Operation: op})
				if r.Observed == nil {
					p.give(check, choices)
				}
				p.place(check)
			}
			gaps[i].tried = gaps[i].tried || len(choices) > 0
		}
		p.drop()
		if last {
			p.made[n] = nil
		}
	}
	whole := p.Operations[len(p.Operations)-1]
	for i := range c.Requirements {
		check := &Check{Requirement: &c.Requirements[i], Operation: whole, Gap: gaps[i].reason(p.withheld)}
		switch {
		case gaps[i].tried || !p.wants(check.Requirement, whole) || gaps[i].unasked():
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

func (p *planner) place(c *Check) {
	c.Index = len(p.Checks)
	p.Checks = append(p.Checks, c)
}
