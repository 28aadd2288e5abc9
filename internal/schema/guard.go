package schema

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-e125e033/conform/internal/pointer"
)

// kind is what the value of a keyword has to be.
type kind int

const (
	annotation   kind = iota // says nothing about values, and may be anything
	oneSchema                // a schema
	schemaList               // a list of schemas
	schemaMap                // schemas by name
	items                    // a schema or a list of schemas
	dependencies             // by name, a schema or a list of names
	number
	positive // a number over 0
	count    // an integer from 0
	boolean
	names     // a list of strings, each once
	typeNames // a type or a list of types
	pattern   // a regular expression
	patterns  // schemas by regular expression
	format
	anything // any value, and it counts
	list     // values, at least one
	reference
)

// keyword returns the kind of a keyword of draft-07 (draft-handrews-json-schema-validation-01), and whether it is one. What is
// none is refused: gojsonschema would pass over it in silence.
func keyword(name string) (kind, bool) {
	switch name {
	case "title", "description", "default", "examples", "$comment", "readOnly", "writeOnly", "$schema", "$id":
		return annotation, true
	case "additionalProperties", "additionalItems", "contains", "propertyNames", "not", "if", "then", "else":
		return oneSchema, true
	case "allOf", "anyOf", "oneOf":
		return schemaList, true
	case "properties", "definitions":
		return schemaMap, true
	case "items":
		return items, true
	case "dependencies":
		return dependencies, true
	case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
		return number, true
	case "multipleOf":
		return positive, true
	case "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties":
		return count, true
	case "uniqueItems":
		return boolean, true
	case "required":
		return names, true
	case "type":
		return typeNames, true
	case "pattern":
		return pattern, true
	case "patternProperties":
		return patterns, true
	case "format":
		return format, true
	case "const":
		return anything, true
	case "enum":
		return list, true
	case "$ref":
		return reference, true
	}
	return annotation, false
}

// instead says what to write for a keyword of another draft or of OpenAPI.
func instead(name string) string {
	switch name {
	case "$defs":
		return `write "definitions"`
	case "prefixItems":
		return `write "items" as a list`
	case "unevaluatedProperties":
		return `write "additionalProperties"`
	case "unevaluatedItems":
		return `write "additionalItems"`
	case "dependentRequired", "dependentSchemas":
		return `write "dependencies"`
	case "$anchor", "$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor":
		return `write "$ref" with a JSON pointer`
	case "nullable":
		return `add "null" to "type"`
	case "id":
		return `write "$id"`
	case "example":
		return `write "examples"`
	case "minContains", "maxContains", "$vocabulary", "deprecated", "contentSchema", "discriminator", "xml", "externalDocs",
		"contentEncoding", "contentMediaType": // draft-07 has the last two, as hints
		return "take it out"
	}
	return "take it out or correct its spelling"
}

// guard walks a schema before gojsonschema sees it and gathers what is wrong with it.
type guard struct {
	name     string
	seen     map[string]any    // every schema of the document by its place
	refs     map[string]string // place of a schema with $ref: the reference
	mistakes []error
}

func (g *guard) wrong(at, format string, args ...any) {
	if at == "" {
		at = "top level"
	}
	g.mistakes = append(g.mistakes, fmt.Errorf("%s: %s: %s", g.name, at, fmt.Sprintf(format, args...)))
}

// schema checks the schema at a place and returns it without annotations and identifiers: gojsonschema follows an $id or
// $ref even within examples.
func (g *guard) schema(at string, value any) any {
	g.seen[at] = value
	if _, ok := value.(bool); ok {
		return value
	}
	m, ok := value.(map[string]any)
	if !ok {
		g.wrong(at, "want a schema, got %s", typeOf(value))
		return nil
	}
	clean := map[string]any{}
	g.seen[at] = clean
	for _, name := range slices.Sorted(maps.Keys(m)) {
		k, ok := keyword(name)
		if !ok {
			g.wrong(at, "%q is not a keyword that draft-07 checks: %s", name, instead(name))
			continue
		}
		if k == annotation {
			g.identity(at, name, m[name])
			continue
		}
		clean[name] = g.value(at, name, k, m[name])
		if m["$ref"] != nil && name != "$ref" && name != "definitions" {
			g.wrong(at, `%q beside "$ref" would be ignored: put both into "allOf"`, name)
		}
	}
	return clean
}

