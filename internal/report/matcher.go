package report

import (
	"cmp"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
)

// form is how a secret is written where it was found.
type form int

const (
	raw     form = iota
	basic64      // base64 of the whole value
	percent      // percent-encoded
	other
)

// pattern is one way in which a secret may be written. Escapes are not among them: see matches.
type pattern struct {
	text   string
	secret int // index in matcher.secrets
	form   form
	alone  bool // only where it stands alone
	before bool // the base64 digit before text holds bits of the secret, too
	after  bool // and so does the one after it
}

// match is a place where a secret stands.
type match struct {
	start, end int
	secret     int // index in matcher.secrets
	form       form
}

// maxWindow is how far is looked ahead at most: matcher.skips holds bytes.
const maxWindow = 128

// matcher finds patterns in one pass that looks at few bytes: where two bytes in a row stand at no place of the patterns' beginnings, none
// begins within a window before them. A text without secrets takes 0.2 ns a byte where they are tokens of 50 characters, and 1 ns
// where one is a password of 9; a look at each byte takes 2.4.
type matcher struct {
	secrets []Secret
	window  int               // length of the shortest pattern
	longest int               // length of the longest
	skips   [1 << 12]uint8    // by the last two bytes of a window: how many places after its first one no pattern begins at
	first   [1 << 8][]pattern // by first byte, longest first
}

func newMatcher(secrets []Secret) *matcher {
	m := &matcher{secrets: secrets}
	for i, s := range secrets {
		m.addSecret(i, s.Value, true)
		if _, password, ok := strings.Cut(s.Value, ":"); ok && s.Kind == "basic" && password != "" {
			m.addSecret(i, password, false)
		}
	}
	m.window = maxWindow
	for c := range m.first {
		slices.SortStableFunc(m.first[c], func(a, b pattern) int { return cmp.Compare(len(b.text), len(a.text)) })
		for _, p := range m.first[c] {
			m.window, m.longest = min(m.window, len(p.text)), max(m.longest, len(p.text))
		}
	}
	for i := range m.skips {
		m.skips[i] = uint8(max(1, m.window-1))
	}
	for _, all := range m.first {
		for _, p := range all {
			for last := 1; last < m.window; last++ {
				skip := &m.skips[pair(p.text[last-1], p.text[last])]
				*skip = min(*skip, uint8(m.window-1-last))
			}
		}
	}
	return m
}

// pair is the index of two bytes in matcher.skips. Some share one: that costs a look, and loses nothing.
func pair(a, b byte) uint { return uint(a)<<4 ^ uint(b) }

// addSecret adds every way in which value may be written. Only a whole secret has a form that a shell can make again.
func (m *matcher) addSecret(i int, value string, whole bool) {
	form := func(f form) form {
		if !whole {
			return other
		}
		return f
	}
	short := len(value) < 4
	m.add(pattern{text: value, secret: i, form: form(raw), alone: short})
	m.add(pattern{text: base64.StdEncoding.EncodeToString([]byte(value)), secret: i, form: form(basic64), alone: short})
	if short {
		return
	}
	m.add(pattern{text: strings.ReplaceAll(value, " ", "+"), secret: i, form: form(percent)}) // as in a form (WHATWG URL, section 5)
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		m.add(pattern{text: encoding.EncodeToString([]byte(value)), secret: i, form: other})
		m.addAligned(i, value, encoding.WithPadding(base64.NoPadding))
	}
}

// addAligned adds the base64 digits that value makes wherever it stands in a longer text: at each of the three offsets,
// without the digits that it shares with its neighbours.
func (m *matcher) addAligned(i int, value string, encoding *base64.Encoding) {
	for offset, shared := range [3]int{0, 2, 3} {
		text := encoding.EncodeToString([]byte("\x00\x00"[:offset] + value))
		after := (offset+len(value))%3 != 0
		if after {
			text = text[:len(text)-1]
		}
		m.add(pattern{text: text[shared:], secret: i, form: other, before: offset > 0, after: after})
	}
}

