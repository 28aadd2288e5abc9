package check

import (
	"fmt"
	"strings"
)

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
func (j *judge) bearer(lines []string) (want, got string) {
	for _, c := range j.reading.known.challengesOf(lines).bearers {
		if len(c.parameters) == 0 {
			return "a parameter after Bearer, such as realm", excerpt(strings.Join(lines, ", "))
		}
		for _, p := range c.parameters {
			spaces := true
			switch strings.ToLower(p.name) {
			case "scope", "error", "error_description":
			case "error_uri":
				spaces = false
			default:
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
func (j *judge) bearerSilent(lines []string) (want, got string) {
	for _, c := range j.reading.known.challengesOf(lines).bearers {
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
	for _, c := range j.reading.known.challengesOf(lines).bearers {
		named, _ := c.value("error")
		status := 0
		switch named {
		case "invalid_request":
			status = 400
		case "invalid_token":
			status = 401
		case "insufficient_scope":
			status = 403
		default:
			continue
		}
		if status != j.answer.Status {
			return fmt.Sprintf("status %d with %s", status, named), j.reading.status()
		}
	}
	return "", ""
}
