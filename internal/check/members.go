package check

import (
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/contract"
)

// members finds values in the body that are missing, or are none of those expected or one of those ruled out.
func (j *judge) members() {
	for _, at := range j.places {
		m := j.expect.Members[at]
		got, there := j.get(at)
		is := func(want any) bool { return j.equal(want, got) }
		if there && (len(m.OneOf) == 0 || slices.ContainsFunc(m.OneOf, is)) && !slices.ContainsFunc(m.Not, is) {
			continue
		}
		f := Finding{Rule: "members", At: at, Want: "any value", Got: "none"}
		switch {
		case len(m.OneOf) > 0:
			f.Want = alternatives(m.OneOf, show)
		case len(m.Not) > 0:
			f.Want = "any value but " + alternatives(m.Not, show)
		}
		if there {
			f.Got = show(got)
		}
		j.add(f)
	}
}

// equal reports whether a value of the body is what is wanted. Only JSON tells a number from a text.
func (j *judge) equal(want, got any) bool {
	if j.kind() == contract.KindJSON {
		return same(want, got)
	}
	number, ok := numeral(want)
	return want == got || ok && number == got
}

// alternatives joins what describe says of each value: "400 or 422".
func alternatives[T any](values []T, describe func(T) string) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = describe(v)
	}
	return strings.Join(texts, " or ")
}
