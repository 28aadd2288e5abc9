package check

import (
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/pointer"
)

// repeat finds where the body repeats another status than the answer's own, as a number or as a string of digits.
// Whether it is there at all, and which of the two it is, is for the schema to say.
func (j *judge) repeat() {
	if j.format == nil || j.format.Status == nil {
		return
	}
	r, status := j.format.Status, j.reading.status()
	if j.kind() != contract.KindJSON {
		if got, there := j.get(r.Pointer); there && got != status {
			j.add(Finding{Rule: "repeated-status", At: r.Pointer, Want: status + " as the HTTP status", Got: show(got)})
		}
		return
	}
	if r.Single && r.Each != "" && len(entries(j.value, r.Each)) > 1 {
		return
	}
	j.each(r.Each, func(e entry) {
		if got, there := pointer.Get(e.value, r.Pointer); there && !repeats(got, status) {
			j.add(Finding{Rule: "repeated-status", At: e.at(r.Pointer), Want: status + " as the HTTP status", Got: show(got)})
		}
	})
}

func repeats(value any, status string) bool {
	if text, ok := value.(string); ok {
		return text == status
	}
	number, ok := numeral(value)
	return ok && sameNumber(number, status)
}
