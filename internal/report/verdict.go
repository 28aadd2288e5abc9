package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/contract"
)

// Judge turns what the cases of a check came to into its verdict; nothing else does. cases is how many were judged or
// could not be, misses are those with findings or an error, decides tells whether the requirement's level decides the
// run, waived whether a waiver that holds covers the check.
//
// Findings are findings: a case that could not be judged beside them would not change the verdict.
func Judge(cases int, misses []Miss, decides, waived bool) Verdict {
	found := slices.ContainsFunc(misses, func(m Miss) bool { return len(m.Findings) > 0 })
	switch {
	case found && waived:
		return Waived
	case found && decides:
		return Failed
	case found:
		return Warned
	case len(misses) > 0:
		return Errored // no answer: nothing to judge, so nothing to waive
	case cases == 0:
		return Skipped // nothing was met: never a pass
	case waived:
		return Stale // the target was fixed; the waiver must go
	}
	return Passed
}

// Decides reports whether a miss at level fails a run that is held to bar: should decides where bar is should or may.
func Decides(level, bar contract.Level) bool {
	order := []contract.Level{contract.Must, contract.Should, contract.May}
	return slices.Index(order, level) <= slices.Index(order, bar)
}

// Worst returns the verdict that a person has to see first, in the order of Verdicts; Passed for none.
func Worst(verdicts ...Verdict) Verdict {
	for _, v := range Verdicts {
		if slices.Contains(verdicts, v) {
			return v
		}
	}
	return Passed
}

// Outcome is what a run came to.
type Outcome string

// The outcomes of a run.
const (
	Conforms       Outcome = "conforms"
	DoesNotConform Outcome = "does not conform"
	NoVerdict      Outcome = "no verdict"
)

// Outcome returns what the run came to and, unless it conforms, why, for people. A failed or stale check decides, even in a
// run that was interrupted. Without one, a run in which a check could not be judged or none passed proves nothing.
func (e End) Outcome() (Outcome, string) {
	total := 0
	for _, n := range e.Counts {
		total += n
	}
	var why []string
	if n := e.Counts[Failed]; n > 0 {
		why = append(why, fmt.Sprintf("%d of %s failed", n, count(total, "check")))
	}
	if n := e.Counts[Stale]; n > 0 {
		why = append(why, fmt.Sprintf("%d of %s passed though waived", n, count(total, "check")))
	}
	if len(why) > 0 {
		return DoesNotConform, strings.Join(why, ", ")
	}
	if e.Dead != "" {
		why = append(why, e.Dead)
	}
	if e.Interrupted {
		why = append(why, "the run was interrupted")
	}
	switch n := e.Counts[Errored]; {
	case n > 0:
		why = append(why, fmt.Sprintf("%d of %s could not be judged", n, count(total, "check")))
	case e.Counts[Passed] == 0 && len(why) == 0:
		why = append(why, fmt.Sprintf("none of %s passed", count(total, "check")))
	}
	if len(why) > 0 {
		return NoVerdict, strings.Join(why, ", ")
	}
	return Conforms, ""
}

// count returns "1 check", "2 checks".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
