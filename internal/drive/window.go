package drive

import "sync"

// window hands out the cases in order, at most size of them beyond those that the awaited checks need: what is
// in flight, and what was judged and not yet asked for, stays bounded whatever the plan's length. A case that must wait for
// others in its lane is handed out once it need not, and those of other lanes meanwhile.
type window struct {
	lane func(i int) (in *lane, alone bool) // of a case, and whether it must be alone there

	mu      sync.Mutex
	moved   sync.Cond
	next    int // the case handed out next, if its lane has room
	end     int // cases in all
	size    int
	limit   int   // no case from here on is handed out yet
	ready   []int // cases that waited for their lane and are under way in it now, but not handed out yet
	waiting int   // cases that wait for their lane
	closed  bool
}

func newWindow(size, end int, lane func(i int) (*lane, bool)) *window {
	w := &window{size: size, limit: size, end: end, lane: lane}
	w.moved.L = &w.mu
	return w
}

// take returns the next case, waiting until the window reaches it; false when there is none or the window is closed. Whoever
// takes it gives it back by leave.
func (w *window) take() (int, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for !w.closed {
		if len(w.ready) > 0 {
			i := w.ready[0]
			w.ready = w.ready[1:]
			return i, true
		}
		for w.next < min(w.end, w.limit) {
			i := w.next
			w.next++
			in, alone := w.lane(i)
			if len(in.waiting) == 0 && in.enter(alone) {
				return i, true
			}
			in.waiting = append(in.waiting, i)
			w.waiting++
		}
		if w.next >= w.end && w.waiting == 0 {
			break
		}
		w.moved.Wait()
	}
	return 0, false
}

// leave tells that a case is under way no more: those that wait for it in its lane are next.
func (w *window) leave(i int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	in, _ := w.lane(i)
	in.leave()
	for len(in.waiting) > 0 {
		if _, alone := w.lane(in.waiting[0]); !in.enter(alone) {
			return
		}
		w.ready = append(w.ready, in.waiting[0])
		in.waiting = in.waiting[1:]
		w.waiting--
		w.moved.Broadcast()
	}
}

// reach moves the window so that case i, and size cases after it, may be handed out.
func (w *window) reach(i int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if limit := i + 1 + w.size; limit > w.limit {
		w.limit = limit
		w.moved.Broadcast()
	}
}

// close ends the handing out.
func (w *window) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	w.moved.Broadcast()
}
