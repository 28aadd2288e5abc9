package check

import "strings"

// notPublic wants no directive public: it lets caches that many share keep the answer to a request with a credential (RFC 9111,
// section 5.2.2.9), unless no-store or private forbids it them (sections 5.2.2.5 and 5.2.2.7). Names of directives compare without
// case; a comma within a quoted argument parts nothing.
func notPublic(lines []string) (want, got string) {
	public := false
	for _, line := range lines {
		s := scanner{text: line}
		for !s.done() {
			s.skip(ows + ",")
			name := s.token()
			argued := s.take('=')
			if argued {
				s.word()
			} else if name == "" {
				break // it cannot be read
			}
			switch {
			case strings.EqualFold(name, "public"):
				public = true
			case strings.EqualFold(name, "no-store"), strings.EqualFold(name, "private") && !argued:
				return "", ""
			}
		}
	}
	if public {
		return "no public", excerpt(strings.Join(lines, ", "))
	}
	return "", ""
}
