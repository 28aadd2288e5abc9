package check

import (
	"strconv"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/pointer"
)

// repeat finds where the body repeats another status than the answer's own, as a number or as a string of digits.
// Whether it is there at all, and which of the two it is, is for the schema to say.
func (j *judge) repeat() {
	if j.format == nil || j.format.Status == nil {
		return
	}
	r := j.format.Status
	if j.kind() != contract.KindJSON {
		status := strconv.Itoa(j.answer.Status)
		if got, there := j.get(r.Pointer); there && got != status {
			j.add(Finding{Rule: "repeated-status", At: r.Pointer, Want: status + " as the HTTP status", Got: show(got)})
		}
		return
	}
	entries := each(j.value, r.Each)
	if r.Single && r.Each != "" && len(entries) > 1 {
		return
	}
	status := strconv.Itoa(j.answer.Status)
	for _, entry := range entries {
		got, there := pointer.Get(entry.value, r.Pointer)
		if !there || repeats(got, status) {
			continue
		}
		j.add(Finding{Rule: "repeated-status", At: entry.at + r.Pointer, Want: status + " as the HTTP status", Got: show(got)})
	}
}

func repeats(value any, status string) bool {
	if text, ok := value.(string); ok {
		return text == status
	}
	number, ok := numeral(value)
	return ok && sameNumber(number, status)
}
