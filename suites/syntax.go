package suites

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/seed-e125e033/conform/internal/check"
)

var emptyBody = Probe{
	Name: "syntax.empty",
	Doc:  "sends a body of no bytes, or of spaces alone, as JSON",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		// No body may be legal unless something in it is required.
		if len(g.required()) == 0 {
			return nil, g.optionalBody()
		}
		return []Case{
			g.syntaxCase("no-bytes", "an empty body", []byte{}),
			g.syntaxCase("blank", "a body of spaces alone", []byte("  ")),
		}, Gap{}
	}),
}

var truncatedBody = Probe{
	Name: "syntax.truncated",
	Doc:  "sends a JSON body that ends too early",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		end := body.values[0].end // its closing bracket: what is before it lacks that, and so is never JSON
		cuts := []struct {
			variant string
			at      int
		}{{"half", end / 2}, {"last-byte", end - 1}}
		cases := make([]Case, 0, len(cuts))
		for _, cut := range cuts {
			if cut.variant == "half" && cut.at == end-1 {
				continue // {} has but one place to be cut
			}
			sent := fmt.Sprintf("body cut after %d of %d bytes", cut.at, end)
			cases = append(cases, g.syntaxCase(cut.variant, sent, body.bytes[:cut.at:cut.at]))
		}
		return cases, Gap{}
	}),
}

var trailingComma = Probe{
	Name: "syntax.trailing-comma",
	Doc:  "sends a JSON body with a comma before its last bracket",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		end := body.values[0].end - 1
		return []Case{g.syntaxCase("", "a comma before the last bracket", splice(body.bytes, end, end, ","))}, Gap{}
	}),
}

var singleQuotes = Probe{
	Name: "syntax.single-quotes",
	Doc:  "sends a JSON body whose strings are in single quotes",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		quoted, inString := bytes.Clone(body.bytes), false
		for i := 0; i < len(quoted); i++ {
			switch {
			case quoted[i] == '"':
				quoted[i], inString = '\'', !inString
			case quoted[i] == '\\':
				i++
			}
		}
		if bytes.Equal(quoted, body.bytes) {
			return nil, Gap{Why: "the good body has no string"}
		}
		return []Case{g.syntaxCase("", "strings in single quotes", quoted)}, Gap{}
	}),
}

var bareWord = Probe{
	Name: "syntax.bare-word",
	Doc:  "sends a word without quotes: as the whole body, as a value, as the name of a member",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		cases := append(make([]Case, 0, 3), g.syntaxCase("body", "the word conform as the whole body", []byte("conform")))
		if v, ok := body.first("string", "number", "boolean", "null"); ok {
			cases = append(cases, g.syntaxCase("value", v.pointer+" = conform, without quotes", body.replace(v, "conform")))
		}
		for _, v := range body.values {
			if v.name >= 0 {
				name := string(body.bytes[v.name+1 : v.nameEnd-1])
				cases = append(cases, g.syntaxCase("name", "member name "+name+" without quotes", splice(body.bytes, v.name, v.nameEnd, name)))
				break
			}
		}
		return cases, Gap{}
	}),
}

var trailingBytes = Probe{
	Name: "syntax.trailing-bytes",
	Doc:  "sends a JSON body with something after its end",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		end := body.values[0].end
		last := string(body.bytes[end-1])
		return []Case{
			g.syntaxCase("word", "the word conform after the body", splice(body.bytes, end, end, " conform")),
			g.syntaxCase("bracket", last+" after the body", splice(body.bytes, end, end, last)),
			g.syntaxCase("second-value", "the body twice, one after the other", splice(body.bytes, end, end, string(body.bytes[:end]))),
		}, Gap{}
	}),
}

var notANumber = Probe{
	Name: "syntax.not-a-number",
	Doc:  "sends numbers that JSON does not have: NaN, Infinity, a leading zero, a plus, a bare point, hexadecimal digits",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		v, ok := body.first("number")
		if !ok {
			v, ok = body.first("string", "boolean", "null") // nothing of the kind is JSON anywhere
		}
		if !ok {
			return nil, Gap{Why: "the good body has no place for a number"}
		}
		numbers := []bad{
			{"nan", "NaN"}, {"infinity", "Infinity"}, {"minus-infinity", "-Infinity"}, {"leading-zero", "042"},
			{"plus", "+42"}, {"bare-point", "42."}, {"hexadecimal", "0x2A"},
		}
		cases := make([]Case, 0, len(numbers))
		for _, n := range numbers {
			cases = append(cases, g.syntaxCase(n.slug, v.pointer+" = "+n.text, body.replace(v, n.text)))
		}
		return cases, Gap{}
	}),
}

