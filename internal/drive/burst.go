package drive

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/login"
	"github.com/seed-e125e033/conform/suites"
)

// burst sends the request of a case side by side until one is refused with 429, and as often as the case says at most. Then it
// waits as the answer tells, or as long as the limit is for, and notes what a good request comes to. It returns a token that was
// refused meanwhile, so that the limit was not tried; zero if none was.
func (d *Drive) burst(ctx context.Context, c *suites.Planned, o *outcome) (refused login.Ticket) {
	*o = outcome{}
	r := d.things.bind(c.Operation, c.Request)
	began := time.Now()
	var group sync.WaitGroup
	var mu sync.Mutex // guards o, refused and what follows
	left, over := c.Burst, false
	next := func() bool {
		mu.Lock()
		defer mu.Unlock()
		left--
		return left >= 0 && !over
	}
	for range d.Concurrency {
		group.Go(func() {
			for next() {
				ex, id, ticket := d.ticketed(ctx, c.Name(), r, exchange.Options{Repeatable: true, Keep429: true})
				mu.Lock()
				if !over { // what was under way with the refusal is no evidence
					over = ex.Answer == nil || ex.Answer.Status == http.StatusTooManyRequests
					if over || o.exchange == nil || obeyed(o.exchange) { // a refusal of another kind tells more than what was taken
						o.exchange, o.exchanges = ex, []int{id}
					}
					if ticket != (login.Ticket{}) {
						refused = ticket
					}
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	within := c.Operation.Good.Limit.Within
	switch {
	case o.exchange.Failure != nil && o.exchange.Failure.Kind == exchange.Interrupted:
		o.err = errors.New(d.cut())
	case o.exchange.Failure != nil:
		o.err = fmt.Errorf("no answer to one of many good requests: %w", o.exchange.Failure)
	case over:
		refused = login.Ticket{}
		d.waitOut(ctx, c.Operation, o.exchange, within)
	case time.Since(began) > within:
		o.err = fmt.Errorf("%d requests took %s, longer than the %s that the limit is for: give a higher --concurrency, or a higher --rate where it is given",
			c.Burst, time.Since(began).Round(time.Millisecond), within)
	}
	return refused
}

// waitOut waits as a refusal with 429 tells and notes what a good request comes to then. A refusal that does not tell is waited out
// for the time that the limit is for, so that what follows is not refused for it.
func (d *Drive) waitOut(ctx context.Context, op *suites.Operation, ex *exchange.Exchange, within time.Duration) {
	wait, told := exchange.RetryAfter(ex.Answer, ex.Start.Add(ex.Duration))
	obey := told && wait <= d.Client.MaxWait()
	if !obey {
		wait = min(within, d.Client.MaxWait())
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return
	}
	if !obey {
		return
	}
	name := op.ID + "/waited"
	after, _ := d.exchange(ctx, name, d.Plan.Tag(d.things.bind(op, op.Good.Request), name), exchange.Options{Repeatable: true, Keep429: true})
	switch {
	case after.Answer != nil:
		ex.Later = &exchange.Later{Waited: wait, Status: after.Answer.Status}
	case after.Failure.Kind != exchange.Interrupted:
		ex.Later = &exchange.Later{Waited: wait, Failure: after.Failure}
	}
}
