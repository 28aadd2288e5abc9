package report

import (
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

// Redactor takes secrets out of text: as they are, base64-encoded at any offset, and either of them with any of its characters
// percent-encoded or escaped as in JSON or HTML. The password of a basic credential is a secret of its own.
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
	var known []Secret
	if m := r.matcher.Load(); m != nil {
		known = m.secrets
	}
	all := slices.Clone(known)
	for _, s := range secrets {
		if s.Value != "" && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	if len(all) > len(known) {
		r.matcher.Store(newMatcher(all))
	}
}

// String returns s without secrets.
func (r *Redactor) String(s string) string {
	found := matches(r.load(), nil, s)
	if len(found) == 0 {
		return s
	}
	var b strings.Builder
	from := 0
	for _, f := range found {
		b.WriteString(s[from:f.start])
		b.WriteString(redacted)
		from = f.end
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
	found := matches(m, nil, b[:min(len(b), limit+m.reach())])
	if len(found) == 0 || found[0].start >= limit {
		return b[:limit]
	}
	var out []byte
	from := 0
	for _, f := range found {
		if f.start >= limit {
			break
		}
		out = append(append(out, b[from:f.start]...), redacted...)
		from = f.end
	}
	return append(out, b[min(from, limit):limit]...)
}
