package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/fixtures/apis"
	"github.com/seed-e125e033/conform/internal/report"
)

// varying is what differs between two runs of the same plan, and what the example has instead.
var varying = []struct {
	what    *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`"start":"[^"]*"`), `"start":"2026-01-01T00:00:00Z"`},
	{regexp.MustCompile(`"seconds":[-+.0-9e]+`), `"seconds":0.001`},
	{regexp.MustCompile(`"name":"Date","value":"[^"]*"`), `"name":"Date","value":"Thu, 01 Jan 2026 00:00:00 GMT"`},
}

// settled returns a run log without what varies: how its checks stand between its exchanges varies, too. Its last record has
// the digest of the lines as they are now.
func settled(t *testing.T, log []byte) []byte {
	t.Helper()
	for _, v := range varying {
		log = v.what.ReplaceAll(log, []byte(v.instead))
	}
	lines := slices.Collect(bytes.Lines(log))
	end := len(lines) - 1
	slices.SortStableFunc(lines[1:end], func(a, b []byte) int {
		check := []byte(`{"type":"check"`)
		switch first, second := bytes.HasPrefix(a, check), bytes.HasPrefix(b, check); {
		case first == second:
			return 0
		case first:
			return 1
		}
		return -1
	})
	log = bytes.Join(lines[:end], nil)
	digest := regexp.MustCompile(`"sha256":"[0-9a-f]{64}"`)
	log = append(log, digest.ReplaceAll(lines[end], fmt.Appendf(nil, `"sha256":"%x"`, sha256.Sum256(log)))...)
	if err := report.Read(bytes.NewReader(log), func(report.Record) error { return nil }); err != nil {
		t.Fatalf("the example's run log cannot be read: %v", err)
	}
	return log
}

// reports/example is a run of this version that people can read without running anything: one operation of the reference
// API gr4vy, with one promise broken. go test ./cmd/conform -run TestExampleRun -update writes it again.
func TestExampleRunIsWhatThisVersionWrites(t *testing.T) {
	api, ok := apis.Named("gr4vy")
	if !ok {
		t.Fatal("there is no reference API gr4vy")
	}
	// The API answers as a proxy would, so that the target has the same name in every run.
	server := answering(api.New(func(requirement string) bool { return requirement == "gr4vy.unknown-resource" }))
	defer server.Close()
	t.Setenv("HTTP_PROXY", server.URL)
	t.Setenv("NO_PROXY", "")

	folder := t.TempDir()
	code, _, stderr := inside(t, api.Secrets, "--target", "http://gr4vy.example", "--report-dir", folder, "--concurrency", "1",
		"--config", filepath.Join("..", "..", "fixtures", "apis", "gr4vy", "conform.yaml"), "--operation", "get-buyer")
	if code != doesNotConform {
		t.Fatalf("exit code %d, want %d:\n%s", code, doesNotConform, stderr)
	}
	log, err := os.ReadFile(filepath.Join(folder, "run.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	log = settled(t, log)
	keep(t, "run.ndjson", log)
	for name, render := range report.Formats {
		var b bytes.Buffer
		if err := render(&b, bytes.NewReader(log)); err != nil {
			t.Fatal(err)
		}
		keep(t, fileName(name), b.Bytes())
	}
}

// keep holds a file of the example to what was written now.
func keep(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("..", "..", "reports", "example", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	wanted, now := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	for i := range min(len(wanted), len(now)) {
		if wanted[i] != now[i] { // the first line says it: the others are too long to read
			t.Errorf("%s, line %d (-), now (+); -update writes it again:\n%s", path, i+1, cmp.Diff(fields(wanted[i]), fields(now[i])))
			return
		}
	}
	if len(wanted) != len(now) {
		t.Errorf("%s has %d lines, now %d; -update writes it again", path, len(wanted), len(now))
	}
}

// fields cuts a line into pieces short enough for a difference to be seen.
func fields(line string) []string { return strings.SplitAfter(line, ",") }
