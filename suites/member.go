package suites

import (
	"slices"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/pointer"
	"github.com/seed-e125e033/conform/internal/target"
)

var missingMember = Probe{
	Name: "member.missing",
	Doc:  "sends the body without one of its required members",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		cases := make([]Case, 0, len(g.required()))
		for _, m := range g.required() {
			v, _ := body.at(m.Pointer)
			if v.name < 0 { // an array's item: the next one takes its place
				continue
			}
			c := g.memberCase(v, "", "missing", "no "+m.Pointer, body.remove(v))
			c.Defect.Blame = append(c.Defect.Blame, check.Place{In: "body", At: v.parent})
			cases = append(cases, c)
		}
		if len(cases) == 0 {
			return nil, g.optionalBody()
		}
		return cases, Gap{}
	}),
}

var nullMember = Probe{
	Name: "member.null",
	Doc:  "sends null as the value of a member that is required or that its schema does not allow to be null",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		cases := make([]Case, 0, len(g.members()))
		for _, m := range g.members() {
			v, ok := body.at(m.Pointer)
			if !ok || body.kind(v) == "null" || !m.FromSchema && (!m.Required || g.emptiesRelationship(body, v)) {
				continue
			}
			sent := body.replace(v, "null")
			if g.accepts(sent) {
				continue
			}
			cases = append(cases, g.memberCase(v, "", "null", m.Pointer+" = null", sent))
		}
		if len(cases) == 0 {
			return nil, g.unknownMembers("every member may be null")
		}
		return cases, Gap{}
	}),
}

// emptiesRelationship reports whether null at a place may be lawful in JSON:API: a PATCH with it as the data of a to-one relationship
// takes the relationship away. What has neither attributes nor relationships may be such data.
func (g Good) emptiesRelationship(body text, v value) bool {
	_, _, isResource := resource(body)
	return v.pointer == "/data" && g.Request.Method == "PATCH" && g.isJSONAPI() && !isResource
}

var wrongType = Probe{
	Name: "member.wrong-type",
	Doc:  "sends a member's value as another JSON type than it takes",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		var cases []Case
		for _, m := range g.members() {
			v, ok := body.at(m.Pointer)
			if !ok {
				continue
			}
			for _, other := range otherTypes(m, body.kind(v)) {
				sent := body.replace(v, other.text)
				if g.accepts(sent) {
					continue
				}
				cases = append(cases, g.memberCase(v, other.slug, "wrong-type", m.Pointer+" = "+other.text, sent))
			}
		}
		if len(cases) == 0 {
			return nil, g.unknownMembers("every member takes any type")
		}
		return cases, Gap{}
	}),
}

// otherTypes returns values of the JSON types that a member does not take. With a schema these are all that it leaves out but null,
// which has a probe of its own; without one only a change of structure is surely wrong: an API may read 42 as "42".
func otherTypes(m target.Member, kind string) []bad {
	stringly, number, fraction, boolean := bad{"string", `"conform"`}, bad{"number", "42"}, bad{"fraction", "1.5"}, bad{"boolean", "true"}
	object, array := bad{"object", "{}"}, bad{"array", `["conform"]`}
	if !m.FromSchema {
		switch {
		case !m.Required || kind == "null":
			return nil
		case kind == "object" || kind == "array":
			return []bad{stringly}
		}
		return []bad{object}
	}
	types := m.Types
	if len(types) == 0 {
		types = []string{kind} // the schema does not say; what it allows is left out by its own judgement
	}
	var others []bad
	for _, other := range []bad{stringly, number, fraction, boolean, object, array} {
		takes := slices.Contains(types, other.slug)
		switch other.slug {
		case "number": // 42 is an integer too
			takes = takes || slices.Contains(types, "integer")
		case "fraction": // wrong for integers alone, elsewhere the same as number
			takes = !slices.Contains(types, "integer") || slices.Contains(types, "number")
		}
		if !takes {
			others = append(others, other)
		}
	}
	return others
}

var wrongFormat = Probe{
	Name: "member.format",
	Doc:  "sends a string that is not of its member's format",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		var cases []Case
		for _, m := range g.members() {
			v, ok := body.at(m.Pointer)
			good, isString := m.Good.(string)
			if !ok || !isString {
				continue
			}
			wrong := malformed(m.Format, good)
			if other := wrongVersionOf(m.Format, good); other != "" {
				wrong = append(wrong, bad{"wrong-version", other})
			}
			cases = slices.Grow(cases, len(wrong))
			for _, w := range wrong {
				quoted := inQuotes(w.text)
				cases = append(cases, g.memberCase(v, w.slug, "malformed", m.Pointer+" = "+quoted, body.replace(v, quoted)))
			}
		}
		if len(cases) == 0 {
			return nil, Gap{Why: "no member of the body has a format that is known"}
		}
		return cases, Gap{}
	}),
}

// memberCase returns a case whose member at v is the thing broken. An error may rightly name the member.
func (g Good) memberCase(v value, slug, kind, sent string, body []byte) Case {
	at := check.Place{In: "body", At: v.pointer}
	return Case{
		Variant: variantOf(v.pointer, slug),
		Sent:    sent,
		Request: g.withBody(body),
		Defect:  check.Defect{Place: at, Kind: kind, Blame: []check.Place{at}},
	}
}

// unknownName is a member that no operation has.
const unknownName = "conform_unknown"

var unknownMember = Probe{
	Name: "member.unknown",
	Doc:  "sends a body with one more member, of a name that nobody knows; many APIs may take it",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		var cases []Case
		for _, v := range body.values {
			if body.kind(v) != "object" {
				continue
			}
			at := check.Place{In: "body", At: pointer.Join(v.pointer, unknownName)}
			cases = append(cases, Case{
				Variant: at.At,
				Sent:    at.At + ` = "conform"`,
				Request: g.withBody(body.insert(v, `"`+unknownName+`":"conform"`)),
				Defect:  check.Defect{Place: at, Kind: "unknown", Blame: []check.Place{at, {In: "body", At: v.pointer}}},
				Effects: g.Operation.Writes(),
			})
		}
		if len(cases) == 0 {
			return nil, Gap{Why: "the body has no object"}
		}
		return cases, Gap{}
	}),
}
