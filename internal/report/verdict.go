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

// Outcome is what a run came to.
type Outcome string

// The outcomes of a run.
const (
	Conforms       Outcome = "conforms"
	DoesNotConform Outcome = "does not conform"
	NoVerdict      Outcome = "no verdict"
)

// Outcome returns what the run came to and, unless it conforms, why, for people. An interrupted run has no verdict, whatever it
// saw until then: it is the user who ended it. In any other, a failed or stale check decides. Without one, a run in which a
// check could not be judged, or nothing was judged, proves nothing.
func (e End) Outcome() (Outcome, string) {
	total := 0
	for _, n := range e.Counts {
		total += n
	}
	checks := count(total, "check")
	failed, stale, errored := e.Counts[Failed], e.Counts[Stale], e.Counts[Errored]
	var why []string
	if e.Interrupted {
		text := "the run was interrupted"
		if errored > 0 {
			text += fmt.Sprintf(", %d of %s could not be judged", errored, checks)
		}
		if failed+stale > 0 {
			text += fmt.Sprintf(" (%s had failed until then)", count(failed+stale, "check"))
		}
		return NoVerdict, text
	}
	if failed > 0 {
		why = append(why, fmt.Sprintf("%d of %s failed", failed, checks))
	}
	if stale > 0 {
		why = append(why, fmt.Sprintf("%d of %s passed though waived", stale, checks))
	}
	outcome := NoVerdict
	if len(why) > 0 {
		outcome = DoesNotConform
	}
	if e.Dead != "" {
		why = append(why, e.Dead)
	}
	if errored > 0 {
		why = append(why, fmt.Sprintf("%d of %s could not be judged", errored, checks))
	}
	if len(why) == 0 && e.Counts[Passed]+e.Counts[Warned]+e.Counts[Waived] == 0 {
		why = append(why, fmt.Sprintf("none of %s was judged", checks))
	}
	if len(why) == 0 {
		return Conforms, ""
	}
	return outcome, strings.Join(why, ", ")
}

// count returns "1 check", "2 checks".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
