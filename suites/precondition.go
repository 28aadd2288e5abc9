package suites

import (
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
)

// ControlTag stands in a field of a request for the entity tag that the operation's control was answered with: the plan is
// made before anything is sent. See Case.Tagged.
const ControlTag = "{ETag}"

// staleTag is an entity tag that no server gives: what it is said to be of is gone.
const staleTag = `"conform-stale"`

var staleETag = Probe{
	Name: "precondition.stale-etag",
	Doc:  "sends If-Match with an entity tag that the resource does not have",
	Cases: onResource([]string{"GET", "PUT", "PATCH", "DELETE"}, func(g Good) ([]Case, Gap) {
		return []Case{preconditionCase("stale", "If-Match", "If-Match: "+staleTag, g.Request.WithField("If-Match", staleTag))}, Gap{}
	}),
}

var missingPrecondition = Probe{
	Name: "precondition.missing",
	Doc:  "sends the good request without the precondition that the operation requires",
	Cases: onOperation(func(g Good) ([]Case, Gap) {
		var cases []Case
		for _, name := range g.Operation.RequiredFields {
			if !isPrecondition(name) {
				continue
			}
			c := fieldCase(name, "", "missing", "no "+name, g.Request.WithoutField(name))
			c.Effects = g.Operation.Writes()
			cases = append(cases, c)
		}
		if len(cases) == 0 {
			return nil, Gap{Why: "the precondition that the operation requires: list If-Match, or another, under required_headers", Needs: true}
		}
		return cases, Gap{}
	}),
}

var noneMatch = Probe{
	Name: "precondition.none-match",
	Doc:  "sends If-None-Match with the entity tag that the resource has",
	Cases: onResource([]string{"GET", "PUT", "PATCH"}, func(g Good) ([]Case, Gap) {
		return []Case{preconditionCase("current", "If-None-Match", "If-None-Match: the ETag of the control's answer", g.Request.WithField("If-None-Match", ControlTag))}, Gap{}
	}),
}

// preconditions are the fields that make a request conditional (RFC 9110, section 13.1), but for If-Range.
var preconditions = []string{"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"}

func isPrecondition(field string) bool {
	return slices.ContainsFunc(preconditions, func(p string) bool { return strings.EqualFold(p, field) })
}

// onResource makes cases of operations on a resource of which a tag may be known, which is with these methods. A good request with a precondition of its own would have two, of which one hides the other.
func onResource(methods []string, cases func(Good) ([]Case, Gap)) func(Good) ([]Case, Gap) {
	return onOperation(func(g Good) ([]Case, Gap) {
		if !slices.Contains(methods, g.Request.Method) {
			return nil, Gap{Why: "its method says nothing of a resource that is there"}
		}
		for _, name := range preconditions {
			if _, ok := g.Request.Fields.Get(name); ok {
				return nil, Gap{Why: "the good request has " + name + " already"}
			}
		}
		return cases(g)
	})
}

// preconditionCase returns a case that is refused for its precondition, where resources have entity tags at all.
func preconditionCase(kind, field, sent string, r exchange.Request) Case {
	return Case{
		Sent:    sent,
		Request: r,
		Defect:  check.Defect{Place: check.Place{In: "header", At: field}, Kind: kind},
		Effects: !r.Safe(),
		Tagged:  true,
	}
}
