package check

import (
	"strings"
	"time"
)

// date wants the field, once, in the one form that senders may use, IMF-fixdate (RFC 9110, sections 6.6.1 and 5.6.7). Unlike
// that of delay-or-date its absence is a finding: an origin with a clock has to send Date with every 2xx, 3xx and 4xx.
func (j *judge) date(lines []string) (want, got string) {
	const asked = "a date such as Sun, 06 Nov 1994 08:49:37 GMT"
	switch len(lines) {
	case 0:
		return asked, "none"
	case 1:
		value := strings.Trim(lines[0], ows)
		if j.reading.known.isFixdate(value) {
			return "", ""
		}
		return asked, excerpt(value)
	}
	return asked + ", once", severalLines(lines)
}

// isFixdate reports whether text is an IMF-fixdate, with the right day of the week. time.Parse tolerates much and refuses leap seconds;
// and nearly every answer has a date, of which this takes 0.05 us rather than 0.4.
func isFixdate(text string) bool {
	const shape = "???, 00 ??? 0000 00:00:00 GMT"
	if len(text) != len(shape) {
		return false
	}
	for i := range len(shape) {
		digit := '0' <= text[i] && text[i] <= '9'
		if shape[i] == '0' && !digit || shape[i] != '0' && shape[i] != '?' && text[i] != shape[i] {
			return false
		}
	}
	number := func(at int) int { return int(text[at]-'0')*10 + int(text[at+1]-'0') }
	weekday := strings.Index("Sun Mon Tue Wed Thu Fri Sat", text[:3])
	month := strings.Index("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", text[8:11])
	if weekday%4 != 0 || month%4 != 0 {
		return false
	}
	day := time.Date(number(12)*100+number(14), time.Month(month/4+1), number(5), 0, 0, 0, 0, time.UTC)
	return day.Day() == number(5) && day.Weekday() == time.Weekday(weekday/4) && isTimeOfDay(number(17), number(20), number(23))
}

// isTimeOfDay reports whether there is such a time: the last second of a day may be a leap second.
func isTimeOfDay(hour, minute, second int) bool {
	return hour < 24 && minute < 60 && (second < 60 || hour == 23 && minute == 59 && second == 60)
}

// isHTTPDate reports whether text is a date in one of the three forms that recipients have to take.
func isHTTPDate(text string) bool {
	if isFixdate(text) {
		return true
	}
	text = strings.Replace(text, "23:59:60", "23:59:59", 1) // a leap second, which time.Parse does not know
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
