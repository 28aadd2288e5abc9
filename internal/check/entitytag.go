package check

import (
	"strings"
)

// otherTag wants no success to come with the entity tag that the request named in If-None-Match: the condition was false, and
// the method is not performed then (RFC 9110, section 13.1.2). The tag may have changed meanwhile; those of a success without one are
// not known. Tags compare weakly.
func (j *judge) otherTag(lines []string) (want, got string) {
	sent, ok := j.request.Fields.Get("If-None-Match")
	if !ok || j.answer.Status/100 != 2 {
		return "", ""
	}
	for _, line := range lines {
		if opaque(line) == opaque(sent) {
			return "304 for a GET, 412 for others, where If-None-Match has the tag", "a success with " + excerpt(line)
		}
	}
	return "", ""
}

// opaque returns an entity tag without the mark of a weak one.
func opaque(tag string) string { return strings.TrimPrefix(strings.Trim(tag, ows), "W/") }
