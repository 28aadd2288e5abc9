package drive

import (
	"sync"
	"sync/atomic"

	"github.com/seed-e125e033/conform/internal/report"
)

// tally gathers what the cases of one check came to. There are as many as checks, and most have nothing rare: 64 bytes each.
type tally struct {
	pending atomic.Int32

	mu        sync.Mutex
	judged    int32 // cases that kept the promise
	exchanges numbers
	seconds   float64
	rare      *rare // nil for most
}

// rare is what few tallies have.
type rare struct {
	done     chan struct{} // closed when nothing is pending; nil until somebody waits
	skipped  string        // why a case could not be sent
	unjudged string        // why what the cases did could not be judged
	misses   []miss
}

// rarely returns what the tally has and few others have, to be written to. The caller holds the lock.
func (t *tally) rarely() *rare {
	if t.rare == nil {
		t.rare = &rare{}
	}
	return t.rare
}

// odd returns what the tally has and few others have, to be read. The caller holds the lock.
func (t *tally) odd() rare {
	if t.rare == nil {
		return rare{}
	}
	return *t.rare
}

// miss is a report's miss with the case's place in the plan, which is the order that reports show.
type miss struct {
	index int
	report.Miss
}

// wait returns a channel that is closed when nothing is pending.
func (t *tally) wait() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.pending.Load() == 0 {
		done := make(chan struct{}) // not kept: nearly all checks are done when they are awaited
		close(done)
		return done
	}
	r := t.rarely()
	if r.done == nil {
		r.done = make(chan struct{})
	}
	return r.done
}

// settle takes in what the check makes of one case's outcome, and lets whoever awaits the last one go on.
func (t *tally) settle(index int, o *outcome, j judged) {
	if !j.apart { // of twenty checks of a case most have nothing to say
		t.add(index, o, j)
	}
	if t.pending.Add(-1) > 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if done := t.odd().done; done != nil {
		close(done)
	}
}

func (t *tally) add(index int, o *outcome, j judged) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if o.skipped != "" {
		t.rarely().skipped = o.skipped
		return
	}
	if len(j.findings) > 0 || j.err != nil {
		m := miss{index, o.told}
		m.Findings = j.findings
		if len(j.findings) == 0 {
			m.Error = j.err.Error()
		}
		r := t.rarely()
		r.misses = append(r.misses, m)
	} else {
		t.judged++
	}
	t.count(o.exchanges)
	if o.exchange != nil {
		t.seconds += o.exchange.Duration.Seconds()
	}
}

func (t *tally) count(exchanges []int) {
	for _, number := range exchanges {
		t.exchanges.add(number)
	}
}

// forget drops what is told of the check once it has been told.
func (t *tally) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.exchanges = numbers{}
	if t.rare != nil {
		t.rare.misses = nil
	}
}

// note adds exchanges that are of no single case.
func (t *tally) note(exchanges []int, seconds float64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count(exchanges)
	t.seconds += seconds
}

// leave says why nothing was judged; reason returns it, empty where anything was.
func (t *tally) leave(reason string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rarely().unjudged = reason
}

func (t *tally) reason() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.odd().unjudged
}
