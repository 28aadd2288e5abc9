package check

import (
	"fmt"
	"slices"
	"strings"
)

// challenge wants at least one challenge, and nothing that is none (RFC 9110, sections 11.2 to 11.6.1): a scheme, alone or
// with a token68 or parameters. Challenges may share a line or stand on several.
func challenge(lines []string) (want, got string) {
	const asked = "at least one challenge: a scheme with its parameters"
	if len(lines) == 0 {
		return asked, "none"
	}
	joined := strings.Join(lines, ", ")
	p := challenges{scanner: scanner{text: joined}}
	switch wrong := p.read(); {
	case wrong != "":
		return asked, excerpt(joined) + " (" + excerpt(wrong) + ")"
	case p.count == 0:
		return asked, excerpt(joined)
	}
	return "", ""
}

// challenges reads a list whose commas part challenges as well as the parameters of one. What follows a comma is a parameter
// if an equals sign comes after its first token, else it starts a challenge.
type challenges struct {
	scanner
	count int
	names []string // parameters of the current challenge; none where it cannot take more

	all []readChallenge
}

// readChallenge is a challenge with its parameters in order; a token68 is none.
type readChallenge struct {
	scheme     string
	parameters []parameter
}

// parameter is a parameter of a challenge, with the value that its quoted-string stands for.
type parameter struct{ name, value string }

// read returns what is wrong with the list, empty if nothing is. Empty list elements are passed over (section 5.6.1.2).
func (p *challenges) read() string {
	for {
		p.skip(ows + ",")
		if p.done() {
			return ""
		}
		if wrong := p.element(); wrong != "" {
			return wrong
		}
		p.skip(ows)
		if !p.done() && p.text[p.at] != ',' {
			return fmt.Sprintf("no comma before %q", p.rest())
		}
	}
}

func (p *challenges) element() string {
	start := p.at
	name := p.token()
	if name == "" {
		return fmt.Sprintf("no scheme at %q", p.rest())
	}
	end := p.at
	if p.skip(ows); p.next('=') {
		if len(p.names) == 0 {
			return fmt.Sprintf("parameter %q belongs to no scheme", name)
		}
		p.at = start
		return p.parameter()
	}
	p.at = end
	p.count++
	p.all = append(p.all, readChallenge{scheme: name})
	p.names = p.names[:0]
	p.skip(" ")
	if p.done() || p.next(',') || p.at == end || p.token68() {
		return ""
	}
	return p.parameter()
}

// parameter reads a name, an equals sign, around which white space is tolerated, and a token or a quoted-string. A name
// may stand once in a challenge (section 11.2).
func (p *challenges) parameter() string {
	all := p.rest()
	name := p.token()
	p.skip(ows)
	if name == "" || !p.take('=') {
		return fmt.Sprintf("no parameter at %q", all)
	}
	p.skip(ows)
	quoted, start := p.next('"'), p.at
	if !p.word() {
		if quoted {
			return fmt.Sprintf("the quoted value of %q does not end", name)
		}
		return fmt.Sprintf("parameter %q has no value", name)
	}
	if slices.ContainsFunc(p.names, func(n string) bool { return strings.EqualFold(n, name) }) {
		return fmt.Sprintf("parameter %q comes twice", name)
	}
	p.names = append(p.names, name)
	last := &p.all[len(p.all)-1]
	last.parameters = append(last.parameters, parameter{name, unquoted(p.text[start:p.at])})
	return ""
}

// unquoted returns what a token or a quoted-string stands for.
func unquoted(word string) string {
	if !strings.HasPrefix(word, `"`) {
		return word
	}
	var text strings.Builder
	for i := 1; i < len(word)-1; i++ {
		if word[i] == '\\' {
			i++
		}
		text.WriteByte(word[i])
	}
	return text.String()
}

// token68 passes over a token68 that ends its challenge, and reports whether one came; else it passes over nothing.
func (p *challenges) token68() bool {
	start := p.at
	for !p.done() && (isAlphanumeric(p.text[p.at]) || strings.IndexByte("-._~+/", p.text[p.at]) >= 0) {
		p.at++
	}
	if p.at > start {
		p.skip("=")
		end := p.at
		if p.skip(ows); p.done() || p.next(',') {
			p.at = end
			return true
		}
	}
	p.at = start
	return false
}

func (p *challenges) next(c byte) bool { return !p.done() && p.text[p.at] == c }
