package check

import (
	"slices"
	"strings"
)

// protocols wants a list of protocols, each a name that a version may follow, and the field's own name in Connection, which a sender
// of Upgrade has to add (RFC 9110, section 7.8). HTTP/2 has neither field (RFC 9113, section 8.2.2), and nothing is wanted there.
func (j *judge) protocols(lines []string) (want, got string) {
	const asked = "a list of protocols"
	if !strings.HasPrefix(j.answer.Proto, "HTTP/1.") {
		return "", ""
	}
	if len(lines) == 0 {
		return asked, "none"
	}
	joined := strings.Join(lines, ", ")
	some := false
	for element := range strings.SplitSeq(joined, ",") {
		name, version, versioned := strings.Cut(strings.Trim(element, ows), "/")
		switch {
		case name == "" && !versioned:
			continue // section 5.6.1.2: empty elements are passed over
		case !isToken(name) || versioned && !isToken(version):
			return asked, excerpt(joined)
		}
		some = true
	}
	options := strings.Split(strings.Join(j.answer.Fields.Values("Connection"), ","), ",")
	switch {
	case !some:
		return asked, excerpt(joined)
	case !slices.ContainsFunc(options, func(o string) bool { return strings.EqualFold(strings.Trim(o, ows), "upgrade") }):
		return asked + ", and Connection with upgrade", "no such Connection"
	}
	return "", ""
}
