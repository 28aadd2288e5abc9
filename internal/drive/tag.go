package drive

import (
	"context"
	"slices"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/suites"
)

// tag returns the entity tag of what a case is about; empty where none is known. Before a write it is read: other cases may have changed
// the thing, and what they were answered is out of date. Where no GET shows it, a write that names the current tag has none to name.
func (d *Drive) tag(ctx context.Context, c *suites.Planned, o *outcome) string {
	twin := c.Operation.Twin
	switch {
	case !c.Effects:
		return d.health.tag(c.Operation)
	case twin != nil:
		name := c.Name() + "/tag"
		ex, id := d.sound(ctx, name, d.Plan.Tag(d.things.bind(twin, twin.Good.Request), name), exchange.Options{Repeatable: true})
		o.exchanges = append(o.exchanges, id)
		if obeyed(ex) {
			if tag, ok := ex.Answer.Fields.Get("ETag"); ok {
				return tag
			}
		}
	}
	if slices.ContainsFunc(c.Request.Fields, func(f exchange.Field) bool { return f.Value == suites.ControlTag }) {
		return ""
	}
	return d.health.tag(c.Operation)
}

// tagged returns the request with an entity tag where it stands for one.
func tagged(r exchange.Request, tag string) exchange.Request {
	r.Fields = slices.Clone(r.Fields)
	for i := range r.Fields {
		if r.Fields[i].Value == suites.ControlTag {
			r.Fields[i].Value = tag
		}
	}
	return r
}
