package drive

import (
	"context"
	"net/http"
	"slices"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/suites"
)

// pairs is how often HEAD and GET are sent before a difference between them is believed: a length may be another each time, and so
// may be the name that a server gives each request.
const pairs = 3

// twin sends a request that was answered with GET, and both again as long as they differ. Nothing but the method is another in it, not
// even the name of the case: an API may repeat what it was sent. Those exchanges stand before the case's own, which is the last.
func (d *Drive) twin(ctx context.Context, c *suites.Planned, o *outcome, head exchange.Request) {
	if o.exchange.Answer == nil {
		return
	}
	twin := &exchange.Twin{}
	o.exchange.Twin = twin
	send := func(r exchange.Request, into *[]*exchange.Answer) bool {
		ex, id := d.exchange(ctx, c.Name()+"/twin", r, exchange.Options{Repeatable: true})
		o.exchanges = slices.Insert(o.exchanges, len(o.exchanges)-1, id)
		if ex.Answer == nil {
			twin.Failure = ex.Failure
			return false
		}
		*into = append(*into, ex.Answer)
		return true
	}
	for n := 1; send(head.WithMethod(http.MethodGet), &twin.Gets) && check.Unlike(o.exchange) && n < pairs; n++ {
		if !send(head, &twin.Heads) {
			return
		}
	}
}
