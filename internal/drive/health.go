package drive

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/suites"
)

// lives is how often in a row the target may leave a control unanswered before the run gives it up.
const lives = 3

// health knows whether the target still does what it should: controls that work are what every verdict stands on.
type health struct {
	drive    *Drive
	underway []atomic.Pointer[suites.Planned] // by worker: the case that it is sending

	mu       sync.Mutex
	bad      map[*suites.Operation]string    // refused controls: why nothing can be judged
	good     map[*suites.Operation]time.Time // when the control last worked
	suspects string                          // the case that was first left unanswered, and those under way with it
	suspect0 *suites.Planned
	gone     string // why the run gave the target up; empty while it has not

	checking sync.Mutex // one control is sent again at a time: its answer serves all who wait
}

func newHealth(d *Drive) *health {
	return &health{drive: d, bad: map[*suites.Operation]string{}, good: map[*suites.Operation]time.Time{}}
}

// refused says why nothing about the operation can be judged; empty if its control works.
func (h *health) refused(op *suites.Operation) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.bad[op]
}

func (h *health) dead() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.gone
}

// die gives the target up: nothing more is sent, and what is left could not be judged.
func (h *health) die(reason string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.gone == "" {
		h.gone = reason
		h.drive.cancel()
	}
}

// controls sends the control of every operation that has cases: those that write one after the other, in order, then the
// others side by side.
func (h *health) controls(ctx context.Context) {
	needed := map[*suites.Operation]bool{}
	for _, c := range h.drive.Plan.Cases {
		needed[c.Operation] = true
	}
	var reading []*suites.Operation
	unanswered := 0
	for _, op := range h.drive.Plan.Operations {
		switch {
		case !needed[op] || ctx.Err() != nil:
		case op.Writes() || len(op.Sources) > 0:
			h.control(ctx, op, &unanswered)
		default:
			reading = append(reading, op)
		}
	}
	if len(reading) == 0 || ctx.Err() != nil {
		return
	}
	h.control(ctx, reading[0], &unanswered) // alone: an unreachable target is told by one request
	var group sync.WaitGroup
	free := make(chan struct{}, max(1, h.drive.Concurrency))
	for _, op := range reading[1:] {
		free <- struct{}{}
		group.Go(func() {
			defer func() { <-free }()
			if ctx.Err() == nil {
				h.control(ctx, op, nil)
			}
		})
	}
	group.Wait()
}

// control sends the good request of an operation, after what it takes its values from. unanswered counts the controls in
// a row that got no answer at all; the target is given up when the first of all gets none.
func (h *health) control(ctx context.Context, op *suites.Operation, unanswered *int) {
	d := h.drive
	if reason := d.things.need(ctx, op); reason != "" {
		h.refuse(op, reason)
		return
	}
	ex, _ := d.exchange(ctx, op.ID+"/control", d.things.bind(op, op.Good.Request), exchange.Options{Repeatable: !op.Writes()})
	if ex.Failure != nil {
		h.refuse(op, "its control got no answer: "+ex.Failure.Error())
		first := len(h.good) == 0
		if unanswered != nil {
			*unanswered++
		}
		if ex.Failure.Kind != exchange.Interrupted && (first && len(h.bad) == 1 || unanswered != nil && *unanswered >= lives) {
			h.die("the target gives no answer: " + ex.Failure.Error())
		}
		return
	}
	if unanswered != nil {
		*unanswered = 0
	}
	if !op.Whole() && !success(ex.Answer.Status) {
		h.refuse(op, "its control was refused: "+report.Excerpt(ex, d.Secrets)+hint(ex))
		return
	}
	h.mu.Lock()
	h.good[op] = ex.Start.Add(ex.Duration)
	h.mu.Unlock()
	if op.Method == http.MethodDelete && len(op.Sources) > 0 {
		d.things.gone(op)
		if reason := d.things.need(ctx, op); reason != "" {
			h.refuse(op, reason)
		}
		return
	}
	if !op.Whole() {
		d.things.made(ctx, op, ex)
		d.things.undoLast(ctx, op, ex)
	}
}

