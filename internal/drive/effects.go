package drive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/suites"
)

// effects knows whether refused requests changed anything: what an operation that writes works on is read before all cases,
// and again after those of the operation.
type effects struct {
	drive *Drive

	mu     sync.Mutex
	before map[*suites.Operation]*baseline // by the GET
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
	looked  bool           // there is one
	failed  any            // a panic of our own meanwhile
	found   *took          // it, where it is to blame

	refused []refusal
	taken   []*took // the refused cases, where the last case has come and there is something to look into
}

// refusal is an exchange of a case that was refused: all that is kept of it until the last case has come, which may be at the end of
// a long run.
type refusal struct{ index, exchange int32 }

// took is a refused case and what is left of its outcome. The case itself is made again where more is asked of it.
type took struct {
	*suites.Planned
	outcome
	index  int
	judged judged
}

func newEffects(d *Drive) *effects {
	return &effects{drive: d, before: map[*suites.Operation]*baseline{}}
}

// of returns what is known by a GET; nil if it was not to be read.
func (e *effects) of(twin *suites.Operation) *baseline {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.before[twin]
}

// twins returns the GETs that show what the cases of operations must not change, and are not read yet. It makes what they take values
// from.
func (e *effects) twins(ctx context.Context, operations []*suites.Operation) []*suites.Operation {
	var twins []*suites.Operation
	for _, op := range operations {
		twin := op.Twin
		if e.of(twin) != nil || e.drive.health.refused(op) != "" || ctx.Err() != nil {
			continue
		}
		b := &baseline{volatile: volatile{}}
		e.mu.Lock()
		e.before[twin] = b
		e.mu.Unlock()
		if reason := e.drive.things.need(ctx, twin); reason != "" {
			b.err = errors.New(reason)
			continue
		}
		twins = append(twins, twin)
	}
	return twins
}

// readTwice reads what cases must not change: what differs then changes by itself.
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

// take keeps a refused case until the last has come. It returns what is to be done now: a look at the first creation that was refused
// and may be sent again, or a conclusion after the last; nil is nothing. The caller holds the lock of the tallies.
func (w *watch) take(c *suites.Planned, o *outcome, refused, last bool) func(context.Context) {
	if refused {
		if w.refused == nil {
			w.refused = make([]refusal, 0, w.check.Size)
		}
		for _, exchange := range o.exchanges {
			w.refused = append(w.refused, refusal{int32(c.Index), int32(exchange)})
		}
	}
	switch {
	case last:
		return w.conclude
	case refused && !w.looked && creates(c):
		w.looked = true
		w.looking.Add(1)
		first := &took{Planned: c, index: c.Index, outcome: outcome{exchanges: slices.Clone(o.exchanges)}}
		return func(ctx context.Context) { w.look(ctx, first) }
	}
	return nil
}

// look makes sure of the first creation alone, where something has changed already: a list that shows no more than its first
// page may be full, and show nothing more, by the time that the last case has come.
func (w *watch) look(ctx context.Context, t *took) {
	defer w.looking.Done()
	defer func() { w.failed = recover() }() // which the conclusion tells
	d := w.drive
	b := d.effects.of(w.check.Operation.Twin)
	if b == nil || b.err != nil || w.unchanged(ctx, "first") || d.things.changed.Load() {
		return
	}
	d.inLane(true, func() {
		changed := d.things.changed.Load()
		if w.blame(ctx, t, b.volatile, true) {
			w.found = t
		}
		d.things.changed.Store(changed)
	})
}

// conclude judges what the cases did and settles them; not where the run ends meanwhile. Nothing else is under way.
func (w *watch) conclude(ctx context.Context) {
	w.looking.Wait()
	d := w.drive
	defer func() {
		if r := recover(); r != nil {
			w.gather()
			w.doubt(reading{}, fmt.Errorf("conform itself failed on this check, please report it: %v", r))
			d.tallies.conclude(w)
		}
	}()
	if w.failed != nil {
		panic(w.failed)
	}
	if w.found != nil {
		w.gather()
	}
	if len(w.refused) > 0 && !w.unchanged(ctx, "after") {
		w.gather()
		w.makeAgain()
		d.inLane(true, func() {
			changed := d.things.changed.Load()
			w.judge(ctx, changed)
			d.things.changed.Store(changed) // what was sent again is no concern of others
		})
	}
	if len(w.refused) == 0 || ctx.Err() == nil {
		d.tallies.conclude(w)
		w.refused, w.taken = nil, nil
	}
}

// gather makes the refused cases ready to be looked into, in the order of the plan, unless they are.
func (w *watch) gather() {
	if w.taken != nil {
		return
	}
	slices.SortStableFunc(w.refused, func(a, b refusal) int { return cmp.Compare(a.index, b.index) })
	for _, r := range w.refused {
		switch n := len(w.taken); {
		case w.found != nil && w.found.index == int(r.index):
			if n == 0 || w.taken[n-1] != w.found {
				w.taken = append(w.taken, w.found)
			}
		case n == 0 || w.taken[n-1].index != int(r.index):
			w.taken = append(w.taken, &took{index: int(r.index), outcome: outcome{exchanges: []int{int(r.exchange)}}})
		default:
			w.taken[n-1].exchanges = append(w.taken[n-1].exchanges, int(r.exchange))
		}
	}
}

// makeAgain makes the refused cases once more.
func (w *watch) makeAgain() {
	plan := w.drive.Plan
	maker := plan.Maker()
	var block []suites.Planned
	for _, t := range w.taken {
		if n := len(block); n == 0 || t.index > block[n-1].Index {
			block = maker.Block(plan.BlockOf(t.index))
		}
		if t.Planned == nil {
			t.Planned = &block[t.index-block[0].Index]
		}
	}
}

// unchanged reads what the operation works on beside other cases, and reports whether it is what it was: then there is nothing to
// look into, alone. To read everything alone took four fifths of a run's time where answers take 50 ms.
func (w *watch) unchanged(ctx context.Context, name string) bool {
	d, twin := w.drive, w.check.Operation.Twin
	b := d.effects.of(twin)
	if b == nil || b.err != nil {
		return false
	}
	var after reading
	same := false
	d.inLane(false, func() { // whoever is alone in all lanes may learn what else changes by itself
		if b.volatile[""] {
			return
		}
		after = d.read(ctx, twin, name)
		same = after.err == nil && len(b.volatile.steady(changes(b.state, after.state))) == 0
	})
	if !same {
		return false
	}
	d.tallies.note(w.check.Index, append(b.exchanges[:len(b.exchanges):len(b.exchanges)], after.id), b.seconds+after.seconds)
	return true
}

// judge reads what the operation works on and, where that is not what it was, looks for the case that changes it. changed tells
// that requests which were accepted explain it.
func (w *watch) judge(ctx context.Context, changed bool) {
	d, twin := w.drive, w.check.Operation.Twin
	b := d.effects.of(twin)
	if b == nil || b.err != nil {
		err := errors.New(twin.Title() + " shows what is changed, and was not read")
		if b != nil {
			err = b.err
		}
		w.doubt(reading{}, err)
		return
	}
	after := d.read(ctx, twin, "after")
	d.tallies.note(w.check.Index, append(b.exchanges[:len(b.exchanges):len(b.exchanges)], after.id), b.seconds+after.seconds)
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
	w.drive.tallies.leave(w.check.Index, reason)
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
