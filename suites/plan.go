package suites

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"slices"

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
	Checks     []*Check                         // by contract, operation, requirement
	Gaps       map[*contract.Requirement]string // why observed requirements have no case that tries to bring such an answer about
	Partial    bool                             // the options leave out some of what the target file is for: that all passes may be because of it
	LeftOut    []Left                           // what is not probed: operations that write, probes that are ambiguous; see Options.TellLeftOut

	seats  []seat  // by operation: where its checks and blocks stand
	groups []group // of blocks, in order
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
		options: o, plots: map[string]*plot{}, nothing: map[Gap]*made{}, guesses: map[string]int{}, met: map[*contract.Requirement]bool{}, sent: sha256.New(),
	}
	p.filter()
	p.operations()
	p.Partial = p.partial()
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
	plots := slices.Repeat([]*plot{{}}, len(p.Operations)) // all begin alike
	for i, c := range contracts {
		p.contract(c, plots, i == len(contracts)-1)
	}
	p.seat(p.layouts(plots))
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
	options     Options
	credentials map[string]*target.Credential // of the target, by name
	keep        func([]string) bool           // the label filter
	chooses     bool                          // there is one
	good        current
	work        work
	plots       map[string]*plot // by what the last contract has added to which
	nothing     map[Gap]*made
	choices     []choice                       // room for those of a check
	narrow      []*contract.Requirement        // those observed that are about some cases only
	sent        hash.Hash                      // of what the cases send
	written     *Operation                     // whose good request was written there last
	line        []byte                         // room for what is written there
	watching    []Outline                      // observed requirements that no operation has tried, on the target as a whole
	met         map[*contract.Requirement]bool // those observed that an operation has cases for
	known       []string                       // ids of all operations, those that are left out among them
	mistakes    []error
	guesses     map[string]int // by user name: wrong passwords that the plan has, or would have
	withheld    bool           // operations that write are left out until --allow-writes
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
func (p *planner) contract(c *contract.Contract, plots []*plot, last bool) {
	gaps := make([]gaps, len(c.Requirements))
	probes := make([][]int, len(c.Requirements))
	for i := range c.Requirements {
		probes[i] = probesOf(&c.Requirements[i])
	}
	for n, op := range p.Operations {
		p.work.begin(plots[n])
		for i := range c.Requirements {
			p.requirement(&c.Requirements[i], probes[i], op, &gaps[i])
		}
		if op.Whole() {
			p.untried(c, op, gaps)
		}
		plots[n] = p.end(last)
	}
}

// requirement plans one requirement on an operation.
func (p *planner) requirement(r *contract.Requirement, probes []int, op *Operation, gaps *gaps) {
	if !applies(r.Where, op) {
		return
	}
	if !p.wants(r, op) {
		gaps.filtered = true
		return
	}
	if r.Expect.Effects != "" {
		if gap, none := p.effectless(op); none {
			gaps.add(gap, op.Whole())
			if gap.Needs && !op.Whole() {
				p.leave(r.Name(), op.ID, "needs "+gap.Why)
			}
			return
		}
	}
	choices, gap := p.choose(r, probes, op)
	if len(choices) == 0 {
		gaps.add(gap, op.Whole())
	}
	for _, choice := range choices {
		p.take(op, choice)
	}
	if len(choices) > 0 || r.Observed != nil && r.Expect.Effects == "" {
		check := Outline{Requirement: r}
		if r.Observed == nil {
			p.work.give(&check, choices)
		}
		p.work.checks = append(p.work.checks, check)
	}
	gaps.tried = gaps.tried || len(choices) > 0
}

// untried plans the requirements of a contract that no operation has tried, on the target as a whole, which comes last.
func (p *planner) untried(c *contract.Contract, whole *Operation, gaps []gaps) {
	for i := range c.Requirements {
		check := Outline{Requirement: &c.Requirements[i], Gap: gaps[i].reason(p.withheld)}
		switch {
		case gaps[i].tried || !p.wants(check.Requirement, whole) || gaps[i].unasked():
		case check.Observed() && check.Requirement.Expect.Effects == "":
			p.watching = append(p.watching, check)
			if len(check.Requirement.Probes) > 0 {
				p.Gaps[check.Requirement] = check.Gap
			}
		default:
			p.work.checks = append(p.work.checks, check)
		}
	}
}
