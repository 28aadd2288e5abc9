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
	for i := range p.seats {
		op := p.Operations[i]
		beside, sent := p.seats[i].requests()
		if !sent {
			continue
		}
		need(op)
		obeyed(op)
		if op.Method == http.MethodDelete {
			requests++ // what the control deletes is made again
		}
		requests += beside
	}
	return requests + p.reads(need)
}

// requests returns about how many requests the operation's cases need beside themselves, and whether it has any.
func (l *layout) requests() (beside int, some bool) {
	for _, blocks := range l.blocks {
		for i := range blocks {
			b := &blocks[i]
			some = true
			beside += l.twins(b)
			if b.odd != nil {
				beside += b.odd.requests
			}
		}
	}
	return beside, some
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

// twins returns how many cases of a block are sent with GET too.
func (l *layout) twins(b *laidBlock) int {
	asGet := func(r ref) bool { return len(l.checks[r.group][r.nth].Requirement.Expect.AsGet) > 0 }
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
	for i := range p.groups {
		op := p.groups[i].operation
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
