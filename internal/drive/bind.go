package drive

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

// replacers put the values of created things where their samples stand, each in the writing of its place.
type replacers struct{ path, query, field, body *strings.Replacer }

// bind returns the request with the values of created things where their samples stand.
func (t *things) bind(op *suites.Operation, r exchange.Request) exchange.Request {
	if len(op.Sources) == 0 {
		return r
	}
	return t.bound(op, r)
}

// bound is bind for an operation that takes values.
func (t *things) bound(op *suites.Operation, r exchange.Request) exchange.Request {
	t.mu.Lock()
	to := t.replacers[op]
	if to == nil {
		to = t.replacersOf(op)
		t.replacers[op] = to
	}
	t.mu.Unlock()
	path, query, found := strings.Cut(r.Target, "?")
	r.Target = to.path.Replace(path)
	if found {
		r.Target += "?" + to.query.Replace(query)
	}
	r.Fields = slices.Clone(r.Fields)
	for i, f := range r.Fields {
		r.Fields[i].Value = to.field.Replace(f.Value)
	}
	if len(r.Body) > 0 {
		r.Body = []byte(to.body.Replace(string(r.Body)))
	}
	return r
}

// replacersOf makes the replacers of an operation's samples. The caller holds the lock.
func (t *things) replacersOf(op *suites.Operation) *replacers {
	var path, query, field, body []string
	for _, values := range []target.Values{op.Params, op.Query} {
		for _, v := range values {
			if v.From == nil {
				continue
			}
			value, ok := t.values[*v.From]
			if !ok {
				continue
			}
			sample := v.From.Sample(v.Format)
			path = append(path, url.PathEscape(sample), url.PathEscape(value))
			query = append(query, escapeQuery(sample), escapeQuery(value))
			field = append(field, sample, value)
			body = append(body, inJSON(sample), inJSON(value))
		}
	}
	return &replacers{strings.NewReplacer(path...), strings.NewReplacer(query...), strings.NewReplacer(field...), strings.NewReplacer(body...)}
}

// escapeQuery writes a value as good requests have it in their query.
func escapeQuery(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// inJSON writes a value as it stands within a JSON string.
func inJSON(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		return s // a string always has a JSON form
	}
	return string(text[1 : len(text)-1])
}
