package drive

import (
	"context"
	"errors"
	"slices"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/login"
	"github.com/seed-e125e033/conform/suites"
)

// logIn fetches every token that the plan needs. Where one is not to be had nothing is sent: what the target says to
// requests without it would be no verdict.
func (d *Drive) logIn(ctx context.Context) {
	for _, name := range d.Tokens.Needed(d.requests) {
		if !d.fetched(ctx, d.Tokens.Fetch(ctx, name)) {
			return
		}
	}
}

// requests calls yield with every request of the plan.
func (d *Drive) requests(yield func(exchange.Request) bool) {
	seen, made := map[*suites.Operation]bool{}, map[*suites.Operation]bool{}
	for c := range d.Plan.Cases() {
		all := append(slices.Clone(c.Before), c.Request)
		if !seen[c.Operation] {
			all = append(all, c.Operation.Good.Request)
			if c.Operation.Twin != nil {
				all = append(all, c.Operation.Twin.Good.Request)
			}
			all = d.making(c.Operation, made, all)
			seen[c.Operation] = true
		}
		for _, r := range all {
			if !yield(r) {
				return
			}
		}
	}
}

// making adds the requests that make what an operation takes its values from: they may carry another credential.
func (d *Drive) making(op *suites.Operation, made map[*suites.Operation]bool, requests []exchange.Request) []exchange.Request {
	for _, from := range op.Sources {
		if source := d.Plan.Operation(from.Operation); !made[source] {
			made[source] = true
			requests = d.making(source, made, append(requests, source.Good.Request))
		}
	}
	return requests
}

// fetched reports whether a log-in worked. A target that gives no token any more is given up.
func (d *Drive) fetched(ctx context.Context, err error) bool {
	if err != nil && ctx.Err() == nil {
		d.health.mu.Lock()
		defer d.health.mu.Unlock()
		d.health.die(err.Error())
	}
	return err == nil
}

// exchange sends one request and writes what came back to the run log, where it returns the number of.
func (d *Drive) exchange(ctx context.Context, name string, r exchange.Request, options exchange.Options) (*exchange.Exchange, int) {
	ex, id, _ := d.ticketed(ctx, name, r, options)
	return ex, id
}

// ticketed is exchange that also tells which token was refused; a zero Ticket if none was. Every request of the plan goes
// out here.
func (d *Drive) ticketed(ctx context.Context, name string, r exchange.Request, options exchange.Options) (*exchange.Exchange, int, login.Ticket) {
	var ticket login.Ticket
	if d.Tokens != nil {
		planned := r
		if r, ticket = d.Tokens.Bind(planned); d.Tokens.Ahead(ctx, ticket) {
			r, ticket = d.Tokens.Bind(planned)
		}
	}
	r = traced(r, d.Trace, name)
	ex := d.Client.Send(ctx, r, options)
	if ex.Spent() {
		d.health.spend()
	}
	d.Progress.Request(r.Method, r.Path())
	d.Tokens.Learn(ex)
	if !ticket.Answered(ex) {
		ticket = login.Ticket{}
	}
	return ex, d.Log.Exchange(name, ex), ticket
}

// sound is exchange for a request that nothing is wrong with. Where its token has run out, another is fetched and the
// request sent again, once.
func (d *Drive) sound(ctx context.Context, name string, r exchange.Request, options exchange.Options) (*exchange.Exchange, int) {
	ex, id, ticket := d.ticketed(ctx, name, r, options)
	if !ticket.Outdated() || !d.fetched(ctx, d.Tokens.Renew(ctx, ticket)) {
		return ex, id
	}
	again, id := d.exchange(ctx, name, r, options)
	return attempted(ex, again), id
}

// once sends the case itself, and again if it was refused for a token that had run out.
func (d *Drive) once(ctx context.Context, c *suites.Planned, o *outcome) {
	ticket := d.sendOnce(ctx, c, o)
	for life := 1; d.outdated(ctx, c, o, ticket); life++ {
		if life == lives {
			o.err = errors.New("its token was refused again and again, though new ones were fetched: give a lower --concurrency")
			return
		}
		first := o.exchange
		if ticket = d.sendOnce(ctx, c, o); o.err != nil {
			return
		}
		attempted(first, o.exchange)
	}
}

// outdated reports whether a case was refused for its token rather than its defect, and there is another token by now. Whether
// a token has run out, the control tells that carries it.
func (d *Drive) outdated(ctx context.Context, c *suites.Planned, o *outcome, ticket login.Ticket) bool {
	if ticket == (login.Ticket{}) {
		return false
	}
	if ticket.Renewed() {
		return true
	}
	if control := d.health.stand(c.Operation); control.Whole() || !d.Tokens.Same(control.Good.Request, ticket) {
		return ticket.Outdated() && d.fetched(ctx, d.Tokens.Renew(ctx, ticket))
	}
	// An error of the control is told by whoever judges the answer.
	_ = d.health.works(ctx, c.Operation, o.exchange.Start.Add(o.exchange.Duration))
	return ticket.Renewed()
}

// attempted notes an exchange as an attempt before the one that is kept.
func attempted(first, kept *exchange.Exchange) *exchange.Exchange {
	kept.Attempts = slices.Concat(first.Attempts, []exchange.Attempt{{Status: first.Answer.Status}}, kept.Attempts)
	return kept
}
