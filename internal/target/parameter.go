package target

import (
	"encoding/json"
	"slices"

	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/pointer"
)

// params reads the path parameters: each that the template has, and no other.
func (p *parser) params(at string, o *Operation) Values {
	known := p.d.Keys(at + "/params")
	var names []string
	if o.Path != "" {
		var err error
		if names, err = parameters(o.Path); err != nil {
			p.wrong(at+"/request", "operation %q: %s", o.ID, err)
			return nil
		}
		for _, name := range known {
			if !slices.Contains(names, name) {
				p.wrong(pointer.Join(at, "params", name), "operation %q: the path has no {%s}%s", o.ID, name, document.Meant(name, names))
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	values := make(Values, 0, len(names))
	for _, name := range names {
		here := pointer.Join(at, "params", name)
		v, variable, state := p.parameter(here, name, o)
		switch {
		case state != valueless:
		case p.around.Listed && !slices.Contains(known, name):
			p.wrong(at+"/request", "operation %q: {%s} has no entry under params: add one with its good value", o.ID, name)
		case p.around.Variables != nil:
			p.wrong(here, "operation %q: no value for {%s}: give --set %s=VALUE", o.ID, name, variable)
		}
		if v.Good == "" && v.From == nil && state == valued {
			p.wrong(here, "operation %q: the good value of {%s} is empty, which makes another path", o.ID, name)
		}
		values = append(values, Parameter{name, v})
	}
	return values.sorted()
}

// query reads the query parameters. One without a good value is known, but not sent.
func (p *parser) query(at string, o *Operation) Values {
	names := p.d.Keys(at + "/query")
	if len(names) == 0 {
		return nil
	}
	values := make(Values, 0, len(names))
	for _, name := range names {
		here := pointer.Join(at, "query", name)
		v, variable, state := p.parameter(here, name, o)
		if state == valueless {
			v.Absent = true
			if v.Required && p.around.Variables != nil {
				p.wrong(here, "operation %q: no value for the query parameter %q, which is required: give --set %s=VALUE", o.ID, name, variable)
			}
		}
		values = append(values, Parameter{name, v})
	}
	return values.sorted()
}

// Whether a parameter has a value.
type state int

const (
	valueless state = iota
	valued
	mistaken // it has one, but something is wrong with it that was told
)

// parameter reads a value: a scalar is its good value; a mapping says more. What --set gives for the variable, by default the
// parameter's name, wins.
func (p *parser) parameter(at, name string, o *Operation) (v Value, variable string, s state) {
	if good, ok := scalar(p.d, at); ok {
		v.Good, s = good, valued
	}
	v.Format, _ = get[string](p.d, at+"/format")
	v.Required, _ = get[bool](p.d, at+"/required")
	v.Unknown, _ = scalar(p.d, at+"/unknown")
	v.Minimum, _ = get[json.Number](p.d, at+"/minimum")
	v.Maximum, _ = get[json.Number](p.d, at+"/maximum")
	if (v.Minimum != "" || v.Maximum != "") && v.Format != "integer" && v.Format != "number" {
		p.wrong(at, "operation %q: %q has a minimum or a maximum: give format, integer or number", o.ID, name)
	}
	items, _ := get[[]any](p.d, at+"/one_of")
	for _, item := range items {
		if text, ok := scalarText(item); ok {
			v.OneOf = append(v.OneOf, text)
		}
	}
	variable = name
	if good, ok := scalar(p.d, at+"/good"); ok {
		v.Good, s = good, valued
	} else if good, ok := get[map[string]any](p.d, at+"/good"); ok {
		if v.From, variable, s = p.from(at+"/good", name, good, o); s == mistaken {
			return v, variable, s
		}
	}
	if set, ok := p.around.Variables.value(variable); ok {
		v.Good, v.From, s = set, nil, valued
	}
	if s == valued && v.From == nil {
		s = p.fits(at, name, v, o)
	}
	if v.Unknown != "" {
		if err := Fits(v.Format, v.Unknown); err != nil {
			p.wrong(at+"/unknown", "operation %q: the unknown value of %q: %s", o.ID, name, err)
		}
	}
	return v, variable, s
}

// from reads {from: operation, pointer: /id} or {set: name}.
func (p *parser) from(at, name string, good map[string]any, o *Operation) (*From, string, state) {
	variable, isSet := good["set"].(string)
	operation, isFrom := good["from"].(string)
	place, hasPointer := good["pointer"].(string)
	switch {
	case isSet && !isFrom && !hasPointer:
		return nil, variable, valueless
	case isSet || !isFrom || !hasPointer:
		p.wrong(at, "operation %q: the good value of %q: write {from: operation, pointer: /id}, or {set: name}", o.ID, name)
		return nil, name, mistaken
	}
	if _, err := pointer.Parse(place); err != nil {
		p.wrong(at+"/pointer", "operation %q: the good value of %q: %s", o.ID, name, err)
	}
	return &From{operation, place}, name, valued
}

// fits holds a good value to what is said about it.
func (p *parser) fits(at, name string, v Value, o *Operation) state {
	if err := Fits(v.Format, v.Good); err != nil {
		p.wrong(at, "operation %q: the good value of %q: %s", o.ID, name, err)
		return mistaken
	}
	if v.OneOf != nil && !slices.Contains(v.OneOf, v.Good) {
		p.wrong(at, "operation %q: the good value of %q, %q, is not among its one_of%s", o.ID, name, v.Good, document.Meant(v.Good, v.OneOf))
		return mistaken
	}
	if v.Outside(v.Good) {
		p.wrong(at, "operation %q: the good value of %q, %q, is not between its minimum and its maximum", o.ID, name, v.Good)
		return mistaken
	}
	return valued
}
