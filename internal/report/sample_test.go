package report_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares got with a file in testdata, or rewrites it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got); go test -update rewrites it:\n%s", name, diff)
	}
}

var start = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func header() report.Run {
	return report.Run{
		Conform: "0.1.0", Target: "https://staging.example.com:8443/api",
		Contracts: []report.Contract{
			{Name: "gr4vy", Version: "1.0.0", Title: "Gr4vy API errors", Source: "https://docs.gr4vy.com/guides/api/errors", File: "contracts/gr4vy.yaml", Digest: "ab12"},
			{Name: "http", Version: "1.1.0", Title: "HTTP", Source: "https://www.rfc-editor.org/rfc/rfc9110", File: "contracts/http.yaml", Digest: "cd34"},
		},
		Plan: "ef56", Level: "must", Checks: 12, Cases: 30, Start: start,
	}
}

func answer(status int, reason, body string) *exchange.Exchange {
	return &exchange.Exchange{
		Request: exchange.Request{Method: "POST", Target: "/api/buyers?q=1", Fields: exchange.Fields{
			{Name: "User-Agent", Value: "conform/0.1.0"}, {Name: "Content-Type", Value: "text/plain"},
		}, Body: []byte(`{"name":"A"}`)},
		Answer: &exchange.Answer{Proto: "HTTP/1.1", Status: status, Reason: reason, Body: []byte(body), Fields: exchange.Fields{
			{Name: "Content-Type", Value: "application/json"}, {Name: "Date", Value: "Fri, 20 Nov 2026 09:00:00 GMT"},
		}},
		Start: start, Duration: 20 * time.Millisecond,
	}
}

// sampleChecks has every verdict, several findings, grouped cases, errors beside findings, and hostile bytes.
func sampleChecks() []report.Check {
	base := func(requirement, operation, title string, line int, verdict report.Verdict) report.Check {
		return report.Check{
			Requirement: "gr4vy." + requirement, Contract: "gr4vy", Operation: operation, Title: title, Level: "must",
			Says: "answers 415 to a body of another media type", Source: "Gr4vy API errors, #client-errors",
			File: "contracts/gr4vy.yaml", Line: line, Verdict: verdict, Cases: 3, Exchanges: []int{1, 2}, Seconds: 0.0412345,
		}
	}
	miss := func(variant string, findings ...check.Finding) report.Miss {
		return report.Miss{
			Case: "create-buyer/content-type.unsupported/" + variant, Variant: variant, Sent: "Content-Type: " + variant, Findings: findings,
			Answer: `HTTP/1.1 400 Bad Request, application/json: {"type":"error"}`, Exchange: 2,
			Curl: `curl -i -X POST 'https://staging.example.com:8443/api/buyers' -H 'Content-Type: ` + variant + `' -H "Authorization: Bearer $API_TOKEN" --data-raw '{}'`,
		}
	}
	wrong := []check.Finding{
		{Rule: "status", Want: "415", Got: "400"},
		{Rule: "media-type", Want: "application/json", Got: "text/html"},
		{Rule: "body", Want: "message is required", At: "/details/0"},
	}
	failed := base("media-type", "create-buyer", "POST /buyers", 40, report.Failed)
	failed.Because = "a framework answers before the application does"
	failed.Misses = []report.Miss{miss("text/plain", wrong...), miss("application/xml", wrong...), miss("application/jsonx", wrong[0])}
	broken := miss("made/up")
	broken.Error, broken.Answer = "no answer: timeout: the deadline passed", "no answer: timeout"
	failed.Misses = append(failed.Misses, broken)

	hostile := base("bad-token", "create-buyer", "POST /buyers", 12, report.Failed)
	hostile.Misses = []report.Miss{miss("\x1b[2Jconforms", check.Finding{Rule: "members", Want: `"a"`, Got: "\x00\x1b]]>\nPASS <b>&\xff\ufffe\u202e", At: "/code"})}

	warned := base("hidden", "get-buyer", "GET /buyers/{buyer_id}", 50, report.Warned)
	warned.Level = "should"
	warned.Misses = []report.Miss{miss("unknown", check.Finding{Rule: "status", Want: "403 or 404", Got: "400"})}
	waived := base("conflict", "create-buyer", "POST /buyers", 60, report.Waived)
	waived.Reason = "gateway strips Allow (owner platform, until 2027-03-31)"
	waived.Misses = []report.Miss{miss("twice", check.Finding{Rule: "headers", Want: "present", Got: "none", At: "Allow"})}
	stale := base("conflict", "get-buyer", "GET /buyers/{buyer_id}", 60, report.Stale)
	stale.Reason = "passes though waived (owner platform, until 2027-03-31): remove the waiver"
	skipped := base("forbidden", "create-buyer", "POST /buyers", 70, report.Skipped)
	skipped.Reason, skipped.Cases, skipped.Exchanges, skipped.Seconds = "needs a limited credential", 0, nil, 0
	skippedToo := skipped
	skippedToo.Operation, skippedToo.Title = "get-buyer", "GET /buyers/{buyer_id}"
	errored := base("bad-token", "list-buyers", "GET /buyers", 12, report.Errored)
	errored.Reason = "the control was refused: HTTP/1.1 503 Service Unavailable"
	erroredToo := errored
	erroredToo.Requirement, erroredToo.Line = "gr4vy.no-token", 15
	twin := base("bad-token", "create-buyer-again", "POST /buyers", 12, report.Passed)
	passed := base("date", "get-buyer", "GET /buyers/{buyer_id}", 90, report.Passed)
	passed.Requirement, passed.Contract, passed.File = "http.date", "http", "/home/someone/contracts/http.yaml"
	return []report.Check{failed, hostile, twin, warned, waived, stale, skipped, skippedToo, errored, erroredToo, passed}
}

