package drive

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/suites"
)

// tallied returns tallies of checks with so many cases each.
func tallied(sizes ...int) *tallies {
	plan := &suites.Plan{}
	for i, size := range sizes {
		plan.Checks = append(plan.Checks, &suites.Check{Index: i, Outline: &suites.Outline{Requirement: &contract.Requirement{}, Size: size}})
	}
	return newTallies(&Drive{Config: Config{Plan: plan}})
}

// isDone reports whether nothing of a check is pending.
func (ts *tallies) isDone(check int) bool {
	select {
	case <-ts.wait(check):
		return true
	default:
		return ts.wait(check) == nil
	}
}

func TestACheckIsDoneWithItsLastCase(t *testing.T) {
	ts := tallied(2, 1, 0)
	waiting := ts.wait(0)
	settle := func(index int, checks ...int) {
		ts.settle(&suites.Planned{Index: index, Checks: checks}, &outcome{kept: make([]bool, len(checks))})
	}
	for i, want := range []bool{false, false, true} {
		if got := ts.isDone(i); got != want {
			t.Errorf("check %d, before its cases: done %t", i, got)
		}
	}
	settle(0, 0, 1)
	if ts.isDone(0) || !ts.isDone(1) {
		t.Error("a check of two cases was done with the first, or one of one was not")
	}
	settle(1, 0)
	if !ts.isDone(0) {
		t.Error("it was not done with its last case")
	}
	select {
	case <-waiting:
	default:
		t.Error("whoever waited was not let go on")
	}
}

func TestATallyHasWhatEachCaseCameTo(t *testing.T) {
	ts := tallied(5, 5)
	settle := func(index int, kept bool, o outcome) {
		o.kept = []bool{kept, false} // it is no matter of the other check
		ts.settle(&suites.Planned{Index: index, Checks: []int{0, 1}}, &o)
	}
	ex := &exchange.Exchange{Duration: time.Second / 4}
	settle(4, false, outcome{
		exchange: ex, exchanges: []int{9}, told: report.Miss{Case: "last"},
		missed: []missed{{0, judged{findings: []check.Finding{{Rule: "status"}}}}},
	})
	settle(1, true, outcome{exchange: ex, exchanges: []int{7, 8}})
	settle(0, false, outcome{exchange: ex, exchanges: []int{6}}) // apart
	settle(3, false, outcome{exchanges: []int{5}, told: report.Miss{Case: "no answer"}, missed: []missed{{0, judged{err: errors.New("none")}}}})
	settle(2, true, outcome{skipped: "an ETag", exchanges: []int{4}})
	ts.note(0, []int{3}, 1)
	got, odd := ts.take(0)
	if exchanges := got.exchanges.appendTo(nil); !slices.Equal(exchanges, []int{9, 7, 8, 5, 3}) {
		t.Errorf("exchanges: got %v", exchanges)
	}
	var misses []string
	for _, m := range odd.misses {
		misses = append(misses, m.Case+m.Error)
	}
	if want := "last no answernone"; strings.Join(misses, " ") != want || odd.misses[0].index != 4 {
		t.Errorf("misses: got %q", misses)
	}
	if got.judged != 1 || got.seconds != 1.5 || odd.skipped != "an ETag" || got.pending != 0 {
		t.Errorf("got %+v, %+v", got, odd)
	}
	if other, odd := ts.take(1); other.judged != 0 || other.exchanges.steps != nil || other.seconds != 0 || odd.misses != nil || odd.skipped != "" {
		t.Errorf("the other check has %+v, %+v", other, odd)
	}
	if again, odd := ts.take(0); again.exchanges.steps != nil || odd.misses != nil {
		t.Errorf("what was told is kept: %+v, %+v", again, odd)
	}
}

