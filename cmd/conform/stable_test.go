package main

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/fixtures/apis"
	"github.com/seed-e125e033/conform/internal/report"
)

// served starts a reference API that breaks what broken tells, on an address of its own or on a given one.
func served(t *testing.T, api apis.API, broken func(string) bool, addr string) (base string, stop func()) {
	t.Helper()
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	stop = api.Start(listener, broken)
	t.Cleanup(stop)
	return listener.Addr().String(), stop
}

// targetFile writes a reference API's target file and returns its name.
func targetFile(t *testing.T, api apis.API) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "conform.yaml")
	if err := os.WriteFile(name, api.Target, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func everything(string) bool { return true }

// steadily breaks everything but the promises whose breaks show the state of the API: what is read then, and its ETag, depend
// on how many of the requests under way came first.
func steadily(requirement string) bool {
	return requirement != "http.refused-write-changes-nothing" && requirement != "http.not-modified" && requirement != "http.match-refused"
}

// times are what differs between two runs: attributes, and the time of day where an answer that is shown tells it.
var times = regexp.MustCompile(` (time|timestamp)="[^"]*"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)

func TestTheSameRunTwiceGivesTheSameJUnit(t *testing.T) {
	for _, api := range apis.All() {
		t.Run(api.Name, func(t *testing.T) {
			config := targetFile(t, api)
			addr, stop := served(t, api, steadily, "127.0.0.1:0")
			var reports [2]string
			for i := range reports {
				folder := t.TempDir()
				inside(t, api.Secrets, "--target", "http://"+addr, "--config", config, "--report-dir", folder)
				text, err := os.ReadFile(filepath.Join(folder, "junit.xml"))
				if err != nil {
					t.Fatal(err)
				}
				reports[i] = times.ReplaceAllString(string(text), "")
				stop() // and the same address again, with a state as new
				addr, stop = served(t, api, steadily, addr)
			}
			if !strings.Contains(reports[0], "<failure") {
				t.Error("nothing failed: there is little to compare")
			}
			if diff := cmp.Diff(strings.Split(reports[0], "\n"), strings.Split(reports[1], "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

var status = regexp.MustCompile(`HTTP/1\.[01] (\d{3}) `)

// renewed is a reference API that can be exchanged for another one, in its first state.
type renewed struct{ now atomic.Pointer[http.Handler] }

func (r *renewed) renew(h http.Handler) { r.now.Store(&h) }

func (r *renewed) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	(*r.now.Load()).ServeHTTP(w, request)
}

// Whoever reads a failure can see it again: the line that it ends with, pasted into a shell, brings about the same status.
// What an operation needs that the run created is gone by then, as it was undone: such operations are left out. So are
// lines with a token that whoever pastes them has to fetch first.
func TestTheCurlLineOfAFailureShowsItAgain(t *testing.T) {
	for _, tool := range []string{"curl", "nc"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip("there is no " + tool)
		}
	}
	var total atomic.Int64
	t.Cleanup(func() {
		if total.Load() < 100 {
			t.Errorf("only %d cases failed: there is little to try", total.Load())
		}
	})
	for _, api := range apis.All() {
		t.Run(api.Name, func(t *testing.T) {
			t.Parallel()
			handler := &renewed{}
			handler.renew(api.New(everything))
			server := answering(handler)
			defer server.Close()
			folder := t.TempDir()
			inside(t, api.Secrets, "--target", server.URL, "--config", targetFile(t, api), "--report-dir", folder,
				"--operation", "list-*", "--operation", "create-*", "--operation", "target")
			environment := os.Environ()
			for name, secret := range api.Secrets {
				environment = append(environment, name+"="+secret)
			}
			all := records(t, folder)
			answered := map[int]int{}
			for _, r := range all {
				if r.Exchange != nil && r.Exchange.Answer != nil {
					answered[r.Exchange.ID] = r.Exchange.Answer.Status
				}
			}
			tried := map[string]bool{}
			for _, m := range misses(all) {
				if tried[m.Case] || strings.HasPrefix(m.Curl, "too long") || strings.Contains(m.Curl, "TOKEN:?") {
					continue
				}
				tried[m.Case] = true
				handler.renew(api.New(everything))
				shell := exec.CommandContext(t.Context(), "sh", "-c", m.Curl)
				shell.Env = environment
				out, err := shell.Output()
				got := "no answer"
				for _, line := range status.FindAllSubmatch(out, -1) {
					if got = string(line[1]); got[0] != '1' && strings.Contains(m.Curl, "| nc ") {
						break // what comes after it is no answer to the request
					}
				}
				if got != strconv.Itoa(answered[m.Exchange]) {
					t.Errorf("%s: got %s, the run got %d (%v)\n%s\n%s", m.Case, got, answered[m.Exchange], err, m.Curl, out)
				}
			}
			total.Add(int64(len(tried)))
		})
	}
}

// misses returns the misses of every check that failed or warned.
func misses(all []report.Record) []report.Miss {
	var found []report.Miss
	for _, r := range all {
		if r.Check != nil && (r.Check.Verdict == report.Failed || r.Check.Verdict == report.Warned) {
			found = append(found, r.Check.Misses...)
		}
	}
	return found
}
