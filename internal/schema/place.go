package schema

import (
	"maps"
	"regexp"
	"slices"

	"github.com/seed-e125e033/conform/internal/pointer"
)

// Keywords are those of one subschema, as decoded, and whether its value certainly has to obey them.
type Keywords struct {
	Values map[string]any
	Sure   bool // false for one alternative of several: anyOf, oneOf, if
}

// At returns what the schema says of the value at a JSON pointer: every subschema that applies there, found by way of
// properties, items, references and combinations, annotations included. It is for people and generators; Validate judges.
func (s *Schema) At(at string) []Keywords {
	tokens, err := pointer.Parse(at)
	if err != nil {
		return nil
	}
	var found []Keywords
	s.collect(s.source, tokens, true, &found)
	return found
}

func (s *Schema) collect(node any, tokens []string, sure bool, found *[]Keywords) {
	m, ok := node.(map[string]any)
	if !ok {
		return
	}
	if ref, ok := m["$ref"].(string); ok {
		if to, ok := pointer.Get(s.source, destination(ref)); ok {
			s.collect(to, tokens, sure, found)
		}
		return
	}
	if len(tokens) == 0 {
		*found = append(*found, Keywords{m, sure})
	} else {
		for _, child := range children(m, tokens[0]) {
			s.collect(child, tokens[1:], sure, found)
		}
	}
	for _, name := range []string{"allOf", "anyOf", "oneOf"} {
		list, _ := m[name].([]any)
		for _, item := range list {
			s.collect(item, tokens, sure && (name == "allOf" || len(list) == 1), found)
		}
	}
	for _, name := range []string{"then", "else"} {
		s.collect(m[name], tokens, false, found)
	}
}

// children returns the subschemas for the member or item that a reference token names.
func children(m map[string]any, token string) []any {
	var found []any
	named := false
	properties, _ := m["properties"].(map[string]any)
	if child, ok := properties[token]; ok {
		found, named = append(found, child), true
	}
	patterns, _ := m["patternProperties"].(map[string]any)
	for _, expression := range slices.Sorted(maps.Keys(patterns)) {
		if ok, err := regexp.MatchString(expression, token); err == nil && ok {
			found, named = append(found, patterns[expression]), true
		}
	}
	if child, ok := m["additionalProperties"]; ok && !named {
		found = append(found, child)
	}
	i, isIndex := pointer.Index(token)
	if !isIndex {
		return found
	}
	list, isList := m["items"].([]any)
	switch {
	case isList && i < len(list):
		found = append(found, list[i])
	case isList:
		found = append(found, m["additionalItems"])
	default:
		found = append(found, m["items"])
	}
	return found
}
