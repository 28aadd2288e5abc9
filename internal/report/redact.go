package report

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Secret is a value that must not appear in anything that is written.
type Secret struct {
	Value string
	Shell string // shell expression that gives Value: $API_TOKEN, $(cat token.txt); empty: $SECRET
	Kind  string // how it travels: bearer, basic (Value is user:password), header, query, cookie
}

// redacted stands where a secret was.
const redacted = "[redacted]"

// Redactor takes secrets out of text: as they are, percent-encoded, base64-encoded at any offset, and as JSON and HTML
// escape them. The password of a basic credential is a secret of its own.
//
// A secret of fewer than four characters is taken out only where it stands alone, between characters that are neither
// letters nor digits: a password "1" would otherwise take every 1 out of the evidence.
//
// A Redactor may be used by many goroutines. A nil one takes nothing out.
type Redactor struct {
	adding  sync.Mutex
	matcher atomic.Pointer[matcher]
}

// NewRedactor returns a Redactor that knows these secrets. Empty values are left out.
func NewRedactor(secrets ...Secret) *Redactor {
	r := &Redactor{}
	r.Add(secrets...)
	return r
}

// Add makes further secrets known, such as a token that a log-in gave. What was written before stays as it is.
func (r *Redactor) Add(secrets ...Secret) {
	r.adding.Lock()
	defer r.adding.Unlock()
	var all []Secret
	if m := r.matcher.Load(); m != nil {
		all = slices.Clone(m.secrets)
	}
	for _, s := range secrets {
		if s.Value != "" && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	if len(all) > 0 {
		r.matcher.Store(newMatcher(all))
	}
}

// String returns s without secrets.
func (r *Redactor) String(s string) string {
	m := r.load()
	start, end, p := find(m, s, 0)
	if p == nil {
		return s
	}
	var b strings.Builder
	from := 0
	for p != nil {
		b.WriteString(s[from:start])
		b.WriteString(redacted)
		from = end
		start, end, p = find(m, s, from)
	}
	b.WriteString(s[from:])
	return b.String()
}

// Bytes returns b without secrets; it is b itself where there are none.
func (r *Redactor) Bytes(b []byte) []byte { return redactUpTo(r.load(), b, len(b)) }

func (r *Redactor) load() *matcher {
	if r == nil {
		return nil
	}
	return r.matcher.Load()
}

// redactUpTo returns b[:limit] without secrets. A secret that only begins before limit is taken out whole.
func redactUpTo(m *matcher, b []byte, limit int) []byte {
	start, end, p := find(m, b, 0)
	if p == nil || start >= limit {
		return b[:limit]
	}
	var out []byte
	from := 0
	for p != nil && start < limit {
		out = append(out, b[from:start]...)
		out = append(out, redacted...)
		from = end
		start, end, p = find(m, b, from)
	}
	return append(out, b[min(from, limit):limit]...)
}

// form is how a secret is written where it was found.
type form int

const (
	raw     form = iota
	basic64      // base64 of the whole value
	percent      // percent-encoded
	other
)

// pattern is one way in which a secret may be written.
type pattern struct {
	text   string
	secret int // index in matcher.secrets
	form   form
	alone  bool // only where it stands alone
	before bool // the base64 digit before text holds bits of the secret, too
	after  bool // and so does the one after it
}

// matcher finds patterns in one pass. Most bytes are dismissed by one look at two of them.
type matcher struct {
	secrets []Secret
	pairs   [1 << 10]uint64   // bit set of the first two bytes of all patterns
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
	for c := range m.first {
		slices.SortStableFunc(m.first[c], func(a, b pattern) int { return cmp.Compare(len(b.text), len(a.text)) })
	}
	return m
}

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
	for _, s := range []string{url.PathEscape(value), url.QueryEscape(value), strings.ReplaceAll(url.QueryEscape(value), "+", "%20")} {
		m.add(pattern{text: s, secret: i, form: form(percent)})
		m.add(pattern{text: lowerEscapes(s), secret: i, form: form(percent)})
	}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		encoded := encoding.EncodeToString([]byte(value))
		m.add(pattern{text: encoded, secret: i, form: other})
		m.add(pattern{text: url.QueryEscape(encoded), secret: i, form: other})
		m.addAligned(i, value, encoding.WithPadding(base64.NoPadding))
	}
	for _, s := range escapes(value) {
		m.add(pattern{text: s, secret: i, form: other})
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

// escapes returns value as JSON and HTML writers escape it.
func escapes(value string) []string {
	var all []string
	if quoted, err := json.Marshal(value); err == nil {
		strict := string(quoted[1 : len(quoted)-1])
		plain := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(strict)
		all = append(all, strict, plain, strings.ReplaceAll(plain, "/", `\/`))
	}
	escaped := html.EscapeString(value)
	all = append(all, escaped)
	for _, named := range [][2]string{{"&quot;", "&#39;"}, {"&quot;", "&#039;"}, {"&quot;", "&#x27;"}, {"&quot;", "&apos;"}, {`"`, "'"}} {
		all = append(all, strings.NewReplacer("&#34;", named[0], "&#39;", named[1]).Replace(escaped))
	}
	return all
}

func lowerEscapes(s string) string {
	return regexp.MustCompile(`%[0-9A-F]{2}`).ReplaceAllStringFunc(s, strings.ToLower)
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
	if len(p.text) > 1 {
		m.pairs[uint(p.text[0])<<2|uint(p.text[1])>>6] |= 1 << (p.text[1] & 63)
		return
	}
	for next := range 4 {
		m.pairs[uint(p.text[0])<<2|uint(next)] = ^uint64(0)
	}
}

// find returns where the first secret at or after from starts and ends, and how it is written; p is nil where there is none.
func find[S string | []byte](m *matcher, s S, from int) (start, end int, p *pattern) {
	if m == nil {
		return len(s), len(s), nil
	}
	for i := from; i < len(s); i++ {
		var next byte
		if i+1 < len(s) {
			next = s[i+1]
		}
		if m.pairs[uint(s[i])<<2|uint(next)>>6]&(1<<(next&63)) == 0 {
			continue
		}
		for j := range m.first[s[i]] {
			p := &m.first[s[i]][j]
			start, end := i, i+len(p.text)
			if !hasAt(s, p.text, i) || p.alone && (i > 0 && isWord(s[i-1]) || end < len(s) && isWord(s[end])) {
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
	return len(s), len(s), nil
}

func hasAt[S string | []byte](s S, text string, at int) bool {
	if len(s)-at < len(text) {
		return false
	}
	for i := range len(text) {
		if s[at+i] != text[i] {
			return false
		}
	}
	return true
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= 0x80
}

func isBase64(c byte) bool {
	return c < 0x80 && isWord(c) || c == '+' || c == '/' || c == '-' || c == '_'
}
