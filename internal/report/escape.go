package report

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Which characters of a secret a target escapes is up to what it is written in: .NET writes + as \u002B in JSON, Python every
// letter outside ASCII, PHP the slash as \/, and JavaScript percent-encodes less than Go does. So escapes are undone rather than made.

// mayEscape reports whether a character that begins an escape is in s.
func mayEscape[S string | []byte](s S) bool {
	switch s := any(s).(type) {
	case string:
		return strings.IndexByte(s, '%') >= 0 || strings.IndexByte(s, '\\') >= 0 || strings.IndexByte(s, '&') >= 0
	case []byte:
		return bytes.IndexByte(s, '%') >= 0 || bytes.IndexByte(s, '\\') >= 0 || bytes.IndexByte(s, '&') >= 0
	}
	return false
}

// unescape returns s with percent-encoding (RFC 3986, section 2.1), the escapes of JSON strings (RFC 8259, section 7) and the
// character references of HTML undone, those of another kind or not whole left as they are. at, unless nil, gets where what gives each
// byte of the result begins in s, and the length of s.
func unescape(s string, at *[]int) []byte {
	text := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		r, size := rune(0), 0
		switch s[i] {
		case '%':
			if c, ok := hexadecimal(s, i+1, 2); ok {
				r, size = c, 3
			}
		case '\\':
			r, size = jsonEscape(s[i:])
		case '&':
			r, size = htmlReference(s[i:])
		}
		before := len(text)
		switch {
		case size == 0:
			text, size = append(text, s[i]), 1
		case s[i] == '%':
			text = append(text, byte(r)) // a byte, not a character
		default:
			text = utf8.AppendRune(text, r)
		}
		if at != nil {
			for range len(text) - before {
				*at = append(*at, i)
			}
		}
		i += size
	}
	if at != nil {
		*at = append(*at, len(s))
	}
	return text
}

// jsonEscape returns the character that an escape at the beginning of s stands for, and its size, 0 where there is none.
func jsonEscape(s string) (r rune, size int) {
	if len(s) < 2 {
		return 0, 0
	}
	if i := strings.IndexByte(`"\/'bfnrt`, s[1]); i >= 0 {
		return rune("\"\\/'\b\f\n\r\t"[i]), 2
	}
	if s[1] != 'u' {
		return 0, 0
	}
	r, ok := hexadecimal(s, 2, 4)
	if !ok {
		return 0, 0
	}
	if utf16.IsSurrogate(r) {
		if !strings.HasPrefix(s[6:], `\u`) {
			return 0, 0
		}
		low, ok := hexadecimal(s, 8, 4)
		if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
			return 0, 0
		}
		return r, 12
	}
	return r, 6
}

// htmlReference is jsonEscape for a character reference: the five that every writer knows by name, and numbers.
func htmlReference(s string) (r rune, size int) {
	name, _, ended := strings.Cut(s[1:min(len(s), 10)], ";")
	if !ended {
		return 0, 0
	}
	switch name {
	case "amp":
		return '&', len("&amp;")
	case "lt":
		return '<', len("&lt;")
	case "gt":
		return '>', len("&gt;")
	case "quot":
		return '"', len("&quot;")
	case "apos":
		return '\'', len("&apos;")
	}
	number, base := strings.TrimPrefix(name, "#"), 10
	if digits := strings.TrimLeft(number, "xX"); len(digits) == len(number)-1 {
		number, base = digits, 16
	}
	n, err := strconv.ParseUint(number, base, 21)
	if err != nil || name[0] != '#' {
		return 0, 0
	}
	return rune(n), len(name) + 2
}

// hexadecimal returns the number that the digits of s from i stand for, where there are so many.
func hexadecimal(s string, i, digits int) (r rune, ok bool) {
	if i+digits > len(s) {
		return 0, false
	}
	for _, c := range []byte(s[i : i+digits]) {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
