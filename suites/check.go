package suites

import (
	"mime"
	"strings"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/target"
)

// Check is one requirement on one operation, with its cases: the unit of the plan, of a Ginkgo spec and of a report.
type Check struct {
	Index     int // in Plan.Checks
	Operation *Operation
	*Outline
}

// Outline is what a check has in common with those of operations that look alike, which share it.
type Outline struct {
	Requirement *contract.Requirement
	Size        int    // how many cases it has; of an observed requirement every case of the operation
	Gap         string // why there are no cases: "needs ...". The check is skipped with it

	shares []share // blocks that have its cases, in the order of the plan; checks share them
}

// Observed reports whether the check judges whatever answers of the operation have its requirement's statuses.
func (o *Outline) Observed() bool { return o.Requirement.Observed != nil }

// Title names the check, the same in every run: "gr4vy.bad-token GET /buyers/{buyer_id}".
func (c *Check) Title() string { return c.Requirement.Name() + " " + c.Operation.Title() }

// Labels are what --select and --skip choose by: level, families, probes, requirement, operation, contract.
func (c *Check) Labels() []string {
	labels := []string{string(c.Requirement.Level), c.Requirement.Contract.Name, c.Requirement.Name(), c.Operation.ID}
	seen := map[string]bool{}
	add := func(label string) {
		if !seen[label] {
			seen[label] = true
			labels = append(labels, label)
		}
	}
	for _, name := range c.Requirement.Probes {
		family, _, _ := strings.Cut(name, ".")
		add(family)
		for _, probe := range Named(name) { // of a family, each
			add(probe.Name)
		}
	}
	return labels
}

// Operation is an operation of the target with what the plan knows about it.
type Operation struct {
	*target.Operation
	Good    Good
	Sources []target.From // values of other operations' answers that its requests need
	Twin    *Operation    // the GET that shows what the operation changes; nil: it writes nothing, or there is none

	place        int // in Plan.Operations
	surroundings *check.Surroundings
}

// Whole reports whether this is the target as a whole: no operation, so no control.
func (o *Operation) Whole() bool { return o.Operation.ID == WholeTarget }

// Deleted returns where the name of the thing comes from that a DELETE of the operation's path takes away: the last path
// parameter or, where the path has none, the last parameter of the query. It is nil where the user gave the name.
func (o *Operation) Deleted() *target.From {
	if i := strings.LastIndexByte(o.Path, '{'); i >= 0 {
		name, _, _ := strings.Cut(o.Path[i+1:], "}")
		v, _ := o.Params.Get(name)
		return v.From
	}
	if len(o.Sources) == 0 {
		return nil
	}
	return &o.Sources[len(o.Sources)-1]
}

// Title returns method and path template; of the target as a whole, its base path.
func (o *Operation) Title() string {
	if o.Whole() {
		return "(any path)"
	}
	return o.Operation.Title()
}

// mediaType returns the media type of the good request's body, without parameters; empty where there is none.
func (o *Operation) mediaType() string {
	value, _ := o.Good.Request.Fields.Get("Content-Type")
	mediaType, _, _ := mime.ParseMediaType(value)
	return mediaType
}
