package drive_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/drive"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/login"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

// story is a whole run against a server on loopback.
type story struct {
	ctx          context.Context // nil: the test's
	requirements string          // of the contract, YAML
	formats      string          // of the contract, YAML; empty: none
	target       string          // operations and so on, YAML
	options      suites.Options
	client       exchange.Config // without Target
	config       drive.Config    // what is zero is filled in
	backwards    bool            // the checks are awaited in the opposite order
	awaitNone    bool            // no check is awaited
	awaitAside   bool            // several goroutines await, while the run is being finished
	change       func(*suites.Plan)
	logsIn       bool // its credentials are fetched
}

// told is what a run tells: its log.
type told struct {
	checks    map[string]report.Check // by requirement and title: "x.bad GET /things"
	order     []string                // of their names in the log
	exchanges []report.Exchange
	end       report.End
}

func (s story) plan(t testing.TB, base string) *suites.Plan {
	t.Helper()
	text := "contract: x\nversion: 1.0.0\ntitle: X\nsource: https://example.com/x\n" + s.formats + "\nrequirements:\n" + s.requirements
	c, err := contract.Load(fstest.MapFS{"x.yaml": {Data: []byte(text)}}, "x.yaml", suites.Names(), contract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	at, err := target.Load("conform.yaml", []byte("version: 1\n"+s.target), target.Options{Probes: suites.Names()})
	if err != nil {
		t.Fatal(err)
	}
	if err := at.Resolve(t.Context(), func(string) (string, bool) { return "the:token", true }); err != nil {
		t.Fatal(err)
	}
	if at.URL, err = url.Parse(base); err != nil {
		t.Fatal(err)
	}
	s.options.Agent = "conform/test"
	plan, err := suites.NewPlan(at, []*contract.Contract{c}, s.options)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// at runs the story against a server at a base URL.
func (s story) at(t *testing.T, base string) told {
	t.Helper()
	plan := s.plan(t, base)
	if s.change != nil {
		s.change(plan)
	}
	s.client.Target = plan.Target.URL
	client, err := exchange.NewClient(s.client)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	var log bytes.Buffer
	c := s.config
	c.Plan, c.Client, c.Secrets = plan, client, report.NewRedactor()
	c.Log = report.NewLog(&log, c.Secrets)
	if s.logsIn {
		c.Tokens = login.New(login.Config{Target: plan.Target, Client: client, Record: func(string, *exchange.Exchange) {}, Secrets: c.Secrets})
	}
	if c.Level == "" {
		c.Level = contract.Must
	}
	if c.Concurrency == 0 {
		c.Concurrency = 4
	}
	if c.Window == 0 {
		c.Window = 64
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Curl == nil {
		c.Curl = func(r exchange.Request) string { return r.Method + " " + r.Target }
	}
	ctx := s.ctx
	if ctx == nil {
		ctx = t.Context()
	}
	d := drive.New(c)
	d.Start(ctx)
	checks := slices.Clone(plan.Checks)
	if s.backwards {
		slices.Reverse(checks)
	}
	var awaiting sync.WaitGroup
	switch {
	case s.awaitNone:
	case s.awaitAside:
		for i := range 4 {
			awaiting.Go(func() {
				for n := i; n < len(checks); n += 4 {
					d.Await(checks[n])
				}
			})
		}
	default:
		for _, check := range checks {
			d.Await(check)
		}
	}
	if _, err := d.Finish(); err != nil {
		t.Fatal(err)
	}
	awaiting.Wait()
	return read(t, log.Bytes())
}

// on runs the story against a handler.
func (s story) on(t *testing.T, handler http.HandlerFunc) told {
	t.Helper()
	server := httptest.NewServer(handler)
	defer server.Close()
	return s.at(t, server.URL)
}

func read(t *testing.T, log []byte) told {
	t.Helper()
	found := told{checks: map[string]report.Check{}}
	for line := range bytes.Lines(log) {
		var r report.Record
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		switch {
		case r.Check != nil:
			name := r.Check.Requirement + " " + r.Check.Title
			if _, twice := found.checks[name]; twice {
				t.Errorf("%s is told twice", name)
			}
			found.checks[name] = *r.Check
			found.order = append(found.order, name)
		case r.Exchange != nil:
			found.exchanges = append(found.exchanges, *r.Exchange)
		case r.End != nil:
			found.end = *r.End
		}
	}
	return found
}

// verdict holds a check to a verdict and to a part of its reason.
func (f told) verdict(t *testing.T, name string, want report.Verdict, reason string) report.Check {
	t.Helper()
	c, ok := f.checks[name]
	if !ok {
		t.Fatalf("%s is not told, only %q", name, f.order)
	}
	if c.Verdict != want || !strings.Contains(c.Reason, reason) {
		t.Errorf("%s: want %s because %q, got %s because %q\n%s", name, want, reason, c.Verdict, c.Reason, report.Describe(c))
	}
	return c
}

// sent returns how many exchanges there are whose case has the prefix.
func (f told) sent(prefix string) int {
	n := 0
	for _, e := range f.exchanges {
		if strings.HasPrefix(e.Case, prefix) {
			n++
		}
	}
	return n
}

// caseOf returns which case a request is of, without its operation: control, method.unknown/made-up.
func caseOf(r *http.Request) string {
	_, name, _ := strings.Cut(r.Header.Get("Conform-Case"), "/")
	return name
}

const things = `
operations:
  - {id: list, request: GET /things}
`

// refusesMethods expects that a method nobody knows is refused, which is two cases on each operation.
var refusesMethods = sentence("bad", "must", "probes: [method.unknown], expect: {status: [405]}")

// sentence is a requirement that says something; what it expects stands in rest.
func sentence(id, level, rest string) string {
	return "  - {id: " + id + ", level: " + level + ", basis: documented, says: refuses it, source: s, " + rest + "}\n"
}

// answering answers controls with 200 and everything else with a status.
func answering(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if caseOf(r) != "control" {
			w.WriteHeader(status)
		}
	}
}

// counter counts by name.
type counter struct {
	mu sync.Mutex
	n  map[string]int
}

// add counts one more of a name and returns how many there are now.
func (c *counter) add(name string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = map[string]int{}
	}
	c.n[name]++
	return c.n[name]
}
