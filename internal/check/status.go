package check

import "strings"

// status finds a status code that is none of those expected. No status expected means any.
func (j *judge) status() {
	if len(j.expect.statuses) == 0 {
		return
	}
	for _, s := range j.expect.statuses {
		if s.Has(j.answer.Status) {
			return
		}
	}
	want := make([]string, len(j.expect.Status))
	for i, s := range j.expect.Status {
		want[i] = string(s)
	}
	j.add(Finding{Rule: "status", Want: strings.Join(want, " or "), Got: j.reading.status()})
}
