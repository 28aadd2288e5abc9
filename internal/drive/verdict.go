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

// verdict judges the check by what its cases came to so far; cases that are still pending could not be judged. An observed requirement is
// not met where no answer of the operation was one that it speaks of: that is left to Finish.
func (d *Drive) verdict(c *suites.Check) (result report.Check, met bool) {
	r := d.demands[c.Index]
	result = d.record(c, c.Operation.ID, d.title(c.Operation))
	odd := d.count(c, &result)
	w, covered := d.waiver(result.Requirement, c.Operation.ID)
	expired := covered && w.Expired(d.Now())
	decides := report.Decides(r.Level, d.Level)
	result.Verdict = report.Judge(result.Cases, result.Misses, decides || expired, covered && !expired)
	if covered && (result.Verdict == report.Passed || result.Verdict == report.Stale) {
		result.Verdict = report.Stale
		if w.Operation == "" || d.Plan.Partial && r.Observed != nil {
			result.Verdict = report.Passed // whether the waiver is stale is told where all operations are known: see stale
		}
	}
	switch result.Verdict {
	case report.Skipped:
		switch {
		case c.Gap != "":
			result.Reason = c.Gap
		case odd.unjudged != "":
			result.Reason = odd.unjudged
		case odd.skipped != "":
			result.Reason = "needs " + odd.skipped
		default:
			result.Reason = "not observed: no answer of the operation " + r.wanted
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
	return result, !c.Observed() || c.Gap != "" || result.Verdict != report.Skipped || odd.unjudged != ""
}

// count puts what the check's cases came to into its record. It returns what few checks have.
func (d *Drive) count(c *suites.Check, result *report.Check) rare {
	t, odd := d.tallies.take(c.Index)
	result.Cases = int(t.judged) + len(odd.misses)
	d.exchanges = t.exchanges.appendTo(d.exchanges[:0])
	slices.Sort(d.exchanges)
	result.Seconds, result.Exchanges = t.seconds, slices.Compact(d.exchanges)
	slices.SortFunc(odd.misses, func(a, b miss) int { return cmp.Compare(a.index, b.index) })
	for _, m := range odd.misses {
		result.Misses = append(result.Misses, m.Miss)
	}
	if t.pending > 0 {
		result.Misses = append(result.Misses, report.Miss{Case: "the rest", Error: d.cut()})
	}
	return odd
}

func staleReason(w waiver.Waiver) string {
	return fmt.Sprintf("waived (%s), but the target conforms: remove the waiver at %s", w.Reason, w.At)
}

// record begins the record of a check.
func (d *Drive) record(c *suites.Check, operation, title string) (r report.Check) {
	r = d.demands[c.Index].record
	r.Operation, r.Title = operation, title
	return r
}

// unmet is the record of an observed requirement that no answer met.
func (d *Drive) unmet(c *suites.Check) report.Check {
	result := d.record(c, suites.WholeTarget, "(any answer)")
	result.Verdict = report.Skipped
	result.Reason = "not observed: no answer to a bad request " + d.demands[c.Index].wanted
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
