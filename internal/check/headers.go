package check

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// headers finds header fields that are missing, that should be, or that break the syntax asked of them. It goes by the
// fields' names in alphabetical order. Trailer fields and those of interim answers do not count.
func (j *judge) headers() {
	if len(j.expect.Headers) == 0 {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(j.expect.Headers)) {
		syntax := j.expect.Headers[name]
		lines := j.answer.Fields.Values(name)
		var want, got string
		switch syntax {
		case "present":
			want, got = present(lines)
		case "absent":
			want, got = absent(lines)
		case "challenge":
			want, got = challenge(lines)
		case "methods":
			want, got = j.methods(lines)
		case "delay-or-date":
			want, got = delayOrDate(lines)
		case "date":
			want, got = date(lines)
		case "media-type":
			want, got = j.contentType(lines)
		case "bearer":
			want, got = bearer(lines)
		case "bearer-silent":
			want, got = bearerSilent(lines)
		case "bearer-error":
			want, got = j.bearerError(lines)
		case "not-public":
			want, got = notPublic(lines)
		case "features":
			want, got = j.features(lines)
		case "other-tag":
			want, got = j.otherTag(lines)
		case "waited-out":
			want, got = j.waitedOut()
		default:
			j.cannotTell(fmt.Errorf("header %s: no syntax is called %q", name, syntax))
		}
		if got != "" {
			j.add(Finding{Rule: "headers", At: name, Want: want, Got: got})
		}
	}
}

// present wants the field, whatever its value. Like every syntax it returns what it wants and, where that is not so, what it got.
func present(lines []string) (want, got string) {
	if len(lines) == 0 {
		return "the field", "none"
	}
	return "", ""
}

// absent wants no such field, not even an empty one.
func absent(lines []string) (want, got string) {
	if len(lines) == 0 {
		return "", ""
	}
	return "no such field", excerpt(strings.Join(lines, ", "))
}
