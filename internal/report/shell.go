package report

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	longRun  = 400     // as many equal letters in a row are made by the shell, not written out
	argLimit = 100_000 // bytes of an argument; Linux takes 131,072
)

// piece is a part of a text that a shell has to make: written out, or the expression that gives it.
type piece struct {
	text       string
	expression string // goes into double quotes: $API_TOKEN, $(printf '\033'); empty: text is written out
	command    string // prints the same, for a pipe
}

// shell writes text as POSIX shell words and commands, secrets as the expressions that give them. Whatever it writes is one
// line that a terminal shows as it is.
type shell struct{ secrets *matcher }

// pieces cuts s at secrets, at runs of one letter, and at what a terminal would not show.
func (sh shell) pieces(s string) []piece {
	var all []piece
	from := 0
	for _, f := range matches(sh.secrets, nil, s) {
		all = append(all, plainPieces(s[from:f.start])...)
		all = append(all, secretPiece(sh.secrets.secrets[f.secret], f.form))
		from = f.end
	}
	return append(all, plainPieces(s[from:])...)
}

func secretPiece(s Secret, f form) piece {
	expression := s.Shell
	if expression == "" {
		expression = "$SECRET"
	}
	command := `printf %s "` + expression + `"`
	switch f {
	case raw:
		return piece{expression: expression, command: command}
	case basic64:
		command += ` | base64 | tr -d '\n'`
	case percent:
		// Every byte is encoded, not only those that have to be: the same to any server.
		command += ` | od -An -v -tx1 | tr -d '\n' | tr ' ' %`
	default:
		return piece{text: redacted}
	}
	return piece{expression: "$(" + command + ")", command: command}
}

func plainPieces(s string) []piece {
	var all []piece
	for s != "" {
		start, end := findRun(s)
		if start > 0 {
			all = append(all, writtenPiece(s[:start]))
		}
		if start < end {
			command := fmt.Sprintf(`head -c %d /dev/zero | tr '\0' %c`, end-start, s[start])
			all = append(all, piece{expression: "$(" + command + ")", command: command})
		}
		s = s[end:]
	}
	return all
}

// writtenPiece is a piece that is written out, by printf where it has characters that a terminal would not show.
func writtenPiece(s string) piece {
	if line(s) == s {
		return piece{text: s, command: "printf %s " + singleQuote(s)}
	}
	command := "printf " + format(s)
	return piece{expression: "$(" + command + ")", command: command}
}

// findRun returns the first long run of one letter or digit; both are len(s) where there is none.
func findRun(s string) (start, end int) {
	for i := range len(s) {
		if s[i] != s[start] || s[i] >= utf8.RuneSelf || !isWord(s[i]) {
			if i-start >= longRun {
				return start, i
			}
			start = i
		}
	}
	if len(s)-start >= longRun {
		return start, len(s)
	}
	return len(s), len(s)
}

// word returns s as one word of a command line.
func (sh shell) word(s string) string {
	pieces := sh.pieces(s)
	made, special := false, false
	for _, p := range pieces {
		made = made || p.expression != ""
		special = special || p.expression == "" && strings.ContainsAny(p.text, "\"\\$`!")
	}
	var b strings.Builder
	switch {
	case !made:
		for _, p := range pieces {
			b.WriteString(p.text)
		}
		return singleQuote(b.String())
	case special:
		for _, p := range pieces {
			if p.expression == "" {
				b.WriteString(singleQuote(p.text))
			} else {
				b.WriteString(`"` + p.expression + `"`)
			}
		}
		return b.String()
	}
	b.WriteByte('"')
	for i, p := range pieces {
		text := p.text + p.expression
		if i+1 < len(pieces) && isName(p.expression) && startsWithWord(pieces[i+1].text) {
			text = "${" + p.expression[1:] + "}"
		}
		b.WriteString(text)
	}
	b.WriteByte('"')
	return b.String()
}

// print returns the command that prints s.
func (sh shell) print(s string) string {
	pieces := sh.pieces(s)
	var commands []string
	for _, p := range pieces {
		if p.command == "" {
			p = writtenPiece(p.text)
		}
		commands = append(commands, p.command)
	}
	switch len(commands) {
	case 0:
		return "printf ''"
	case 1:
		return commands[0]
	}
	return "{ " + strings.Join(commands, "; ") + "; }"
}

// format returns a format with which printf prints s.
func format(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		part := s[i : i+size]
		switch {
		case r == utf8.RuneError && size == 1, hidden(r), i == 0 && r == '-': // printf would take -x for a flag
			for j := range len(part) {
				fmt.Fprintf(&b, `\%03o`, part[j])
			}
		case r == '%':
			b.WriteString("%%")
		case r == '\\':
			b.WriteString(`\\`)
		case r == '\'':
			b.WriteString(`'\''`)
		default:
			b.WriteString(part)
		}
		i += size
	}
	return b.String() + "'"
}

func singleQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// isName reports whether a shell expression is a plain variable, $NAME.
func isName(expression string) bool {
	return len(expression) > 1 && expression[0] == '$' && strings.IndexFunc(expression[1:], func(r rune) bool {
		return r != '_' && (r >= 0x80 || !isWord(byte(r)))
	}) < 0
}

func startsWithWord(s string) bool { return s != "" && (s[0] == '_' || isWord(s[0])) }
