package check

import "strings"

// ows is the optional white space between the parts of a field value (RFC 9110, section 5.6.3).
const ows = " \t"

// scanner reads a field value by the building blocks that fields share (RFC 9110, section 5.6).
type scanner struct {
	text string
	at   int
}

func (s *scanner) done() bool { return s.at >= len(s.text) }

// rest returns what is not read yet.
func (s *scanner) rest() string { return s.text[s.at:] }

// skip passes over any of the characters.
func (s *scanner) skip(characters string) {
	for !s.done() && strings.IndexByte(characters, s.text[s.at]) >= 0 {
		s.at++
	}
}

// next reports whether c is next.
func (s *scanner) next(c byte) bool { return !s.done() && s.text[s.at] == c }

// take passes over c if it is next, and reports whether it was.
func (s *scanner) take(c byte) bool {
	if !s.next(c) {
		return false
	}
	s.at++
	return true
}

// token returns the token that comes next, empty if none does.
func (s *scanner) token() string {
	start := s.at
	for !s.done() && isTokenByte(s.text[s.at]) {
		s.at++
	}
	return s.text[start:s.at]
}

// quoted passes over a quoted-string and reports whether one came (RFC 9110, section 5.6.4).
func (s *scanner) quoted() bool {
	if !s.take('"') {
		return false
	}
	for !s.done() {
		c := s.text[s.at]
		s.at++
		switch {
		case c == '"':
			return true
		case c == '\\':
			if s.done() || isControl(s.text[s.at]) {
				return false
			}
			s.at++
		case isControl(c):
			return false
		}
	}
	return false
}

// word passes over a token or a quoted-string, the two forms of a parameter's value, and reports whether one came.
func (s *scanner) word() bool { return s.token() != "" || s.quoted() }

// isToken reports whether text is a token (RFC 9110, section 5.6.2).
func isToken(text string) bool {
	s := scanner{text: text}
	return s.token() != "" && s.done()
}

func isTokenByte(c byte) bool {
	return isAlphanumeric(c) || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// isControl reports whether c may not stand in a quoted-string; a tab may.
func isControl(c byte) bool { return c < ' ' && c != '\t' || c == 0x7f }
