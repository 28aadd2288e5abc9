package suites

import (
	"fmt"
	"strings"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
)

// madeUpField is a header field that nobody knows: what is wrong with it is all that it says.
const madeUpField = "Conform-Field"

var missingField = Probe{
	Name: "header.missing",
	Doc:  "sends the good request without one of its required header fields",
	Cases: onOperation(func(g Good) ([]Case, Gap) {
		var cases []Case
		for _, name := range g.Operation.RequiredFields {
			if !isPrecondition(name) { // see precondition.missing
				cases = append(cases, fieldCase(name, "", "missing", "no "+name, g.Request.WithoutField(name)))
			}
		}
		if len(cases) == 0 {
			return nil, Gap{Why: "the header fields that the operation requires: list them under required_headers", Needs: true}
		}
		return cases, Gap{}
	}),
}

var malformedField = Probe{
	Name: "header.malformed",
	Doc:  "sends a value of a header field that is not of its format",
	Cases: onOperation(func(g Good) ([]Case, Gap) {
		var cases []Case
		for _, f := range g.Operation.Fields {
			format := g.Operation.FieldFormats[f.Name]
			for _, b := range malformed(format, f.Value) {
				cases = append(cases, fieldCase(f.Name, b.slug, "malformed", fmt.Sprintf("%s: %s", f.Name, b.text), g.Request.WithField(f.Name, b.text)))
			}
		}
		if len(cases) == 0 {
			return nil, Gap{Why: "the format of a header field: give it under header_formats", Needs: true}
		}
		return cases, Gap{}
	}),
}

var overlongField = Probe{
	Name: "header.overlong",
	Doc:  "sends a header field that is longer than servers read",
	Cases: onTarget(func(g Good) ([]Case, Gap) {
		var cases []Case
		for _, length := range []struct {
			variant string
			octets  int
		}{{"16-KiB", 16 << 10}, {"128-KiB", 128 << 10}} {
			cases = append(cases, fieldCase("", length.variant, "overlong", fmt.Sprintf("%s with a value of %d octets", madeUpField, length.octets),
				g.Request.WithField(madeUpField, strings.Repeat("x", length.octets))))
		}
		return cases, Gap{}
	}),
}

var manyFields = Probe{
	Name: "header.many",
	Doc:  "sends 2,000 header fields more than the good request has",
	Cases: onTarget(func(g Good) ([]Case, Gap) {
		r := g.Request
		fields := make(exchange.Fields, 0, len(r.Fields)+2000)
		fields = append(fields, r.Fields...)
		for i := range 2000 {
			fields = append(fields, exchange.Field{Name: fmt.Sprintf("%s-%d", madeUpField, i+1), Value: "x"})
		}
		r.Fields = fields
		return []Case{fieldCase("", "", "many", "2,000 more header fields", r)}, Gap{}
	}),
}

// controlCharacter breaks RFC 9110, section 5.5: a server refuses the message, or reads a space in the character's place.
var controlCharacter = Probe{
	Name: "header.control-character",
	Doc:  "sends a header field with a character in its value that ends texts or lines",
	Cases: onTarget(func(g Good) ([]Case, Gap) {
		var cases []Case
		for _, c := range []struct{ variant, name, value string }{
			{"nul", "NUL", "before\x00after"},
			{"carriage-return", "a carriage return", "before\rafter"},
		} {
			cases = append(cases, fieldCase("", c.variant, "control-character", c.name+" in the value of "+madeUpField, g.Request.WithField(madeUpField, c.value)))
		}
		return cases, Gap{}
	}),
}

// fieldTwice repeats a field that is no list: what the two together say is not defined (RFC 9110, section 5.3).
var fieldTwice = Probe{
	Name: "header.twice",
	Doc:  "sends a header field twice that may stand once",
	Cases: onOperation(func(g Good) ([]Case, Gap) {
		value, ok := g.Request.Fields.Get("Content-Type")
		if !ok {
			return nil, Gap{Why: "the good request has no field that may stand once alone"}
		}
		return []Case{fieldCase("Content-Type", "", "twice", "Content-Type twice", g.Request.WithAddedField("Content-Type", value))}, Gap{}
	}),
}

// fieldCase returns a case whose header field is the thing broken. One without a name is a field that nobody knows, which no error
// has to name.
func fieldCase(name, slug, kind, sent string, r exchange.Request) Case {
	if name == "" {
		return Case{Variant: slug, Sent: sent, Request: r, Defect: check.Defect{Place: check.Place{In: "header", At: madeUpField}, Kind: kind}}
	}
	at := check.Place{In: "header", At: name}
	return Case{
		Variant: variantOf(name, slug),
		Sent:    sent,
		Request: r,
		Defect:  check.Defect{Place: at, Kind: kind, Blame: []check.Place{at}},
	}
}
