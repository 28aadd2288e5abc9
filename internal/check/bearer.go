package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// bearers returns the challenges of the scheme Bearer, as far as the field can be read: whether it can is for the syntax challenge.
func bearers(lines []string) []readChallenge {
	p := challenges{scanner: scanner{text: strings.Join(lines, ", ")}}
	if p.read() != "" {
		return nil
	}
	return slices.DeleteFunc(p.all, func(c readChallenge) bool { return !strings.EqualFold(c.scheme, "Bearer") })
}

// value returns the value of a parameter, whose name compares without case, and whether there is one.
func (c readChallenge) value(name string) (string, bool) {
	for _, p := range c.parameters {
		if strings.EqualFold(p.name, name) {
			return p.value, true
		}
	}
	return "", false
}

// bearer wants at least one parameter in every challenge of the scheme Bearer, and in those that RFC 6750, section 3 defines no
// character that it leaves out. Other schemes are not judged.
func bearer(lines []string) (want, got string) {
	for _, c := range bearers(lines) {
		if len(c.parameters) == 0 {
			return "a parameter after Bearer, such as realm", excerpt(strings.Join(lines, ", "))
		}
		for _, p := range c.parameters {
			spaces, known := map[string]bool{"scope": true, "error": true, "error_description": true, "error_uri": false}[strings.ToLower(p.name)]
			if !known {
				continue
			}
			if strings.ContainsFunc(p.value, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' || r == ' ' && !spaces }) {
				return "in " + p.name + " of Bearer no character but those of RFC 6750", excerpt(p.value)
			}
		}
	}
	return "", ""
}

// bearerSilent wants no word about an error in a challenge of the scheme Bearer: for a request that had no credential, which is
// what RFC 6750, section 3.1 speaks of.
func bearerSilent(lines []string) (want, got string) {
	for _, c := range bearers(lines) {
		for _, name := range []string{"error", "error_description", "error_uri"} {
			if value, ok := c.value(name); ok {
				return "no " + name + " where there was no credential", excerpt(value)
			}
		}
	}
	return "", ""
}

// bearerError wants the status that RFC 6750, section 3.1 gives an error that a challenge of the scheme Bearer names. Errors of
// other specifications are not judged.
func (j *judge) bearerError(lines []string) (want, got string) {
	for _, c := range bearers(lines) {
		named, _ := c.value("error")
		status, known := map[string]int{"invalid_request": 400, "invalid_token": 401, "insufficient_scope": 403}[named]
		if known && status != j.answer.Status {
			return fmt.Sprintf("status %d with %s", status, named), strconv.Itoa(j.answer.Status)
		}
	}
	return "", ""
}
