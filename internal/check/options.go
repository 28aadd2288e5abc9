package check

import (
	"net/http"
	"strings"
)

// features wants a success that answers OPTIONS to say what the resource takes: with Allow which methods (RFC 9110, section 9.3.7), with
// another field something. Refusals, and what answers other methods, are not judged.
func (j *judge) features(name string, lines []string) (want, got string) {
	switch {
	case j.request.Method != http.MethodOptions || j.answer.Status/100 != 2:
		return "", ""
	case strings.EqualFold(name, "Allow"):
		return j.methods(lines)
	}
	return present(lines)
}