func (m *matcher) add(p pattern) {
	if len(p.text) < 4 && !p.alone {
		return
	}
	known := &m.first[p.text[0]]
	if slices.ContainsFunc(*known, func(k pattern) bool { return k.text == p.text && (!k.alone || p.alone) }) {
		return
	}
	*known = append(*known, p)
}

// reach is how many bytes a secret takes at most: ten for each of its own, where &#x000041; is written for A.
func (m *matcher) reach() int {
	if m == nil {
		return 0
	}
	return 10 * m.longest
}

// matches appends to found the places in s where secrets stand, in order: as they are, and where they show once escapes are
// undone.
func matches[S string | []byte](m *matcher, found []match, s S) []match {
	if m == nil || len(s) < m.window {
		return found
	}
	if mayEscape(s) {
		return hiddenMatches(m, found, string(s))
	}
	return plainMatches(m, found, s, 0)
}

// plainly reports whether a secret stands in s as it is.
func plainly(m *matcher, s string) bool {
	if m == nil || len(s) < m.window {
		return false
	}
	_, _, p := find(m, s, 0)
	return p != nil
}

// hiddenMatches is matches for a text that may have escapes. A secret that itself looks like an escape is found as it is.
func hiddenMatches(m *matcher, found []match, s string) []match {
	text := unescape(s, nil)
	if len(text) == len(s) {
		return plainMatches(m, found, s, 0)
	}
	done := 0
	if hidden := plainMatches(m, nil, text, 0); len(hidden) > 0 {
		at := make([]int, 0, len(text)+1)
		unescape(s, &at)
		for _, h := range hidden {
			for h.end < len(text) && at[h.end] == at[h.end-1] {
				h.end++ // one escape may stand for several bytes
			}
			start, end := at[h.start], at[h.end]
			if h.form = formOf(h.form, s[start:end], text[h.start:h.end]); start >= done {
				found = plainMatches(m, found, s[done:start], done)
				found = append(found, match{start, end, h.secret, h.form})
				done = end
			}
		}
	}
	return plainMatches(m, found, s[done:], done)
}

// formOf is the form of a secret that was found as text once the escapes in written were undone.
func formOf(f form, written string, text []byte) form {
	if written == string(text) {
		return f
	}
	if decoded, err := url.PathUnescape(written); err == nil && decoded == string(text) && (f == raw || f == percent) {
		return percent
	}
	return other
}

// plainMatches appends the places in s where patterns stand as they are. s begins at offset of the text that they are places in.
func plainMatches[S string | []byte](m *matcher, found []match, s S, offset int) []match {
	for from := 0; ; {
		start, end, p := find(m, s, from)
		if p == nil {
			return found
		}
		found = append(found, match{offset + start, offset + end, p.secret, p.form})
		from = end
	}
}

// find returns where the first pattern that begins at from or later stands in s; p is nil where there is none.
func find[S string | []byte](m *matcher, s S, from int) (start, end int, p *pattern) {
	for at := from; at+m.window <= len(s); at++ {
		if m.window > 1 {
			skip := m.skips[pair(s[at+m.window-2], s[at+m.window-1])]
			for skip > 0 {
				if at += int(skip); at+m.window > len(s) {
					return 0, 0, nil
				}
				skip = m.skips[pair(s[at+m.window-2], s[at+m.window-1])]
			}
		}
		for i := range m.first[s[at]] {
			p := &m.first[s[at]][i]
			start, end := at, at+len(p.text)
			if end > len(s) || string(s[start:end]) != p.text || p.alone && (start > 0 && isWord(s[start-1]) || end < len(s) && isWord(s[end])) {
				continue
			}
			if p.before && start > from && isBase64(s[start-1]) {
				start--
			}
			if p.after && end < len(s) && isBase64(s[end]) {
				end++
			}
			return start, end, p
		}
	}
	return 0, 0, nil
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= 0x80
}

func isBase64(c byte) bool {
	return c < 0x80 && isWord(c) || c == '+' || c == '/' || c == '-' || c == '_'
}
