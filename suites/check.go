package suites

import (
	"mime"
	"strings"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/target"
)

// Check is one requirement on one operation, with its cases: the unit of the plan, of a Ginkgo spec and of a report.
type Check struct {
	Index       int // in Plan.Checks
	Requirement *contract.Requirement
	Operation   *Operation
	Cases       []int  // indexes in Plan.Cases, rising; of an observed requirement every case of the operation
	Gap         string // why there are no cases: "needs ...". The check is skipped with it
}

// Observed reports whether the check judges whatever answers of the operation have its requirement's statuses.
func (c *Check) Observed() bool { return c.Requirement.Observed != nil }

// Title names the check, the same in every run: "gr4vy.bad-token GET /buyers/{buyer_id}".
func (c *Check) Title() string { return c.Requirement.Name() + " " + c.Operation.Title() }

// Labels are what --select and --skip choose by: level, families, probes, requirement, operation, contract.
func (c *Check) Labels() []string {
	labels := []string{string(c.Requirement.Level), c.Requirement.Contract.Name, c.Requirement.Name(), c.Operation.ID}
	seen := map[string]bool{}
	for _, name := range c.Requirement.Probes {
		family, _, _ := strings.Cut(name, ".")
		for _, label := range []string{family, name} {
			if !seen[label] {
				seen[label] = true
				labels = append(labels, label)
			}
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

	surroundings *check.Surroundings
}

// Whole reports whether this is the target as a whole: no operation, so no control.
func (o *Operation) Whole() bool { return o.Operation.ID == WholeTarget }

// Deleted returns where the name of the thing comes from that a DELETE of the operation's path takes away: the last path
// parameter or, where the path has none, the last parameter of the query. It is nil where the user gave the name.
func (o *Operation) Deleted() *target.From {
	if i := strings.LastIndexByte(o.Path, '{'); i >= 0 {
		name, _, _ := strings.Cut(o.Path[i+1:], "}")
		return o.Params[name].From
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

// Planned is a case of the plan: sent once, judged for each check that has it.
type Planned struct {
	Case
	Index     int
	Probe     string
	Operation *Operation
	Checks    []int // indexes in Plan.Checks
}

// Name names the case, the same in every run: get-buyer/identifier.malformed/buyer_id:short.
func (p *Planned) Name() string { return caseName(p.Operation.ID, p.Probe, p.Variant) }

func caseName(operation, probe, variant string) string {
	if variant == "" {
		return operation + "/" + probe
	}
	return operation + "/" + probe + "/" + variant
}

// Tag returns the request with the fields that tell the target's own logs who sent it and why, unless they are what is broken.
func (p *Plan) Tag(r exchange.Request, name string) exchange.Request {
	_, named := r.Fields.Get("User-Agent")
	fields := append(make(exchange.Fields, 0, len(r.Fields)+2), r.Fields...)
	if !named {
		fields = append(fields, exchange.Field{Name: "User-Agent", Value: p.Agent})
	}
	r.Fields = append(fields, exchange.Field{Name: "Conform-Case", Value: name})
	return r
}
