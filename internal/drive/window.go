package drive

import "sync"

// window hands out the cases in order, at most size of them beyond those that the awaited checks need: what is
// in flight, and what was judged and not yet asked for, stays bounded whatever the plan's length.
type window struct {
	mu     sync.Mutex
	moved  sync.Cond
	next   int // the case handed out next
	end    int // cases in all
	size   int
	limit  int // no case from here on is handed out yet
	closed bool
}

func newWindow(size, end int) *window {
	w := &window{size: size, limit: size, end: end}
	w.moved.L = &w.mu
	return w
}

// take returns the next case, waiting until the window reaches it; false when there is none or the window is closed.
func (w *window) take() (int, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for !w.closed && w.next < w.end && w.next >= w.limit {
		w.moved.Wait()
	}
	if w.closed || w.next >= w.end {
		return 0, false
	}
	w.next++
	return w.next - 1, true
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
