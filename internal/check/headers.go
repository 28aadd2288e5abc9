package check

import (
	"fmt"
	"strings"
)

// headers finds header fields that are missing, that should be, or that break the syntax asked of them. It goes by the
// fields' names in alphabetical order. Trailer fields and those of interim answers do not count.
func (j *judge) headers() {
	for _, f := range j.expect.fields {
		lines := j.reading.values(f.name)
		var want, got string
		switch f.syntax {
		case "present":
			want, got = present(lines)
		case "absent":
			want, got = absent(lines)
		case "challenge":
			want, got = j.challenge(lines)
		case "methods":
			want, got = j.methods(lines)
		case "delay-or-date":
			want, got = delayOrDate(lines)
		case "date":
			want, got = j.date(lines)
		case "media-type":
			want, got = j.contentType()
		case "bearer":
			want, got = j.bearer(lines)
		case "bearer-silent":
			want, got = j.bearerSilent(lines)
		case "bearer-error":
			want, got = j.bearerError(lines)
		case "not-public":
			want, got = notPublic(lines)
		case "features":
			want, got = j.features(f.name, lines)
		case "other-tag":
			want, got = j.otherTag(lines)
		case "protocols":
			want, got = j.protocols(lines)
		case waitedOut:
			want, got = j.waitedOut()
		default:
			j.cannotTell(fmt.Errorf("header %s: no syntax is called %q", f.name, f.syntax))
		}
		if got != "" {
			j.add(Finding{Rule: "headers", At: f.name, Want: want, Got: got})
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
