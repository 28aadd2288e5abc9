package check

import (
	"fmt"
	"strings"
)

// challenge wants at least one challenge, and nothing that is none (RFC 9110, sections 11.2 to 11.6.1): a scheme, alone or
// with a token68 or parameters. Challenges may share a line or stand on several.
func (j *judge) challenge(lines []string) (want, got string) {
	const asked = "at least one challenge: a scheme with its parameters"
	if len(lines) == 0 {
		return asked, "none"
	}
	switch read := j.reading.known.challengesOf(lines); {
	case read.wrong != "":
		return asked, excerpt(read.text) + " (" + excerpt(read.wrong) + ")"
	case len(read.all) == 0:
		return asked, excerpt(read.text)
	}
	return "", ""
}

// challenges are what the lines of a field such as WWW-Authenticate say.
type challenges struct {
	text    string // the lines, joined
	all     []readChallenge
	bearers []readChallenge // those of the scheme Bearer; none where the lines cannot be read, which is for the syntax challenge
	wrong   string          // empty: they can be read
}

// readChallenge is a challenge with its parameters in order; a token68 is none.
type readChallenge struct {
	scheme     string
	parameters []parameter
}

// parameter is a parameter of a challenge, with the value that its quoted-string stands for.
type parameter struct{ name, value string }

// readChallenges reads the lines of a field, joined.
func readChallenges(text string) challenges {
	list := challengeList{scanner: scanner{text: text}}
	read := challenges{text: text, wrong: list.read(), all: list.all}
	for _, c := range list.all {
		if read.wrong == "" && strings.EqualFold(c.scheme, "Bearer") {
			read.bearers = append(read.bearers, c)
		}
	}
	return read
}

// challengeList reads a list whose commas part challenges as well as the parameters of one. What follows a comma is a parameter
// if an equals sign comes after its first token, else it starts a challenge.
type challengeList struct {
	scanner
	all   []readChallenge
	names map[string]bool // in small letters, of the parameters of the current challenge
	full  bool            // the current challenge, if there is one, takes no parameters more
}

// read returns what is wrong with the list, empty if nothing is. Empty list elements are passed over (section 5.6.1.2).
func (l *challengeList) read() string {
	for l.full = true; ; {
		l.skip(ows + ",")
		if l.done() {
			return ""
		}
		if wrong := l.element(); wrong != "" {
			return wrong
		}
		l.skip(ows)
		if !l.done() && !l.next(',') {
			return fmt.Sprintf("no comma before %q", l.rest())
		}
	}
}

func (l *challengeList) element() string {
	start := l.at
	name := l.token()
	if name == "" {
		return fmt.Sprintf("no scheme at %q", l.rest())
	}
	end := l.at
	if l.skip(ows); l.next('=') {
		if l.full {
			return fmt.Sprintf("parameter %q belongs to no scheme", name)
		}
		l.at = start
		return l.parameter()
	}
	l.at = end
	l.all = append(l.all, readChallenge{scheme: name})
	l.names, l.full = nil, true
	l.skip(" ")
	if l.done() || l.next(',') || l.at == end || l.token68() {
		return ""
	}
	l.full = false
	return l.parameter()
}

// parameter reads a name, an equals sign, around which white space is tolerated, and a token or a quoted-string. A name
// may stand once in a challenge (section 11.2).
func (l *challengeList) parameter() string {
	all := l.rest()
	name := l.token()
	l.skip(ows)
	if name == "" || !l.take('=') {
		return fmt.Sprintf("no parameter at %q", all)
	}
	l.skip(ows)
	quoted, start := l.next('"'), l.at
	if !l.word() {
		if quoted {
			return fmt.Sprintf("the quoted value of %q does not end", name)
		}
		return fmt.Sprintf("parameter %q has no value", name)
	}
	current := &l.all[len(l.all)-1]
	current.parameters = append(current.parameters, parameter{name, unquoted(l.text[start:l.at])})
	if len(current.parameters) > 1 && l.names == nil {
		l.names = map[string]bool{strings.ToLower(current.parameters[0].name): true}
	}
	if key := strings.ToLower(name); l.names[key] {
		return fmt.Sprintf("parameter %q comes twice", name)
	} else if l.names != nil {
		l.names[key] = true
	}
	return ""
}

// unquoted returns what a token or a quoted-string stands for.
func unquoted(word string) string {
	if !strings.HasPrefix(word, `"`) {
		return word
	}
	word = word[1 : len(word)-1]
	if strings.IndexByte(word, '\\') < 0 {
		return word
	}
	var text strings.Builder
	for i := 0; i < len(word); i++ {
		if word[i] == '\\' {
			i++
		}
		text.WriteByte(word[i])
	}
	return text.String()
}

// token68 passes over a token68 that ends its challenge, and reports whether one came; else it passes over nothing.
func (l *challengeList) token68() bool {
	start := l.at
	for !l.done() && (isAlphanumeric(l.text[l.at]) || strings.IndexByte("-._~+/", l.text[l.at]) >= 0) {
		l.at++
	}
	if l.at > start {
		l.skip("=")
		end := l.at
		if l.skip(ows); l.done() || l.next(',') {
			l.at = end
			return true
		}
	}
	l.at = start
	return false
}
