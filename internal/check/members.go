package check

import (
	"maps"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/pointer"
)

// members finds members of the body that are missing or have another value than one of those expected. A member
// without a list of values has to be there.
func (j *judge) members() {
	for _, at := range slices.Sorted(maps.Keys(j.expect.Members)) {
		allowed := j.expect.Members[at].OneOf
		got, there := pointer.Get(j.value, at)
		if there && (len(allowed) == 0 || slices.ContainsFunc(allowed, func(want any) bool { return same(want, got) })) {
			continue
		}
		f := Finding{Rule: "members", At: at, Want: "any value", Got: "none"}
		if len(allowed) > 0 {
			f.Want = alternatives(allowed, show)
		}
		if there {
			f.Got = show(got)
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