func success(status int) bool { return status >= 200 && status <= 299 }

// hint tells the way out of a refused control where the status tells it.
func hint(ex *exchange.Exchange) string {
	switch status := ex.Answer.Status; {
	case status == http.StatusUnauthorized:
		return " (give a credential that works: --bearer-env NAME, or credentials in conform.yaml)"
	case status >= 300 && status <= 399:
		return " (redirects are not followed: give the final URL)"
	}
	return ""
}

func (h *health) refuse(op *suites.Operation, reason string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.bad[op] = reason
}

// works makes sure, after since, that the operation's control still works: nil if it does. It sends the control again unless
// it has worked since then. For an operation that writes, another one's control tells as much: that the target
// answers and takes the credential.
func (h *health) works(ctx context.Context, op *suites.Operation, since time.Time) error {
	h.checking.Lock()
	defer h.checking.Unlock()
	op = h.stand(op)
	h.mu.Lock()
	good, gone := h.good[op], h.gone
	h.mu.Unlock()
	switch {
	case gone != "":
		return fmt.Errorf("%s", gone)
	case good.After(since):
		return nil
	}
	d := h.drive
	for life := 1; ; life++ {
		ex, _ := d.exchange(ctx, op.ID+"/control", d.things.bind(op, op.Good.Request), exchange.Options{Repeatable: !op.Writes()})
		switch {
		case ex.Failure != nil && ex.Failure.Kind == exchange.Interrupted:
			return fmt.Errorf("%s", d.cut())
		case ex.Failure != nil && life < lives:
			continue
		case ex.Failure != nil:
			h.mu.Lock()
			suspects := h.suspects
			h.mu.Unlock()
			h.die(fmt.Sprintf("the target gives no answer any more (%v)%s", ex.Failure, suspects))
			return fmt.Errorf("the control of %s gets no answer either: %w", op.ID, ex.Failure)
		case broken(op, ex.Answer.Status):
			return fmt.Errorf("the control of %s is refused too: %s", op.ID, report.Excerpt(ex, d.Secrets))
		}
		if op.Writes() {
			d.things.made(ctx, op, ex)
			d.things.undoLast(ctx, op, ex)
		}
		h.mu.Lock()
		h.good[op] = ex.Start.Add(ex.Duration)
		h.mu.Unlock()
		return nil
	}
}

// broken reports whether a control that worked before has failed for a reason that would fail others too. A
// creation sent again may be refused as one of a thing that exists.
func broken(op *suites.Operation, status int) bool {
	switch {
	case op.Whole():
		return status >= 500
	case !op.Writes():
		return !success(status)
	}
	return status == 401 || status == 403 || status == 429 || status >= 500
}

// stand returns the operation whose control is sent again for op: itself if that only reads, else the first that does.
func (h *health) stand(op *suites.Operation) *suites.Operation {
	h.mu.Lock()
	defer h.mu.Unlock()
	reads := func(o *suites.Operation) bool {
		_, good := h.good[o]
		return good && !o.Writes() && !o.Whole()
	}
	if reads(op) {
		return op
	}
	for _, other := range h.drive.Plan.Operations {
		if reads(other) {
			return other
		}
	}
	if op.Method == http.MethodDelete || op.Whole() {
		return h.drive.Plan.Operations[len(h.drive.Plan.Operations)-1]
	}
	return op
}

// suspect notes the first case that the target left unanswered, and which others were under way: should the target turn
// out to be dead, one of them killed it.
func (h *health) suspect(c *suites.Planned, failure *exchange.Failure) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.suspect0 != nil {
		return
	}
	h.suspect0 = c
	h.suspects = fmt.Sprintf(" since the case %s (%v)", c.Name(), failure)
	for i := range h.underway {
		if other := h.underway[i].Load(); other != nil && other != c {
			h.suspects += "; under way with it: " + other.Name()
		}
	}
}

// clear takes the suspicion from a case: the target has answered since.
func (h *health) clear(c *suites.Planned) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.suspect0 == c {
		h.suspect0, h.suspects = nil, ""
	}
}
