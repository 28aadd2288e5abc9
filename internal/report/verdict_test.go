package report_test

import (
	"testing"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/report"
)

func TestJudge(t *testing.T) {
	wrong := report.Miss{Findings: []check.Finding{{Rule: "status", Want: "400", Got: "200"}}}
	broken := report.Miss{Error: "no answer: timeout"}
	for _, test := range []struct {
		name    string
		cases   int
		misses  []report.Miss
		decides bool
		waived  bool
		want    report.Verdict
	}{
		{"right answers pass", 2, nil, true, false, report.Passed},
		{"a wrong answer fails", 2, []report.Miss{wrong}, true, false, report.Failed},
		{"a wrong answer below the deciding level is a warning", 2, []report.Miss{wrong}, false, false, report.Warned},
		{"a waived wrong answer is waived", 2, []report.Miss{wrong}, true, true, report.Waived},
		{"a waived wrong answer below the deciding level is waived", 2, []report.Miss{wrong}, false, true, report.Waived},
		{"a waived right answer is stale", 2, nil, true, true, report.Stale},
		{"no answer is an error", 1, []report.Miss{broken}, true, false, report.Errored},
		{"no answer is an error, waived or not", 1, []report.Miss{broken}, true, true, report.Errored},
		{"no answer is an error, whatever the level", 1, []report.Miss{broken}, false, false, report.Errored},
		{"a wrong answer fails though another case has none", 2, []report.Miss{broken, wrong}, true, false, report.Failed},
		{"nothing judged is never a pass", 0, nil, true, false, report.Skipped},
		{"nothing judged does not make a waiver stale", 0, nil, true, true, report.Skipped},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := report.Judge(test.cases, test.misses, test.decides, test.waived); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestDecides(t *testing.T) {
	for _, test := range []struct {
		level, bar contract.Level
		want       bool
	}{
		{contract.Must, contract.Must, true},
		{contract.Should, contract.Must, false},
		{contract.May, contract.Must, false},
		{contract.Must, contract.Should, true},
		{contract.Should, contract.Should, true},
		{contract.May, contract.Should, false},
		{contract.May, contract.May, true},
	} {
		if got := report.Decides(test.level, test.bar); got != test.want {
			t.Errorf("Decides(%s, %s) = %v, want %v", test.level, test.bar, got, test.want)
		}
	}
}

func TestOutcome(t *testing.T) {
	type counts = map[report.Verdict]int
	for _, test := range []struct {
		name string
		end  report.End
		want report.Outcome
		why  string
	}{
		{"all passed", report.End{Counts: counts{report.Passed: 3}}, report.Conforms, ""},
		{"warned, waived and skipped beside passed", report.End{Counts: counts{report.Passed: 1, report.Warned: 1, report.Waived: 1, report.Skipped: 5}}, report.Conforms, ""},
		{"only warned and waived", report.End{Counts: counts{report.Warned: 2, report.Waived: 1}}, report.Conforms, ""},
		{"one failed", report.End{Counts: counts{report.Passed: 2, report.Failed: 1}}, report.DoesNotConform, "1 of 3 checks failed"},
		{"one stale", report.End{Counts: counts{report.Stale: 1}}, report.DoesNotConform, "1 of 1 check passed though waived"},
		{"failed beside errored, and the target died", report.End{Counts: counts{report.Failed: 1, report.Errored: 2}, Dead: "the target stopped answering"}, report.DoesNotConform, "1 of 3 checks failed, the target stopped answering, 2 of 3 checks could not be judged"},
		{"failed, errored and interrupted", report.End{Counts: counts{report.Failed: 1, report.Stale: 1, report.Errored: 2}, Interrupted: true}, report.NoVerdict, "the run was interrupted, 2 of 4 checks could not be judged (2 checks had failed until then)"},
		{"failed and interrupted", report.End{Counts: counts{report.Failed: 1}, Interrupted: true}, report.NoVerdict, "the run was interrupted (1 check had failed until then)"},
		{"one errored", report.End{Counts: counts{report.Passed: 9, report.Errored: 1}}, report.NoVerdict, "1 of 10 checks could not be judged"},
		{"interrupted", report.End{Counts: counts{report.Passed: 9}, Interrupted: true}, report.NoVerdict, "the run was interrupted"},
		{"a dead target", report.End{Counts: counts{report.Passed: 9}, Dead: "the target stopped answering"}, report.NoVerdict, "the target stopped answering"},
		{"nothing", report.End{}, report.NoVerdict, "none of 0 checks was judged"},
		{"only skipped", report.End{Counts: counts{report.Skipped: 4}}, report.NoVerdict, "none of 4 checks was judged"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got, why := test.end.Outcome(); got != test.want || why != test.why {
				t.Errorf("got %s: %s, want %s: %s", got, why, test.want, test.why)
			}
		})
	}
}
