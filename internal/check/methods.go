package check

import (
	"net/http"
	"slices"
	"strings"
)

// methods wants a list of method names, each a token, on one line or several, in any order; an empty list is one
// (RFC 9110, section 10.2.1). A 405 that lists the very method it refuses is untrue, and so is one that leaves out a method that
// the resource takes (section 15.5.6: those that it currently supports). Other refusals have reasons of their own, so there the
// method may well be listed. Methods compare with case (section 9.1).
func (j *judge) methods(lines []string) (want, got string) {
	const asked = "a list of methods"
	if len(lines) == 0 {
		return asked, "none"
	}
	joined := strings.Join(lines, ", ")
	var room [8]string
	listed := room[:0]
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
	works := j.reading.defect.Works
	told := j.request.Method == http.MethodOptions && j.answer.Status/100 == 2
	switch {
	case j.answer.Status != http.StatusMethodNotAllowed && !told:
	case slices.Contains(listed, j.request.Method) && !told:
		return asked + " without the refused " + j.request.Method, excerpt(joined)
	case works != "" && !slices.Contains(listed, works):
		return asked + " with " + works + ", which works", excerpt(joined)
	}
	return "", ""
}
