package suites

import (
	"encoding/json"
	"fmt"
	"iter"
	"math/big"
	"slices"
	"unicode/utf8"

	"github.com/seed-e125e033/conform/internal/pointer"
)

// The probes here break one keyword of the body's schema each. Which value breaks that and nothing else is not computed but
// tried: of several candidates the first is sent of which the schema itself says so.

var unlistedValue = Probe{
	Name: "member.enum",
	Doc:  "sends a value that is none of those that the schema lists for a member",
	Cases: onSchema("unlisted", "no member of the body has a list of values", func(body text, v value, k map[string]any) []constraint {
		if k["enum"] == nil && k["const"] == nil {
			return nil
		}
		return []constraint{{"", []string{"enum", "const"}, others(body, v)}}
	}),
}

var valueOutOfRange = Probe{
	Name: "member.range",
	Doc:  "sends a number below the minimum of a member, above its maximum, or between its steps",
	Cases: onSchema("out-of-range", "no member of the body has a range", func(body text, v value, k map[string]any) []constraint {
		good, ok := rational(json.Number(body.raw(v)))
		if !ok {
			return nil
		}
		step, stepped := rational(k["multipleOf"])
		if !stepped {
			step = big.NewRat(1, 1)
		}
		down := new(big.Rat).Neg(step)
		found := []constraint{
			{"below", []string{"minimum"}, sums(k["minimum"], down)},
			{"below", []string{"exclusiveMinimum"}, sums(k["exclusiveMinimum"], new(big.Rat), down)},
			{"above", []string{"maximum"}, sums(k["maximum"], step)},
			{"above", []string{"exclusiveMaximum"}, sums(k["exclusiveMaximum"], new(big.Rat), step)},
		}
		if stepped {
			half := new(big.Rat).Quo(step, big.NewRat(2, 1))
			found = append(found, constraint{"between", []string{"multipleOf"}, numbers(
				new(big.Rat).Add(good, half), new(big.Rat).Add(good, big.NewRat(1, 1)), new(big.Rat).Sub(good, half), new(big.Rat).Sub(good, big.NewRat(1, 1)),
			)})
		}
		return found
	}),
}

var wrongLength = Probe{
	Name: "member.length",
	Doc:  "sends a string with a letter less than a member has at least, or one more than it has at most",
	Cases: onSchema("length", "no member of the body has a length", func(body text, v value, k map[string]any) []constraint {
		good, ok := body.scalar(v)
		if !ok || body.kind(v) != "string" {
			return nil
		}
		var found []constraint
		if least, ok := count(k["minLength"]); ok && least > 0 {
			found = append(found, constraint{"short", []string{"minLength"}, ofLength(good, least-1)})
		}
		if most, ok := count(k["maxLength"]); ok {
			found = append(found, constraint{"long", []string{"maxLength"}, ofLength(good, most+1)})
		}
		return found
	}),
}

var wrongPattern = Probe{
	Name: "member.pattern",
	Doc:  "sends a string that does not have the pattern of its member",
	Cases: onSchema("pattern", "no member of the body has a pattern", func(body text, v value, k map[string]any) []constraint {
		if k["pattern"] == nil || body.kind(v) != "string" {
			return nil
		}
		return []constraint{{"", []string{"pattern"}, others(body, v)}}
	}),
}

var wrongItems = Probe{
	Name: "member.items",
	Doc:  "sends an array with an item less than it has at least, one more than it has at most, or one twice",
	Cases: onSchema("items", "no array of the body has a number of items", func(body text, v value, k map[string]any) []constraint {
		if body.kind(v) != "array" {
			return nil
		}
		var found []constraint
		if least, ok := count(k["minItems"]); ok && least > 0 {
			found = append(found, constraint{"few", []string{"minItems"}, arrays(body, v, least-1)})
		}
		if most, ok := count(k["maxItems"]); ok {
			found = append(found, constraint{"many", []string{"maxItems"}, arrays(body, v, most+1)})
		}
		if k["uniqueItems"] == true {
			found = append(found, constraint{"equal", []string{"uniqueItems"}, repeatedItem(body, v)})
		}
		return found
	}),
}