// A long run has far more checks than are under way at once.
func TestOnlyTalliesOfChecksThatAreUnderWayAreHeld(t *testing.T) {
	ts := tallied(slices.Repeat([]int{1}, 3*together+1)...)
	held := func() (n int) {
		for _, b := range ts.batches {
			if b.all != nil {
				n++
			}
		}
		return n
	}
	if n := held(); n > 0 {
		t.Errorf("%d batches are held before a case is settled", n)
	}
	for check := range 3*together + 1 {
		ts.settle(&suites.Planned{Index: check, Checks: []int{check}}, &outcome{kept: []bool{true}})
		if got, _ := ts.take(check); got.judged != 1 || !ts.isDone(check) {
			t.Errorf("check %d: got %+v", check, got)
		}
		if n := held(); n > 1 {
			t.Fatalf("%d batches are held after check %d", n, check)
		}
	}
	if n := held(); n > 0 || !ts.isDone(0) {
		t.Errorf("%d batches are held at the end", n)
	}
}

func TestATallyIsSettledByManyAtOnce(t *testing.T) {
	const cases, workers = 1000, 8
	ts := tallied(cases, cases)
	order := rand.New(rand.NewPCG(1, 1)).Perm(cases)
	var working sync.WaitGroup
	for worker := range workers {
		working.Go(func() {
			for n := worker; n < cases; n += workers {
				ts.settle(&suites.Planned{Index: order[n], Checks: []int{0, 1}}, &outcome{kept: []bool{true, n%2 == 0}, exchanges: []int{order[n]}})
			}
		})
	}
	<-ts.wait(0)
	working.Wait()
	for i, want := range []int{cases, cases / 2} {
		got, _ := ts.take(i)
		exchanges := got.exchanges.appendTo(nil)
		slices.Sort(exchanges)
		if int(got.judged) != want || len(slices.Compact(exchanges)) != want || !ts.isDone(i) {
			t.Errorf("check %d: %d cases, %d exchanges, done %t, want %d", i, got.judged, len(exchanges), ts.isDone(i), want)
		}
	}
}

// A check of what the refused cases did is done with the last case and its conclusion. An interrupt leaves nothing open where none was refused.
func TestWhatTheCasesDidIsConcludedAfterTheLast(t *testing.T) {
	for _, interrupted := range []bool{false, true} {
		ctx, cancel := context.WithCancel(t.Context())
		if interrupted {
			cancel()
		}
		plan := &suites.Plan{Checks: []*suites.Check{{Outline: &suites.Outline{Requirement: &contract.Requirement{Expect: contract.Expect{Effects: "none"}}, Size: 2}}}}
		d := &Drive{Config: Config{Plan: plan}}
		d.tallies = newTallies(d)
		for i := range 2 {
			next := d.tallies.settle(&suites.Planned{Case: &suites.Case{}, Index: i, Checks: []int{0}}, &outcome{kept: []bool{false}})
			if d.tallies.isDone(0) || len(next) != i {
				t.Fatalf("after case %d: done %t, %d things to do", i, d.tallies.isDone(0), len(next))
			}
			if i == 1 {
				next[0](ctx)
			}
		}
		if !d.tallies.isDone(0) {
			t.Errorf("interrupted %t: not done", interrupted)
		}
		cancel()
	}
}

// What few cases have takes room only for those: nothing is made for a case that keeps all promises, whose exchange its checks have room for.
func TestToSettleACaseMakesNothing(t *testing.T) {
	c, o := twentyChecks()
	ts := tallied(slices.Repeat([]int{1000}, 20)...)
	ts.settle(c, o)
	if n := testing.AllocsPerRun(500, func() { o.exchanges[0]++; ts.settle(c, o) }); n > 0 {
		t.Errorf("%v allocations for a case", n)
	}
}

// BenchmarkSettle settles cases of twenty checks, which keep most of them.
func BenchmarkSettle(b *testing.B) {
	c, o := twentyChecks()
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		ts := tallied(slices.Repeat([]int{100}, 20)...)
		b.StartTimer()
		for range 100 {
			o.exchanges[0]++
			ts.settle(c, o)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*100), "ns/case")
}

// twentyChecks returns a case that keeps what fifteen of its twenty checks ask, and is no matter of the others.
func twentyChecks() (*suites.Planned, *outcome) {
	c, o := &suites.Planned{}, &outcome{exchange: &exchange.Exchange{}, exchanges: []int{0}}
	for i := range 20 {
		c.Checks, o.kept = append(c.Checks, i), append(o.kept, i%4 > 0)
	}
	return c, o
}
