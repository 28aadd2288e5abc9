package drive

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/suites"
)

// lives is how often in a row the target may leave controls unanswered before the run gives it up.
const lives = 3

// health knows whether the target still does what it should: controls that work are what every verdict stands on.
type health struct {
	drive    *Drive
	vitals   map[*suites.Operation]*vital
	underway []atomic.Pointer[suites.Planned] // by worker: the case that it is trying

	first chan struct{} // closed once the target has answered something

	refusing atomic.Bool // any operation's control was refused: for most runs that is all to be known of it

	mu       sync.Mutex
	answered bool            // it has
	silent   int             // operations in a row that got no answer to their control
	drops    int             // controls that were dropped first and answered then
	suspect1 *suites.Planned // the case that was first left unanswered
	suspects string          // it, and those under way with it, in words
	gone     string          // why the run gave the target up; empty while it has not
}

// vital is how one operation's control fares.
type vital struct {
	checking sync.Mutex // one sends it again: its answer serves all who wait
	refused  string     // why nothing about the operation can be judged
	worked   time.Time  // when it was last sent and worked; zero: never
	status   int        // of the answer that it got then
	tag      string     // the entity tag of that answer; empty: none
}

func newHealth(d *Drive) *health {
	h := &health{
		drive: d, vitals: map[*suites.Operation]*vital{}, underway: make([]atomic.Pointer[suites.Planned], d.Concurrency),
		first: make(chan struct{}),
	}
	for _, op := range d.Plan.Operations {
		h.vitals[op] = &vital{}
	}
	return h
}

// refused says why nothing about the operation can be judged; empty if its control works.
func (h *health) refused(op *suites.Operation) string {
	if !h.refusing.Load() {
		return ""
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.vitals[op].refused
}

func (h *health) refuse(op *suites.Operation, reason string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.vitals[op].refused = reason
	h.refusing.Store(true)
}

// locked says why a 401 tells nothing about a request to the target as a whole: every operation's control was refused.
func (h *health) locked() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	reason := ""
	for _, op := range h.drive.Plan.Operations {
		v := h.vitals[op]
		if !op.Whole() && !v.worked.IsZero() {
			return ""
		}
		if v.refused != "" && reason == "" {
			reason = "the credential may be missing or wrong: " + op.ID + ": " + v.refused
		}
	}
	return reason
}

// dropped returns how many controls were dropped first and answered when they were sent again.
func (h *health) dropped() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.drops
}

func (h *health) dead() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.gone
}

// die gives the target up: nothing more is sent, and what is left could not be judged. The caller holds the lock.
func (h *health) die(reason string) {
	if h.gone == "" {
		h.gone = reason
		h.drive.cancel()
	}
}

// spend ends the run because no more requests may be sent.
func (h *health) spend() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.die("as many requests were sent as --max-requests allows")
}

// awaitFirst waits until the target has answered something, or what is under way is done.
func (h *health) awaitFirst(done <-chan struct{}) {
	select {
	case <-h.first:
	case <-done:
	}
}

// control sends the control of an operation, after making what it takes its values from.
func (h *health) control(ctx context.Context, op *suites.Operation) {
	if ctx.Err() != nil {
		return // its cases are not sent either
	}
	d := h.drive
	if reason := d.things.need(ctx, op); reason != "" {
		h.refuse(op, reason)
		return
	}
	ex := h.patiently(op, func() *exchange.Exchange { return h.good(ctx, op) })
	switch {
	case ex.Failure != nil:
		h.refuse(op, "its control got no answer: "+ex.Failure.Error())
	case !op.Whole() && !obeyed(ex):
		h.refuse(op, "its control was refused: "+report.Excerpt(ex, d.Secrets)+hint(ex))
	default:
		h.worked(op, ex)
	}
	if op.Method == http.MethodDelete && obeyed(ex) {
		d.things.restore(ctx)
	}
}

// good sends the good request of an operation once, and undoes what it did.
func (h *health) good(ctx context.Context, op *suites.Operation) *exchange.Exchange {
	d := h.drive
	name := op.ID + "/control"
	ex, _ := d.sound(ctx, name, d.Plan.Tag(d.things.bind(op, op.Good.Request), name), exchange.Options{Repeatable: !op.Writes(), Finish: op.Undo != ""})
	switch {
	case !obeyed(ex):
	case op.Method == http.MethodDelete:
		d.things.deleted(*op.Deleted()) // the plan has made sure that the run created it
	default:
		d.things.takeBack(ctx, op, ex)
	}
	return ex
}

// patiently sends a good request of the operation, and again where the target dropped it and it may be sent again.
func (h *health) patiently(op *suites.Operation, send func() *exchange.Exchange) *exchange.Exchange {
	ex := send()
	for life := 1; life < lives && ex.Failure != nil && h.again(op, ex.Failure); life++ {
		if ex = send(); ex.Failure == nil {
			h.drop()
		}
	}
	h.heard(ex)
	return ex
}

