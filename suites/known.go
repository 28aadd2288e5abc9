package suites

import (
	"mime"
	"slices"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/schema"
	"github.com/seed-e125e033/conform/internal/target"
)

// known is room for what many probes ask of a good request. Each is found out when it is first asked for, and shared: nobody writes to it.
type known struct {
	label       once[label]
	json        once[bool]
	asksJSONAPI once[bool]
	body        once[parsed]
	document    once[Gap]
	members     once[[]target.Member]
	required    once[[]target.Member]
	identifiers once[[]parameter]
	unrepeated  once[[]parameter]
	parameters  once[[]parameter]
	missed      once[[]check.Place]
	garbage     once[string]
	bare        once[exchange.Request]
}

// parsed is a body as JSON, or why it is none.
type parsed struct {
	text
	err error
}

// once is something that is found out once.
type once[T any] struct {
	done bool
	is   T
}

func (o *once[T]) or(find func() T) T {
	if !o.done {
		o.is, o.done = find(), true
	}
	return o.is
}

func (g Good) known() *known {
	if g.room == nil {
		return &known{}
	}
	return g.room
}

// label is the good request's Content-Type: its media type and what stands behind that, or why it is none.
type label struct {
	mediaType  string
	parameters map[string]string
	err        error
}

func (g Good) label() label {
	return g.known().label.or(func() label {
		contentType, _ := g.Request.Fields.Get("Content-Type")
		mediaType, parameters, err := mime.ParseMediaType(contentType)
		return label{mediaType, parameters, err}
	})
}

// isJSON reports whether the good request's Content-Type is JSON.
func (g Good) isJSON() bool {
	return g.known().json.or(func() bool {
		contentType, _ := g.Request.Fields.Get("Content-Type")
		return isJSON(contentType)
	})
}

// isJSONAPI reports whether the good request's Content-Type is JSON:API's.
func (g Good) isJSONAPI() bool { return g.label().err == nil && g.label().mediaType == jsonAPI }

// body returns the good body as JSON.
func (g Good) body() (text, error) {
	p := g.known().body.or(func() parsed {
		if _, err := schema.JSON(g.Request.Body); err != nil {
			return parsed{err: err}
		}
		return parsed{text: read(g.Request.Body)}
	})
	return p.text, p.err
}

// members returns what is known of the body's members.
func (g Good) members() []target.Member { return g.known().members.or(g.Operation.Members) }

// required returns the body's required members that the good body has.
func (g Good) required() []target.Member {
	return g.known().required.or(func() []target.Member {
		body, err := g.body()
		if err != nil {
			return nil
		}
		var required []target.Member
		for _, m := range g.members() {
			if _, ok := body.at(m.Pointer); ok && m.Required {
				required = append(required, m)
			}
		}
		return required
	})
}

// identifiers returns the path parameters in the order of the path template.
func (g Good) identifiers() []parameter { return g.known().identifiers.or(g.findIdentifiers) }

// unrepeated returns those path parameters that the body does not repeat.
func (g Good) unrepeated() []parameter {
	return g.known().unrepeated.or(func() []parameter { return slices.DeleteFunc(slices.Clone(g.identifiers()), g.repeats) })
}

// parameters returns the declared query parameters: those that the good request has in the order of its target, then those that
// it leaves out by name.
func (g Good) parameters() []parameter { return g.known().parameters.or(g.findParameters) }

// bare returns the good request with another method, and without content.
func (g Good) bare(method string) exchange.Request {
	r := g.known().bare.or(func() exchange.Request { return withoutContent(g.Request) })
	return r.WithMethod(method).WithBody(noContent(method))
}

// current is what probes start from, with room for what they find out: cases are planned and made operation by operation, and
// reading one body for thirty probes took half of it. A run that sends those of several operations in turn comes back to each before long.
type current struct {
	operation *Operation // that was asked for last
	good      Good
	rooms     map[*Operation]*known // of those that were asked for of late
}

// rooms is for how many operations what is found out is kept.
const rooms = 64

func (c *current) of(op *Operation) Good {
	if c.operation == op {
		return c.good
	}
	room := c.rooms[op]
	if room == nil {
		if len(c.rooms)%rooms == 0 {
			c.rooms = make(map[*Operation]*known, rooms)
		}
		room = &known{}
		c.rooms[op] = room
	}
	c.operation, c.good = op, op.Good
	c.good.room = room
	return c.good
}
