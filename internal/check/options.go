package check

import "net/http"

// features wants a success to say with Allow, the one feature that there is a field for, what the resource takes: it answers
// OPTIONS (RFC 9110, section 9.3.7). Refusals, and what answers other methods, are not judged.
func (j *judge) features(lines []string) (want, got string) {
	if j.request.Method != http.MethodOptions || j.answer.Status/100 != 2 {
		return "", ""
	}
	return j.methods(lines)
}
