// Package schema is the guard around gojsonschema: JSON Schema draft-07, nothing fetched, nothing silently ignored,
// no panic on hostile input.
package schema

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/xeipuuv/gojsonreference"
	"github.com/xeipuuv/gojsonschema"
)

// Schema is a compiled JSON Schema. It may be used by many goroutines.
type Schema struct {
	name     string
	source   any // as decoded, annotations and all
	compiled *gojsonschema.Schema
	quick    rule // nil: none
}

// Violation is one difference between a value and a schema.
type Violation struct {
	At       string // JSON pointer into the value; for a missing or unknown member, of that member
	Text     string // "is required", "want string, got number"
	Rule     string // the schema keyword: required, type, pattern
	Property string // for required and additionalProperties: the member's name
}

// Compile compiles a draft-07 schema. It refuses what gojsonschema would not survive or would silently pass:
// other drafts, keywords of later drafts, $ref cycles, references outside the document, patterns that RE2 lacks. Each
// mistake names the place in the schema; all are told at once. The name is the schema's file as messages show it.
func Compile(name string, data []byte) (*Schema, error) {
	source, err := JSON(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	g := guard{name: name, seen: map[string]any{}}
	clean := g.schema("", source)
	g.resolve()
	if len(g.mistakes) == 0 {
		g.cycles()
	}
	if len(g.mistakes) > 0 {
		return nil, errors.Join(g.mistakes...)
	}
	compiled, err := compile(clean)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &Schema{name, source, compiled, g.rule()}, nil
}

func compile(source any) (s *gojsonschema.Schema, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the schema cannot be compiled: %v", p)
		}
	}()
	exactFormats()
	loader := gojsonschema.NewSchemaLoader()
	loader.Draft = gojsonschema.Draft7
	loader.AutoDetect = false
	return loader.Compile(sealed{gojsonschema.NewGoLoader(source)})
}

// Validate checks a whole JSON text: exactly one JSON value in UTF-8. Violations are sorted, at most 20 of them.
// The error says why the text cannot be judged as JSON at all (not JSON, bytes after it, duplicate member, not UTF-8).
func (s *Schema) Validate(body []byte) ([]Violation, error) {
	var d Document
	if err := d.Read(body); err != nil {
		return nil, err
	}
	if s.quickly(d.Top()) == yes {
		return nil, nil
	}
	return s.slowly(d.Top().Any())
}

// ValidateValue checks a decoded value (map[string]any, []any, string, json.Number, bool, nil). Violations are sorted, at
// most 20 of them. The error says that the value holds a number too large to compute with, or something else than these types.
func (s *Schema) ValidateValue(value any) ([]Violation, error) {
	if err := judgeableAll(value, 0); err != nil {
		return nil, err
	}
	if s.quick != nil {
		var d Document
		if d.Take(value); s.quick(d.Top()) == yes {
			return nil, nil
		}
	}
	return s.slowly(value)
}

// maxValues is how many values one from outside has at most where what is wrong with each is told: gojsonschema takes 40 us for a wrong one,
// and an answer of 1 MiB holds 350,000.
const maxValues = 5000

// ValidateAnswer is ValidateValue of what came from outside, in time that its size bounds: where one of more than 5,000 values differs
// from the schema is not told, and where that is not plain it is an error.
func (s *Schema) ValidateAnswer(d *Document) ([]Violation, error) {
	if d.beyond != nil {
		return nil, d.beyond
	}
	quick := s.quickly(d.Top())
	switch {
	case quick == yes:
		return nil, nil
	case d.values < maxValues:
		return s.slowly(d.Top().Any())
	case quick == no:
		return []Violation{{Rule: "size", Text: fmt.Sprintf("is not as the schema says; where is not looked for in more than %d values", maxValues)}}, nil
	}
	return nil, fmt.Errorf("it holds more than %d values", maxValues)
}

// quickly returns the answer of the rules, if the schema has them.
func (s *Schema) quickly(value Value) answer {
	if s.quick == nil {
		return unsure
	}
	return s.quick(value)
}

// slowly returns the answer of gojsonschema.
func (s *Schema) slowly(value any) (violations []Violation, err error) {
	defer func() {
		if p := recover(); p != nil {
			violations, err = nil, fmt.Errorf("%s cannot be applied to this value: %v", s.name, p)
		}
	}()
	result, err := s.compiled.Validate(gojsonschema.NewRawLoader(value))
	if err != nil {
		return nil, err
	}
	return translate(result.Errors()), nil
}

// judgeableAll holds a decoded value to the limits that JSON holds a text to.
func judgeableAll(value any, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("nested more than %d levels deep", maxDepth)
	}
	switch v := value.(type) {
	case nil, bool, string:
	case json.Number:
		return judgeable(v)
	case []any:
		for _, item := range v {
			if err := judgeableAll(item, depth+1); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, member := range v {
			if err := judgeableAll(member, depth+1); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("a %T is no decoded JSON value", value)
	}
	return nil
}

// sealed keeps gojsonschema from opening files and fetching URLs that a schema refers to: its own loader does both.
type sealed struct{ gojsonschema.JSONLoader }

func (sealed) LoaderFactory() gojsonschema.JSONLoaderFactory { return refuse{} }

type refuse struct{}

func (refuse) New(source string) gojsonschema.JSONLoader { return refused{source} }

type refused struct{ source string }

func (refused) LoaderFactory() gojsonschema.JSONLoaderFactory { return refuse{} }

//lint:ignore ST1003 gojsonschema's interface names it so
func (r refused) JsonSource() any { return r.source }

func (r refused) LoadJSON() (any, error) {
	return nil, fmt.Errorf("reference %q leads outside the document", r.source)
}

//lint:ignore ST1003 gojsonschema's interface names it so
func (r refused) JsonReference() (gojsonreference.JsonReference, error) {
	return gojsonreference.NewJsonReference(r.source)
}
