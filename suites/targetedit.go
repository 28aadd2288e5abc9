package suites

import (
	"net/url"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/target"
)

// parameter is a path or query parameter of an operation and where its value stands in the good request's
// request-target: Target[start:end].
type parameter struct {
	name       string
	good       string // its value there, decoded
	known      target.Value
	pair       int // where name=value starts; query parameters only, -1 for one that the good request leaves out
	start, end int
}

// findIdentifiers reads the path parameters from the good request's target, because a good value may have come from another operation's
// answer.
func (g Good) findIdentifiers() []parameter {
	found, between := cutTemplate(g.Base + g.Operation.Path)
	if len(found) == 0 || !locate(found, between, g.Request.Path(), 0) {
		return nil
	}
	for i := range found {
		p := &found[i]
		good, err := url.PathUnescape(g.Request.Target[p.start:p.end])
		if err != nil {
			return nil
		}
		p.good = good
		p.known, _ = g.Operation.Params.Get(p.name)
	}
	return found
}

// cutTemplate returns the parameters of a path template, and what is before, between and after them.
func cutTemplate(template string) (parameters []parameter, between []string) {
	start, rest := 0, 0 // where the last brace opened, and what is behind the last parameter
	for i := range len(template) {
		switch {
		case template[i] == '{':
			start = i + 1
		case template[i] == '}' && start > rest && i > start:
			parameters = append(parameters, parameter{name: template[start:i]})
			between = append(between, template[rest:start-1])
			rest = i + 1
		case template[i] == '}':
			start = 0
		}
	}
	return parameters, append(between, template[rest:])
}

// locate finds out where in a path the values of parameters stand, from a place on, and reports whether they do. None is empty, and
// where the path can be read in several ways the first ones are as short as can be.
func locate(parameters []parameter, between []string, path string, from int) bool {
	if !strings.HasPrefix(path[from:], between[0]) {
		return false
	}
	start := from + len(between[0])
	if len(parameters) == 0 {
		return start == len(path)
	}
	for end := start + 1; end <= len(path); end++ {
		if locate(parameters[1:], between[1:], path, end) {
			parameters[0].start, parameters[0].end = start, end
			return true
		}
	}
	return false
}

// findParameters reads the query parameters from the good request's target.
func (g Good) findParameters() []parameter {
	if len(g.Operation.Query) == 0 {
		return nil
	}
	path, query, _ := strings.Cut(g.Request.Target, "?")
	var parameters []parameter
	start := len(path) + 1
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		end := start + len(pair)
		decoded, err := url.QueryUnescape(name)
		good, valueErr := url.QueryUnescape(value)
		if known, ok := g.Operation.Query.Get(decoded); ok && err == nil && valueErr == nil {
			parameters = append(parameters, parameter{decoded, good, known, start, end - len(value), end})
		}
		start = end + 1
	}
	for _, q := range g.Operation.Query {
		if !slices.ContainsFunc(parameters, func(p parameter) bool { return p.name == q.Name }) {
			parameters = append(parameters, parameter{name: q.Name, known: q.Value, pair: -1})
		}
	}
	return parameters
}

// withIdentifier returns the good request with another value of a path parameter.
func (g Good) withIdentifier(p parameter, value string) exchange.Request {
	t := g.Request.Target
	return g.Request.WithTarget(t[:p.start] + url.PathEscape(value) + t[p.end:])
}

// withParameter returns the good request with another value of a query parameter.
func (g Good) withParameter(p parameter, value string) exchange.Request {
	t := g.Request.Target
	if p.pair >= 0 {
		return g.Request.WithTarget(t[:p.start] + escapeQuery(value) + t[p.end:])
	}
	return g.withPair(escapeQuery(p.name) + "=" + escapeQuery(value))
}

// withPair returns the good request with one more name=value at the end of its query, as it is written.
func (g Good) withPair(pair string) exchange.Request {
	separator := "?"
	if strings.Contains(g.Request.Target, "?") {
		separator = "&"
	}
	return g.Request.WithTarget(g.Request.Target + separator + pair)
}

// below returns the good request of the target as a whole for a path that does not exist; the segment is written as it is.
func (g Good) below(segment string) exchange.Request {
	query := strings.TrimPrefix(g.Request.Target, g.Request.Path()) // a credential may be in it
	return g.Request.WithTarget(strings.TrimSuffix(g.Base, "/") + "/" + segment + query)
}

// escapeQuery percent-encodes a name or value of a query. A space is %20: not every server reads + as one.
func escapeQuery(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// withoutParameter returns the good request without a query parameter that it has, and without a question mark that nothing follows.
func (g Good) withoutParameter(p parameter) exchange.Request {
	front, rest := g.Request.Target[:p.pair], g.Request.Target[p.end:]
	if rest != "" {
		return g.Request.WithTarget(front + rest[1:])
	}
	return g.Request.WithTarget(front[:len(front)-1])
}
