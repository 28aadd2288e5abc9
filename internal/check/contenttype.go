package check

// contentType wants exactly one readable media type where the answer has content (RFC 9110, section 8.3). Without
// content there is nothing to judge.
func (j *judge) contentType() (want, got string) {
	if len(j.answer.Body) == 0 || j.reading.contentless() {
		return "", ""
	}
	return "one media type", j.reading.contentType().wrong
}
