package drive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
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

// effects knows whether refused requests changed anything: what an operation that writes works on is read before all cases,
// and again after those of the operation.
type effects struct {
	drive   *Drive
	before  map[*suites.Operation]*baseline // by the GET
	watches map[int]*watch                  // by check
}

// baseline is what a GET answered before the first case.
type baseline struct {
	state     state
	volatile  volatile
	exchanges []int
	seconds   float64
	err       error // why there is none
}

// watch judges what the cases of one check did, once the last of them has been judged for all else.
type watch struct {
	drive *Drive
	check *suites.Check

	looking sync.WaitGroup // at the first creation that was refused
	found   bool           // it is to blame

	mu      sync.Mutex
	pending int
	taken   []*took
}

// took is a case and what is left of its outcome.
type took struct {
	*suites.Planned
	outcome
	judged judged
}

func newEffects(d *Drive) *effects {
	e := &effects{drive: d, before: map[*suites.Operation]*baseline{}, watches: map[int]*watch{}}
	for _, c := range d.Plan.Checks {
		if c.Effects() {
			e.watches[c.Index] = &watch{drive: d, check: c, pending: len(c.Cases)}
		}
	}
	return e
}

// begin reads what the cases of the plan must not change, twice: what differs then changes by itself. The controls have made
// and undone what they did before.
func (e *effects) begin(ctx context.Context) {
	d := e.drive
	var twins []*suites.Operation
	for _, c := range d.Plan.Checks {
		twin := c.Operation.Twin
		if !c.Effects() || e.before[twin] != nil || d.health.refused(c.Operation) != "" || ctx.Err() != nil {
			continue
		}
		b := &baseline{volatile: volatile{}}
		e.before[twin] = b
		if reason := d.things.need(ctx, twin); reason != "" {
			b.err = errors.New(reason)
			continue
		}
		twins = append(twins, twin)
	}
	var group sync.WaitGroup
	free := make(chan struct{}, d.Concurrency)
	for _, twin := range twins {
		free <- struct{}{}
		group.Go(func() {
			defer func() { <-free }()
			d.readTwice(ctx, twin, e.before[twin])
		})
	}
	group.Wait()
	d.things.changed.Store(false)
}

func (d *Drive) readTwice(ctx context.Context, twin *suites.Operation, b *baseline) {
	for i, name := range []string{"before", "before-again"} {
		r := d.read(ctx, twin, name)
		b.exchanges, b.seconds = append(b.exchanges, r.id), b.seconds+r.seconds
		switch {
		case r.err != nil:
			b.err = r.err
			return
		case i > 0:
			b.volatile.learn(changes(b.state, r.state))
		}
		b.state = r.state
	}
}

// reading is one answer of a GET that shows what others change.
type reading struct {
	state
	id      int // of the exchange
	seconds float64
	request exchange.Request
	err     error
}

// read sends a GET that nothing is wrong with.
func (d *Drive) read(ctx context.Context, twin *suites.Operation, name string) reading {
	name = twin.ID + "/effects/" + name
	var r reading
	if reason := d.things.need(ctx, twin); reason != "" {
		r.err = errors.New(reason)
		return r
	}
	ex := d.health.patiently(twin, func() *exchange.Exchange {
		var ex *exchange.Exchange
		ex, r.id = d.sound(ctx, name, d.Plan.Tag(d.things.bind(twin, twin.Good.Request), name), exchange.Options{Repeatable: true})
		return ex
	})
	r.request, r.seconds = ex.Request, ex.Duration.Seconds()
	if ex.Answer == nil {
		r.err = fmt.Errorf("%s shows what is changed, and got no answer: %w", twin.Title(), ex.Failure)
	} else if r.state, r.err = stateOf(ex.Answer); r.err != nil {
		r.err = fmt.Errorf("%s shows what is changed, but %w", twin.Title(), r.err)
	}
	return r
}

// take keeps a case until the last has come. It returns what is to be done now: a look at the first creation that was refused
// and may be sent again, or a conclusion after the last; nil is nothing.
func (w *watch) take(c *suites.Planned, o *outcome, j judged) func(context.Context) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t := &took{c, outcome{exchanges: o.exchanges, skipped: o.skipped, told: o.told}, j}
	first := t.creates() && !slices.ContainsFunc(w.taken, (*took).creates)
	w.taken = append(w.taken, t)
	switch w.pending--; {
	case w.pending == 0:
		return w.conclude
	case first:
		w.looking.Add(1)
		return func(ctx context.Context) { w.look(ctx, t) }
	}
	return nil
}

// look makes sure of the first creation alone, where something has changed already: a list that shows no more than its first
// page may be full, and show nothing more, by the time that the last case has come.
func (w *watch) look(ctx context.Context, t *took) {
	defer w.looking.Done()
	d := w.drive
	b := d.effects.before[w.check.Operation.Twin]
	if b == nil || b.err != nil || w.unchanged(ctx, "first") || d.things.changed.Load() {
		return
	}
	d.inLane(true, func() {
		changed := d.things.changed.Load()
		w.found = w.blame(ctx, t, b.volatile, true)
		d.things.changed.Store(changed)
	})
}

