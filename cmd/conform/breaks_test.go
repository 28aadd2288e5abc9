package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/fixtures/apis"
	"github.com/seed-e125e033/conform/internal/report"
)

// inside runs conform in this process, in an environment of its own, and returns its exit code and what it printed.
func inside(t *testing.T, environment map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	lookup := func(name string) (string, bool) {
		value, ok := environment[name]
		return value, ok
	}
	code = run(t.Context(), args, door{&out, &err, lookup})
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

// A requirement that cannot fail proves nothing: each is broken once, alone, and must be the only one that is noticed.
func TestEveryBrokenPromiseIsNoticedAndNoOther(t *testing.T) {
	for _, api := range apis.All() {
		for _, requirement := range append([]string{""}, api.Breaks...) {
			t.Run(api.Name+" "+requirement, func(t *testing.T) {
				folder := t.TempDir()
				args := []string{"demo", api.Name, "--report-dir", folder}
				var want []string
				if requirement != "" {
					args, want = append(args, "--break", requirement), implied(api, requirement)
				}
				_, stdout, stderr := inside(t, nil, args...)
				var missed []string
				for _, r := range records(t, filepath.Join(folder, api.Name)) {
					switch {
					case r.Check == nil || r.Check.Verdict == report.Passed:
					case r.Check.Verdict == report.Failed || r.Check.Verdict == report.Warned:
						missed = append(missed, r.Check.Requirement)
					default:
						t.Errorf("%s %s is %s: %s", r.Check.Requirement, r.Check.Title, r.Check.Verdict, r.Check.Reason)
					}
				}
				slices.Sort(missed)
				if diff := cmp.Diff(want, slices.Compact(missed)); diff != "" {
					t.Errorf("want missed (-), got (+):\n%s\n%s%s", diff, stdout, stderr)
				}
			})
		}
	}
}