var invalidUTF8 = Probe{
	Name: "syntax.invalid-utf8",
	Doc:  "sends a JSON string with bytes that are not UTF-8",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		v, ok := body.first("string")
		if !ok {
			return nil, Gap{Why: "the good body has no string value"}
		}
		ends := []struct{ variant, text, shown string }{
			{"stray-byte", "\xff", "FF"},
			{"latin-1", "\xe9", "E9"},                 // é, as Latin-1 has it
			{"overlong", "\xc0\xaf", "C0 AF"},         // a slash in two bytes (RFC 3629, section 10)
			{"surrogate", "\xed\xa0\x80", "ED A0 80"}, // half a UTF-16 pair (RFC 3629, section 3)
		}
		cases := make([]Case, 0, len(ends))
		for _, b := range ends {
			sent := v.pointer + " ends in " + b.shown + ", which is not UTF-8"
			cases = append(cases, g.syntaxCase(b.variant, sent, splice(body.bytes, v.end-1, v.end-1, b.text)))
		}
		return cases, Gap{}
	}),
}

// The three that follow are JSON, or near enough for a server to take them: a contract judges them only if its document does.

var duplicateMember = Probe{
	Name: "syntax.duplicate-member",
	Doc:  "sends a JSON object with the same member twice, which is JSON but not interoperable (RFC 8259, section 4)",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		if body.kind(body.values[0]) != "object" || len(body.values) == 1 {
			return nil, Gap{Why: "the good body has no member"}
		}
		v, end := body.values[1], body.values[0].end-1
		// The same value twice, so that the good request is meant whichever a server takes.
		c := g.syntaxCase("", v.pointer+" twice", splice(body.bytes, end, end, ","+string(body.bytes[v.name:v.end])))
		c.Defect.Kind = "duplicate-member"
		return g.perhapsTaken(c), Gap{}
	}),
}

var byteOrderMark = Probe{
	Name: "syntax.byte-order-mark",
	Doc:  "sends a byte order mark before the JSON body, which servers may ignore (RFC 8259, section 8.1)",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		c := g.syntaxCase("", "a byte order mark before the body", splice(body.bytes, 0, 0, "\xef\xbb\xbf"))
		c.Defect.Kind = "byte-order-mark"
		return g.perhapsTaken(c), Gap{}
	}),
}

// depth is more levels than a sane body has, in fewer bytes than a sane limit on bodies, 100 kB.
const depth = 10_000

// deepArrays is the body of all operations that take an object: 30 kB for each would be most of what a plan holds.
var deepArrays = append(bytes.Repeat([]byte("["), depth), bytes.Repeat([]byte("]"), depth)...)

var deepBody = Probe{
	Name: "syntax.deep",
	Doc:  "sends 10,000 nested arrays or objects as the whole body: closed they are JSON of another shape, unclosed they are not JSON",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		// The other shape than the operation takes: no server may take it, however deep it reads.
		unclosed, closed, what := deepArrays[:depth:depth], deepArrays, "arrays"
		if body.kind(body.values[0]) == "array" {
			opening := bytes.Repeat([]byte(`{"":`), depth)
			unclosed, closed, what = opening, slices.Concat(opening, []byte("0"), bytes.Repeat([]byte("}"), depth)), "objects"
		}
		cases := []Case{
			g.syntaxCase("closed", "10,000 nested "+what, closed),
			g.syntaxCase("unclosed", "10,000 nested "+what+", not closed", unclosed),
		}
		cases[0].Defect.Kind = "deep"
		return cases, Gap{}
	}),
}

// syntaxCase returns a case whose body as a whole is the thing broken. What an error may name in a text that
// cannot be read is nowhere said.
func (g Good) syntaxCase(variant, sent string, body []byte) Case {
	return Case{
		Variant: variant,
		Sent:    sent,
		Request: g.withBody(body),
		Defect:  check.Defect{Place: check.Place{In: "body"}, Kind: "not-json"},
	}
}

// perhapsTaken returns the case as one that changes the target's state where the operation does: a server may rightly take it.
func (g Good) perhapsTaken(c Case) []Case {
	c.Effects = g.Operation.Writes()
	return []Case{c}
}
