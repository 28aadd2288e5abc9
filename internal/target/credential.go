package target

import (
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/exchange"
)

// Kind is how a credential travels.
type Kind string

// The kinds of credential.
const (
	Bearer Kind = "bearer"
	Basic  Kind = "basic" // value is user:password
	Header Kind = "header"
	Query  Kind = "query"
	Cookie Kind = "cookie"
)

// Kinds lists the kinds of credential.
var Kinds = []string{string(Bearer), string(Basic), string(Header), string(Query), string(Cookie)}

// Credential is a secret and how it travels.
type Credential struct {
	Kind   Kind
	Name   string            // of the header field, query parameter or cookie
	Value  string            // the secret itself: never printed; empty until Resolve
	Shell  string            // shell expression that gives Value within double quotes: $API_TOKEN, $(cat 'token.txt')
	Secret Secret            // where Value comes from, unless it is fetched
	Login  *Login            // how Value is fetched during the run, which starts with a sample; nil: it is not
	At     document.Position // in the user's file; zero for one that flags give
}

// With returns the credential with another value, for requests with a bad one.
func (c Credential) With(value string) Credential {
	c.Value, c.Shell = value, ""
	return c
}

// Apply returns r with the credential. A credential that r has already is replaced where it stands: the Authorization
// field, the header field, the cookie. A query parameter goes to the end of the request-target.
func (c Credential) Apply(r exchange.Request) exchange.Request {
	switch c.Kind {
	case Bearer:
		return r.WithField("Authorization", "Bearer "+c.Value)
	case Basic:
		return r.WithField("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(c.Value)))
	case Header:
		return r.WithField(c.Name, c.Value)
	case Query:
		r = c.Remove(r)
		separator := "?"
		if strings.Contains(r.Target, "?") {
			separator = "&"
		}
		return r.WithTarget(r.Target + separator + escapeQuery(c.Name) + "=" + escapeQuery(c.Value))
	case Cookie:
		return c.withCookie(r)
	}
	return r
}

// Remove returns r without it, whatever its value there.
func (c Credential) Remove(r exchange.Request) exchange.Request {
	switch c.Kind {
	case Bearer, Basic:
		return r.WithoutField("Authorization")
	case Header:
		return r.WithoutField(c.Name)
	case Query:
		return c.withoutParameter(r)
	case Cookie:
		cookies, found := r.Fields.Get("Cookie")
		if !found {
			return r
		}
		var kept []string
		for _, pair := range strings.Split(cookies, ";") {
			if name, _, _ := strings.Cut(strings.TrimSpace(pair), "="); name != c.Name {
				kept = append(kept, strings.TrimSpace(pair))
			}
		}
		if len(kept) == 0 {
			return r.WithoutField("Cookie")
		}
		return r.WithField("Cookie", strings.Join(kept, "; "))
	}
	return r
}

// withCookie merges the cookie into the Cookie field: a request has one such field (RFC 6265, section 5.4).
func (c Credential) withCookie(r exchange.Request) exchange.Request {
	pair := c.Name + "=" + c.Value
	cookies, found := r.Fields.Get("Cookie")
	if !found {
		return r.WithField("Cookie", pair)
	}
	pairs := strings.Split(cookies, ";")
	placed := false
	for i := range pairs {
		pairs[i] = strings.TrimSpace(pairs[i])
		if name, _, _ := strings.Cut(pairs[i], "="); name == c.Name {
			pairs[i], placed = pair, true
		}
	}
	if !placed {
		pairs = append(pairs, pair)
	}
	return r.WithField("Cookie", strings.Join(pairs, "; "))
}

// withoutParameter takes the query parameter out and leaves every other byte of the request-target as it is.
func (c Credential) withoutParameter(r exchange.Request) exchange.Request {
	path, query, found := strings.Cut(r.Target, "?")
	if !found {
		return r
	}
	var kept []string
	for _, pair := range strings.Split(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(name); err != nil || decoded != c.Name {
			kept = append(kept, pair)
		}
	}
	if len(kept) == 0 {
		return r.WithTarget(path)
	}
	return r.WithTarget(path + "?" + strings.Join(kept, "&"))
}
