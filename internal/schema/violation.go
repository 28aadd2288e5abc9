package schema

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/xeipuuv/gojsonschema"

	"github.com/seed-e125e033/conform/internal/pointer"
)

// maxViolations bounds what a report has to carry of one answer.
const maxViolations = 20

// translate puts gojsonschema's errors into our words, sorted, each once: its own come in the order of a map.
func translate(errs []gojsonschema.ResultError) []Violation {
	var violations []Violation
	for _, e := range errs {
		if v, ok := violation(e); ok {
			violations = append(violations, v)
		}
	}
	slices.SortFunc(violations, func(a, b Violation) int {
		if c := pointer.Compare(a.At, b.At); c != 0 {
			return c
		}
		if c := strings.Compare(a.Rule, b.Rule); c != 0 {
			return c
		}
		return strings.Compare(a.Text, b.Text)
	})
	violations = slices.Compact(violations)
	return violations[:min(len(violations), maxViolations)]
}

// violation translates one error. False means that the error only repeats that others were found.
func violation(e gojsonschema.ResultError) (Violation, bool) {
	d := e.Details()
	v := Violation{At: place(e)}
	say := func(rule, format string, args ...any) (Violation, bool) {
		v.Rule, v.Text = rule, fmt.Sprintf(format, args...)
		return v, true
	}
	member := func() {
		v.Property, _ = d["property"].(string)
		v.At = pointer.Join(v.At, v.Property)
	}
	switch e.Type() {
	case "number_all_of", "condition_then", "condition_else":
		return v, false
	case "required":
		member()
		return say("required", "is required")
	case "additional_property_not_allowed":
		member()
		return say("additionalProperties", "is not a member known here")
	case "invalid_property_name":
		member()
		return say("propertyNames", "is not a name allowed here")
	case "invalid_type":
		return say("type", "want %s, got %s", alternatives(d["expected"]), typeOf(e.Value()))
	case "false":
		return say("false", "is not allowed here")
	case "number_any_of":
		return say("anyOf", "fits none of the alternatives")
	case "number_one_of":
		return say("oneOf", "fits none of the alternatives, or more than one")
	case "number_not":
		return say("not", "is what it is not allowed to be: %s", brief(e.Value()))
	case "missing_dependency":
		return say("dependencies", "needs the member %q", d["dependency"])
	case "const":
		return say("const", "want %v, got %s", d["allowed"], brief(e.Value()))
	case "enum":
		return say("enum", "want one of %v, got %s", d["allowed"], brief(e.Value()))
	case "array_no_additional_items":
		return say("additionalItems", "has more items than are allowed")
	case "array_min_items":
		return say("minItems", "want at least %s, got %d", many(d["min"], "item"), length(e.Value()))
	case "array_max_items":
		return say("maxItems", "want at most %s, got %d", many(d["max"], "item"), length(e.Value()))
	case "unique":
		return say("uniqueItems", "items %v and %v are equal", d["i"], d["j"])
	case "contains":
		return say("contains", "no item is as wanted")
	case "array_min_properties":
		return say("minProperties", "want at least %s, got %d", many(d["min"], "member"), length(e.Value()))
	case "array_max_properties":
		return say("maxProperties", "want at most %s, got %d", many(d["max"], "member"), length(e.Value()))
	case "string_gte":
		return say("minLength", "want at least %s, got %s", many(d["min"], "letter"), brief(e.Value()))
	case "string_lte":
		return say("maxLength", "want at most %s, got %d", many(d["max"], "letter"), length(e.Value()))
	case "pattern":
		return say("pattern", "want the pattern %v, got %s", d["pattern"], brief(e.Value()))
	case "format":
		return say("format", "want the format %v, got %s", d["format"], brief(e.Value()))
	case "multiple_of":
		return say("multipleOf", "want a multiple of %v, got %s", d["multiple"], brief(e.Value()))
	case "number_gte":
		return say("minimum", "want at least %v, got %s", d["min"], brief(e.Value()))
	case "number_gt":
		return say("exclusiveMinimum", "want more than %v, got %s", d["min"], brief(e.Value()))
	case "number_lte":
		return say("maximum", "want at most %v, got %s", d["max"], brief(e.Value()))
	case "number_lt":
		return say("exclusiveMaximum", "want less than %v, got %s", d["max"], brief(e.Value()))
	}
	return say(e.Type(), "%s", e.Description())
}

// place returns the JSON pointer of an error. gojsonschema's own text joins names with dots, unescaped; the byte
// that joins them here stands in no name, as it is not UTF-8.
func place(e gojsonschema.ResultError) string {
	parts := strings.Split(e.Context().String("\xff"), "\xff")
	return pointer.Join("", parts[1:]...)
}

// alternatives turns [string,null] into "string or null".
func alternatives(expected any) string {
	s := strings.Trim(fmt.Sprint(expected), "[]")
	names := strings.Split(s, ",")
	if len(names) == 1 {
		return s
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// typeOf names the JSON type of a decoded value.
func typeOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		return "number"
	case []any:
		return "array"
	}
	return "object"
}

// many counts things: 1 item, 2 items.
func many(n any, thing string) string {
	if fmt.Sprint(n) == "1" {
		return "1 " + thing
	}
	return fmt.Sprintf("%v %ss", n, thing)
}

func length(value any) int {
	switch v := value.(type) {
	case string:
		return len([]rune(v))
	case []any:
		return len(v)
	case map[string]any:
		return len(v)
	}
	return 0
}

// brief shows a value on part of a line.
func brief(value any) string {
	switch v := value.(type) {
	case []any:
		return "an array"
	case map[string]any:
		return "an object"
	case string:
		return short(v)
	case nil:
		return "null"
	case json.Number:
		if len(v) > 40 {
			return string(v[:40]) + "..."
		}
	}
	return fmt.Sprint(value)
}

// short quotes a string, cut to the front where it is long.
func short(s string) string {
	const letters = 40
	if r := []rune(s); len(r) > letters {
		return fmt.Sprintf("%q...", string(r[:letters]))
	}
	return fmt.Sprintf("%q", s)
}
