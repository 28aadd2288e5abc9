// Package leak finds in an answer what the inside of an API should keep to itself: stack traces, errors of databases, pages of
// debuggers, keys, the caller's own credential. It goes by the structure of what it finds, never by single words, and tells only
// what an answer shows, not what that means for a verdict. It sends nothing and has no state.
package leak

import (
	"slices"

	"github.com/seed-e125e033/conform/internal/exchange"
)

// Tier is how sure a class is: of what only hints at a leak nothing is told.
type Tier string

// The tiers.
const (
	Certain Tier = "certain" // nothing else looks like it
	Likely  Tier = "likely"  // an API may have a reason
)

// Class is one kind of thing that an answer may give away.
type Class struct {
	Name string
	Tier Tier
	Is   string // what it is, for people: "a stack trace"
}

// The names of the classes that depend on what was sent. The others are told by their structure alone.
const (
	Credential      = "credential"
	Reflection      = "reflection"
	HeaderInjection = "header-injection"
)

// The names of the classes that are told by their structure.
const (
	stackTrace   = "stack-trace"
	sqlError     = "sql-error"
	debugPage    = "debug-page"
	privateKey   = "private-key"
	exception    = "exception"
	sqlStatement = "sql-statement"
	filePath     = "file-path"
	internalHost = "internal-host"
	accessKey    = "access-key"
	banner       = "banner"
)

// Classes lists every class, the certain ones first.
var Classes = []Class{
	{stackTrace, Certain, "a stack trace"},
	{sqlError, Certain, "an error of a database"},
	{debugPage, Certain, "a page made for the API's developers"},
	{privateKey, Certain, "a private key"},
	{Credential, Certain, "a credential of the request"},
	{Reflection, Certain, "markup out of the request, unescaped, where a browser reads markup"},
	{HeaderInjection, Certain, "a header field that the request made"},
	{exception, Likely, "the name or text of an exception of a programming language"},
	{sqlStatement, Likely, "a database statement"},
	{filePath, Likely, "a path in the server's file system"},
	{internalHost, Likely, "an address inside the API's network"},
	{accessKey, Likely, "a key or token that the request did not have"},
	{banner, Likely, "the version of a program that answers"},
}

// Names returns the names of all classes, in their order.
func Names() []string {
	names := make([]string, len(Classes))
	for i, c := range Classes {
		names[i] = c.Name
	}
	return names
}

// Named returns the class of that name; the zero Class if there is none.
func Named(name string) Class {
	if i := slices.IndexFunc(Classes, func(c Class) bool { return c.Name == name }); i >= 0 {
		return Classes[i]
	}
	return Class{}
}

// Finding is one thing that an answer gives away.
type Finding struct {
	Class   Class
	What    string // which of the class, for people: "a Python stack trace"
	At      string // JSON pointer of the string in the body, or name of the field; empty: the body
	Excerpt string // its shape: letters and digits stand for any but for what is the same everywhere; never a secret
}

// longest is how many bytes of a body are looked at: what gives anything away does so near its beginning.
const longest = 256 << 10

// Finder looks through one answer after the other. The zero value is ready; one goroutine at a time uses it.
type Finder struct {
	sought []sought // the secrets of the request before: mostly the next one carries them as well
}

// Find returns what an answer gives away, in the order of Classes, of each place in the answer at most one per kind. Content that is coded, such
// as gzip, is not read.
func (f *Finder) Find(a *exchange.Answer, about Sent) []Finding {
	sent := sent{Sent: about}
	found := shapes(a, &sent)
	found = append(found, banners(a.Fields, &sent)...)
	found = append(found, f.echoes(a, sent.Secrets)...)
	found = append(found, reflected(a, sent.Mark)...)
	found = append(found, injected(a)...)
	slices.SortStableFunc(found, func(x, y Finding) int {
		return slices.Index(Classes, x.Class) - slices.Index(Classes, y.Class)
	})
	return found
}

// Find is Finder.Find of one answer alone, of the classes of these names.
func Find(a *exchange.Answer, names []string, about Sent) []Finding {
	var found []Finding
	for _, f := range new(Finder).Find(a, about) {
		if slices.Contains(names, f.Class.Name) {
			found = append(found, f)
		}
	}
	return found
}

// shapes returns what is found by structure alone.
func shapes(a *exchange.Answer, sent *sent) []Finding {
	var found []Finding
	for _, fields := range [2]exchange.Fields{a.Fields, a.Trailer} {
		for _, f := range fields {
			hits := scan(filter(), f.Value)
			hits.each(func(d *detector) {
				if match, ok := d.find(f.Value, func(start, end int) bool { return d.allowed(f.Value[start:end], sent) }); ok {
					found = append(found, d.finding(f.Name, match))
				}
			})
		}
	}
	body := a.Body[:min(len(a.Body), longest)]
	hits := suspects(body)
	if hits == (set{}) {
		return found
	}
	read := readable(body)
	hits.each(func(d *detector) {
		text := read.text
		if d.raw {
			text = string(body)
		}
		match, ok := d.find(text, func(start, end int) bool {
			return d.class == filePath && refers(read.at(end-1)) || d.allowed(text[start:end], sent)
		})
		switch {
		case !ok:
		case d.raw:
			found = append(found, d.finding("", match))
		default:
			found = append(found, d.finding(read.at(match.start).String(), match))
		}
	})
	return found
}
