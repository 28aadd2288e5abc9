package suites

import (
	"encoding/json"
	"math/big"
	"slices"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/target"
)

// The probes here send values that a lax reader takes for good ones: it cuts them off, wraps them around, or converts them. They
// are bad ones where the schema or the format of the member excludes them, and are sent there alone.

var memberControl = Probe{
	Name: "member.control-character",
	Doc:  "sends a string with an escaped control character in it, which the rule of its member excludes",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		var cases []Case
		for _, v := range body.values {
			format := g.Operation.Formats[v.pointer]
			if body.kind(v) != "string" || format == "" && g.Operation.Schema == nil || behindFirst(v.pointer) {
				continue
			}
			good, _ := body.scalar(v)
			for _, slug := range []string{"nul", "lines"} {
				for _, other := range withControl(slug, good) {
					quoted := inQuotes(other)
					if sent := body.replace(v, quoted); g.excludes(v, format, sent) {
						cases = append(cases, g.memberCase(v, slug, "control-character", v.pointer+" = "+brief(quoted), sent))
						break
					}
				}
			}
		}
		if len(cases) == 0 {
			return nil, Gap{Why: "no member of the body has a rule that excludes control characters alone"}
		}
		return cases, Gap{}
	}),
}

// withControl returns texts with a control character in a good one. Readers cut a text off at NUL, and match expressions line by
// line: there each line is the good text. None stands at an end, where many APIs lawfully cut off what is blank.
func withControl(slug, good string) []string {
	letters := []rune(good)
	middle := len(letters) / 2
	switch {
	case slug == "lines":
		return []string{good + "\n" + good}
	case len(letters) < 2:
		return nil
	}
	front, back := string(letters[:middle]), string(letters[middle:])
	return []string{front + "\x00" + back, front + "\x00" + string(letters[middle+1:])} // the second where the length is fixed
}

// excludes reports whether a string with a control character is wrong by its form alone: by its pattern, its format or its list of
// values. No format takes one.
func (g Good) excludes(v value, format string, sent []byte) bool {
	wrong := slices.Contains(target.Formats, format)
	if g.Operation.Schema == nil {
		return wrong
	}
	broken, alone := g.broken(v, sent, []string{"pattern", "format", "enum", "const"})
	return alone && (broken || wrong)
}

var hugeNumber = Probe{
	Name: "member.huge-number",
	Doc:  "sends a number that 32 or 64 bits do not hold, where the schema excludes it by a range or by a format such as int64",
	Cases: func(g Good) ([]Case, Gap) {
		cases, gap := hugeNumbers(g)
		for i := range cases {
			// JSON lets a reader refuse the whole text for such a number (RFC 8259, section 6).
			cases[i].Defect.Blame = append(cases[i].Defect.Blame, check.Place{In: "body"})
		}
		return cases, gap
	},
}

var hugeNumbers = onSchema("huge", "no member of the body has a range, or a format such as int64,", func(body text, v value, k map[string]any) []constraint {
	good, ok := rational(json.Number(body.raw(v)))
	if !ok || body.kind(v) != "number" {
		return nil
	}
	var found []constraint
	format, _ := k["format"].(string)
	for _, size := range []struct {
		slug    string
		formats []string // that do not have it
		values  []string
	}{
		{"32-bit", []string{"int32"}, wrapping(good, 32)},
		{"64-bit", []string{"int32", "int64"}, wrapping(good, 64)},
		{"double", []string{"float", "double"}, []string{"1e400", "-1e400"}},
	} {
		if integer := takesIntegers(k, good); integer == (size.slug == "double") || size.slug == "32-bit" && format != "int32" {
			continue
		}
		found = append(found, constraint{size.slug, []string{"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"}, slices.Values(size.values)})
		if slices.Contains(size.formats, format) {
			found = append(found, constraint{size.slug, nil, slices.Values(size.values)})
		}
	}
	return found
})

// takesIntegers reports whether a number has to be an integer or, where the schema does not say, whether the good one is.
func takesIntegers(k map[string]any, good *big.Rat) bool {
	types, listed := k["type"].([]any)
	if !listed {
		types = []any{k["type"]}
	}
	return !slices.Contains(types, any("number")) && (slices.Contains(types, any("integer")) || good.IsInt())
}

// wrapping returns the numbers that are the good one to a reader with so many bits and no check.
func wrapping(good *big.Rat, bits uint) []string {
	if !good.IsInt() {
		return nil
	}
	around := new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), bits))
	return []string{decimal(new(big.Rat).Add(good, around)), decimal(new(big.Rat).Sub(good, around))}
}

var quotedMember = Probe{
	Name: "member.quoted",
	Doc:  "sends the good number or boolean in quotes, where the schema does not allow a string; many APIs may take it",
	Cases: func(g Good) ([]Case, Gap) {
		cases, gap := quotedMembers(g)
		for i := range cases {
			cases[i].Effects = g.Operation.Writes()
		}
		return cases, gap
	},
}

var quotedMembers = onSchema("quoted", "no member of the body is a number or boolean", func(body text, v value, k map[string]any) []constraint {
	kind := body.kind(v)
	if k["type"] == nil || kind != "number" && kind != "boolean" {
		return nil
	}
	return []constraint{{"", []string{"type", "enum", "const"}, slices.Values([]string{inQuotes(string(body.raw(v)))})}}
})
