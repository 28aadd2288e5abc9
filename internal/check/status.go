package check

import (
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/contract"
)

// status finds a status code that is none of those expected. No status expected means any.
func (j *judge) status() {
	if len(j.expect.Status) == 0 {
		return
	}
	if slices.ContainsFunc(j.expect.Status, func(s contract.Status) bool { return s.Matches(j.answer.Status) }) {
		return
	}
	want := make([]string, len(j.expect.Status))
	for i, s := range j.expect.Status {
		want[i] = string(s)
	}
	j.add(Finding{Rule: "status", Want: strings.Join(want, " or "), Got: j.reading.status()})
}