func sampleEnd() report.End {
	return report.End{
		Unexercised: []string{"gr4vy.server-error: no answer with 5xx was met"},
		Left:        []string{"DELETE /api/buyers/7: answered 500"}, Seconds: 12.5,
	}
}

// writeLog writes a run log.
func writeLog(t testing.TB, run report.Run, secrets *report.Redactor, checks []report.Check, end report.End) []byte {
	t.Helper()
	var out bytes.Buffer
	log := report.NewLog(&out, secrets)
	log.Run(run)
	log.Exchange("create-buyer/control", answer(200, "OK", `{"id":"7"}`))
	log.Exchange("create-buyer/content-type.unsupported/text/plain", answer(400, "Bad Request", `{"type":"error"}`))
	refused := answer(0, "", "")
	refused.Answer, refused.Failure = nil, &exchange.Failure{Kind: exchange.Timeout, Err: errors.New("no answer in 10s")}
	refused.Attempts = []exchange.Attempt{{Status: 429, Waited: time.Second}}
	log.Exchange("list-buyers/control", refused)
	for _, c := range checks {
		log.Check(c)
	}
	if _, err := log.End(end); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func sampleLog(t testing.TB) []byte {
	return writeLog(t, header(), nil, sampleChecks(), sampleEnd())
}

// render renders a run log in a format.
func render(t testing.TB, format string, log []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := report.Formats[format](&out, bytes.NewReader(log)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestEveryVerdictInEveryFormat(t *testing.T) {
	log := sampleLog(t)
	golden(t, "run.ndjson", log)
	golden(t, "junit.xml", render(t, "junit", log))
	golden(t, "run.txt", render(t, "text", log))

	var verbose bytes.Buffer
	if err := (report.Terminal{Color: true, Verbose: true}).Write(&verbose, bytes.NewReader(log)); err != nil {
		t.Fatal(err)
	}
	golden(t, "verbose.txt", verbose.Bytes())
	seen := make(map[report.Verdict]bool)
	for _, c := range sampleChecks() {
		seen[c.Verdict] = true
	}
	for _, v := range report.Verdicts {
		if !seen[v] {
			t.Errorf("no check of the sample is %s", v)
		}
	}
}

func TestAConformingRunIsShort(t *testing.T) {
	checks := sampleChecks()
	log := writeLog(t, header(), nil, []report.Check{checks[2], checks[10]}, report.End{Seconds: 3})
	golden(t, "conforming.txt", render(t, "text", log))
}
