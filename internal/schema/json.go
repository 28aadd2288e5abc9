package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits of what JSON reads. gojsonschema compares numbers as fractions of big integers: a short text such as 1e9999999
// would take all memory, or panic.
const (
	maxDepth    = 1000 // levels of arrays and objects
	maxNumber   = 1000 // letters of a number
	maxExponent = 1000 // of a number, either way
)

// JSON reads a text that is one JSON value (RFC 8259) and nothing else, and returns it as map[string]any, []any, string,
// json.Number, bool or nil. It is stricter than encoding/json where readers differ and so nobody could say what was meant:
// it refuses a byte order mark, text that is not UTF-8, a member twice, and half a surrogate pair. It refuses
// more than 1000 levels, and numbers of more than 1000 letters or with an exponent beyond 1000 either way. The error says
// what is wrong and at which byte, counted from 0.
func JSON(body []byte) (any, error) {
	d := Document{nodes: make([]node, 0, min(2+len(body)/10, roomy))} // about as many as it has
	if err := d.Read(body); err != nil {
		return nil, err
	}
	return d.Top().Any(), nil
}

// Read makes d a Document of a text, as strictly as JSON reads it. Where that is an error d has no values.
func (d *Document) Read(body []byte) error {
	d.empty(body)
	r := reader{Document: d}
	if bytes.HasPrefix(body, []byte("\xef\xbb\xbf")) {
		return r.wrong(0, "a byte order mark")
	}
	if at := invalidUTF8(body); at >= 0 {
		return fmt.Errorf("not UTF-8 at byte %d", at)
	}
	r.space()
	if r.at == len(body) {
		return fmt.Errorf("no JSON value: empty")
	}
	if err := r.value(0); err != nil {
		return err
	}
	r.space()
	if r.at < len(body) {
		return fmt.Errorf("more after the JSON value at byte %d: %s", r.at, excerpt(r.text[r.at:]))
	}
	return nil
}

// invalidUTF8 returns the offset of the first byte that is not UTF-8, or -1.
func invalidUTF8(text []byte) int {
	if utf8.Valid(text) {
		return -1
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// reader reads one JSON text from front to back, into a Document that has the text and nothing else.
type reader struct {
	*Document
	at int
}

func (r *reader) wrong(at int, format string, args ...any) error {
	return fmt.Errorf("not JSON at byte %d: %s", at, fmt.Sprintf(format, args...))
}

// want tells what should stand at the reader's place.
func (r *reader) want(what string) error {
	if r.at >= len(r.text) {
		return r.wrong(r.at, "ends where %s should be", what)
	}
	return r.wrong(r.at, "want %s, got %s", what, excerpt(r.text[r.at:]))
}

func (r *reader) space() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return
		}
	}
}

// next returns the byte at the reader's place, 0 at the end.
func (r *reader) next() byte {
	if r.at < len(r.text) {
		return r.text[r.at]
	}
	return 0
}

func (r *reader) value(depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("nested more than %d levels deep at byte %d", maxDepth, r.at)
	}
	r.values++
	switch c := r.next(); {
	case c == '{':
		return r.object(depth)
	case c == '[':
		return r.array(depth)
	case c == '"':
		return r.string()
	case c == '-' || '0' <= c && c <= '9':
		return r.number()
	case c == 't' && r.take("true"):
		r.word(True)
	case c == 'f' && r.take("false"):
		r.word(False)
	case c == 'n' && r.take("null"):
		r.word(Null)
	default:
		return r.want("a value")
	}
	return nil
}

// take passes over a text, and reports whether it is next.
func (r *reader) take(text string) bool {
	if !bytes.HasPrefix(r.text[r.at:], []byte(text)) {
		return false
	}
	r.at += len(text)
	return true
}

// close ends the array or object of a node.
func (r *reader) close(node int) {
	r.at++
	r.nodes[node].next = len(r.nodes)
}

func (r *reader) object(depth int) error {
	r.at++
	object := len(r.nodes)
	r.word(Object)
	r.space()
	if r.next() == '}' {
		r.close(object)
		return nil
	}
	names := memberNames{document: r.Document, object: object}
	for {
		r.space()
		start, name := r.at, len(r.nodes)
		if r.next() != '"' {
			return r.want("a member's name in quotes")
		}
		if err := r.string(); err != nil {
			return err
		}
		r.space()
		if r.next() != ':' {
			return r.want(`":"`)
		}
		r.at++
		r.space()
		if err := r.value(depth + 1); err != nil {
			return err
		}
		if names.twice(name) {
			return fmt.Errorf("member %s stands twice in an object, again at byte %d", short(string(r.textOf(&r.nodes[name]))), start)
		}
		r.space()
		switch r.next() {
		case ',':
			r.at++
		case '}':
			r.close(object)
			return nil
		default:
			return r.want(`"," or "}"`)
		}
	}
}

