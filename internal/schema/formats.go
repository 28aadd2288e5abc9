package schema

import (
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/xeipuuv/gojsonschema"
)

// formats returns the values of the format keyword that are checked.
func formats() []string {
	return []string{
		"date", "time", "date-time", "hostname", "email", "ipv4", "ipv6", "uri", "uri-reference", "uri-template", "uuid", "regex",
		"json-pointer", "relative-json-pointer",
	}
}

// silentFormats returns those that OpenAPI adds to say how a value is kept or shown. There is nothing to check.
func silentFormats() []string {
	return []string{"int32", "int64", "float", "double", "byte", "binary", "password"}
}

func (g *guard) format(at string, value any) {
	name, ok := value.(string)
	if !ok || !slices.Contains(formats(), name) && !slices.Contains(silentFormats(), name) {
		g.wrong(at, `"format" is %s: known are %s`, brief(value), strings.Join(formats(), ", "))
	}
}

// exactFormats replaces the checkers that let wrong values pass or refuse right ones: gojsonschema takes a date for a
// date-time, a time without an offset, a name with a mail address, and refuses a UUID in capitals. They are global to gojsonschema,
// behind its lock; putting the same ones there again changes nothing.
func exactFormats() {
	for name, is := range map[string]text{
		"date-time": func(s string) bool { return dateTime().MatchString(s) && parses(upperTZ(s)) },
		"time": func(s string) bool {
			return fullTime().MatchString(s) && parses("2000-01-01T"+upperTZ(s))
		},
		"email": func(s string) bool {
			address, err := mail.ParseAddress(s)
			return err == nil && address.Name == "" && !strings.ContainsAny(s, "<>")
		},
		"uuid": uuid().MatchString,
	} {
		gojsonschema.FormatCheckers.Add(name, is)
	}
}

// text is a checker of strings. Other values have no format, so they pass.
type text func(string) bool

// IsFormat reports whether value is a string of the format, or no string at all.
func (is text) IsFormat(value any) bool {
	s, ok := value.(string)
	return !ok || is(s)
}

// Patterns of RFC 3339, section 5.6, and RFC 9562, section 4. time.Parse alone takes a comma before a fraction, and an offset of 60 minutes.
var (
	dateTime = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$`)
	})
	fullTime = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$`)
	})
	uuid = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	})
)

// parses reports whether s is a date and time. A leap second, which time.Parse does not know, is read as the second before.
func parses(s string) bool {
	const second = len("2000-01-01T00:00")
	if strings.HasPrefix(s[second:], ":60") {
		s = s[:second] + ":59" + s[second+len(":60"):]
	}
	_, err := time.Parse(time.RFC3339, s)
	return err == nil
}

// upperTZ writes the letters of a time as Go knows them; RFC 3339 allows small ones.
func upperTZ(s string) string { return strings.ToUpper(s) }
