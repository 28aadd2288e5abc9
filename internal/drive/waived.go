package drive

import (
	"fmt"

	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/waiver"
	"github.com/seed-e125e033/conform/suites"
)

// waiver returns the waiver that covers a check: one for the operation before one for all of them.
func (d *Drive) waiver(requirement, operation string) (found waiver.Waiver, covered bool) {
	for _, w := range d.Plan.Target.Waivers {
		if w.Covers(requirement, operation) && (!covered || w.Operation != "") {
			found, covered = w, true
		}
	}
	return found, covered
}

// stale returns a record for every waiver of all operations under which nothing failed although something was judged: it
// must go. One for a single operation is told on that operation's own check.
func (d *Drive) stale() []report.Check {
	var records []report.Check
	for _, w := range d.Plan.Target.Waivers {
		if w.Operation != "" {
			continue
		}
		var first *suites.Check
		needed := false
		for _, c := range d.Plan.Checks {
			if c.Requirement.Name() != w.Requirement {
				continue
			}
			switch d.concluded[c.Index] {
			case report.Passed:
				if first == nil {
					first = c
				}
			case report.Skipped, "":
			default:
				needed = true
			}
		}
		if needed || first == nil {
			continue
		}
		r := record(first.Requirement, suites.WholeTarget, "(every operation)")
		r.Verdict = report.Stale
		r.Reason = fmt.Sprintf("waived (%s), but the target conforms: remove the waiver at %s", w.Reason, w.At)
		records = append(records, r)
	}
	return records
}
