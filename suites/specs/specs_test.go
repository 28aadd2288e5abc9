package specs_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
	"github.com/seed-e125e033/conform/suites/specs"
)

// planned plans contracts, each of requirements that stand for nothing, on two operations.
func planned(t testing.TB, requirements ...int) *suites.Plan {
	t.Helper()
	var contracts []*contract.Contract
	for i, n := range requirements {
		var text strings.Builder
		fmt.Fprintf(&text, "contract: c%d\nversion: 1.0.0\ntitle: T\nsource: https://example.com/\nrequirements:\n", len(requirements)-i)
		for r := range n {
			fmt.Fprintf(&text, "  - {id: r%d, level: must, basis: documented, says: refuses it, source: s, probes: [method.unknown], expect: {status: [405]}}\n", n-r)
		}
		c, err := contract.Load(fstest.MapFS{"c.yaml": {Data: []byte(text.String())}}, "c.yaml", suites.Names(), contract.Options{})
		if err != nil {
			t.Fatal(err)
		}
		contracts = append(contracts, c)
	}
	base, err := target.ParseURL("http://example.com")
	if err != nil {
		t.Fatal(err)
	}
	at := &target.Target{URL: base, Operations: []target.Operation{
		{ID: "z", Method: "GET", Path: "/z", Listed: true},
		{ID: "a", Method: "GET", Path: "/a", Listed: true},
	}}
	plan, err := suites.NewPlan(at, contracts, suites.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestRunAwaitsEveryCheckInPlanOrder(t *testing.T) {
	for _, p := range []*suites.Plan{planned(t, 3, 2), planned(t, 100, 60)} { // a spec has one check, or several
		for range 2 { // several runs in one process
			for _, failing := range []report.Verdict{report.Passed, report.Failed, report.Errored, report.Stale, report.Skipped, report.Warned, report.Waived} {
				var got []int
				conforms := specs.Run(p, func(c *suites.Check) report.Check {
					got = append(got, c.Index)
					verdict := report.Passed
					if c.Index == 1 {
						verdict = failing
					}
					return report.Check{Requirement: c.Requirement.Name(), Title: c.Operation.Title(), Verdict: verdict}
				})
				var want []int
				for i := range p.Checks {
					want = append(want, i)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("a check of %d that is %s: -want +got:\n%s", len(want), failing, diff)
				}
				if fails := slices.Contains([]report.Verdict{report.Failed, report.Errored, report.Stale}, failing); conforms == fails {
					t.Errorf("a check of %d that is %s: the run says %t", len(want), failing, conforms)
				}
			}
		}
	}
}

func TestRunsSideBySideDoNotMix(t *testing.T) {
	p := planned(t, 3, 2)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			next := 0
			specs.Run(p, func(c *suites.Check) report.Check {
				if c.Index != next {
					t.Errorf("want check %d, got %d", next, c.Index)
				}
				next++
				return report.Check{Verdict: report.Passed}
			})
			if next != len(p.Checks) {
				t.Errorf("want %d checks run, got %d", len(p.Checks), next)
			}
		})
	}
	all.Wait()
}

// TestRunOfManyChecksOnOneOperation has more checks beside each other than Ginkgo's tree takes well: it is built in
// quadratic time per container.
func TestRunOfManyChecksOnOneOperation(t *testing.T) {
	p := planned(t, 3000)
	next := 0
	start := time.Now()
	specs.Run(p, func(c *suites.Check) report.Check {
		if c.Index != next {
			t.Errorf("want check %d, got %d", next, c.Index)
		}
		next++
		return report.Check{Verdict: report.Passed}
	})
	if next != 6000 {
		t.Errorf("want 6000 checks run, got %d", next)
	}
	if spent := time.Since(start); spent > 10*time.Second {
		t.Errorf("it took %s", spent)
	}
}

func TestConformMatchesWhatDoesNotFailTheRun(t *testing.T) {
	for _, v := range report.Verdicts {
		matched, err := specs.Conform().Match(report.Check{Verdict: v})
		if err != nil {
			t.Fatal(err)
		}
		if want := !slices.Contains([]report.Verdict{report.Failed, report.Stale, report.Errored}, v); matched != want {
			t.Errorf("%s: want %t, got %t", v, want, matched)
		}
	}
	if _, err := specs.Conform().Match("text"); err == nil {
		t.Error("want an error of anything that is no check")
	}
	c := report.Check{Requirement: "x.bad", Title: "GET /things", Level: "must", Verdict: report.Failed}
	if got := specs.Conform().FailureMessage(c); got != report.Describe(c) {
		t.Errorf("want the text that people read everywhere, got %q", got)
	}
}

// BenchmarkRun has Ginkgo drive 6,000 checks that are judged already.
func BenchmarkRun(b *testing.B) {
	p := planned(b, 3000)
	b.ReportAllocs()
	for b.Loop() {
		specs.Run(p, func(*suites.Check) report.Check { return report.Check{Verdict: report.Passed} })
	}
}