// identity refuses what would make gojsonschema read the schema as another draft, or resolve references elsewhere.
func (g *guard) identity(at, name string, value any) {
	switch name {
	case "$schema":
		id, _ := value.(string)
		id = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(id, "https://"), "http://"), "#")
		if id != "json-schema.org/draft-07/schema" {
			g.wrong(at, `"$schema" is %s: write the schema in draft-07, "http://json-schema.org/draft-07/schema#"`, brief(value))
		}
	case "$id":
		if at != "" {
			g.wrong(at, `"$id" within a schema changes what references mean: take it out`)
		}
	}
}

// value checks the value of a keyword and returns it without annotations.
func (g *guard) value(at, name string, k kind, value any) any {
	here := pointer.Join(at, name)
	switch k {
	case oneSchema:
		return g.schema(here, value)
	case items:
		if _, ok := value.([]any); !ok {
			return g.schema(here, value)
		}
		return g.schemas(at, name, value)
	case schemaList:
		if v, ok := value.([]any); ok && len(v) == 0 {
			g.wrong(at, "%q is empty: name a schema", name)
		}
		return g.schemas(at, name, value)
	case schemaMap, dependencies, patterns:
		return g.members(at, name, k, value)
	case reference:
		g.reference(at, value)
	case pattern:
		g.expression(at, name, value)
	case names:
		g.names(at, name, value)
	case typeNames:
		g.types(at, value)
	case format:
		g.format(at, value)
	case list:
		if v, ok := value.([]any); !ok || len(v) == 0 {
			g.wrong(at, "%q: want a list of values, got %s", name, brief(value))
		}
	case boolean:
		if _, ok := value.(bool); !ok {
			g.wrong(at, "%q: want true or false, got %s", name, brief(value))
		}
	case number:
		if _, ok := value.(json.Number); !ok {
			g.wrong(at, "%q: want a number, got %s", name, brief(value))
		}
	case positive:
		if f, err := float(value); err != nil || f <= 0 {
			g.wrong(at, "%q: want a number over 0, got %s", name, brief(value))
		}
	case count:
		n, _ := value.(json.Number)
		if i, err := strconv.Atoi(string(n)); err != nil || i < 0 {
			g.wrong(at, "%q: want a whole number from 0, got %s", name, brief(value))
		}
	}
	return value
}

func float(value any) (float64, error) {
	n, _ := value.(json.Number)
	return n.Float64()
}

func (g *guard) schemas(at, name string, value any) any {
	list, ok := value.([]any)
	if !ok {
		g.wrong(at, "%q: want a list of schemas, got %s", name, typeOf(value))
		return nil
	}
	clean := make([]any, len(list))
	for i, item := range list {
		clean[i] = g.schema(pointer.Join(at, name, strconv.Itoa(i)), item)
	}
	return clean
}

func (g *guard) members(at, name string, k kind, value any) any {
	m, ok := value.(map[string]any)
	if !ok {
		g.wrong(at, "%q: want schemas by name, got %s", name, typeOf(value))
		return nil
	}
	clean := make(map[string]any, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		here := pointer.Join(at, name, key)
		if k == patterns {
			g.expression(at, name, key)
		}
		if _, isList := m[key].([]any); isList && k == dependencies {
			g.names(at, name, m[key])
			clean[key] = m[key]
			continue
		}
		clean[key] = g.schema(here, m[key])
	}
	return clean
}

