package target

import (
	"net/url"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/schema"
)

// Request returns the good request, without a credential: base is the target's base path ("" or "/api"), path values are
// percent-encoded, query parameters are sorted by name. Header fields stand as the user wrote them; Accept is added where there is none and
// accept is not empty, Content-Type where the body is JSON and there is none. Values from other operations are samples.
func (o *Operation) Request(base, accept string) exchange.Request {
	r := exchange.Request{
		Method: o.Method,
		Target: base + expand(o.Path, o.Params.inPath) + o.query(),
		Fields: slices.Clone(o.Fields),
		Body:   slices.Clone(o.Body),
	}
	if _, ok := r.Fields.Get("Accept"); !ok && accept != "" {
		r = r.WithAddedField("Accept", accept)
	}
	if _, ok := r.Fields.Get("Content-Type"); !ok && o.Body != nil {
		if _, err := schema.JSON(o.Body); err == nil {
			r = r.WithAddedField("Content-Type", "application/json")
		}
	}
	return r
}

// inPath returns the value of a path parameter as a path has it.
func (vs Values) inPath(name string) string {
	v, _ := vs.Get(name)
	return url.PathEscape(v.text())
}

func (o *Operation) query() string {
	var pairs []string
	for _, p := range o.Query {
		if !p.Absent {
			pairs = append(pairs, escapeQuery(p.Name)+"="+escapeQuery(p.text()))
		}
	}
	if len(pairs) == 0 {
		return ""
	}
	return "?" + strings.Join(pairs, "&")
}

// escapeQuery percent-encodes a name or value of a query. A space is %20: not every server reads + as one.
func escapeQuery(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// expand replaces each {name} of a template that was checked before.
func expand(template string, value func(name string) string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(template, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, rest, _ := strings.Cut(after, "}")
		b.WriteString(value(name))
		template = rest
	}
}
