package drive

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/seed-e125e033/conform/suites"
)

// opening is what goes before the cases of a lane: its controls, and reading the state that its cases must not change.
//
// A single worker does all of that for every lane, and then the cases, in order. Where there are more, most of them would have nothing to
// do meanwhile, for a control of a write waits for the one before it: with answers after 50 ms that was a sixth of the time of 10,000
// cases over 256 connections, and is a tenth now. So openings go side by side, for lanes have nothing to do with each other, and cases
// beside them:
//
//   - None before the controls of its lane were answered, and what the lane takes values from was made. A control that writes may make what
//     others read, or give it another entity tag; and whether a case can be judged at all, its own control tells.
//   - From then on those of operations that read, where they change nothing even if the target obeys them: the state is the same with and
//     without them. Where their answer must be made sure of they ask the control of their own operation, which was answered, and no other.
//   - All others when every opening is done: what they may change was read, and they may ask the control of any operation.
//
// Those that read are the first of their lane for it, whether there is time for them or not: what comes before what does not depend on
// time. No more requests are under way than there are workers.
type opening struct {
	lane    *lane
	writing []*suites.Operation // that write or take values from others: their controls go one after the other, in order
	reading []*suites.Operation // the rest: theirs go side by side, after that
	watched []*suites.Operation // by check of what their cases change
}

// open does what goes before the cases, and lets them go. It returns once all may go.
func (d *Drive) open(ctx context.Context) {
	openings := d.openings()
	var all sync.WaitGroup
	free := make(chan struct{}, d.Concurrency)
	for _, o := range openings {
		free <- struct{}{}
		done := make(chan struct{})
		all.Go(func() {
			defer func() { close(done); <-free }()
			d.openLane(ctx, o)
		})
		d.health.awaitFirst(done)
	}
	all.Wait()
	if ctx.Err() != nil {
		d.window.close() // before a worker takes a case that is left: an unreachable target is told the same way every time
	}
	d.things.changed.Store(false) // by the controls, before the state was read
	d.window.let(everything, slices.Collect(maps.Values(d.lanes))...)
}

func (d *Drive) openLane(ctx context.Context, o *opening) {
	control := func(op *suites.Operation) { d.health.control(ctx, op) }
	for _, op := range o.writing {
		d.inPlace(func() { control(op) })
	}
	d.sideBySide(o.reading, control)
	var twins []*suites.Operation
	d.inPlace(func() { twins = d.effects.twins(ctx, o.watched) })
	if d.Concurrency > 1 && ctx.Err() == nil {
		d.window.let(whatReads, o.lane)
	}
	d.sideBySide(twins, func(twin *suites.Operation) { d.readTwice(ctx, twin, d.effects.of(twin)) })
}

// inPlace does something in the place of a worker.
func (d *Drive) inPlace(do func()) {
	d.window.lend()
	defer d.window.giveBack()
	d.inLane(false, do)
}

// sideBySide does something for each operation. Until the target has answered a control they go one by one: a target that is not
// there is told by as few requests as may be.
func (d *Drive) sideBySide(operations []*suites.Operation, do func(*suites.Operation)) {
	var all sync.WaitGroup
	for _, op := range operations {
		d.window.lend()
		done := make(chan struct{})
		all.Go(func() {
			defer func() { close(done); d.window.giveBack() }()
			d.inLane(false, func() { do(op) })
		})
		d.health.awaitFirst(done)
	}
	all.Wait()
}

// openings returns what goes before the cases by lane, in order: lanes that have operations which write come first. For a single
// worker it is all controls that write, by lane, and then the rest of all lanes.
func (d *Drive) openings() []*opening {
	of := map[*lane]*opening{}
	var all []*opening
	at := func(l *lane) *opening {
		if of[l] == nil {
			of[l] = &opening{lane: l}
			all = append(all, of[l])
		}
		return of[l]
	}
	rest := func(op *suites.Operation) *opening {
		if d.Concurrency == 1 {
			return at(nil)
		}
		return at(d.lanes[op])
	}
	needed := map[*suites.Operation]bool{}
	for b := range d.Plan.Blocks() {
		needed[b.Operation] = true
	}
	var reading []*suites.Operation
	for _, op := range d.Plan.Operations {
		switch {
		case !needed[op]:
		case op.Writes() || len(op.Sources) > 0:
			o := at(d.lanes[op])
			o.writing = append(o.writing, op)
		default:
			reading = append(reading, op)
		}
	}
	for _, op := range reading {
		o := rest(op)
		o.reading = append(o.reading, op)
	}
	for _, c := range d.Plan.Checks {
		if c.Effects() {
			o := rest(c.Operation)
			o.watched = append(o.watched, c.Operation)
		}
	}
	return all
}
