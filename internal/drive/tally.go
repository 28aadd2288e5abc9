package drive

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/suites"
)

// tally gathers what the cases of one check came to.
type tally struct {
	done chan struct{} // closed when nothing is pending

	mu        sync.Mutex
	pending   int
	judged    int    // cases that an answer was judged of
	skipped   string // why a case could not be sent
	misses    []miss
	exchanges []int
	seconds   float64
}

// miss is a report's miss with the case's place in the plan, which is the order that reports show.
type miss struct {
	index int
	report.Miss
}

func newTally(cases int) *tally {
	t := &tally{done: make(chan struct{}), pending: cases}
	if cases == 0 {
		close(t.done)
	}
	return t
}

// settle takes one case's outcome and lets whoever awaits the last one go on.
func (t *tally) settle(add func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	add()
	if t.pending--; t.pending == 0 {
		close(t.done)
	}
}

// verdict judges the check by what its cases came to so far; cases that are still pending could not be judged.
func (d *Drive) verdict(c *suites.Check) report.Check {
	t := d.tallies[c.Index]
	t.mu.Lock()
	defer t.mu.Unlock()
	r := c.Requirement
	result := record(r, c.Operation.ID, c.Operation.Title())
	result.Seconds, result.Exchanges = t.seconds, slices.Sorted(slices.Values(t.exchanges))
	slices.SortFunc(t.misses, func(a, b miss) int { return cmp.Compare(a.index, b.index) })
	for _, m := range t.misses {
		result.Misses = append(result.Misses, m.Miss)
	}
	if t.pending > 0 {
		result.Misses = append(result.Misses, report.Miss{Case: "the rest", Error: d.cut()})
	}
	result.Cases = t.judged + len(t.misses)
	w, covered := d.waiver(r.Name(), c.Operation.ID)
	expired := covered && w.Expired(d.Now())
	decides := report.Decides(r.Level, d.Level)
	result.Verdict = report.Judge(result.Cases, result.Misses, decides || expired, covered && !expired)
	switch {
	case result.Verdict == report.Skipped && c.Gap != "":
		result.Reason = c.Gap
	case result.Verdict == report.Skipped && t.skipped != "":
		result.Reason = "needs another protocol: " + t.skipped
	case result.Verdict == report.Skipped:
		result.Reason = "not observed: no answer of the operation had status " + statuses(r.Observed)
	case result.Verdict == report.Stale && w.Operation == "", result.Verdict == report.Passed && covered && w.Operation == "":
		result.Verdict = report.Passed // the waiver is for every operation: it is stale where none needs it, see stale
	case result.Verdict == report.Stale, result.Verdict == report.Passed && covered:
		result.Verdict = report.Stale
		result.Reason = fmt.Sprintf("waived (%s), but the target conforms: remove the waiver at %s", w.Reason, w.At)
	case result.Verdict == report.Waived:
		result.Reason = fmt.Sprintf("%s (%s, until %s)", w.Reason, w.Owner, w.Expires.Format("2006-01-02"))
	case expired && result.Verdict == report.Failed:
		result.Reason = fmt.Sprintf("the waiver at %s expired on %s", w.At, w.Expires.Format("2006-01-02"))
	case result.Verdict == report.Errored && len(result.Misses) > 0:
		result.Reason = result.Misses[0].Error
	}
	return result
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
	result.Reason = "not observed: no answer of the run had status " + statuses(c.Requirement.Observed)
	if gap := d.Plan.Gaps[c.Requirement]; gap != "" {
		result.Reason += "; " + gap
	}
	return result
}

func statuses(o *contract.Observed) string {
	if o == nil {
		return ""
	}
	words := make([]string, len(o.Status))
	for i, s := range o.Status {
		words[i] = string(s)
	}
	return strings.Join(words, ", ")
}
