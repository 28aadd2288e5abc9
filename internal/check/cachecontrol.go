package check

import "strings"

// notPublic wants no directive public: it lets caches that many share keep the answer to a request with a credential (RFC 9111,
// section 5.2.2.9). Names of directives compare without case; a comma within a quoted argument parts nothing.
func notPublic(lines []string) (want, got string) {
	for _, line := range lines {
		s := scanner{text: line}
		for !s.done() {
			s.skip(ows + ",")
			name := s.token()
			if strings.EqualFold(name, "public") {
				return "no public", excerpt(strings.Join(lines, ", "))
			}
			if s.take('=') {
				s.word()
			} else if name == "" {
				break // it cannot be read
			}
		}
	}
	return "", ""
}
