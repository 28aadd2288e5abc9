package document

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-e125e033/conform/internal/pointer"
	"github.com/seed-e125e033/conform/internal/schema"
)

// Check holds the document to the schema of its kind and returns what is wrong, in the order of the file. A
// misspelt key or value comes with the one that was probably meant.
func (d *Document) Check(s *schema.Schema) []Mistake {
	violations, err := s.ValidateValue(d.Value)
	if err != nil {
		return []Mistake{d.Mistake("", "%s", err)}
	}
	var mistakes []Mistake
	for _, v := range violations {
		mistakes = append(mistakes, d.Mistake(v.At, "%s", d.say(s, v)))
	}
	slices.SortStableFunc(mistakes, func(a, b Mistake) int {
		if a.At.Line != b.At.Line {
			return a.At.Line - b.At.Line
		}
		return a.At.Column - b.At.Column
	})
	return mistakes
}

// say puts a violation into words about a file.
func (d *Document) say(s *schema.Schema, v schema.Violation) string {
	parent, last := split(v.At)
	switch v.Rule {
	case "additionalProperties":
		names := known(s, parent)
		if under := deeper(s, parent, names, v.Property); under != "" {
			return fmt.Sprintf("unknown key %q: it belongs under %q", v.Property, under)
		}
		if meant := Meant(v.Property, names); meant != "" || len(names) == 0 {
			return fmt.Sprintf("unknown key %q", v.Property) + meant
		}
		return fmt.Sprintf("unknown key %q: known here are %s", v.Property, strings.Join(names, ", "))
	case "required":
		return fmt.Sprintf("%q is missing", last)
	}
	value, _ := d.Get(v.At)
	return named(v.At) + d.saySo(s, v, value)
}

// saySo puts a violation about a value into words.
func (d *Document) saySo(s *schema.Schema, v schema.Violation, value any) string {
	switch v.Rule {
	case "type":
		text := strings.NewReplacer("string", "text", "array", "list", "object", "mapping", "null", "nothing").Replace(v.Text)
		switch value.(type) {
		case bool, json.Number:
			if strings.Contains(v.Text, "string") {
				return text + ": put it in quotes"
			}
		}
		return text
	case "enum":
		var allowed, shown []string
		for _, k := range s.At(v.At) {
			values, _ := k.Values["enum"].([]any)
			for _, a := range values {
				allowed = append(allowed, fmt.Sprint(a))
				shown = append(shown, show(a))
			}
		}
		return fmt.Sprintf("want %s, got %s", strings.Join(shown, ", "), show(value)) + Meant(fmt.Sprint(value), allowed)
	case "pattern", "format":
		for _, k := range s.At(v.At) {
			if title, ok := k.Values["title"].(string); ok && k.Values[v.Rule] != nil {
				return fmt.Sprintf("want %s, got %s", title, show(value))
			}
		}
	}
	return v.Text
}

// known returns the keys that a schema knows in the mapping at a pointer, sorted.
func known(s *schema.Schema, at string) []string {
	names := map[string]bool{}
	for _, k := range s.At(at) {
		properties, _ := k.Values["properties"].(map[string]any)
		for name := range properties {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// deeper returns the one key of those known in the mapping at a pointer under which another key is known; empty: there is none, or several.
func deeper(s *schema.Schema, at string, names []string, key string) string {
	under := ""
	for _, name := range names {
		if !slices.Contains(known(s, pointer.Join(at, name)), key) {
			continue
		}
		if under != "" {
			return ""
		}
		under = name
	}
	return under
}

// split returns the pointer of the parent and the last token, unescaped.
func split(at string) (parent, last string) {
	tokens, err := pointer.Parse(at)
	if err != nil || len(tokens) == 0 {
		return "", ""
	}
	return pointer.Join("", tokens[:len(tokens)-1]...), tokens[len(tokens)-1]
}

// named returns the key that a value belongs to, as the start of a message: the last token that is no index.
func named(at string) string {
	tokens, _ := pointer.Parse(at)
	for _, token := range slices.Backward(tokens) {
		if _, index := pointer.Index(token); !index {
			return strconv.Quote(token) + ": "
		}
	}
	return ""
}

// show writes a value for a message.
func show(value any) string {
	switch v := value.(type) {
	case string:
		return quote(v)
	case []any:
		return "a list"
	case map[string]any:
		return "a mapping"
	case nil:
		return "nothing"
	}
	return fmt.Sprint(value)
}

// quote quotes a text, cut where it is long.
func quote(s string) string {
	const letters = 60
	if r := []rune(s); len(r) > letters {
		return fmt.Sprintf("%q...", string(r[:letters]))
	}
	return fmt.Sprintf("%q", s)
}
