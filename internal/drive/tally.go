package drive

import (
	"context"
	"sync"

	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/suites"
)

// tallies gather what the cases of each check came to. One lock is for all: a case is settled with its twenty checks at once, and a lock
// for each took half of that time.
type tallies struct {
	drive *Drive

	mu      sync.Mutex
	batches []tallyBatch
}

// together is how many checks that follow on each other have their tallies in one batch.
const together = 64

// tallyBatch has the tallies of some checks: it is made when a case of the first is settled, and dropped when what they came to is taken.
// Those of 622,000 checks at once took 40 MB, and most had not begun yet, or were done.
type tallyBatch struct {
	all  *[together]tally // nil: not made yet, or dropped
	left int              // whose checks were not taken yet
}

// tally is what the cases of one check came to. Most have nothing rare: 64 bytes each.
type tally struct {
	pending   int32 // cases that are not settled, and what they did, where a watch judges that
	judged    int32 // cases that kept the promise
	exchanges numbers
	seconds   float64
	watch     *watch // nil for most
	rare      *rare  // nil for most
}

// rare is what few tallies have.
type rare struct {
	done     chan struct{} // closed when nothing is pending; nil until somebody waits
	skipped  string        // why a case could not be sent
	unjudged string        // why what the cases did could not be judged
	misses   []miss
}

// miss is a report's miss with the case's place in the plan, which is the order that reports show.
type miss struct {
	index int
	report.Miss
}

func newTallies(d *Drive) *tallies {
	checks := len(d.Plan.Checks)
	ts := &tallies{drive: d, batches: make([]tallyBatch, (checks+together-1)/together)}
	for i := range ts.batches {
		ts.batches[i].left = min(together, checks-i*together)
	}
	return ts
}

// of returns the tally of a check. The caller holds the lock.
func (ts *tallies) of(check int) *tally {
	b := &ts.batches[check/together]
	if b.all == nil {
		b.all = ts.batch(check / together)
	}
	return &b.all[check%together]
}

// batch makes a batch of tallies that nothing has come to yet; nothing is awaited of one that was dropped.
func (ts *tallies) batch(number int) *[together]tally {
	all := &[together]tally{}
	for i := range ts.batches[number].left {
		t, c := &all[i], ts.drive.Plan.Checks[number*together+i]
		t.pending = int32(c.Size)
		if c.Effects() {
			t.watch = &watch{drive: ts.drive, check: c}
			t.pending++
		}
	}
	return all
}

// rarely returns what the tally has and few others have, to be written to.
func (t *tally) rarely() *rare {
	if t.rare == nil {
		t.rare = &rare{}
	}
	return t.rare
}

// odd returns what the tally has and few others have, to be read.
func (t *tally) odd() rare {
	if t.rare == nil {
		return rare{}
	}
	return *t.rare
}

// wait returns a channel that is closed when nothing of the check is pending; nil if nothing is.
func (ts *tallies) wait(check int) <-chan struct{} {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.batches[check/together].left == 0 {
		return nil
	}
	t := ts.of(check)
	if t.pending == 0 {
		return nil
	}
	r := t.rarely()
	if r.done == nil {
		r.done = make(chan struct{})
	}
	return r.done
}

// settle takes in what the checks of a case make of its outcome, and lets whoever awaits the last case of one go on. Those that judge
// what the cases did wait for more: it returns what is to be done for them now.
func (ts *tallies) settle(c *suites.Planned, o *outcome) (next []func(context.Context)) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	seconds := 0.0
	if o.exchange != nil {
		seconds = o.exchange.Duration.Seconds()
	}
	for _, m := range o.missed {
		t := ts.of(m.check)
		t.miss(c.Index, o.told, m.judged)
		t.add(o.exchanges, seconds)
	}
	for i, index := range c.Checks {
		t := ts.of(index)
		t.pending--
		kept := o.kept[i]
		if kept && o.skipped != "" {
			t.rarely().skipped = o.skipped
			kept = false
		}
		if t.watch != nil {
			if todo := t.watch.take(c, o, kept, t.pending == 1); todo != nil {
				next = append(next, todo)
			}
			continue
		}
		if kept {
			t.judged++
			t.add(o.exchanges, seconds)
		}
		t.settled()
	}
	return next
}

// conclude takes in what the cases of a watch did.
func (ts *tallies) conclude(w *watch) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	t := ts.of(w.check.Index)
	t.pending--
	for _, took := range w.taken {
		switch {
		case took.judged.apart:
			continue
		case took.judged.kept():
			t.judged++
		default:
			t.miss(took.index, took.told, took.judged)
		}
		t.add(took.exchanges, 0)
	}
	if w.taken == nil { // nothing was to be looked into
		t.exchanges.grow(len(w.refused))
		for i, r := range w.refused {
			if i == 0 || r.index != w.refused[i-1].index {
				t.judged++
			}
			t.exchanges.add(int(r.exchange))
		}
	}
	t.settled()
}

// settled lets whoever awaits the check go on if nothing is pending. The caller holds the lock.
func (t *tally) settled() {
	if t.pending == 0 && t.rare != nil && t.rare.done != nil {
		close(t.rare.done)
	}
}

// miss takes in what a check has against a case. The caller holds the lock.
func (t *tally) miss(index int, told report.Miss, j judged) {
	m := miss{index, told}
	m.Findings = j.findings
	if len(j.findings) == 0 {
		m.Error = j.err.Error()
	}
	r := t.rarely()
	r.misses = append(r.misses, m)
}

// add adds exchanges. The caller holds the lock.
func (t *tally) add(exchanges []int, seconds float64) {
	if t.exchanges.steps == nil {
		t.exchanges.grow(int(t.pending) + 1) // a check judges nearly none of its cases, or nearly all
	}
	for _, number := range exchanges {
		t.exchanges.add(number)
	}
	t.seconds += seconds
}

// note adds exchanges that are of no single case.
func (ts *tallies) note(check int, exchanges []int, seconds float64) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.of(check).add(exchanges, seconds)
}

// take returns what the cases of a check came to. It is asked once for each check, and kept no longer.
func (ts *tallies) take(check int) (tally, rare) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	t := ts.of(check)
	took, odd := *t, t.odd()
	*t = tally{}
	b := &ts.batches[check/together]
	if b.left--; b.left == 0 {
		b.all = nil
	}
	return took, odd
}

// leave says why nothing was judged.
func (ts *tallies) leave(check int, reason string) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.of(check).rarely().unjudged = reason
}
