package suites

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
)

var malformedQuery = Probe{
	Name: "query.malformed",
	Doc:  "sends a value of a query parameter that is not of its format, or none of its values",
	Cases: onQuery(func(g Good, parameters []parameter) ([]Case, Gap) {
		var cases []Case
		for _, p := range parameters {
			for _, b := range slices.Concat(malformed(p.known.Format, p.good), unlisted(p.known)) {
				cases = append(cases, queryCase(p, b.slug, "malformed", fmt.Sprintf("%s = %q", p.name, b.text), g.withParameter(p, b.text)))
			}
		}
		if len(cases) == 0 {
			return nil, Gap{Why: "the format of a query parameter: give format or one_of under query", Needs: true}
		}
		return cases, Gap{}
	}),
}

var missingQuery = Probe{
	Name: "query.missing",
	Doc:  "sends the good request without one of its required query parameters",
	Cases: onQuery(func(g Good, parameters []parameter) ([]Case, Gap) {
		var cases []Case
		for _, p := range parameters {
			if p.known.Required && p.pair >= 0 {
				cases = append(cases, queryCase(p, "", "missing", "no "+p.name+" parameter", g.withoutParameter(p)))
			}
		}
		if len(cases) == 0 {
			return nil, Gap{Why: "no query parameter is required"}
		}
		return cases, Gap{}
	}),
}

// onQuery makes cases of operations that take query parameters.
func onQuery(cases func(Good, []parameter) ([]Case, Gap)) func(Good) ([]Case, Gap) {
	return onOperation(func(g Good) ([]Case, Gap) {
		parameters := g.parameters()
		if len(parameters) == 0 {
			return nil, Gap{Why: "the operation has no query parameter"}
		}
		return cases(g, parameters)
	})
}

// queryCase returns a case whose query parameter is the thing broken.
func queryCase(p parameter, slug, kind, sent string, r exchange.Request) Case {
	at := check.Place{In: "query", At: p.name}
	return Case{
		Variant: strings.TrimSuffix(p.name+":"+slug, ":"),
		Sent:    sent,
		Request: r,
		Defect:  check.Defect{Place: at, Kind: kind, Blame: []check.Place{at}},
	}
}
