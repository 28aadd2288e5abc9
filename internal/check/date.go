package check

import (
	"net/http"
	"strings"
	"time"
)

// date wants the field, once, in the one form that senders may use, IMF-fixdate (RFC 9110, sections 6.6.1 and 5.6.7). Unlike
// that of delay-or-date its absence is a finding: an origin with a clock has to send Date with every 2xx, 3xx and 4xx.
func date(lines []string) (want, got string) {
	const asked = "a date such as Sun, 06 Nov 1994 08:49:37 GMT"
	switch len(lines) {
	case 0:
		return asked, "none"
	case 1:
		value := strings.Trim(lines[0], ows)
		if isFixdate(value) {
			return "", ""
		}
		return asked, excerpt(value)
	}
	return asked + ", once", severalLines(lines)
}

// isFixdate reports whether text is an IMF-fixdate. time.Parse tolerates much (fractions, one digit, any day of the week), so
// the time it reads is written again and compared.
func isFixdate(text string) bool {
	t, err := time.Parse(http.TimeFormat, text)
	return err == nil && t.Format(http.TimeFormat) == text
}

// isHTTPDate reports whether text is a date in one of the three forms that recipients have to take.
func isHTTPDate(text string) bool {
	if isFixdate(text) {
		return true
	}
	if t, err := time.Parse(time.ANSIC, text); err == nil {
		return t.Format(time.ANSIC) == text
	}
	const rfc850 = "Monday, 02-Jan-06 15:04:05 GMT"
	t, err := time.Parse(rfc850, text)
	if err != nil {
		return false
	}
	// The day of the week hangs on the century, which two digits do not tell: any name of a day will do.
	day, rest, _ := strings.Cut(text, ", ")
	_, again, _ := strings.Cut(t.Format(rfc850), ", ")
	for d := time.Sunday; d <= time.Saturday; d++ {
		if d.String() == day {
			return rest == again
		}
	}
	return false
}
