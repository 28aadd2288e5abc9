package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/report"
)

func TestOneMistakeOnManyOperationsIsToldOnce(t *testing.T) {
	failed := func(operation int, verdict report.Verdict, got string, variants ...string) report.Check {
		c := sampleChecks()[0]
		c.Operation, c.Title, c.Verdict, c.Misses = fmt.Sprintf("op-%d", operation), fmt.Sprintf("GET /things-%d", operation), verdict, nil
		for _, v := range variants {
			c.Misses = append(c.Misses, report.Miss{Case: c.Operation + "/method.unknown/" + v, Variant: v, Sent: "CONFORM",
				Findings: []check.Finding{{Rule: "status", Want: "405", Got: got}}})
		}
		return c
	}
	checks := []report.Check{
		failed(0, report.Failed, "400", "made-up"),
		failed(1, report.Failed, "404", "made-up"),
		failed(2, report.Warned, "400", "made-up"),
	}
	for i := range 10 {
		checks = append(checks, failed(10+i, report.Failed, "400", "made-up", "long"))
	}
	log := writeLog(t, header(), nil, checks, sampleEnd())
	text := string(render(t, "text", log))
	if n := strings.Count(text, "\nFAIL ") + strings.Count(text, "\nWARN ") + 1; n != 3 {
		t.Errorf("want 3 checks told whole, got %d:\n%s", n, text)
	}
	want := "also    on 10 more operations, with the same findings: GET /things-10, GET /things-11, GET /things-12, GET /things-13, " +
		"GET /things-14, GET /things-15, GET /things-16, GET /things-17, ...\n"
	if !strings.Contains(text, want) || strings.Count(text, "also ") != 1 {
		t.Errorf("want once %q in:\n%s", want, text)
	}
	var verbose bytes.Buffer
	if err := (report.Terminal{Verbose: true}).Write(&verbose, bytes.NewReader(log)); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(verbose.String(), "FAIL ") + strings.Count(verbose.String(), "WARN "); n != len(checks) {
		t.Errorf("verbose: want each of %d checks, got %d", len(checks), n)
	}
}

func TestRequirementsSkippedForOneReasonStandTogether(t *testing.T) {
	skipped := func(requirement, title, reason string) report.Check {
		c := sampleChecks()[0]
		c.Requirement, c.Title, c.Verdict, c.Reason, c.Misses = "gr4vy."+requirement, title, report.Skipped, reason, nil
		return c
	}
	log := writeLog(t, header(), nil, []report.Check{
		skipped("a", "GET /one", "needs an ETag"), skipped("b", "GET /one", "needs a limit"),
		skipped("a", "GET /two", "needs an ETag"), skipped("c", "GET /two", "needs an ETag"),
	}, report.End{Seconds: 1})
	text := string(render(t, "text", log))
	want := "SKIP  2 requirements   needs an ETag\n      gr4vy.a (2 operations), gr4vy.c\nSKIP  gr4vy.b  GET /one   needs a limit\n\n"
	if !strings.HasPrefix(text, want) {
		t.Errorf("want at first\n%sgot\n%s", want, text)
	}
}

func TestErroredChecksForOneReasonStandTogetherWhateverIsSkippedBetween(t *testing.T) {
	one := func(requirement string, verdict report.Verdict, reason string) report.Check {
		c := sampleChecks()[0]
		c.Requirement, c.Verdict, c.Reason, c.Misses = "gr4vy."+requirement, verdict, reason, nil
		return c
	}
	log := writeLog(t, header(), nil, []report.Check{
		one("a", report.Errored, "no answer"), one("b", report.Skipped, "needs an ETag"), one("c", report.Errored, "no answer"),
	}, report.End{Seconds: 1})
	text := string(render(t, "text", log))
	if n := strings.Count(text, "ERROR "); n != 1 || !strings.Contains(text, "and     1 more check for the same reason: gr4vy.c ") {
		t.Errorf("want one block of errors, got %d:\n%s", n, text)
	}
}
