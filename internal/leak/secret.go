package leak

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/exchange"
)

// Secret is a credential that a request carried.
type Secret struct {
	In    string // header, query or cookie
	Name  string // of the field, parameter or cookie
	Value string // as it was sent: of Authorization with its scheme
}

// shortest is how many bytes a secret has that is looked for: a shorter one may be in an answer by chance.
const shortest = 8

// values returns what of a secret must not come back: without the scheme; of Basic, user and password, the password alone, and
// both as they were sent, which may be encoded once more.
func (s Secret) values() []string {
	value := s.Value
	if s.In == "header" && (is(s.Name, "Authorization") || is(s.Name, "Proxy-Authorization")) {
		if scheme, rest, ok := strings.Cut(value, " "); ok {
			value = strings.TrimLeft(rest, " ")
			if is(scheme, "Basic") {
				if pair, err := base64.StdEncoding.DecodeString(value); err == nil {
					_, password, _ := strings.Cut(string(pair), ":")
					return long(string(pair), password, value)
				}
			}
		}
	}
	return long(value)
}

func long(values ...string) []string {
	kept := values[:0]
	for _, v := range values {
		if len(v) >= shortest {
			kept = append(kept, v)
		}
	}
	return kept
}

// sought is a secret in all forms in which it is looked for: to make them takes 1.5 us.
type sought struct {
	Secret
	forms [][]form // of each of its values
}

func seek(s Secret) sought {
	all := sought{Secret: s}
	for _, value := range s.values() {
		all.forms = append(all.forms, forms(value))
	}
	return all
}

// form is a way in which a secret may be written, beside escapes, which are undone in the answer.
type form struct {
	text  string
	bytes []byte // of text
	how   string
}

// forms returns a value as it is, and the base64 digits that it makes wherever it stands in a longer text: at each of the three
// offsets, without the digits that it shares with its neighbours.
func forms(value string) []form {
	all := append(make([]form, 0, 7), form{value, []byte(value), "as it was sent"})
	for _, encoding := range [2]*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for offset, shared := range [3]int{0, 2, 3} {
			text := encoding.EncodeToString([]byte("\x00\x00"[:offset] + value))
			if (offset+len(value))%3 != 0 {
				text = text[:len(text)-1]
			}
			if text = text[shared:]; encoding == base64.RawStdEncoding || text != all[1+offset].text {
				all = append(all, form{text, []byte(text), "in base64"})
			}
		}
	}
	return all
}

// echoes returns where an answer has a credential of the request: as it is, percent-encoded, in base64, or escaped as JSON or HTML.
func (f *Finder) echoes(a *exchange.Answer, secrets []Secret) []Finding {
	var found []Finding
	for i, secret := range secrets {
		if i == len(f.sought) {
			f.sought = append(f.sought, seek(secret))
		} else if f.sought[i].Secret != secret {
			f.sought[i] = seek(secret)
		}
		for _, forms := range f.sought[i].forms {
			if echo, ok := secret.echo(a, forms); ok {
				found = append(found, echo)
				break
			}
		}
	}
	return found
}

// echo returns the first place where an answer has one of the forms of a secret.
func (s Secret) echo(a *exchange.Answer, forms []form) (Finding, bool) {
	finding := func(at, how string) Finding {
		return Finding{Class: Named(Credential), What: fmt.Sprintf("the %s that the request carried", s.name()), At: at, Excerpt: how}
	}
	for _, fields := range [2]exchange.Fields{a.Fields, a.Trailer} {
		for _, f := range fields {
			if how := in(f.Value, forms); how != "" && !s.mayCarry(f.Name) {
				return finding(f.Name, how), true
			}
		}
	}
	if without(a.Body[:min(len(a.Body), longest)], forms) {
		return Finding{}, false
	}
	body := string(a.Body[:min(len(a.Body), longest)])
	how := in(body, forms)
	if how == "" {
		return Finding{}, false
	}
	read := readable([]byte(body))
	for i, start := range read.starts {
		end := len(read.text)
		if i+1 < len(read.starts) {
			end = read.starts[i+1]
		}
		if in(read.text[start:end], forms) != "" {
			return finding(read.places[i].String(), how), true
		}
	}
	return finding("", how), true
}

func (s Secret) name() string {
	switch s.In {
	case "query":
		return "parameter " + s.Name
	case "cookie":
		return "cookie " + s.Name
	}
	return s.Name
}

// mayCarry reports whether a field may rightly have the secret: a cookie is renewed by being set again, and a redirect keeps the
// query of the request.
func (s Secret) mayCarry(field string) bool {
	switch s.In {
	case "cookie":
		return is(field, "Set-Cookie")
	case "query":
		return is(field, "Location") || is(field, "Content-Location") || is(field, "Link")
	}
	return false
}

// without reports whether a body plainly has none of the forms: nothing in it is escaped either.
func without(body []byte, forms []form) bool {
	return bytes.IndexByte(body, '%') < 0 && bytes.IndexByte(body, '\\') < 0 && bytes.IndexByte(body, '&') < 0 &&
		!slices.ContainsFunc(forms, func(f form) bool { return bytes.Contains(body, f.bytes) })
}

// in returns how a text has one of the forms; empty if it has none.
func in(text string, forms []form) string {
	if how := has(text, forms); how != "" {
		return how
	}
	if strings.IndexByte(text, '%') >= 0 {
		if how := has(percentDecoded(text), forms); how != "" {
			return how + ", percent-encoded"
		}
	}
	escaped := strings.IndexByte(text, '\\') >= 0
	if entities := hasEntities(text); !escaped && !entities {
		return ""
	} else if entities {
		if how := has(withoutEntities(text), forms); how != "" {
			return how + ", escaped as HTML"
		}
	}
	if how := has(string(unescaped(nil, []byte(text))), forms); how != "" {
		return how + ", escaped as JSON"
	}
	return ""
}

func has(text string, forms []form) string {
	for _, f := range forms {
		if strings.Contains(text, f.text) {
			return f.how
		}
	}
	return ""
}
