package drive

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"sync"
)

// most is how many cases are put in order at once: of few thousand, a contract's cases that must be alone all came last, which took a
// sixth of the time of 10,000 cases over 256 connections with answers after 50 ms. It is a megabyte at most.
const most = 16384

// window hands out the cases, at most size of them beyond those that the awaited checks need: what is in flight, and what was
// judged and not yet asked for, stays bounded whatever the plan's length. It does so roughly in order. A single worker keeps the
// order of the plan. Where there are more, those cases of a slice of it that must be alone in their lane go first in every
// second lane, and last in the others: while those of one half go one by one, the other half has something for all other
// connections. In the order of the plan they all came last, over few of the connections: with 50 lanes, 256
// connections and answers after 50 ms a quarter of the time. What comes before what in a lane does not depend on
// time, so that a target which wrongly obeys a case is told the same way in every run. No case is handed out before let says that those
// of its lane may be.
type window struct {
	at      func(i int) place
	end     int // cases in all
	size    int
	most    int // cases put in order at once
	workers int // of which each has one case, or is lent

	mu       sync.Mutex
	moved    sync.Cond // there may be a case for a worker, or none will come
	room     sync.Cond // there may be room for more cases to wait
	free     sync.Cond // a worker may be lent
	next     int       // the case that waits next
	limit    int       // no case from here on may be handed out yet
	wanted   int       // the limit that the next cases need
	lanes    int       // that came to have cases that wait
	open     []*lane   // of which a case may be under way now, the one to hand it out of last
	waiting  int       // cases that may be handed out once their lane lets them
	underway int       // that were handed out and not given back
	asked    int       // how many wait for a worker to be lent
	lent     int       // workers that must not have a case meanwhile
	stage    int       // of all that wait or are under way
	closed   bool
}

// place says when a case may be under way.
type place struct {
	lane  *lane
	alone bool // it must be alone there
	reads bool // it may go before the state is known that others must not change
	stage int  // nothing of an earlier one may be under way with it
}

// turn is a case that was handed out.
type turn struct {
	index int
	lane  *lane
	alone bool
}

// newWindow returns a window on cases 0 to end-1, for so many workers. Nothing is handed out before fill runs. at is called by fill
// alone, once for each case, in order.
func newWindow(size, end, workers int, at func(i int) place) *window {
	w := &window{size: size, limit: size, end: end, at: at, most: 1, workers: workers}
	if workers > 1 {
		w.most = max(1, min(most, size)) // an awaited case is let wait with all that are put in order with it
	}
	w.moved.L, w.room.L, w.free.L = &w.mu, &w.mu, &w.mu
	return w
}

// fill has the cases wait in their lanes, ahead of the workers, and returns after the last or when the window is closed.
func (w *window) fill() {
	var places []place
	for begin := 0; begin < w.end; {
		places = places[:0]
		for i := range min(w.end-begin, w.most) {
			places = append(places, w.at(begin+i)) // which is not for others to wait for
		}
		w.mu.Lock()
		for rest := places; len(rest) > 0 && !w.closed; {
			n := alike(rest)
			for !w.fits(rest[:n]) && !w.closed {
				w.room.Wait()
			}
			if !w.closed {
				w.add(rest[:n])
				w.moved.Signal()
			}
			rest = rest[n:]
		}
		closed := w.closed
		w.mu.Unlock()
		if closed {
			return
		}
		begin += len(places)
	}
}

// alike returns how many of the places are of the same stage as the first.
func alike(places []place) int {
	if i := slices.IndexFunc(places, func(p place) bool { return p.stage != places[0].stage }); i >= 0 {
		return i
	}
	return len(places)
}

// fits reports whether the next cases may wait now.
func (w *window) fits(places []place) bool {
	w.wanted = w.next + len(places)
	return w.wanted <= w.limit && w.waiting < w.most && (places[0].stage == w.stage || w.waiting+w.underway == 0)
}

// add has the next cases wait, each in its lane.
func (w *window) add(places []place) {
	odd := w.next/w.most%2 == 1 // the halves change places each time, or all would be at those that must be alone
	for round := range 3 {
		for i, p := range places {
			if w.roundOf(p, odd) != round {
				continue
			}
			if len(p.lane.waiting) == 0 {
				p.lane.order = w.lanes
				w.lanes++
			}
			p.lane.wait(spot{int32(w.next + i), p.alone, p.reads})
		}
	}
	for _, p := range places {
		w.queue(p.lane)
	}
	w.stage = places[0].stage
	w.next += len(places)
	w.waiting += len(places)
}

