package drive

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/suites"
)

// closings is how often more a case is sent that the target gave no answer to.
const closings = 3

// dropped reports whether there is no answer because the target ended the connection, or because what it sent is not HTTP.
func dropped(f *exchange.Failure) bool {
	return f.Kind == exchange.Closed || f.Kind == exchange.Cut || f.Kind == exchange.Malformed
}

// unreached reports whether no connection came about, so that the target has never seen the request.
func unreached(f *exchange.Failure) bool {
	switch f.Kind {
	case exchange.Refused, exchange.Unresolved, exchange.TLS, exchange.Proxy:
		return true
	}
	return false
}

// unrepeatable says why a case without an answer is not sent again; nil if it is. A second timeout would prove no more than the first.
func unrepeatable(c *suites.Planned, f *exchange.Failure) error {
	switch {
	case unreached(f), dropped(f) && !c.Effects:
		return nil
	case dropped(f):
		return fmt.Errorf("no answer (%w), and what changes state is not sent a second time to make sure", f)
	}
	return fmt.Errorf("no answer: %w", f)
}

// insist sends a case again that the target gave no answer to. One that never answers it, and always answers the
// control in between, has given its answer. A target that drops connections now and then must not be taken for one: nothing else
// is under way meanwhile, and the controls in between are a different number each time, so that no period fits.
func (d *Drive) insist(ctx context.Context, c *suites.Planned, o *outcome) {
	before, proven := d.health.dropped(), dropped(o.exchange.Failure)
	for n := 1; n <= closings; n++ {
		if d.once(ctx, c, o); o.err != nil || o.exchange.Failure == nil {
			return
		}
		failure := o.exchange.Failure
		if failure.Kind == exchange.Interrupted {
			o.err = errors.New(d.cut())
			return
		}
		for range n {
			if err := d.health.works(ctx, c.Operation, time.Now()); err != nil {
				o.err = fmt.Errorf("no answer (%w), and afterwards %w", failure, err)
				return
			}
		}
		if o.err = unrepeatable(c, failure); o.err != nil {
			return
		}
		proven = proven && dropped(failure)
	}
	if !proven || d.health.dropped() > before {
		o.err = fmt.Errorf("no answer: %w; but the target drops connections of good requests too, or does not take them", o.exchange.Failure)
		return
	}
	o.found = &check.Finding{Rule: "answer", Want: "an HTTP answer", Got: o.exchange.Failure.Error()}
}