var wrongProperties = Probe{
	Name: "member.properties",
	Doc:  "sends an object with a member less than it has at least, or one more than it has at most",
	Cases: onSchema("properties", "no object of the body has a number of members", func(body text, v value, k map[string]any) []constraint {
		if body.kind(v) != "object" {
			return nil
		}
		var found []constraint
		if least, ok := count(k["minProperties"]); ok && least > 0 {
			found = append(found, constraint{"few", []string{"minProperties"}, fewer(body, v, k["required"], least-1)})
		}
		if most, ok := count(k["maxProperties"]); ok {
			found = append(found, constraint{"many", []string{"maxProperties"}, larger(body, v, most+1)})
		}
		return found
	}),
}

// constraint is one thing that a schema asks of a value, and values that may break it.
type constraint struct {
	slug     string
	keywords []string // of which the schema has to name one, and no other; nil: it has to allow the values, which are wrong by a word that it does not judge
	values   iter.Seq[string]
}

// onSchema makes cases of operations whose body has a schema: of what constraints finds in the keywords for each value of the good body, those
// that a value breaks alone. Of an array's items the first stands for all.
func onSchema(kind, none string, constraints func(body text, v value, keywords map[string]any) []constraint) func(Good) ([]Case, Gap) {
	return onJSON(func(g Good, body text) ([]Case, Gap) {
		if g.Operation.Schema == nil {
			return nil, Gap{Why: "the schema of the body: give it under schema", Needs: true}
		}
		var cases []Case
		seen := map[string]bool{}
		for _, v := range body.values {
			if behindFirst(v.pointer) {
				continue
			}
			for _, k := range g.Operation.Schema.At(v.pointer) {
				for _, c := range constraints(body, v, k.Values) {
					if c.keywords == nil && !k.Sure {
						continue // another alternative may take it
					}
					made, ok := g.breaking(body, v, kind, c)
					if ok && !seen[made.Variant] {
						seen[made.Variant] = true
						cases = append(cases, made)
					}
				}
			}
		}
		if len(cases) == 0 {
			return nil, Gap{Why: none + " that can be broken alone"}
		}
		return cases, Gap{}
	})
}

// behindFirst reports whether a JSON pointer leads through an item of an array that is not its first; as a member of an object, a
// number is passed over too.
func behindFirst(at string) bool {
	tokens, err := pointer.Parse(at)
	return err != nil || slices.ContainsFunc(tokens, func(token string) bool {
		i, isIndex := pointer.Index(token)
		return isIndex && i > 0
	})
}

// breaking returns the case of the first value that breaks the constraint and nothing else.
func (g Good) breaking(body text, v value, kind string, c constraint) (Case, bool) {
	for other := range c.values {
		sent := body.replace(v, other)
		if wrong, alone := g.broken(v, sent, c.keywords); !alone || wrong == (c.keywords == nil) {
			continue
		}
		made := g.memberCase(v, c.slug, kind, v.pointer+" = "+brief(other), sent)
		if v.pointer == "" { // the whole body
			made.Variant = c.slug
			made.Sent = brief(other) + " as the whole body"
		}
		return made, true
	}
	return Case{}, false
}

// broken reports whether a body breaks any of the keywords at a value, and whether it breaks them alone or nothing.
func (g Good) broken(v value, sent []byte, keywords []string) (wrong, alone bool) {
	violations, err := g.Operation.Schema.Validate(sent)
	if err != nil {
		return false, false
	}
	for _, broken := range violations {
		if broken.At != v.pointer || !slices.Contains(keywords, broken.Rule) {
			return true, false
		}
	}
	return len(violations) > 0, true
}

// brief shows a value on part of a line.
func brief(text string) string {
	const most = 60
	if n := utf8.RuneCountInString(text); n > most {
		return string([]rune(text)[:most]) + fmt.Sprintf("... (%d characters)", n)
	}
	return text
}
