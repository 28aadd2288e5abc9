package drive

import (
	"context"
	"fmt"
	"net/http"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/suites"
)

// gone makes a thing for a case alone and deletes it, by the request that undoes what the run makes, and returns the case's request
// for the path that was deleted. Nothing else is under way, and nothing is deleted that was there before. Where that is not to be
// had, the case is skipped: the target does nothing wrong by it.
func (d *Drive) gone(ctx context.Context, c *suites.Planned, o *outcome, r exchange.Request) exchange.Request {
	maker := d.Plan.Operation(c.Gone)
	name := c.Name() + "/before"
	ex, id := d.sound(ctx, name, d.Plan.Tag(d.things.bind(maker, maker.Good.Request), name), exchange.Options{Finish: true})
	o.exchanges = append(o.exchanges, id)
	switch {
	case ex.Answer == nil:
		o.err = fmt.Errorf("what it asks for has to be made first, and %s got no answer: %w", maker.Title(), ex.Failure)
		return r
	case !obeyed(ex):
		o.skipped = fmt.Sprintf("something to delete, and %s was refused: %s", maker.Title(), report.Excerpt(ex, d.Secrets))
		return r
	}
	made := d.things.note(maker, ex, maker.Undo)
	d.things.undo(ctx, made)
	switch {
	case !made.undone: // told at the end of the run, after another try
		d.things.changed.Store(true)
		o.skipped = "something that can be deleted: " + made.left
	case made.status == http.StatusAccepted: // RFC 9110, section 9.3.5
		o.skipped = "a deletion that is done when it is answered: 202 says that it is not yet"
	case made.status >= http.StatusBadRequest:
		o.skipped = fmt.Sprintf("something that can be deleted: %s %s was answered %d", made.undo.Method, made.undo.Path(), made.status)
	}
	return r.WithTarget(made.undo.Path() + r.Target[len(r.Path()):])
}
