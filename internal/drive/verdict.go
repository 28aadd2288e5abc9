package drive

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/waiver"
	"github.com/seed-e125e033/conform/suites"
)

// verdict judges the check by what its cases came to so far; cases that are still pending could not be judged.
func (d *Drive) verdict(c *suites.Check) report.Check {
	r := c.Requirement
	result := record(r, c.Operation.ID, c.Operation.Title())
	skipped := d.count(c, &result)
	w, covered := d.waiver(r.Name(), c.Operation.ID)
	expired := covered && w.Expired(d.Now())
	decides := report.Decides(r.Level, d.Level)
	result.Verdict = report.Judge(result.Cases, result.Misses, decides || expired, covered && !expired)
	if covered && (result.Verdict == report.Passed || result.Verdict == report.Stale) {
		result.Verdict = report.Stale
		if w.Operation == "" {
			result.Verdict = report.Passed // whether the waiver is stale is told where all operations are known: see stale
		}
	}
	switch result.Verdict {
	case report.Skipped:
		switch {
		case c.Gap != "":
			result.Reason = c.Gap
		case d.tallies[c.Index].reason() != "":
			result.Reason = d.tallies[c.Index].reason()
		case skipped != "":
			result.Reason = "needs " + skipped
		default:
			result.Reason = "not observed: no answer of the operation " + wanted(r)
		}
	case report.Stale:
		result.Reason = staleReason(w)
	case report.Waived:
		result.Reason = fmt.Sprintf("%s (%s, until %s)", w.Reason, w.Owner, w.Expires.Format(time.DateOnly))
	case report.Failed:
		if expired {
			result.Reason = fmt.Sprintf("the waiver at %s expired on %s", w.At, w.Expires.Format(time.DateOnly))
		}
	case report.Errored:
		result.Reason = result.Misses[0].Error
	}
	return result
}

// count puts what the check's cases came to into its record. It returns why a case could not be sent.
func (d *Drive) count(c *suites.Check, result *report.Check) (skipped string) {
	t := &d.tallies[c.Index]
	t.mu.Lock()
	defer t.mu.Unlock()
	odd := t.odd()
	result.Cases = int(t.judged) + len(odd.misses)
	exchanges := t.exchanges.all()
	slices.Sort(exchanges)
	result.Seconds, result.Exchanges = t.seconds, slices.Compact(exchanges)
	slices.SortFunc(odd.misses, func(a, b miss) int { return cmp.Compare(a.index, b.index) })
	for _, m := range odd.misses {
		result.Misses = append(result.Misses, m.Miss)
	}
	if t.pending.Load() > 0 {
		result.Misses = append(result.Misses, report.Miss{Case: "the rest", Error: d.cut()})
	}
	return odd.skipped
}

func staleReason(w waiver.Waiver) string {
	return fmt.Sprintf("waived (%s), but the target conforms: remove the waiver at %s", w.Reason, w.At)
}

// record begins the record of a check.
func record(r *contract.Requirement, operation, title string) report.Check {
	return report.Check{
		Requirement: r.Name(), Contract: r.Contract.Name, Operation: operation, Title: title,
		Level: string(r.Level), Says: r.Says, Source: r.Contract.Title + ", " + r.Source, Because: r.Because,
		File: r.At.File, Line: r.At.Line,
	}
}

// unmet is the record of an observed requirement that no answer of the run met.
func (d *Drive) unmet(c *suites.Check) report.Check {
	result := record(c.Requirement, suites.WholeTarget, "(any answer)")
	result.Verdict = report.Skipped
	result.Reason = "not observed: no answer of the run " + wanted(c.Requirement)
	if gap := d.Plan.Gaps[c.Requirement]; gap != "" {
		result.Reason += "; " + gap
	}
	return result
}

// wanted tells which answers a requirement says anything about.
func wanted(r *contract.Requirement) string {
	var words []string
	if r.Observed != nil {
		statuses := make([]string, len(r.Observed.Status))
		for i, s := range r.Observed.Status {
			statuses[i] = string(s)
		}
		words = append(words, "had status "+strings.Join(statuses, ", "))
	}
	var types []string
	for _, name := range r.Expect.Formats {
		if f := r.Contract.Formats[name]; f.Optional {
			types = append(types, f.MediaTypes...)
		}
	}
	if len(types) > 0 {
		words = append(words, "had content of type "+strings.Join(types, " or "))
	}
	return strings.Join(words, " and ")
}
