package check

import "strings"

// delayOrDate wants one number of seconds, digits alone, or one date in any of the three forms of HTTP-date (RFC 9110,
// sections 10.2.3 and 5.6.7). The syntax is judged only where the field is there: sending it is optional.
func delayOrDate(lines []string) (want, got string) {
	const asked = "seconds or an HTTP date"
	switch len(lines) {
	case 0:
		return "", ""
	case 1:
		value := strings.Trim(lines[0], ows)
		if isDigits(value) || isHTTPDate(value) {
			return "", ""
		}
		return asked, excerpt(value)
	}
	return asked + ", once", severalLines(lines)
}

func isDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}
