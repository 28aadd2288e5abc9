package suites

import (
	"net/http"
	"slices"
)

// Requests returns about how many requests the plan needs where every control works: controls, cases, what goes before
// them, what operations take their values from, undoing, and what shows whether a refused case changed anything.
func (p *Plan) Requests() int {
	requests := p.Size()
	obeyed := func(op *Operation) {
		requests++
		if op.Undo != "" {
			requests++
		}
	}
	sources := map[string]bool{}
	var need func(*Operation)
	need = func(op *Operation) {
		for _, from := range op.Sources {
			if source := p.Operation(from.Operation); !sources[source.ID] {
				sources[source.ID] = true
				need(source)
				obeyed(source)
			}
		}
	}
	controlled := map[*Operation]bool{}
	for i := range p.Blocks {
		b := &p.Blocks[i]
		if op := b.Operation; !controlled[op] {
			controlled[op] = true
			need(op)
			obeyed(op)
			if op.Method == http.MethodDelete {
				requests++ // what the control deletes is made again
			}
		}
		requests += b.twins(p.Checks)
		if b.odd != nil {
			requests += b.odd.requests
		}
	}
	return requests + p.reads(need)
}

// beside returns about how many requests a case needs beside itself: those that go before it, and what undoes them; those of a burst,
// with the good one after it, and without the one that is counted.
func (p *Plan) beside(op *Operation, c *Case) int {
	obeyed := func(op *Operation) int {
		if op.Undo != "" {
			return 2
		}
		return 1
	}
	requests := len(c.Before)*obeyed(op) + c.Burst
	if c.Gone != "" {
		requests += obeyed(p.Operation(c.Gone))
	}
	return requests
}

// twins returns how many of its cases are sent with GET too.
func (b *Block) twins(checks []*Check) int {
	asGet := func(check int) bool { return len(checks[check].Requirement.Expect.AsGet) > 0 }
	if slices.ContainsFunc(b.checks, asGet) {
		return b.Size
	}
	twins := map[int]bool{}
	if b.odd != nil {
		for _, part := range b.odd.parts {
			for _, i := range part.of {
				if asGet(part.check) {
					twins[i] = true
				}
			}
		}
	}
	return len(twins)
}

// reads returns how many requests show what the cases of the plan did: each GET is read twice before all of them, and once after
// those of each check; after the first creation that was refused, too. need is called with each GET.
func (p *Plan) reads(need func(*Operation)) int {
	reads := 0
	seen := map[*Operation]bool{}
	for _, c := range p.Checks {
		if !c.Effects() {
			continue
		}
		reads++
		if c.Operation.Method == http.MethodPost {
			reads++
		}
		if twin := c.Operation.Twin; !seen[twin] {
			seen[twin] = true
			need(twin)
			reads += 2
		}
	}
	return reads
}

// Writing returns the operations that write and are sent anything, by what they are and how they are undone.
func (p *Plan) Writing() []string {
	sent := map[*Operation]bool{}
	for i := range p.Blocks {
		op := p.Blocks[i].Operation
		sent[op] = true
		for _, from := range op.Sources {
			sent[p.Operation(from.Operation)] = true
		}
	}
	var writing []string
	for _, op := range p.Operations {
		if sent[op] && op.Writes() {
			text := op.Title()
			switch {
			case op.Undo != "":
				text += " (undone by " + op.Undo + ")"
			case op.Method == http.MethodPost:
				text += " (not undone)"
			}
			writing = append(writing, text)
		}
	}
	return writing
}
