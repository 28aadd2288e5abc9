// Package drive runs a plan against a target: it sends the cases through a bounded window, judges every answer where it
// arrives, and hands the verdict of each check to whoever awaits it. It knows nothing of Ginkgo, reports or the command line.
package drive

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/suites"
)

// Config says what is driven and how.
type Config struct {
	Plan        *suites.Plan
	Client      *exchange.Client
	Log         *report.Log
	Level       contract.Level                // from which level a miss fails the run
	Concurrency int                           // cases under way at once
	Window      int                           // cases judged ahead of the awaited check
	Now         func() time.Time              // for waivers
	Curl        func(exchange.Request) string // the shell line that sends a request again
	Secrets     *report.Redactor              // taken out of everything that is told
	Progress    *report.Progress              // nil: none
}

// Drive is one run of a plan. Await may be called by many goroutines.
type Drive struct {
	Config
	window  *window
	tallies []*tally // by check
	things  *things
	health  *health
	serial  sync.RWMutex    // held for writing by a case that must be alone
	ctx     context.Context // of the run: ends it early
	cancel  context.CancelFunc
	began   time.Time
	workers sync.WaitGroup

	mu        sync.Mutex
	concluded []report.Verdict // by check; empty: not yet
	reported  map[*contract.Requirement]bool
}

// New returns a Drive that has sent nothing yet.
func New(c Config) *Drive {
	d := &Drive{
		Config:    c,
		window:    newWindow(c.Window, len(c.Plan.Cases)),
		tallies:   make([]*tally, len(c.Plan.Checks)),
		concluded: make([]report.Verdict, len(c.Plan.Checks)),
		reported:  map[*contract.Requirement]bool{},
	}
	d.things = newThings(d)
	d.health = newHealth(d)
	for i, check := range c.Plan.Checks {
		d.tallies[i] = newTally(len(check.Cases))
	}
	return d
}

// Start sends the controls, then starts the workers and returns. The context ends the run early.
func (d *Drive) Start(ctx context.Context) {
	d.began = time.Now()
	d.ctx, d.cancel = context.WithCancel(ctx)
	context.AfterFunc(d.ctx, d.window.close)
	d.health.controls(d.ctx)
	d.health.underway = make([]atomic.Pointer[suites.Planned], max(1, d.Concurrency))
	for worker := range d.health.underway {
		d.workers.Go(func() {
			for {
				i, ok := d.window.take()
				if !ok {
					return
				}
				d.health.underway[worker].Store(d.Plan.Cases[i])
				d.try(d.ctx, d.Plan.Cases[i])
				d.health.underway[worker].Store(nil)
			}
		})
	}
}

// try sends and judges one case. A panic of our own is the case's error, never the end of the process.
func (d *Drive) try(ctx context.Context, c *suites.Planned) {
	var o outcome
	defer func() {
		if r := recover(); r != nil {
			o = outcome{err: fmt.Errorf("conform itself failed on this case, please report it: %v", r)}
		}
		d.settle(c, o)
	}()
	o = d.send(ctx, c)
	d.find(ctx, c, &o)
}

// Await waits until every case of the check is judged, writes its verdict to the run log and returns it. An observed
// requirement that no answer of the operation met is not written: Finish does so, once, where none of the run did.
func (d *Drive) Await(c *suites.Check) report.Check {
	if len(c.Cases) > 0 {
		d.window.reach(c.Cases[len(c.Cases)-1])
		select {
		case <-d.tallies[c.Index].done:
		case <-d.ctx.Done():
			d.workers.Wait() // what is under way ends at once
		}
	}
	return d.conclude(c)
}

// conclude judges the check and writes its verdict, once.
func (d *Drive) conclude(c *suites.Check) report.Check {
	result := d.verdict(c)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.concluded[c.Index] != "" {
		return result
	}
	d.concluded[c.Index] = result.Verdict
	if c.Observed() && c.Gap == "" && result.Verdict == report.Skipped {
		return result
	}
	d.reported[c.Requirement] = true
	d.Log.Check(result)
	d.Progress.Check(result.Verdict)
	return result
}

// Finish concludes what nobody awaited, undoes what the run created, and writes the last record. The error says that the
// run log is not whole.
func (d *Drive) Finish() (report.End, error) {
	interrupted := d.ctx.Err() != nil && d.health.dead() == ""
	if interrupted {
		d.window.close()
	}
	d.workers.Wait()
	for _, c := range d.Plan.Checks {
		d.conclude(c)
	}
	for _, c := range d.Plan.Checks {
		if c.Observed() && !d.reported[c.Requirement] {
			d.reported[c.Requirement] = true
			d.Log.Check(d.unmet(c))
		}
	}
	for _, r := range d.stale() {
		d.Log.Check(r)
	}
	left := d.things.undoAll()
	d.cancel()
	return d.Log.End(report.End{
		Interrupted: interrupted,
		Dead:        d.health.dead(),
		Left:        left,
		Unexercised: d.unexercised(),
		Seconds:     time.Since(d.began).Seconds(),
	})
}

// cut says why cases are left that were not judged.
func (d *Drive) cut() string {
	if dead := d.health.dead(); dead != "" {
		return dead
	}
	return "the run was interrupted"
}

// unexercised lists the requirements that nothing was judged for, with the reason.
func (d *Drive) unexercised() []string {
	var list []string
	for _, c := range d.Plan.Checks {
		if c.Gap != "" {
			list = append(list, c.Requirement.Name()+": "+c.Gap)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