// again reports whether a good request that got no answer is sent again: it only reads, or the target has never seen it. One that
// has not answered anything yet is not there at all.
func (h *health) again(op *suites.Operation, f *exchange.Failure) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return dropped(f) && !op.Writes() || unreached(f) && h.answered
}

// heard takes note of whether a good request got an answer: the target is given up when the first of all does not reach it,
// and when several operations in a row are left unanswered.
func (h *health) heard(ex *exchange.Exchange) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if ex.Answer != nil {
		if !h.answered {
			close(h.first)
		}
		h.answered, h.silent = true, 0
		return
	}
	if ex.Failure.Kind == exchange.Interrupted || ex.Failure.Kind == exchange.Unsendable {
		return
	}
	h.silent++
	if h.silent >= lives || unreached(ex.Failure) && !h.answered {
		h.die("the target gives no answer: " + ex.Failure.Error() + h.suspects)
	}
}

func (h *health) worked(op *suites.Operation, ex *exchange.Exchange) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v := h.vitals[op]
	v.worked, v.status = ex.Start, ex.Answer.Status
	v.tag, _ = ex.Answer.Fields.Get("ETag")
}

// tag returns the entity tag of the last answer to the operation's control, or to that of the GET that reads what it writes;
// empty if there was none.
func (h *health) tag(op *suites.Operation) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if tag := h.vitals[op].tag; tag != "" || op.Twin == nil {
		return tag
	}
	return h.vitals[op.Twin].tag
}

// status returns that of the last answer to the operation's control; 0: none. Of the target as a whole it may be a refusal.
func (h *health) status(op *suites.Operation) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.vitals[op].status
}

// hasWorked reports whether the operation's control has ever worked.
func (h *health) hasWorked(op *suites.Operation) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.vitals[op].worked.IsZero()
}

func (h *health) drop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drops++
}

// works makes sure that the operation's control still works after since: nil if it does. It sends the control again unless
// it has worked since then. For an operation that writes, another one's control tells as much: that the target
// answers and takes the credential.
func (h *health) works(ctx context.Context, op *suites.Operation, since time.Time) error {
	op = h.stand(op)
	v := h.vitals[op]
	v.checking.Lock()
	defer v.checking.Unlock()
	h.mu.Lock()
	worked, gone := v.worked, h.gone
	h.mu.Unlock()
	switch {
	case gone != "":
		return errors.New(gone)
	case worked.After(since):
		return nil
	}
	for life := 1; ; life++ {
		ex := h.good(ctx, op)
		switch {
		case ex.Answer == nil && ex.Failure.Kind == exchange.Interrupted:
			return errors.New(h.drive.cut())
		case ex.Answer == nil && life < lives:
			continue
		case ex.Answer == nil:
			h.mu.Lock()
			defer h.mu.Unlock()
			h.die(fmt.Sprintf("the target gives no answer any more (%v)%s", ex.Failure, h.suspects))
			return fmt.Errorf("the control of %s gets no answer either: %w", op.ID, ex.Failure)
		case broken(op, ex.Answer.Status):
			return fmt.Errorf("the control of %s is refused too: %s", op.ID, report.Excerpt(ex, h.drive.Secrets))
		}
		if life > 1 {
			h.drop()
		}
		h.worked(op, ex)
		return nil
	}
}

// stand returns the operation whose control is sent again for op: itself if that only reads, else the first that does.
func (h *health) stand(op *suites.Operation) *suites.Operation {
	h.mu.Lock()
	defer h.mu.Unlock()
	reads := func(o *suites.Operation) bool {
		return !o.Writes() && !o.Whole() && !h.vitals[o].worked.IsZero()
	}
	if reads(op) {
		return op
	}
	operations := h.drive.Plan.Operations
	for _, other := range operations {
		if reads(other) {
			return other
		}
	}
	if op.Method == http.MethodDelete {
		return operations[len(operations)-1] // the target as a whole
	}
	return op
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

// suspect notes the first case that the target left unanswered, and which others were under way: should the target turn
// out to be dead, one of them killed it.
func (h *health) suspect(c *suites.Planned, failure *exchange.Failure) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.suspect1 != nil {
		return
	}
	h.suspect1 = c
	h.suspects = fmt.Sprintf(" since the case %s (%v)", c.Name(), failure)
	var others []string
	for i := range h.underway {
		if other := h.underway[i].Load(); other != nil && other != c {
			others = append(others, other.Name())
		}
	}
	if len(others) > 0 {
		h.suspects += "; under way with it: " + strings.Join(others, ", ")
	}
}

// clear takes the suspicion from a case: the target has answered since.
func (h *health) clear(c *suites.Planned) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.suspect1 == c {
		h.suspect1, h.suspects = nil, ""
	}
}

func success(status int) bool { return status >= 200 && status <= 299 }

// obeyed reports whether the target did what it was asked.
func obeyed(ex *exchange.Exchange) bool { return ex.Answer != nil && success(ex.Answer.Status) }

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
