package check

// contentType wants exactly one readable media type where the answer has content (RFC 9110, section 8.3). Without
// content there is nothing to judge.
func (j *judge) contentType(lines []string) (want, got string) {
	if len(j.answer.Body) == 0 || j.contentless() {
		return "", ""
	}
	return "one media type", oneMediaType(lines).wrong
}
