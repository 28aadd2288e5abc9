package drive

import (
	"reflect"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/suites"
)

// demand is a requirement ready to be judged by: its checks, on each operation, share one.
type demand struct {
	*contract.Requirement
	expected *check.Expectation
	observed bool
	statuses []contract.Codes // that it speaks of, where it is observed
	watches  bool             // it asks what the target does with the connection
	compares bool             // it asks what the same request gets with GET
	hides    bool             // it asks nothing but that an answer does not show something
	wanted   string           // which answers it says anything about
	record   report.Check     // what the records of its checks begin with
	reported bool             // there is one; guarded by Drive.mu
}

// demands makes the requirement of each check ready.
func demands(p *suites.Plan) []*demand {
	ready := map[*contract.Requirement]*demand{}
	for _, c := range p.Contracts {
		for i, e := range check.PrepareAll(c) {
			ready[&c.Requirements[i]] = newDemand(&c.Requirements[i], e)
		}
	}
	all := make([]*demand, len(p.Checks))
	for i, c := range p.Checks {
		all[i] = ready[c.Requirement]
	}
	return all
}

func newDemand(r *contract.Requirement, e *check.Expectation) *demand {
	d := &demand{
		Requirement: r, expected: e, observed: r.Observed != nil,
		watches: r.Expect.Connection != "", compares: len(r.Expect.AsGet) > 0, hides: hides(r.Expect), wanted: wanted(r),
	}
	if d.observed {
		for _, s := range r.Observed.Status {
			d.statuses = append(d.statuses, s.Codes())
		}
	}
	d.record = report.Check{
		Requirement: r.Name(), Contract: r.Contract.Name, Level: string(r.Level),
		Says: r.Says, Source: r.Contract.Title + ", " + r.Source, Because: r.Because,
		File: r.At.File, Line: r.At.Line,
	}
	return d
}

// hides reports whether all that is expected of an answer is not to show something.
func hides(e contract.Expect) bool {
	some := len(e.Hides) > 0
	e.Hides = nil
	return some && reflect.ValueOf(e).IsZero()
}

// speaksOf reports whether the requirement says anything about answers of a status.
func (d *demand) speaksOf(status int) bool {
	for _, s := range d.statuses {
		if s.Has(status) {
			return true
		}
	}
	return !d.observed
}