// conclude judges what the cases did and settles them; not where the run ends meanwhile. Nothing else is under way.
func (w *watch) conclude(ctx context.Context) {
	w.looking.Wait()
	d := w.drive
	defer func() {
		if r := recover(); r != nil {
			w.doubt(reading{}, fmt.Errorf("conform itself failed on this check, please report it: %v", r))
			w.settle()
		}
	}()
	if w.refused() && !w.unchanged(ctx, "after") {
		slices.SortFunc(w.taken, func(a, b *took) int { return cmp.Compare(a.Index, b.Index) })
		d.inLane(true, func() {
			changed := d.things.changed.Load()
			w.judge(ctx, changed)
			d.things.changed.Store(changed) // what was sent again is no concern of others
		})
	}
	if ctx.Err() == nil {
		w.settle()
	}
}

func (w *watch) settle() {
	for _, t := range w.taken {
		w.drive.tallies[w.check.Index].settle(t.Index, &t.outcome, t.judged)
	}
	w.taken = nil // a fifth of what a long run would hold
}

// unchanged reads what the operation works on beside other cases, and reports whether it is what it was: then there is nothing to
// look into, alone. To read everything alone took four fifths of a run's time where answers take 50 ms.
func (w *watch) unchanged(ctx context.Context, name string) bool {
	d, twin := w.drive, w.check.Operation.Twin
	b := d.effects.before[twin]
	if b == nil || b.err != nil || b.volatile[""] {
		return false
	}
	var after reading
	d.inLane(false, func() { after = d.read(ctx, twin, name) })
	if after.err != nil || len(b.volatile.steady(changes(b.state, after.state))) > 0 {
		return false
	}
	d.tallies[w.check.Index].note(append(b.exchanges[:len(b.exchanges):len(b.exchanges)], after.id), b.seconds+after.seconds)
	return true
}

// refused reports whether any case was.
func (w *watch) refused() bool {
	for _, t := range w.taken {
		if !t.judged.apart {
			return true
		}
	}
	return false
}

// judge reads what the operation works on and, where that is not what it was, looks for the case that changes it. changed tells
// that requests which were accepted explain it.
func (w *watch) judge(ctx context.Context, changed bool) {
	d, twin := w.drive, w.check.Operation.Twin
	tally := d.tallies[w.check.Index]
	b := d.effects.before[twin]
	if b == nil || b.err != nil {
		err := errors.New(twin.Title() + " shows what is changed, and was not read")
		if b != nil {
			err = b.err
		}
		w.doubt(reading{}, err)
		return
	}
	after := d.read(ctx, twin, "after")
	tally.note(append(b.exchanges[:len(b.exchanges):len(b.exchanges)], after.id), b.seconds+after.seconds)
	switch {
	case after.err != nil:
		w.doubt(after, after.err)
	case b.volatile[""]:
		w.leave(twin.Title() + " answers otherwise each time: nothing can be told by it")
	case len(b.volatile.steady(changes(b.state, after.state))) == 0:
	case w.repeat(ctx, b.volatile, after.gone), changed:
		for _, t := range w.taken {
			t.judged.apart = !t.repeatable() // nothing is known of it
		}
	default: // nobody's fault that could be shown: others may use the same target
		w.leave(twin.Title() + " answers otherwise than before the run, though no refused request changed it when sent again: something else may write to it")
	}
}

// leave settles the check as one that was not judged.
func (w *watch) leave(reason string) {
	w.drive.tallies[w.check.Index].leave(reason)
	for _, t := range w.taken {
		t.judged = judged{apart: true}
	}
}

// doubt settles the check as one that could not be judged, which is told once.
func (w *watch) doubt(r reading, err error) {
	told := false
	for _, t := range w.taken {
		switch {
		case t.judged.apart || len(t.judged.findings) > 0:
		case told:
			t.judged = judged{apart: true}
		default:
			told = true
			t.judged = judged{err: err}
			t.told = report.Miss{Case: w.check.Operation.ID + "/effects", Sent: "every request that was refused", Exchange: r.id}
			if r.request.Method != "" {
				t.told.Curl = w.drive.Curl(r.request)
			}
		}
	}
}

// repeat sends the refused cases again, all of them and, if that changes anything, one by one to blame those that do so each
// time. It reports whether there are any. gone tells that there is nothing to be read.
func (w *watch) repeat(ctx context.Context, v volatile, gone bool) bool {
	twin := w.check.Operation.Twin
	w.reset(ctx, gone)
	before := w.drive.read(ctx, twin, "repeat-before")
	w.sendAgain(ctx)
	after := w.drive.read(ctx, twin, "repeat-after")
	if before.err != nil || after.err != nil || len(v.steady(changes(before.state, after.state))) == 0 {
		return w.found
	}
	w.reset(ctx, after.gone)
	found := 0
	if w.found {
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
func (t *took) repeatable() bool { return !t.judged.apart && !t.Effects && len(t.Before) == 0 }

// creates reports whether it is a creation that was refused and may be sent again.
func (t *took) creates() bool { return t.Request.Method == http.MethodPost && t.repeatable() }

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
		if o.err != nil || o.exchange.Answer == nil || w.isApart(o.exchange) {
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

// isApart reports whether an answer is none of those that the requirement calls a refusal.
func (w *watch) isApart(ex *exchange.Exchange) bool {
	for _, s := range w.check.Requirement.Observed.Status {
		if s.Matches(ex.Answer.Status) {
			return false
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
	o.judged = []judged{t.judged}
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
