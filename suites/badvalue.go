package suites

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/target"
)

// bad is a text that is not a value of a parameter or member, and what is wrong with it.
type bad struct{ slug, text string }

// sampleUUID stands in where a good value is not a UUID as RFC 9562, section 4 writes it.
const sampleUUID = "6d1d6f0e-3c5b-4b57-9f51-2f7a8d0c41e9"

// malformed returns texts that are not values of the format, made from a good one where that shows the defect alone.
// Forms that are common in spite of the format are left out: see lenient.
func malformed(format, good string) []bad {
	switch format {
	case "uuid", "uuid4", "uuid5", "uuid7":
		good = asUUID(good)
		return []bad{{"short", good[:8]}, {"long", good + "0"}, {"bad-hex", good[:35] + "g"}}
	case "integer": // a lax reader takes the last two for the good one, and not for a thing that is none of ours
		n := asInteger(good)
		return []bad{{"word", "conform"}, {"fraction", n + ".5"}, {"mixed", n + "abc"}}
	case "number":
		n := asInteger(good)
		return []bad{{"word", "conform"}, {"two-points", n + ".2.3"}, {"mixed", n + "abc"}}
	case "boolean":
		return []bad{{"word", "conform"}, {"number", "2"}}
	case "date":
		return []bad{{"word", "conform"}, {"month", "2025-13-01"}, {"day", "2025-02-30"}}
	case "date-time": // RFC 3339, section 5.6: the offset is not optional
		return []bad{{"word", "conform"}, {"month", "2025-13-01T00:00:00Z"}, {"hour", "2025-01-01T25:00:00Z"}, {"no-offset", "2025-01-01T00:00:00"}}
	case "uri":
		return []bad{{"no-scheme", "conform"}, {"space", "https://exam ple.com/"}, {"bad-escape", "https://example.com/%zz"}}
	case "email":
		return []bad{{"no-at", "conform.example.com"}, {"no-domain", "conform@"}, {"two-ats", "conform@conform@example.com"}}
	case "digest":
		return []bad{{"short", "sha256:6d1d6f0e"}, {"long", "sha256:" + strings.Repeat("6d1d6f0e", 9)}, {"bad-hex", "sha256:" + strings.Repeat("z", 64)}}
	}
	return nil
}

// lenient returns forms of a good value that the format forbids and many parsers take all the same.
func lenient(format, good string) []bad {
	switch format {
	case "uuid", "uuid4", "uuid5", "uuid7":
		good = asUUID(good)
		return []bad{{"no-hyphens", strings.ReplaceAll(good, "-", "")}, {"braces", "{" + good + "}"}}
	}
	return nil
}

// wrongVersionOf returns a UUID of another version than the format asks for, and nothing for other formats.
func wrongVersionOf(format, good string) string {
	version := map[string]string{"uuid4": "5", "uuid5": "4", "uuid7": "4"}[format]
	if version == "" {
		return ""
	}
	good = asUUID(good)
	return good[:14] + version + good[15:]
}

// asUUID returns a good value if it has the form of a UUID. What comes from another operation's answer has none yet.
func asUUID(good string) string {
	if len(good) != len(sampleUUID) {
		return sampleUUID
	}
	for _, at := range []int{8, 13, 18, 23} {
		if good[at] != '-' {
			return sampleUUID
		}
	}
	return good
}

// asInteger returns a good value if it is an integer. What is not in the good request has none.
func asInteger(good string) string {
	if target.Fits("integer", good) != nil {
		return "12"
	}
	return good
}

// unlisted returns a value that is none of those that a parameter may have, and of its format where it has one: what is not, malformed
// has already.
func unlisted(v target.Value) []bad {
	other := "conform"
	if v.Format != "" {
		other = target.Unknown(target.Value{Format: v.Format}, "unlisted")
	}
	if len(v.OneOf) == 0 || other == "" || slices.Contains(v.OneOf, other) {
		return nil
	}
	return []bad{{"unlisted", other}}
}

// madeUp returns 16 hexadecimal digits made from parts: a thing that nobody has, and the same in every run.
func madeUp(parts ...string) string {
	seed := make([]byte, 0, 128)
	for i, part := range parts {
		if i > 0 {
			seed = append(seed, 0)
		}
		seed = append(seed, part...)
	}
	sum := sha256.Sum256(seed)
	return string(hex.AppendEncode(seed[:0], sum[:8]))
}
