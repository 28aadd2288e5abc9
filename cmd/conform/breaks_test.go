package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/fixtures/apis"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/session"
)

// inside runs conform in this process, in an environment of its own, and returns its exit code and what it printed.
func inside(t *testing.T, environment map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	lookup := func(name string) (string, bool) {
		value, ok := environment[name]
		return value, ok
	}
	code = run(t.Context(), args, door{stdout: &out, stderr: &err, lookup: lookup})
	return code, out.String(), err.String()
}

// records returns the records of a run log.
func records(t *testing.T, folder string) []report.Record {
	t.Helper()
	file, err := os.Open(filepath.Join(folder, "run.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all []report.Record
	if err := report.Read(file, func(r report.Record) error { all = append(all, r); return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

// implied returns what fails when a reference API breaks a requirement: that one, and what no API can keep with it.
func implied(api apis.API, requirement string) []string {
	fail := []string{requirement}
	for _, i := range apis.Implied() {
		for _, also := range i.Also {
			if i.Broken == requirement && slices.Contains(api.Breaks, also) {
				fail = append(fail, also)
			}
		}
	}
	slices.Sort(fail)
	return fail
}

// driven runs a plan against an API as conduct does, but without Ginkgo, which takes one run at a time, and without reports. It
// returns what was written of each check that did not pass.
func driven(t *testing.T, in *inputs, api apis.API, broken func(string) bool) []report.Check {
	t.Helper()
	address, stop, err := serveReference(t.Context(), "127.0.0.1:0", api, broken)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	plan, at := *in.plan, *in.plan.Target // the plan is the same for every server; only where it is sent differs
	plan.Target, at.URL = &at, base
	run, err := session.New(session.Config{Plan: &plan, Level: in.level, Version: "test", Client: exchange.Config{Connections: 8}})
	if err != nil {
		t.Fatal(err)
	}
	var written bytes.Buffer
	run.Start(t.Context(), &written, nil)
	if _, err := run.Close(); err != nil {
		t.Fatal(err)
	}
	var checks []report.Check
	for line := range bytes.Lines(written.Bytes()) {
		var r report.Record
		if !bytes.HasPrefix(line, []byte(`{"type":"check"`)) || bytes.Contains(line, []byte(`"verdict":"passed"`)) {
			continue
		}
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		checks = append(checks, *r.Check)
	}
	return checks
}

// A requirement that cannot fail proves nothing: each is broken once, alone, and must be the only one that is noticed.
func TestEveryBrokenPromiseIsNoticedAndNoOther(t *testing.T) {
	for _, api := range apis.All() {
		s := &settings{
			target: "http://127.0.0.1", config: api.Name, embedded: api.Target, skipped: strings.Join(api.Apart, " || "), credentials: map[string]string{},
			level: "must", concurrency: 8, timeout: 10 * time.Second, maxWait: time.Minute, maxBody: 1 << 20,
		}
		nothing := func(string) (string, bool) { return "", false }
		in, err := s.read(t.Context(), door{stdout: io.Discard, stderr: io.Discard, lookup: environment(api, nothing)})
		if err != nil {
			t.Fatal(err)
		}
		for _, broken := range append([]string{""}, api.Breaks...) {
			t.Run(api.Name+" "+broken, func(t *testing.T) {
				t.Parallel()
				var want, missed []string
				if broken != "" {
					want = implied(api, broken)
				}
				told := ""
				for _, c := range driven(t, in, api, func(asked string) bool { return asked == broken }) {
					switch {
					case c.Verdict == report.Waived: // as the API's target file says, with the reason
					case broken != "" && c.Verdict == report.Skipped && strings.HasPrefix(c.Reason, "not observed"):
						// what was such an answer is another one now
					case c.Verdict == report.Errored && c.Requirement != broken && slices.Contains(want, c.Requirement):
						missed = append(missed, c.Requirement) // a 503 in no format of the API's may be a gateway's
					case c.Verdict == report.Failed || c.Verdict == report.Warned:
						missed = append(missed, c.Requirement)
						told += report.Describe(c)
					default:
						t.Errorf("%s %s is %s: %s", c.Requirement, c.Title, c.Verdict, c.Reason)
					}
				}
				slices.Sort(missed)
				if diff := cmp.Diff(want, slices.Compact(missed)); diff != "" {
					t.Errorf("want missed (-), got (+):\n%s\n%s", diff, told)
				}
			})
		}
	}
}
