package check

import (
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/schema"
)

// repeat finds where the body repeats another status than the answer's own, as a number or as a string of digits.
// Whether it is there at all, and which of the two it is, is for the schema to say.
func (j *judge) repeat() {
	if j.format == nil || j.format.Status == nil {
		return
	}
	r, status := j.format.Status, j.reading.status()
	if j.kind() != contract.KindJSON {
		if got, there := j.get(r.Pointer); there && got.text != status {
			j.add(Finding{Rule: "repeated-status", At: r.Pointer, Want: status + " as the HTTP status", Got: show(got.text)})
		}
		return
	}
	if r.Single && r.Each != "" {
		if all, there := j.value.At(r.Each); there && all.Len() > 1 {
			return
		}
	}
	j.each(r.Each, func(e entry) {
		if got, there := e.value.At(r.Pointer); there && !repeats(got, status) {
			j.add(Finding{Rule: "repeated-status", At: e.at(r.Pointer), Want: status + " as the HTTP status", Got: show(got.Any())})
		}
	})
}

func repeats(got schema.Value, status string) bool {
	switch got.Type() {
	case schema.String:
		return string(got.Text()) == status
	case schema.Number:
		return string(got.Text()) == status || sameNumber(string(got.Text()), status)
	}
	return false
}
