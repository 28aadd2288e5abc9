// Package drive runs a plan against a target: it sends the cases through a bounded window, judges every answer where it
// arrives, and hands the verdict of each check to whoever awaits it. It knows nothing of Ginkgo, reports or the command line.
package drive

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/login"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/suites"
)

// Config says what is driven and how.
type Config struct {
	Plan        *suites.Plan
	Client      *exchange.Client
	Log         *report.Log
	Tokens      *login.Session                // fetched before the first request; nil: none
	Level       contract.Level                // from which level a miss fails the run
	Concurrency int                           // cases under way at once, at least 1
	Window      int                           // cases judged ahead of the awaited check
	Now         func() time.Time              // for waivers
	Curl        func(exchange.Request) string // the shell line that sends a request again
	Secrets     *report.Redactor              // taken out of everything that is told
	Progress    *report.Progress              // nil: none
	Trace       string                        // trace-id that every request of the plan carries in traceparent; empty: none
}

// Drive is one run of a plan: New, Start, Await for each check, Finish. Await may be called by many goroutines, in any order.
type Drive struct {
	Config
	window  *window
	stock   *stock
	tallies *tallies
	demands []*demand // by check
	things  *things
	health  *health
	effects *effects
	deeds   deeds
	lanes   map[*suites.Operation]*lane
	lane    sync.RWMutex    // held for writing by a case that must be alone in all lanes
	ctx     context.Context // of the run: ends it early
	cancel  context.CancelFunc
	began   time.Time
	workers sync.WaitGroup

	mu        sync.Mutex
	concluded []uint8 // by check: its verdict's place in report.Verdicts, from 1; 0: not yet
	titled    *suites.Operation
	titleOf   string // its title
	exchanges []int  // room for those of a check
}

// New returns a Drive that has sent nothing yet.
func New(c Config) *Drive {
	c.Concurrency = max(1, c.Concurrency)
	d := &Drive{
		Config:    c,
		stock:     newStock(c.Plan),
		concluded: make([]uint8, len(c.Plan.Checks)),
		demands:   demands(c.Plan),
	}
	d.lanes = lanes(c.Plan)
	d.window = newWindow(c.Window, c.Plan.Size(), c.Concurrency, placesOf(c.Plan, d.lanes))
	d.things = newThings(d)
	d.health = newHealth(d)
	d.effects = newEffects(d)
	d.tallies = newTallies(d)
	return d
}

// Start logs in, starts what goes before the cases and the workers, and returns. The context ends the run early.
func (d *Drive) Start(ctx context.Context) {
	d.began = time.Now()
	d.ctx, d.cancel = context.WithCancel(ctx)
	context.AfterFunc(d.ctx, d.window.close)
	d.workers.Go(d.window.fill) // which sends nothing
	d.logIn(d.ctx)
	d.workers.Go(func() { d.open(d.ctx) })
	for worker := range d.Concurrency {
		d.workers.Go(func() { d.work(&d.health.underway[worker]) })
	}
}

// work sends and judges cases until there are none left. underway shows which.
func (d *Drive) work(underway *atomic.Pointer[suites.Planned]) {
	var t trial
	for d.ctx.Err() == nil {
		turn, ok := d.window.take()
		if !ok {
			return
		}
		c := d.stock.take(turn.index)
		underway.Store(c)
		d.try(d.ctx, c, &t)
		d.window.leave(turn)
		d.settle(d.ctx, c, &t.outcome)
		underway.Store(nil)
		d.stock.drop(turn.index)
	}
}

// Await waits until every case of the check is judged, writes its verdict to the run log and returns it, without its exchanges. An observed
// requirement that no answer of the operation met is not written: Finish does so, once, where none of the run did. A check is awaited
// once: whoever does so again gets its verdict alone, for what it came to is not kept.
func (d *Drive) Await(c *suites.Check) report.Check {
	if c.Size > 0 {
		d.window.reach(d.Plan.Last(c))
	}
	if done := d.tallies.wait(c.Index); done != nil { // nearly all checks are done when they are awaited
		select {
		case <-done:
		case <-d.ctx.Done():
			d.workers.Wait() // what is under way ends at once
		}
	}
	return d.conclude(c)
}

// conclude judges the check and writes its verdict, once.
func (d *Drive) conclude(c *suites.Check) report.Check {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.concluded[c.Index] != 0 {
		result := d.record(c, c.Operation.ID, d.title(c.Operation))
		result.Verdict = d.verdictOf(c)
		return result
	}
	return d.write(c)
}

// verdictOf returns the verdict of a check that was concluded. The caller holds the lock.
func (d *Drive) verdictOf(c *suites.Check) report.Verdict {
	return report.Verdicts[d.concluded[c.Index]-1]
}

// write judges the check and writes its verdict. The caller holds the lock.
func (d *Drive) write(c *suites.Check) report.Check {
	result, met := d.verdict(c)
	d.concluded[c.Index] = uint8(slices.Index(report.Verdicts, result.Verdict) + 1)
	if met {
		d.demands[c.Index].reported = true
		d.Log.Check(result)
		d.Progress.Check(result.Verdict)
	}
	result.Exchanges = nil // the log has them, and the next check their room
	return result
}

// title returns the title of an operation, which is most often that of the check before. The caller holds the lock.
func (d *Drive) title(op *suites.Operation) string {
	if d.titled != op {
		d.titled, d.titleOf = op, op.Title()
	}
	return d.titleOf
}

// Finish lets the cases run that nobody awaited, concludes their checks, undoes what the run created, logs out, and writes
// the last record. The error says that the run log is not whole. Whoever still awaits a check then writes nothing more.
func (d *Drive) Finish() (report.End, error) {
	d.window.reach(d.Plan.Size())
	d.workers.Wait()
	dead := d.health.dead()
	interrupted := dead == "" && d.ctx.Err() != nil
	d.rest()
	left := append(d.things.undoAll(), d.Tokens.End()...)
	d.cancel()
	return d.Log.End(report.End{
		Interrupted: interrupted,
		Dead:        dead,
		Left:        left,
		Unexercised: d.unexercised(),
		Seconds:     time.Since(d.began).Seconds(),
	})
}

// rest writes the records of checks that nobody awaited, and those that are of no single operation: observed requirements that were not
// met, and stale waivers.
func (d *Drive) rest() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.Plan.Checks {
		if d.concluded[c.Index] == 0 {
			d.write(c)
		}
	}
	for _, c := range d.Plan.Checks {
		if r := d.demands[c.Index]; c.Observed() && !r.reported {
			r.reported = true
			d.Log.Check(d.unmet(c))
		}
	}
	for _, r := range d.stale() {
		d.Log.Check(r)
	}
}

// cut says why cases are left that were not judged.
func (d *Drive) cut() string {
	if dead := d.health.dead(); dead != "" {
		return dead
	}
	return "the run was interrupted"
}

// unexercised lists the requirements that nothing was sent for, with the reason.
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
