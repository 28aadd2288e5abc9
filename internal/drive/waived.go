package drive

import (
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

// stale returns a record for every waiver of all operations that no check needed although something was judged: it must go.
// One for a single operation is told on that operation's own check. Of a run that leaves something out none is told: what needs the waiver
// may be among that. The caller holds the lock.
func (d *Drive) stale() []report.Check {
	if d.Plan.Partial {
		return nil
	}
	var records []report.Check
	for _, w := range d.Plan.Target.Waivers {
		if w.Operation != "" {
			continue
		}
		var passed *suites.Check
		needed := false
		for _, c := range d.Plan.Checks {
			if by, ok := d.waiver(c.Requirement.Name(), c.Operation.ID); !ok || by != w {
				continue
			}
			switch d.verdictOf(c) {
			case report.Passed:
				passed = c
			case report.Skipped:
			default:
				needed = true
			}
		}
		if passed == nil || needed {
			continue
		}
		r := d.record(passed, suites.WholeTarget, "(every operation)")
		r.Verdict, r.Reason = report.Stale, staleReason(w)
		records = append(records, r)
	}
	return records
}