func (g *guard) names(at, name string, value any) {
	list, ok := value.([]any)
	if !ok {
		g.wrong(at, "%q: want a list of names, got %s", name, brief(value))
		return
	}
	known := map[string]bool{}
	for _, item := range list {
		s, ok := item.(string)
		if !ok {
			g.wrong(at, "%q: want names, got %s", name, brief(item))
		} else if known[s] {
			g.wrong(at, "%q names %q twice: take one out", name, s)
		}
		known[s] = true
	}
}

func (g *guard) types(at string, value any) {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	known := map[any]bool{}
	for _, item := range list {
		name, _ := item.(string)
		switch name {
		case "null", "boolean", "object", "array", "number", "string", "integer":
		default:
			g.wrong(at, `"type": want null, boolean, object, array, number, string or integer, got %s`, brief(item))
		}
		if name != "" && known[name] {
			g.wrong(at, `"type" names %q twice: take one out`, name)
		}
		known[name] = true
	}
	if len(list) == 0 {
		g.wrong(at, `"type" is empty: name a type`)
	}
}

func (g *guard) expression(at, name string, value any) {
	s, ok := value.(string)
	if !ok {
		g.wrong(at, "%q: want a regular expression, got %s", name, brief(value))
		return
	}
	if _, err := regexp.Compile(s); err != nil {
		g.wrong(at, "%q: %s cannot be used, as patterns are RE2 (no look-around, no back-references): %s", name, brief(s),
			strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
}

// reference keeps a $ref for resolve. Only pointers within the document are taken.
func (g *guard) reference(at string, value any) {
	s, ok := value.(string)
	if !ok || !strings.HasPrefix(s, "#") {
		g.wrong(at, `"$ref" is %s: only references within the document are followed, such as "#/definitions/error"`, brief(value))
		return
	}
	if g.refs == nil {
		g.refs = map[string]string{}
	}
	g.refs[at] = s
}

// resolve finds the schema behind every $ref.
func (g *guard) resolve() {
	for _, at := range slices.SortedFunc(maps.Keys(g.refs), pointer.Compare) {
		if _, ok := g.seen[destination(g.refs[at])]; !ok {
			g.wrong(at, `"$ref" is %q: there is no schema at this place of the document`, g.refs[at])
		}
	}
}

// destination returns the JSON pointer of a reference within the document, whose fragment is percent-encoded.
func destination(ref string) string {
	decoded, err := url.PathUnescape(strings.TrimPrefix(ref, "#"))
	if err != nil {
		return ref
	}
	return decoded
}

// cycles refuses schemas that apply themselves to the same value for ever: gojsonschema would overflow the stack, which no
// recover catches. Going round by way of a member or an item is fine, as values are finite.
func (g *guard) cycles() {
	const open, done = 1, 2
	state := map[string]int{}
	var visit func(at string)
	visit = func(at string) {
		state[at] = open
		for _, to := range g.sameValue(at) {
			switch state[to] {
			case open:
				g.wrong(at, `"$ref" goes round in a circle: the schema at "#%s" contains itself`, to)
			case done:
			default:
				visit(to)
			}
		}
		state[at] = done
	}
	for _, at := range slices.SortedFunc(maps.Keys(g.seen), pointer.Compare) {
		if state[at] == 0 {
			visit(at)
		}
	}
}

// sameValue returns the places of the schemas that the schema at a place applies to the same value.
func (g *guard) sameValue(at string) []string {
	if ref, ok := g.refs[at]; ok {
		return []string{destination(ref)}
	}
	m, _ := g.seen[at].(map[string]any)
	var places []string
	for _, name := range []string{"allOf", "anyOf", "oneOf"} {
		list, _ := m[name].([]any)
		for i := range list {
			places = append(places, pointer.Join(at, name, strconv.Itoa(i)))
		}
	}
	for _, name := range []string{"not", "if", "then", "else"} {
		if m[name] != nil {
			places = append(places, pointer.Join(at, name))
		}
	}
	dependent, _ := m["dependencies"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(dependent)) {
		if _, names := dependent[name].([]any); !names {
			places = append(places, pointer.Join(at, "dependencies", name))
		}
	}
	return places
}
