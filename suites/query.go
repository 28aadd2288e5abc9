package suites

import (
	"encoding/json"
	"math/big"
	"slices"
	"strconv"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
)

var malformedQuery = Probe{
	Name: "query.malformed",
	Doc:  "sends a value of a query parameter that is not of its format, or none of its values",
	Cases: onQuery(func(g Good, parameters []parameter) ([]Case, Gap) {
		var cases []Case
		for _, p := range parameters {
			all := slices.Concat(malformed(p.known.Format, p.good), unlisted(p.known))
			cases = slices.Grow(cases, len(all))
			for _, b := range all {
				cases = append(cases, queryCase(p, b.slug, "malformed", p.name+" = "+strconv.Quote(b.text), g.withParameter(p, b.text)))
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

var unknownQuery = Probe{
	Name: "query.unknown",
	Doc:  "sends a good request that reads with a query parameter that nobody knows; many APIs may pass it over",
	Cases: onReading(func(g Good) ([]Case, Gap) {
		if !g.speaksJSONAPI() {
			return []Case{g.unknownParameter("", "conform_unknown")}, Gap{}
		}
		// JSON:API keeps the names of small letters alone for itself, and leaves the others to the API.
		cases := []Case{g.unknownParameter("letters", "conformunknown")}
		for _, name := range []string{"include", "sort"} {
			known := slices.ContainsFunc(g.parameters(), func(p parameter) bool { return p.name == name })
			// Sorting is for collections: a path that names one thing has none.
			if known || name == "sort" && len(g.identifiers()) > 0 {
				continue
			}
			cases = append(cases, g.unknownParameter(name, name))
		}
		return cases, Gap{}
	}),
}

// unknownParameter returns a case with one more query parameter, of which nobody has the value either.
func (g Good) unknownParameter(variant, name string) Case {
	const value = "conform_unknown"
	c := queryCase(parameter{name: name}, "", "unknown", name+" = "+value, g.withPair(name+"="+value))
	c.Variant = variant
	return c
}

var repeatedQuery = Probe{
	Name: "query.twice",
	Doc:  "sends a good request that reads with a query parameter of one value twice; many APIs may take either",
	Cases: onQuery(func(g Good, parameters []parameter) ([]Case, Gap) {
		if g.Operation.Writes() {
			return nil, Gap{Why: "the request may be obeyed, and it writes"}
		}
		var cases []Case
		for _, p := range parameters {
			// A parameter of which nothing is known may be a list.
			if p.pair < 0 || p.known.Format == "" && len(p.known.OneOf) == 0 {
				continue
			}
			pair := g.Request.Target[p.pair:p.end]
			cases = append(cases, queryCase(p, "", "twice", pair+" twice", g.withPair(pair)))
		}
		if len(cases) == 0 {
			return nil, Gap{Why: "the format of a query parameter that the good request has: give format or one_of under query", Needs: true}
		}
		return cases, Gap{}
	}),
}

var queryOutOfRange = Probe{
	Name: "query.out-of-range",
	Doc:  "sends a number as a query parameter that is below its minimum or above its maximum",
	Cases: onQuery(func(g Good, parameters []parameter) ([]Case, Gap) {
		var cases []Case
		for _, p := range parameters {
			for _, b := range beyond(p.known.Minimum, p.known.Maximum) {
				cases = append(cases, queryCase(p, b.slug, "out-of-range", p.name+" = "+b.text, g.withParameter(p, b.text)))
			}
		}
		if len(cases) == 0 {
			return nil, Gap{Why: "the range of a query parameter: give minimum or maximum under query", Needs: true}
		}
		return cases, Gap{}
	}),
}

// beyond returns the numbers next to a range, which it does not include: one below its minimum, one above its maximum.
func beyond(minimum, maximum json.Number) []bad {
	var numbers []bad
	for _, end := range []struct {
		slug string
		last json.Number
		step int64
	}{{"below", minimum, -1}, {"above", maximum, 1}} {
		if last, ok := new(big.Rat).SetString(end.last.String()); ok {
			numbers = append(numbers, bad{end.slug, decimal(last.Add(last, big.NewRat(end.step, 1)))})
		}
	}
	return numbers
}

// decimal writes a number as JSON does, without an exponent.
func decimal(n *big.Rat) string {
	digits, _ := n.FloatPrec() // of a number that was written in digits itself
	return n.FloatString(digits)
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
		Variant: variantOf(p.name, slug),
		Sent:    sent,
		Request: r,
		Defect:  check.Defect{Place: at, Kind: kind, Blame: []check.Place{at}},
	}
}
