package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// line returns s as text that is safe in a terminal, in one line of a report and in XML 1.0: what a target sent may
// neither move the cursor nor forge a line of ours. Everything else is written visibly: \n, \x1b, \u202e.
func line(s string) string {
	i := 0
	for i < len(s) && s[i] >= ' ' && s[i] < 0x7f {
		i++
	}
	if i == len(s) {
		return s // as nearly all are: a fifth of the time that IndexFunc takes
	}
	next := strings.IndexFunc(s[i:], hidden)
	if next < 0 {
		return s
	}
	i += next
	var b strings.Builder
	b.WriteString(s[:i])
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case !hidden(r):
			b.WriteRune(r)
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		i += size
	}
	return b.String()
}

// hidden reports whether a person would not see r, or would see something else: control characters, line and paragraph
// separators, changes of writing direction, and the characters that XML 1.0 forbids (section 2.2). A byte that is not
// UTF-8 counts as hidden, and so does U+FFFD, which looks the same here; line tells them apart.
func hidden(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return true
	case r < 0x2028:
		return r == 0x200e || r == 0x200f
	case r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return r == unicode.ReplacementChar || r == 0xfeff || r == 0xfffe || r == 0xffff
}

// cut shortens s to at most limit bytes, three of them dots, without breaking a character.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return s[:runeStart(s, limit-3)] + "..."
}

// runeStart returns the largest index of s up to i at which a character starts.
func runeStart[S string | []byte](s S, i int) int {
	for back := 0; i > 0 && back < utf8.UTFMax && i < len(s) && !utf8.RuneStart(s[i]); back++ {
		i--
	}
	return i
}
