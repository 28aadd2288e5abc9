package suites

import (
	"slices"

	"github.com/seed-e125e033/conform/internal/check"
)

var nullBody = Probe{
	Name: "shape.null",
	Doc:  "sends null as the whole body",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		// Many frameworks read null as no body at all, and no body may be legal unless something in it is required.
		if len(g.required()) == 0 {
			return nil, g.optionalBody()
		}
		return g.shapes(body, bad{"", "null"})
	}),
}

var arrayBody = Probe{
	Name: "shape.array",
	Doc:  "sends a JSON array where the operation takes an object",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		if body.kind(body.values[0]) == "array" {
			return nil, Gap{Why: "the operation takes an array"}
		}
		// The item is no object, so that nobody reads the array as a list of what the operation takes.
		return g.shapes(body, bad{"", `["conform"]`})
	}),
}

var scalarBody = Probe{
	Name: "shape.scalar",
	Doc:  "sends a JSON string, number or boolean as the whole body",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		return g.shapes(body, bad{"string", `"conform"`}, bad{"number", "42"}, bad{"boolean", "true"})
	}),
}

var emptyObject = Probe{
	Name: "shape.empty-object",
	Doc:  "sends {} as the whole body",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		if body.kind(body.values[0]) == "object" && len(g.required()) == 0 {
			return nil, g.optionalBody()
		}
		return g.shapes(body, bad{"", "{}"})
	}),
}

// shapes returns a case for each text that is sent as the whole body, but for those that the operation's schema allows.
func (g Good) shapes(body text, instead ...bad) ([]Case, Gap) {
	defect := check.Defect{Place: check.Place{In: "body"}, Kind: "wrong-shape", Blame: g.missed(body)}
	cases := make([]Case, 0, len(instead))
	for _, b := range instead {
		if g.accepts([]byte(b.text)) {
			continue
		}
		cases = append(cases, Case{Variant: b.slug, Sent: b.text + " as the whole body", Request: g.withBody([]byte(b.text)), Defect: defect})
	}
	if len(cases) == 0 {
		return nil, Gap{Why: "the body's schema allows it"}
	}
	return cases, Gap{}
}

// missed returns what an error may miss in a body of another shape: the body as a whole, and what is required at its top level.
func (g Good) missed(body text) []check.Place {
	return g.known().missed.or(func() []check.Place {
		missed := []check.Place{{In: "body"}}
		for _, m := range g.required() {
			if v, _ := body.at(m.Pointer); v.parent == "" {
				missed = append(missed, check.Place{In: "body", At: m.Pointer})
			}
		}
		return slices.Clip(missed)
	})
}
