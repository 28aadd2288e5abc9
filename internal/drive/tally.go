package drive

import (
	"sync"

	"github.com/seed-e125e033/conform/internal/report"
)

// tally gathers what the cases of one check came to.
type tally struct {
	done chan struct{} // closed when nothing is pending

	mu        sync.Mutex
	pending   int
	judged    int    // cases that kept the promise
	skipped   string // why a case could not be sent
	misses    []miss
	exchanges []int
	seconds   float64
}

// miss is a report's miss with the case's place in the plan, which is the order that reports show.
type miss struct {
	index int
	report.Miss
}

func newTally(cases int) *tally {
	t := &tally{done: make(chan struct{}), pending: cases}
	if cases == 0 {
		close(t.done)
	}
	return t
}

// settle takes in what the check makes of one case's outcome, and lets whoever awaits the last one go on.
func (t *tally) settle(index int, o *outcome, j judged) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case o.skipped != "":
		t.skipped = o.skipped
	case j.apart:
	default:
		t.add(index, o, j)
	}
	if t.pending--; t.pending == 0 {
		close(t.done)
	}
}

func (t *tally) add(index int, o *outcome, j judged) {
	if len(j.findings) > 0 || j.err != nil {
		m := miss{index, o.told}
		m.Findings = j.findings
		if len(j.findings) == 0 {
			m.Error = j.err.Error()
		}
		t.misses = append(t.misses, m)
	} else {
		t.judged++
	}
	t.exchanges = append(t.exchanges, o.exchanges...)
	if o.exchange != nil {
		t.seconds += o.exchange.Duration.Seconds()
	}
}
