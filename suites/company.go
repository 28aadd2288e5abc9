package suites

import "net/http"

// Alone reports whether the case may not be under way together with any other, for it may have to do with whatever they work on:
// it provokes the target as a whole, makes something whose values are taken but once, or takes away what the run has made.
func (p *Planned) Alone() bool { return alone(p.Operation, p.Case) }

func alone(op *Operation, c *Case) bool {
	claims := len(op.Unique) > 0 && !c.Request.Safe() // a bad creation that is obeyed would be a conflict for the others
	return claims || c.Gone != "" || c.Burst > 0 || c.Effects && op.Whole() || deletes(op, c)
}

// apart reports whether a case may not be under way together with another on the same things: if the target obeys it, it changes what
// the others rely on. One that must be alone keeps away from all others anyway.
func apart(op *Operation, c *Case) bool { return c.Effects && !alone(op, c) }

// reads reports whether a case changes nothing, even if the target obeys it, and is made sure of by the control of its own operation
// alone: it may be under way while the state is read that others must not change. What may desynchronise connections may not.
func reads(op *Operation, c *Case) bool {
	return c.reads() && !op.Writes() && !op.Whole() && !c.Effects && !c.Malformed && stageOf(c) == Ordinary
}

// deletes reports whether a case takes a thing away that the run has made, if the target obeys it.
func deletes(op *Operation, c *Case) bool {
	return c.Request.Method == http.MethodDelete && op.Deleted() != nil
}
