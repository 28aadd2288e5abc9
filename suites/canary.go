package suites

import (
	"cmp"
	"net/url"
	"slices"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/leak"
	"github.com/seed-e125e033/conform/internal/target"
)

// A canary is a request with a text that nobody else has in a place that many answers repeat. What is judged is only what
// comes back of it: whether the request is refused is another contract's matter.

var markedPath = Probe{
	Name: "canary.path",
	Doc:  "sends markup with a token as an identifier, or as the last segment of a path that does not exist",
	Cases: func(g Good) ([]Case, Gap) {
		mark := markOf(g, "path")
		if g.whole() {
			c := g.marked("", "path", "", mark, g.below("conform-"+url.PathEscape(mark)))
			return []Case{c}, Gap{}
		}
		identifiers, gap := g.harmlessIdentifiers()
		var cases []Case
		for _, p := range identifiers {
			cases = append(cases, g.marked(p.name, "path", p.name, mark, g.withIdentifier(p, mark)))
		}
		return cases, gap
	},
}

var markedQuery = Probe{
	Name: "canary.query",
	Doc:  "sends markup with a token as the value of a query parameter that nobody knows",
	Cases: onReading(func(g Good) ([]Case, Gap) {
		mark := markOf(g, "query")
		return []Case{g.marked("", "query", canaryParameter, mark, g.withUnknownParameter(escapeQuery(mark)))}, Gap{}
	}),
}

var markedHeader = Probe{
	Name: "canary.header",
	Doc:  "sends markup with a token as the value of a header field that nobody knows",
	Cases: onReading(func(g Good) ([]Case, Gap) {
		mark := markOf(g, "header")
		return []Case{g.marked("", "header", canaryField, mark, g.Request.WithAddedField(canaryField, mark))}, Gap{}
	}),
}

var markedMemberName = Probe{
	Name: "canary.member-name",
	Doc:  "sends markup with a token as the name of a required member",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		mark := markOf(g, "member-name")
		for _, m := range g.required() {
			v, _ := body.at(m.Pointer)
			if v.name < 0 {
				continue
			}
			sent := splice(body.bytes, v.name, v.nameEnd, inQuotes(mark))
			if g.accepts(sent) {
				continue
			}
			c := g.marked(v.pointer, "body", v.parent, mark, g.withBody(sent))
			c.Sent = "the name " + mark + " instead of " + v.pointer
			return []Case{c}, Gap{}
		}
		return nil, g.optionalBody()
	}),
}

var markedMemberValue = Probe{
	Name: "canary.member-value",
	Doc:  "sends markup with a token as the value of a member that does not take it",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		mark := markOf(g, "member-value")
		members := slices.Clone(g.members())
		// An error about a form is the likeliest to repeat what has not got it.
		slices.SortStableFunc(members, func(a, b target.Member) int { return cmp.Compare(min(1, len(b.Format)), min(1, len(a.Format))) })
		for _, m := range members {
			v, ok := body.at(m.Pointer)
			// A member that takes any text would keep it, and whoever reads it there would see it.
			takesText := len(m.Types) == 0 || slices.Contains(m.Types, "string")
			if !ok || m.Format == "" && takesText {
				continue
			}
			sent := body.replace(v, inQuotes(mark))
			if g.accepts(sent) {
				continue
			}
			return []Case{g.marked(v.pointer, "body", v.pointer, mark, g.withBody(sent))}, Gap{}
		}
		return nil, Gap{Why: "a member of the body that does not take any text: give its format, or the body's schema", Needs: true}
	}),
}

var lineBreak = Probe{
	Name: "canary.line-break",
	Doc:  "sends a line break and a header field in the path or the query, for an answer that puts them among its own",
	Cases: func(g Good) ([]Case, Gap) {
		if g.whole() {
			return g.lineBreaks("path", "", func(text string) exchange.Request { return g.below("conform-" + text) }), Gap{}
		}
		return onReading(func(g Good) ([]Case, Gap) {
			return g.lineBreaks("query", canaryParameter, g.withUnknownParameter), Gap{}
		})(g)
	},
}

const (
	canaryParameter = "conform_canary"
	canaryField     = "Conform-Canary"
)

// lineBreaks returns a case for each way to write a line break. Of U+560D and U+560A a program that cuts characters down to bytes
// makes CR and LF.
func (g Good) lineBreaks(in, at string, with func(string) exchange.Request) []Case {
	breaks := []struct{ variant, text string }{{"crlf", "%0d%0a"}, {"lf", "%0a"}, {"wide", "%E5%98%8D%E5%98%8A"}}
	cases := make([]Case, 0, len(breaks))
	for _, b := range breaks {
		text := "x" + b.text + leak.Injected + ":%20" + madeUp("canary", g.Operation.ID, in, b.variant)
		cases = append(cases, Case{
			Variant: b.variant,
			Sent:    text + " in the " + in,
			Request: with(text),
			Defect:  check.Defect{Place: canaryPlace(g, in, at), Kind: "line-break"},
		})
	}
	return cases
}

// marked returns a case with a mark in it.
func (g Good) marked(variant, in, at, mark string, r exchange.Request) Case {
	sent := mark + " in the " + in
	if at != "" {
		sent = mark + " as " + at + " in the " + in
	}
	return Case{
		Variant: variant,
		Sent:    sent,
		Request: r,
		Defect:  check.Defect{Place: canaryPlace(g, in, at), Kind: "marked", Mark: mark},
	}
}

// canaryPlace returns the place of a canary. A path that does not exist has no parameters.
func canaryPlace(g Good, in, at string) check.Place {
	if in == "path" && at == "" {
		in = "target"
	}
	return check.Place{In: in, At: at}
}

// markOf returns a mark of its own for each place in each operation's requests.
func markOf(g Good, place string) string { return leak.Mark(madeUp("canary", g.Operation.ID, place)) }

// withUnknownParameter returns the good request with one more parameter in its query; the value is written as it is.
func (g Good) withUnknownParameter(value string) exchange.Request {
	return g.withPair(canaryParameter + "=" + value)
}

// harmlessIdentifiers returns the identifiers of which an unknown one does nothing: a PUT may create it (RFC 9110, section 9.3.4).
func (g Good) harmlessIdentifiers() ([]parameter, Gap) {
	var identifiers []parameter
	_, gap := onIdentifier(func(g Good, found []parameter) ([]Case, Gap) {
		if g.Operation.Method == "PUT" {
			return nil, Gap{Why: "a PUT may create what does not exist"}
		}
		identifiers = found
		return nil, Gap{}
	})(g)
	return identifiers, gap
}
