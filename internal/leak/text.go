package leak

import (
	"bytes"
	"encoding/json"
	"html"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/seed-e125e033/conform/internal/pointer"
)

// reading is what people and programs read in a body: the strings of a JSON text, names among them, one per line; else the body
// with its escapes undone.
type reading struct {
	text   string
	starts []int    // where each string starts in text
	places []*place // and its place
}

// place is where a string stands in a JSON text: a reference token below another place. The text itself is nil. Pointers are made only of the
// places that are told: those of all strings may be longer than any memory.
type place struct {
	above *place
	token string
}

// String returns the JSON pointer of the place, or of one above it where it would be too long to be read.
func (p *place) String() string {
	const enough = 200
	var tokens []string
	for ; p != nil; p = p.above {
		tokens = append(tokens, p.token)
	}
	slices.Reverse(tokens)
	for i, size := 0, 0; i < len(tokens); i++ {
		if size += 1 + len(tokens[i]); size > enough {
			tokens = tokens[:i]
		}
	}
	return pointer.Join("", tokens...)
}

// readable reads a body.
func readable(body []byte) reading {
	var value any
	if start := bytes.TrimLeft(body, " \t\r\n\ufeff"); len(start) > 0 && strings.IndexByte(`{["`, start[0]) >= 0 && json.Unmarshal(start, &value) == nil {
		var r reading
		var text strings.Builder
		r.strings(&text, value, nil)
		r.text = text.String()
		return r
	}
	return reading{text: plain(string(body))}
}

// strings writes the strings of a value, objects in the order of their names.
func (r *reading) strings(text *strings.Builder, value any, at *place) {
	add := func(s string, at *place) {
		r.starts, r.places = append(r.starts, text.Len()), append(r.places, at)
		text.WriteString(plain(s))
		text.WriteByte('\n')
	}
	switch value := value.(type) {
	case string:
		add(value, at)
	case []any:
		for i, item := range value {
			r.strings(text, item, &place{at, strconv.Itoa(i)})
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			below := &place{at, name}
			add(name, below)
			r.strings(text, value[name], below)
		}
	}
}

// at returns the place of the string that has a character of the text.
func (r *reading) at(offset int) *place {
	i, found := slices.BinarySearch(r.starts, offset)
	if !found {
		i--
	}
	if i < 0 {
		return nil
	}
	return r.places[i]
}

// plain returns a text without the escapes of JSON and HTML in it. Backslashes of a path such as C:\new stay.
func plain(s string) string {
	if at := strings.Index(s, `:\`); at < 0 || strings.HasPrefix(s[at:], `:\\`) {
		s = string(unescaped(nil, []byte(s)))
	}
	if hasEntities(s) {
		s = withoutEntities(s)
	}
	return s
}

// hasEntities reports whether markup is escaped in a text.
func hasEntities[T string | []byte](s T) bool {
	for i := 0; i+3 < len(s); i++ {
		if s[i] == '&' && (s[i+1] == '#' || s[i+1] == 'q' || s[i+1] == 'l' || s[i+1] == 'n' || s[i+1] == 'a' || s[i+1] == 'g') {
			return true
		}
	}
	return false
}

// withoutEntities undoes the escapes of HTML; a non-breaking space is a space.
func withoutEntities(s string) string {
	return strings.ReplaceAll(html.UnescapeString(s), "\u00a0", " ")
}

// unescaped appends src to dst with the escapes of JSON strings undone (RFC 8259, section 7), wherever they stand, and returns it; it
// is src itself where there are none. The result is never longer than src, so dst may share its memory.
func unescaped(dst, src []byte) []byte {
	if bytes.IndexByte(src, '\\') < 0 {
		return src
	}
	for i := 0; i < len(src); i++ {
		c := src[i]
		if c != '\\' || i+1 == len(src) {
			dst = append(dst, c)
			continue
		}
		i++
		switch src[i] {
		case '"', '\\', '/', '\'':
			dst = append(dst, src[i])
		case 'n':
			dst = append(dst, '\n')
		case 't':
			dst = append(dst, '\t')
		case 'r':
			dst = append(dst, '\r')
		case 'b', 'f':
			dst = append(dst, ' ')
		case 'u':
			r, size := codePoint(src[i+1:])
			if size == 0 {
				dst = append(dst, '\\', 'u')
				continue
			}
			dst = utf8.AppendRune(dst, r)
			i += size
		default:
			dst = append(dst, '\\', src[i])
		}
	}
	return dst
}

// codePoint reads what follows \u, with a second half of a surrogate pair, and returns how many bytes that were; 0 for none.
func codePoint(text []byte) (rune, int) {
	first, ok := hex4(text)
	if !ok {
		return 0, 0
	}
	if utf16.IsSurrogate(first) && len(text) >= 10 && text[4] == '\\' && text[5] == 'u' {
		if second, ok := hex4(text[6:]); ok {
			return utf16.DecodeRune(first, second), 10
		}
	}
	return first, 4
}

func hex4(text []byte) (rune, bool) {
	if len(text) < 4 {
		return 0, false
	}
	var r rune
	for _, c := range text[:4] {
		d, ok := hexDigit(c)
		if !ok {
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	return r, true
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// percentDecoded returns a text with its percent-encoding undone, where it is sound.
func percentDecoded(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			high, ok := hexDigit(s[i+1])
			low, too := hexDigit(s[i+2])
			if ok && too {
				b.WriteByte(high<<4 | low)
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
