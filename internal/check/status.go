package check

import (
	"strconv"
	"strings"
)

// status finds a status code that is none of those expected. No status expected means any.
func (j *judge) status() {
	if len(j.expect.Status) == 0 {
		return
	}
	want := make([]string, len(j.expect.Status))
	for i, s := range j.expect.Status {
		if s.Matches(j.answer.Status) {
			return
		}
		want[i] = string(s)
	}
	j.add(Finding{Rule: "status", Want: strings.Join(want, " or "), Got: strconv.Itoa(j.answer.Status)})
}
