package target

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/seed-e125e033/conform/internal/pointer"
	"github.com/seed-e125e033/conform/internal/schema"
)

// Member is what is known about a member of the good body.
type Member struct {
	Pointer    string
	Required   bool
	Types      []string // JSON types that it takes: from the schema (empty where that does not say), else that of the good value
	FromSchema bool     // Types are from the schema
	Format     string   // see Formats, or a format of the schema
	Enum       []any    // the only values allowed, where the schema lists them
	Good       any      // its value in the good body, decoded
}

// Members returns the members of the good body that something is known about: listed under required or formats, or in
// the schema. They are sorted by pointer. Of an array's items the first stands for all. None without a JSON body.
func (o *Operation) Members() []Member {
	body, err := schema.JSON(o.Body)
	if err != nil {
		return nil
	}
	members := map[string]*Member{}
	at := func(p string) *Member {
		m, ok := members[p]
		if !ok {
			good, _ := pointer.Get(body, p)
			m = &Member{Pointer: p, Types: []string{typeOf(good)}, Good: good}
			members[p] = m
		}
		return m
	}
	if o.Schema != nil {
		o.schemaMembers("", body, at)
	}
	for _, p := range o.Required {
		if _, ok := pointer.Get(body, p); ok {
			at(p).Required = true
		}
	}
	for p, format := range o.Formats {
		if _, ok := pointer.Get(body, p); ok {
			at(p).Format = format
		}
	}
	var sorted []Member
	for _, p := range slices.SortedFunc(maps.Keys(members), pointer.Compare) {
		sorted = append(sorted, *members[p])
	}
	return sorted
}

// schemaMembers walks the good body along the schema.
func (o *Operation) schemaMembers(p string, value any, at func(string) *Member) {
	switch v := value.(type) {
	case map[string]any:
		known := map[string]bool{} // whether it is required
		for _, k := range o.Schema.At(p) {
			properties, _ := k.Values["properties"].(map[string]any)
			for name := range properties {
				known[name] = known[name] || false
			}
			required, _ := k.Values["required"].([]any)
			for _, name := range required {
				if name, ok := name.(string); ok && k.Sure {
					known[name] = true
				}
			}
		}
		for _, name := range slices.Sorted(maps.Keys(known)) {
			if child, ok := v[name]; ok {
				here := pointer.Join(p, name)
				m := at(here)
				m.Required = known[name]
				o.describe(m)
				o.schemaMembers(here, child, at)
			}
		}
	case []any:
		if len(v) > 0 {
			o.schemaMembers(pointer.Join(p, strconv.Itoa(0)), v[0], at)
		}
	}
}

// describe adds what the schema says of a member for certain.
func (o *Operation) describe(m *Member) {
	m.FromSchema, m.Types = true, nil
	for _, k := range o.Schema.At(m.Pointer) {
		if !k.Sure {
			continue
		}
		if m.Types == nil {
			m.Types = list[string](k.Values["type"])
		}
		if format, ok := k.Values["format"].(string); ok && m.Format == "" {
			m.Format = format
		}
		if enum, ok := k.Values["enum"].([]any); ok && m.Enum == nil {
			m.Enum = enum
		}
		if value, ok := k.Values["const"]; ok && m.Enum == nil {
			m.Enum = []any{value}
		}
	}
}

// list returns a keyword's value that is one thing or a list of things.
func list[T any](value any) []T {
	if one, ok := value.(T); ok {
		return []T{one}
	}
	items, _ := value.([]any)
	var all []T
	for _, item := range items {
		if one, ok := item.(T); ok {
			all = append(all, one)
		}
	}
	return all
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