func (r *reader) array(depth int) error {
	r.at++
	array := len(r.nodes)
	r.word(Array)
	r.space()
	if r.next() == ']' {
		r.close(array)
		return nil
	}
	for {
		r.space()
		if err := r.value(depth + 1); err != nil {
			return err
		}
		r.space()
		switch r.next() {
		case ',':
			r.at++
		case ']':
			r.close(array)
			return nil
		default:
			return r.want(`"," or "]"`)
		}
	}
}

func (r *reader) string() error {
	r.at++
	start := r.at
	for i, c := range r.text[start:] {
		if c == '"' { // most have no escape
			r.at = start + i + 1
			r.nodes = append(r.nodes, node{String, false, start, start + i, len(r.nodes) + 1})
			return nil
		}
		if c == '\\' || c < ' ' {
			break
		}
	}
	return r.escaped()
}

// escaped reads a string that has an escape, or that is wrong, after its quote.
func (r *reader) escaped() error {
	plain := len(r.plain)
	for {
		switch c := r.next(); {
		case r.at >= len(r.text):
			return r.want(`the closing quote of a string`)
		case c == '"':
			r.at++
			r.nodes = append(r.nodes, node{String, true, plain, len(r.plain), len(r.nodes) + 1})
			return nil
		case c < ' ':
			return r.wrong(r.at, "control character %q in a string", c)
		case c == '\\':
			letter, err := r.escape()
			if err != nil {
				return err
			}
			r.plain = utf8.AppendRune(r.plain, letter)
		default:
			r.plain = append(r.plain, c)
			r.at++
		}
	}
}

func (r *reader) escape() (rune, error) {
	start := r.at
	r.at++
	c := r.next()
	r.at++
	switch c {
	case '"', '\\', '/':
		return rune(c), nil
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'u':
		letter, ok := r.hex()
		if ok && !utf16.IsSurrogate(letter) {
			return letter, nil
		}
		if ok && r.take(`\u`) {
			var low rune
			if low, ok = r.hex(); ok {
				if letter = utf16.DecodeRune(letter, low); letter != utf8.RuneError {
					return letter, nil
				}
			}
		}
		if ok {
			return 0, r.wrong(start, "half a surrogate pair")
		}
	}
	return 0, r.wrong(start, "unknown escape %s", excerpt(r.text[start:min(start+6, len(r.text))]))
}

// hex reads four hexadecimal digits.
func (r *reader) hex() (rune, bool) {
	if r.at+4 > len(r.text) {
		return 0, false
	}
	n := rune(0)
	for _, c := range r.text[r.at : r.at+4] {
		switch {
		case '0' <= c && c <= '9':
			n = n<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			n = n<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	r.at += 4
	return n, true
}

func (r *reader) number() error {
	start := r.at
	if r.next() == '-' {
		r.at++
	}
	if r.next() == '0' {
		r.at++
	} else if err := r.digits(); err != nil {
		return err
	}
	if r.next() == '.' {
		r.at++
		if err := r.digits(); err != nil {
			return err
		}
	}
	if c := r.next(); c == 'e' || c == 'E' {
		r.at++
		if c := r.next(); c == '+' || c == '-' {
			r.at++
		}
		if err := r.digits(); err != nil {
			return err
		}
	}
	if err := judgeable(r.text[start:r.at]); err != nil {
		return fmt.Errorf("%w, at byte %d", err, start)
	}
	r.nodes = append(r.nodes, node{Number, false, start, r.at, len(r.nodes) + 1})
	return nil
}

func (r *reader) digits() error {
	start := r.at
	for c := r.next(); '0' <= c && c <= '9'; c = r.next() {
		r.at++
	}
	if r.at == start {
		return r.want("a digit")
	}
	return nil
}

// judgeable tells why a number is too large a thing to compute with.
func judgeable[T json.Number | []byte](n T) error {
	if len(n) > maxNumber {
		return fmt.Errorf("a number of more than %d letters", maxNumber)
	}
	for i := range len(n) {
		if n[i] != 'e' && n[i] != 'E' {
			continue
		}
		if e, err := strconv.Atoi(string(n[i+1:])); err != nil || e > maxExponent || e < -maxExponent {
			return fmt.Errorf("a number with an exponent beyond %d", maxExponent)
		}
	}
	return nil
}

// excerpt quotes the front of a text.
func excerpt(text []byte) string {
	const letters = 20
	if len(text) <= letters {
		return strconv.Quote(string(text))
	}
	end := letters
	for end > letters-utf8.UTFMax && !utf8.RuneStart(text[end]) {
		end--
	}
	return strconv.Quote(string(text[:end])) + "..."
}
