package report

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

const (
	redrawAfter   = 100 * time.Millisecond
	progressWidth = 79 // characters: a line that a terminal wraps cannot be drawn over
)

// Progress shows how far a run is in one line of a terminal, redrawn in place. It has no goroutine: whoever tells it
// something draws it, at most ten times a second. It may be used by many goroutines. A nil Progress shows nothing.
type Progress struct {
	w      io.Writer
	checks int
	next   atomic.Int64 // when the line may be drawn again, Unix nanoseconds
	sent   atomic.Int64

	mu       sync.Mutex
	done     int
	failed   int
	marked   time.Time // when a second began over which the rate is taken
	markedAt int64     // requests sent by then
	rate     float64
	drawn    bool
	stopped  bool
}

// NewProgress returns a Progress of this many checks that draws on w. terminal tells whether w is a terminal; the result is
// nil if it is not.
func NewProgress(w io.Writer, checks int, terminal bool) *Progress {
	if !terminal {
		return nil
	}
	return &Progress{w: w, checks: checks, marked: time.Now()}
}

// Request tells that a request was sent.
func (p *Progress) Request(method, path string) {
	if p == nil {
		return
	}
	p.sent.Add(1)
	now := time.Now()
	if now.UnixNano() < p.next.Load() || !p.mu.TryLock() {
		return // drawn a moment ago, or being drawn
	}
	defer p.mu.Unlock()
	p.draw(now, method+" "+path)
}

// Check tells that a check came to a verdict.
func (p *Progress) Check(v Verdict) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	if v == Failed || v == Stale {
		p.failed++
	}
}

// Stop takes the line away for good.
func (p *Progress) Stop() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	p.erase()
}

// draw draws the line. That the terminal may be gone is no matter of the run.
func (p *Progress) draw(now time.Time, title string) {
	if p.stopped {
		return
	}
	p.next.Store(now.Add(redrawAfter).UnixNano())
	sent := p.sent.Load()
	if since := now.Sub(p.marked); since >= time.Second {
		p.rate = float64(sent-p.markedAt) / since.Seconds()
		p.marked, p.markedAt = now, sent
	}
	text := fmt.Sprintf("checks %d/%d", p.done, p.checks)
	if p.failed > 0 {
		text += fmt.Sprintf("  failed %d", p.failed)
	}
	if p.rate > 0 {
		text += fmt.Sprintf("  %.0f req/s", p.rate)
	}
	runes := []rune(text + "  " + line(title))
	fmt.Fprint(p.w, "\r"+string(runes[:min(len(runes), progressWidth)])+"\x1b[K")
	p.drawn = true
}

func (p *Progress) erase() {
	if p.drawn {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.drawn = false
	}
}
