package target

import (
	"slices"
	"strconv"

	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/pointer"
)

// known reads what is known of the good request's header fields, and of the length of its body.
func (p *parser) known(at string, o *Operation) {
	var names []string
	for _, f := range o.Fields {
		names = append(names, f.Name)
	}
	named := func(at, key, name string) bool {
		if slices.Contains(names, name) {
			return true
		}
		p.wrong(at, "operation %q: %s names %q, which is not among its headers%s", o.ID, key, name, document.Meant(name, names))
		return false
	}
	for _, name := range p.strings(at + "/required_headers") {
		if named(at+"/required_headers", "required_headers", name) {
			o.RequiredFields = append(o.RequiredFields, name)
		}
	}
	for _, name := range p.d.Keys(at + "/header_formats") {
		here := pointer.Join(at, "header_formats", name)
		format, ok := get[string](p.d, here)
		if !ok || !named(here, "header_formats", name) {
			continue
		}
		value, _ := o.Fields.Get(name)
		if err := Fits(format, value); err != nil {
			p.wrong(here, "operation %q: the good value of %s: %s", o.ID, name, err)
		}
		if o.FieldFormats == nil {
			o.FieldFormats = map[string]string{}
		}
		o.FieldFormats[name] = format
	}
	if most, ok := scalar(p.d, at+"/max_body"); ok {
		o.MaxBody, _ = strconv.Atoi(most) // the schema has seen to it
	}
}
