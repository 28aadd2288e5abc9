package check

import (
	"slices"
	"strings"
)

// members finds values in the body that are missing, or are none of those expected or one of those ruled out.
func (j *judge) members() {
	for _, m := range j.wanted {
		got, there := j.get(m.at)
		if there && (len(m.OneOf) == 0 || slices.ContainsFunc(m.OneOf, got.is)) && !slices.ContainsFunc(m.Not, got.is) {
			continue
		}
		f := Finding{Rule: "members", At: m.at, Want: "any value", Got: "none"}
		switch {
		case len(m.OneOf) > 0:
			f.Want = alternatives(m.OneOf, show)
		case len(m.Not) > 0:
			f.Want = "any value but " + alternatives(m.Not, show)
		}
		if there {
			f.Got = show(got.any())
		}
		j.add(f)
	}
}

// alternatives joins what describe says of each value: "400 or 422".
func alternatives[T any](values []T, describe func(T) string) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = describe(v)
	}
	return strings.Join(texts, " or ")
}