// roundOf says which cases of a slice go first in their lane. In the first slice these are the ones that read: see opening.
func (w *window) roundOf(p place, odd bool) int {
	switch {
	case p.reads && w.next == 0:
		return 0
	case p.alone == (p.lane.early != odd):
		return 1
	}
	return 2
}

// let says which cases of some lanes may be under way from now on. Nothing is handed out in between: the first of them goes first.
func (w *window) let(what may, lanes ...*lane) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, l := range lanes {
		l.may = what
		w.queue(l)
	}
	w.moved.Signal()
}

// lend waits until one worker fewer may have a case, for somebody else to send something in its place. Whoever does gives it back. It
// goes before the cases, and does not wait where the window is closed.
func (w *window) lend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked++
	for w.underway+w.lent >= w.workers && !w.closed {
		w.free.Wait()
	}
	w.asked--
	w.lent++
}

// giveBack ends what lend began.
func (w *window) giveBack() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lent--
	w.idle()
}

// idle lets whoever may have waited for it send something.
func (w *window) idle() {
	if w.asked > 0 {
		w.free.Signal()
	}
	w.moved.Signal()
}

// take returns a case, waiting until there is one that may be under way now; false when there is none left or the window is
// closed. Whoever takes it gives it back by leave.
func (w *window) take() (turn, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.moved.Signal() // there may be one for the next, or none for anybody
	for !w.closed {
		if l := w.choose(); l != nil && w.underway+w.lent+w.asked < w.workers {
			return w.handOut(l), true
		}
		if w.next >= w.end && w.waiting == 0 {
			break
		}
		w.moved.Wait()
	}
	return turn{}, false
}

// choose returns the lane to hand out a case of; nil if none may be under way now.
func (w *window) choose() *lane {
	if len(w.open) == 0 {
		return nil
	}
	return w.open[len(w.open)-1]
}

// queue puts a lane that has changed in its place among those that are open. To look at each lane for each case took 1.5 us
// more where there are a thousand.
func (w *window) queue(l *lane) {
	rank := w.rankOf(l)
	if rank == l.rank {
		return
	}
	if l.rank > 0 {
		i, _ := slices.BinarySearchFunc(w.open, l, sooner)
		w.open = slices.Delete(w.open, i, i+1)
	}
	if l.rank = rank; rank > 0 {
		i, _ := slices.BinarySearchFunc(w.open, l, sooner)
		w.open = slices.Insert(w.open, i, l)
	}
}

// rankOf returns how soon a case of a lane is handed out: 0 if none may be under way now. One that must be alone goes first, for nothing
// else of its lane can. Then lanes with far more such cases than others, which take longest.
func (w *window) rankOf(l *lane) int {
	switch {
	case !l.open():
		return 0
	case l.waiting[0].alone:
		return math.MaxInt
	}
	return 1 + bits.Len(uint(l.alones))
}

// sooner compares by rank, and of the same rank has the lane last that came first, so that the lanes come to their cases one after the other.
func sooner(a, b *lane) int {
	return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(b.order, a.order))
}

// handOut takes the first of a lane's cases out of those that wait.
func (w *window) handOut(l *lane) turn {
	first := l.enter()
	w.waiting--
	w.underway++
	w.queue(l)
	if w.waiting == w.most-1 { // with fewer there was room before
		w.room.Signal()
	}
	return turn{index: int(first.index), lane: l, alone: first.alone}
}

// leave tells that a case is under way no more.
func (w *window) leave(t turn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t.lane.leave(t.alone)
	w.queue(t.lane)
	w.underway--
	if w.waiting+w.underway == 0 {
		w.room.Signal() // another stage may begin
	}
	w.idle()
}

// reach moves the window so that case i, and size cases after it, may be handed out.
func (w *window) reach(i int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if limit := i + 1 + w.size; limit > w.limit {
		w.limit = limit
		if limit >= w.wanted {
			w.room.Signal()
		}
	}
}

// close ends the handing out.
func (w *window) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	w.moved.Broadcast()
	w.room.Broadcast()
	w.free.Broadcast()
}
