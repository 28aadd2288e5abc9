package drive

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/login"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/suites"
)

// outcome is what one case came to.
type outcome struct {
	exchange  *exchange.Exchange // the last; nil: nothing was sent
	exchanges []int              // in the run log: all that were sent of the case
	found     *check.Finding     // there is no answer, and that is the finding
	err       error              // why nothing can be judged
	skipped   string             // what the case needs to be sent: another protocol, an entity tag
	kept      []bool             // by check, as in Planned.Checks: it has nothing against the case
	missed    []missed           // what the others have against it, but for those that it is no matter of
	room      *exchange.Room     // for what is sent next of the case; nil: it takes room of its own
	told      report.Miss        // what all misses of the case have in common; filled in where there is one
}

// trial is a case that is tried and judged. A worker has one, which each of its cases takes over from the one before: they would take
// two kilobytes each.
type trial struct {
	outcome
	reading check.Reading // of the exchange
	memory  exchange.Room // of it
	after   error         // why the control did not work any more afterwards
}

// try sends a case and judges it. A panic of our own is the case's error, never the end of the process.
func (d *Drive) try(ctx context.Context, c *suites.Planned, t *trial) {
	defer func() {
		if r := recover(); r != nil {
			*t = trial{outcome: outcome{told: told(c)}}
			t.fail(c, fmt.Errorf("conform itself failed on this case, please report it: %v", r))
		}
	}()
	t.outcome, t.after = outcome{exchanges: t.exchanges[:0], kept: t.kept, missed: t.missed, room: &t.memory}, nil
	unheard := false
	d.inLane(c.Alone(), func() {
		unheard = d.send(ctx, c, &t.outcome)
		if !unheard {
			d.find(ctx, c, t)
		}
	})
	if unheard {
		d.inLane(true, func() {
			d.insist(ctx, c, &t.outcome)
			d.find(ctx, c, t)
		})
	}
	if t.after != nil {
		d.inLane(true, func() { d.convict(ctx, c, &t.outcome, t.after) })
	}
	d.tell(c, &t.outcome)
}

// inLane runs one case, alone or beside others that need not be alone.
func (d *Drive) inLane(alone bool, run func()) {
	if alone {
		d.lane.Lock()
		defer d.lane.Unlock()
	} else {
		d.lane.RLock()
		defer d.lane.RUnlock()
	}
	run()
}

// send sends a case, after what has to go before it. unheard tells that the target gave no answer, though not for want of
// time, and that it may be asked again: see insist.
func (d *Drive) send(ctx context.Context, c *suites.Planned, o *outcome) (unheard bool) {
	if refused := d.health.refused(c.Operation); refused != "" {
		o.err = errors.New(refused)
		return false
	}
	if d.once(ctx, c, o); o.err != nil || o.skipped != "" || o.exchange.Failure == nil {
		return false
	}
	failure := o.exchange.Failure
	switch failure.Kind {
	case exchange.Interrupted:
		o.err = errors.New(d.cut())
		return false
	case exchange.Unsendable:
		o.skipped = "another way to the target: " + failure.Err.Error()
		return false
	}
	d.health.suspect(c, failure)
	if err := d.health.works(ctx, c.Operation, time.Now()); err != nil {
		o.err = fmt.Errorf("no answer (%w), and afterwards %w", failure, err)
		return false
	}
	d.health.clear(c)
	o.err = unrepeatable(c, failure)
	return o.err == nil
}

// sendOnce sends the case itself, and undoes what the target did although it should have refused. It returns the token that
// was refused; zero if none was.
func (d *Drive) sendOnce(ctx context.Context, c *suites.Planned, o *outcome) login.Ticket {
	if c.Burst > 0 {
		return d.burst(ctx, c, o)
	}
	for _, before := range c.Before {
		ex, id := d.sound(ctx, c.Name()+"/before", d.things.bind(c.Operation, before), exchange.Options{Finish: c.Operation.Undo != ""})
		o.exchanges = append(o.exchanges, id)
		if !obeyed(ex) && !taken(ex) {
			o.err = fmt.Errorf("what has to go before it (%s %s) was not obeyed: %s", before.Method, before.Path(), report.Excerpt(ex, d.Secrets))
			return login.Ticket{}
		}
		if obeyed(ex) {
			defer d.things.takeBack(ctx, c.Operation, ex)
		}
	}
	request := d.things.bind(c.Operation, c.Request)
	if c.Gone != "" {
		if request = d.gone(ctx, c, o, request); o.err != nil || o.skipped != "" {
			return login.Ticket{}
		}
	}
	if c.Tagged {
		tag := d.tag(ctx, c, o)
		if tag == "" {
			o.skipped = "an ETag in the answer to the control"
			return login.Ticket{}
		}
		request = tagged(request, tag)
	}
	watched, compared := d.asks(c)
	ex, id, ticket := d.ticketed(ctx, c.Name(), request, exchange.Options{
		Repeatable: !c.Effects,
		Malformed:  c.Malformed,
		Watch:      watched,
		Finish:     c.Operation.Undo != "" && !c.Request.Safe(),
		Keep429:    strings.HasPrefix(c.Probe, "server.") || strings.HasPrefix(c.Probe, "rate."),
		Room:       o.room,
	})
	o.room = nil // what comes of sending it again is held against this
	o.exchange, o.exchanges = ex, append(o.exchanges, id)
	if obeyed(ex) {
		d.things.unexpected(ctx, c.Operation, ex)
	}
	if compared {
		d.twin(ctx, c, o, request)
	}
	return ticket
}

// asks reports whether a check of the case asks what the target does with the connection, and whether one compares its answer with the
// one to the same request with GET.
func (d *Drive) asks(c *suites.Planned) (watched, compared bool) {
	for _, index := range c.Checks {
		r := d.demands[index]
		watched, compared = watched || r.watches, compared || r.compares
	}
	return watched, compared
}

// taken reports whether a creation was refused because the thing is there, which is what it was sent for.
func taken(ex *exchange.Exchange) bool {
	return ex.Answer != nil && ex.Answer.Status == http.StatusConflict
}

// told begins what is told of a case that went wrong.
func told(c *suites.Planned) report.Miss {
	return report.Miss{Case: c.Name(), Variant: c.Variant, Sent: c.Sent}
}

// tell completes what is told of the case, where anything went wrong.
func (d *Drive) tell(c *suites.Planned, o *outcome) {
	if len(o.missed) == 0 {
		return
	}
	o.told = told(c)
	if o.exchange == nil {
		return
	}
	o.told.Exchange = o.exchanges[len(o.exchanges)-1]
	o.told.Answer = report.Excerpt(o.exchange, d.Secrets)
	var again []string
	for _, before := range c.Before {
		before, _ = d.Tokens.Bind(d.things.bind(c.Operation, before))
		again = append(again, d.Curl(before))
	}
	if o.exchange.Twin != nil {
		again = append(again, d.Curl(o.exchange.Request.WithMethod(http.MethodGet)))
	}
	o.told.Curl = strings.Join(append(again, d.Curl(o.exchange.Request)), "; ")
}

// settle hands the outcome of a case to its checks. Those that judge what the cases did wait for the last of them.
func (d *Drive) settle(ctx context.Context, c *suites.Planned, o *outcome) {
	for _, next := range slices.Backward(d.tallies.settle(c, o)) { // none for nearly all
		next(ctx)
	}
}
