// Package pointer reads and writes JSON pointers (RFC 6901), by which conform names places in bodies and files.
package pointer

import (
	"fmt"
	"strconv"
	"strings"
)

// Parse returns the reference tokens of a JSON pointer, unescaped; none for the empty pointer, which is the whole value.
func Parse(pointer string) ([]string, error) {
	if pointer == "" {
		return nil, nil
	}
	if pointer[0] != '/' {
		return nil, fmt.Errorf("%q is not a JSON pointer: it starts with %q", pointer, "/")
	}
	tokens := strings.Split(pointer[1:], "/")
	for i, token := range tokens {
		plain, ok := unescaped(token)
		if !ok {
			return nil, fmt.Errorf("%q is not a JSON pointer: write %q as %q", pointer, "~", "~0")
		}
		tokens[i] = plain
	}
	return tokens, nil
}

// unescaped returns what a reference token stands for, and whether it is one.
func unescaped(token string) (string, bool) {
	if strings.IndexByte(token, '~') < 0 {
		return token, true
	}
	plain := strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
	// Each escape is one byte shorter than it was, so that any other tilde shows in the length.
	return plain, len(token)-len(plain) == strings.Count(token, "~")
}

// Join returns the pointer with tokens appended, escaped.
func Join(pointer string, tokens ...string) string {
	var b strings.Builder
	b.WriteString(pointer)
	for _, token := range tokens {
		b.WriteByte('/')
		b.WriteString(strings.ReplaceAll(strings.ReplaceAll(token, "~", "~0"), "/", "~1"))
	}
	return b.String()
}

// Get returns the value at a pointer into a decoded JSON value (map[string]any, []any, ...), and whether there is one.
func Get(value any, pointer string) (any, bool) {
	for pointer != "" {
		token, rest, ok := Cut(pointer)
		if !ok {
			return nil, false
		}
		pointer = rest
		switch v := value.(type) {
		case map[string]any:
			member, ok := v[token]
			if !ok {
				return nil, false
			}
			value = member
		case []any:
			i, ok := Index(token)
			if !ok || i >= len(v) {
				return nil, false
			}
			value = v[i]
		default:
			return nil, false
		}
	}
	return value, true
}

// Cut returns the first reference token of a pointer, unescaped, and the pointer after it. False means that there is none: the pointer is
// empty, or not one.
func Cut(pointer string) (token, rest string, ok bool) {
	if pointer == "" || pointer[0] != '/' {
		return "", "", false
	}
	token, rest = first(pointer)
	token, ok = unescaped(token)
	return token, rest, ok
}

// Index returns the array index that a reference token names: digits without a leading zero (RFC 6901, section 4).
func Index(token string) (int, bool) {
	if token == "" || len(token) > 1 && token[0] == '0' || strings.Trim(token, "0123456789") != "" {
		return 0, false
	}
	i, err := strconv.Atoi(token)
	return i, err == nil
}

// Compare orders pointers as people read them: token by token, array indexes by number, parents before what they hold.
// It returns -1, 0 or 1.
func Compare(a, b string) int {
	for a != "" && b != "" {
		var x, y string
		x, a = first(a)
		y, b = first(b)
		if x == y {
			continue
		}
		i, iOK := Index(x)
		j, jOK := Index(y)
		if iOK && jOK && i != j {
			if i < j {
				return -1
			}
			return 1
		}
		return strings.Compare(x, y)
	}
	return strings.Compare(a, b)
}

// first cuts the first token, still escaped, off a pointer.
func first(pointer string) (token, rest string) {
	pointer = strings.TrimPrefix(pointer, "/")
	if i := strings.IndexByte(pointer, '/'); i >= 0 {
		return pointer[:i], pointer[i:]
	}
	return pointer, ""
}
