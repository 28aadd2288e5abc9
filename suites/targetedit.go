package suites

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

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

// braces finds the parameters of a path template.
var braces = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{([^{}]+)\}`) })

// findIdentifiers reads the path parameters from the good request's target, because a good value may have come from another operation's
// answer.
func (g Good) findIdentifiers() []parameter {
	template := g.Base + g.Operation.Path
	if !strings.Contains(template, "{") {
		return nil
	}
	pattern, last := "^", 0
	var names []string
	for _, at := range braces().FindAllStringSubmatchIndex(template, -1) {
		pattern += regexp.QuoteMeta(template[last:at[0]]) + "(.+?)"
		names = append(names, template[at[2]:at[3]])
		last = at[1]
	}
	pattern += regexp.QuoteMeta(template[last:]) + "$"
	found := regexp.MustCompile(pattern).FindStringSubmatchIndex(g.Request.Path())
	if found == nil {
		return nil
	}
	var identifiers []parameter
	for i, name := range names {
		p := parameter{name: name, known: g.Operation.Params[name], start: found[2*i+2], end: found[2*i+3]}
		good, err := url.PathUnescape(g.Request.Target[p.start:p.end])
		if err != nil {
			return nil
		}
		p.good = good
		identifiers = append(identifiers, p)
	}
	return identifiers
}

// parameters returns the declared query parameters: those that the good request has in the order of its target, then those that
// it leaves out by name.
func (g Good) parameters() []parameter {
	path, query, _ := strings.Cut(g.Request.Target, "?")
	var parameters []parameter
	start := len(path) + 1
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		end := start + len(pair)
		decoded, err := url.QueryUnescape(name)
		good, valueErr := url.QueryUnescape(value)
		if known, ok := g.Operation.Query[decoded]; ok && err == nil && valueErr == nil {
			parameters = append(parameters, parameter{decoded, good, known, start, end - len(value), end})
		}
		start = end + 1
	}
	for _, name := range slices.Sorted(maps.Keys(g.Operation.Query)) {
		if !slices.ContainsFunc(parameters, func(p parameter) bool { return p.name == name }) {
			parameters = append(parameters, parameter{name: name, known: g.Operation.Query[name], pair: -1})
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
