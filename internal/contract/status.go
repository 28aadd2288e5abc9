package contract

import (
	"strconv"
	"strings"
)

// Status is a status code (404) or a class of them (4xx).
type Status string

// Codes are status codes that follow on each other: one, or all of a class.
type Codes struct{ First, Last int }

// Has reports whether code is one of them.
func (c Codes) Has(code int) bool { return c.First <= code && code <= c.Last }

// Codes returns those that s stands for; none where it is neither a status code nor a class of them.
func (s Status) Codes() Codes {
	if !s.valid() {
		return Codes{First: 1}
	}
	if class, all := strings.CutSuffix(string(s), "xx"); all {
		first := 100 * int(class[0]-'0')
		return Codes{first, first + 99}
	}
	code, _ := strconv.Atoi(string(s)) // three digits
	return Codes{code, code}
}

// Matches reports whether code is this status or in this class.
func (s Status) Matches(code int) bool { return s.Codes().Has(code) }

// valid reports whether s is a status code or a class of them.
func (s Status) valid() bool {
	if len(s) != 3 || s[0] < '1' || s[0] > '9' {
		return false
	}
	return s[1:] == "xx" || strings.Trim(string(s[1:]), "0123456789") == ""
}
