package check

import (
	"net/http"
	"slices"
	"strings"
)

// methods wants a list of method names, each a token, on one line or several, in any order; an empty list is one
// (RFC 9110, section 10.2.1). A 405 that lists the very method it refuses is untrue. Other refusals
// have reasons of their own, so there the method may well be listed. Methods compare with case (section 9.1).
func (j *judge) methods(lines []string) (want, got string) {
	const asked = "a list of methods"
	if len(lines) == 0 {
		return asked, "none"
	}
	joined := strings.Join(lines, ", ")
	var listed []string
	for element := range strings.SplitSeq(joined, ",") {
		element = strings.Trim(element, ows)
		if element == "" {
			continue // section 5.6.1.2: empty elements are passed over
		}
		if !isToken(element) {
			return asked, excerpt(joined)
		}
		listed = append(listed, element)
	}
	if j.answer.Status == http.StatusMethodNotAllowed && slices.Contains(listed, j.request.Method) {
		return asked + " without the refused " + j.request.Method, excerpt(joined)
	}
	return "", ""
}
