package drive

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/suites"
)

// What is read may change by itself, by the second or by others: a case is blamed only where it changes something each time
// that it is sent, alone, and nothing does so in between.
const (
	repeats = 3 // how often a case is sent until it is blamed
	pauses  = 5 // reads in a row, before the first is blamed, that must not show the same change
	blamed  = 3 // cases of a check that are blamed; the rest are then not sent again
	places  = 3 // changes of a case that are told
)

// repeat sends the refused cases again, all of them and, if that changes anything, one by one to blame those that do so each
// time. It reports whether there are any. gone tells that there is nothing to be read.
func (w *watch) repeat(ctx context.Context, v volatile, gone bool) bool {
	twin := w.check.Operation.Twin
	w.reset(ctx, gone)
	before := w.drive.read(ctx, twin, "repeat-before")
	w.sendAgain(ctx)
	after := w.drive.read(ctx, twin, "repeat-after")
	if before.err != nil || after.err != nil || len(v.steady(changes(before.state, after.state))) == 0 {
		return w.found != nil
	}
	w.reset(ctx, after.gone)
	found := 0
	if w.found != nil {
		found++
	}
	for _, t := range w.taken {
		switch {
		case !t.repeatable() || len(t.judged.findings) > 0 || ctx.Err() != nil:
		case found == blamed:
			t.judged = judged{apart: true}
		case w.blame(ctx, t, v, found == 0):
			found++
		}
	}
	return found > 0
}

// repeatable reports whether a case was refused and may be sent again: what changes state is not sent twice.
func (t *took) repeatable() bool { return !t.judged.apart && repeatable(t.Planned) }

func repeatable(c *suites.Planned) bool { return !c.Effects && len(c.Before) == 0 }

// creates reports whether a case that was refused is a creation and may be sent again.
func creates(c *suites.Planned) bool { return c.Request.Method == http.MethodPost && repeatable(c) }

// sendAgain sends the refused cases again, side by side.
func (w *watch) sendAgain(ctx context.Context) {
	var group sync.WaitGroup
	free := make(chan struct{}, w.drive.Concurrency)
	for _, t := range w.taken {
		if t.repeatable() {
			free <- struct{}{}
			group.Go(func() {
				defer func() { <-free }()
				var o outcome
				w.drive.once(ctx, t.Planned, &o)
			})
		}
	}
	group.Wait()
}

// blame sends a case again, alone, and reads before and after it. It reports whether the case changes something; doubtful tells
// that this has to be made sure of first.
func (w *watch) blame(ctx context.Context, t *took, v volatile, doubtful bool) bool {
	d, twin := w.drive, w.check.Operation.Twin
	var o outcome
	for n := range repeats {
		before := d.read(ctx, twin, "repeat-before")
		if before.err != nil {
			return false
		}
		o = outcome{exchanges: []int{before.id}}
		d.once(ctx, t.Planned, &o)
		if o.err != nil || o.exchange.Answer == nil || !d.demands[w.check.Index].speaksOf(o.exchange.Answer.Status) {
			return false
		}
		after := d.read(ctx, twin, "repeat-after")
		found := v.steady(changes(before.state, after.state))
		if after.err != nil || len(found) == 0 {
			return false
		}
		if n == 0 && doubtful {
			for range pauses {
				pause := d.read(ctx, twin, "pause")
				if pause.err != nil {
					return false
				}
				v.learn(changes(after.state, pause.state))
			}
			if found = v.steady(found); len(found) == 0 {
				return false
			}
		}
		w.reset(ctx, after.gone)
		if n == repeats-1 {
			w.tell(t, o, before, after, found)
		}
	}
	return true
}

// tell makes what a case has changed its findings.
func (w *watch) tell(t *took, o outcome, before, after reading, found []change) {
	d := w.drive
	for i, c := range found {
		if i == places {
			break
		}
		t.judged.findings = append(t.judged.findings, check.Finding{
			Rule: "effects", At: c.at,
			Want: fmt.Sprintf("%s in %s as before", d.clip(c.was), w.check.Operation.Twin.Title()),
			Got:  d.clip(c.is),
		})
	}
	o.exchanges = append([]int{after.id}, o.exchanges...) // the case itself is the last
	o.missed = []missed{{w.check.Index, t.judged}}
	d.tell(t.Planned, &o)
	o.told.Curl = strings.Join([]string{d.Curl(before.request), o.told.Curl, d.Curl(after.request)}, "; ")
	t.exchanges = append(t.exchanges, o.exchanges...)
	t.told = o.told
}

// shownBytes is how much of a value is told.
const shownBytes = 160

// clip returns the beginning of a value, secrets taken out.
func (d *Drive) clip(text string) string {
	text = d.Secrets.String(text)
	if len(text) <= shownBytes {
		return text
	}
	return strings.ToValidUTF8(text[:shownBytes], "") + "..."
}

// reset brings about what the operation's control left, as far as that can be done: a change that is made a second time shows
// only where the first is gone.
func (w *watch) reset(ctx context.Context, gone bool) {
	d, op := w.drive, w.check.Operation
	switch op.Method {
	case http.MethodPut, http.MethodPatch:
		d.health.good(ctx, op)
	case http.MethodDelete:
		if from := op.Deleted(); from != nil && gone {
			d.things.renew(ctx, *from)
		}
	}
}
