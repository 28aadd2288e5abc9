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

// droppedBy reports whether there is no answer because the target ended the connection, or because what it sent is not HTTP.
// A timeout and a connection that did not come about say nothing about the request.
func droppedBy(f *exchange.Failure) bool {
	return f.Kind == exchange.Closed || f.Kind == exchange.Cut || f.Kind == exchange.Malformed
}

// insist sends a case again that the target gave no answer to. One that never answers it, and always answers the
// control in between, has given its answer. A target that drops connections now and then must not be taken for one: nothing else
// is under way meanwhile, and the controls in between are a different number each time, so that no period fits.
func (d *Drive) insist(ctx context.Context, c *suites.Planned, o *outcome) {
	dropped := d.health.dropped()
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
		if !droppedBy(failure) {
			o.err = fmt.Errorf("no answer: %w", failure)
			return
		}
	}
	if d.health.dropped() > dropped {
		o.err = fmt.Errorf("no answer: %w; but the target dropped a good request too, which it answered later", o.exchange.Failure)
		return
	}
	o.found = &check.Finding{Rule: "answer", Want: "an HTTP answer", Got: o.exchange.Failure.Error()}
}
