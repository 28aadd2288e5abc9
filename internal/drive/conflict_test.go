package drive_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/drive"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

// shelf holds one thing, whose id the client chooses. It takes whatever it is sent while it is empty, and refuses a
// second thing with a status that is not the one for a conflict.
type shelf struct {
	mu    sync.Mutex
	taken bool
}

func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case r.Method == http.MethodDelete:
		s.taken = false
		w.WriteHeader(http.StatusNoContent)
	case s.taken:
		w.WriteHeader(http.StatusForbidden)
	default:
		s.taken = true
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"id":"x"}`)
	}
}

const shelfContract = `
contract: shelf
version: 1.0.0
title: Shelf
source: https://example.com/shelf
requirements:
  - id: malformed-json
    level: must
    basis: documented
    says: answers 400 to a body that is not JSON
    source: "#errors"
    probes: [syntax]
    expect: {status: [400]}
  - id: duplicate
    level: must
    basis: documented
    says: answers 409 to a second creation
    source: "#errors"
    probes: [conflict.duplicate]
    expect: {status: [409]}
`

const shelfTarget = `
version: 1
operations:
  - id: create-thing
    request: POST /things
    headers: {Content-Type: application/json}
    body: {id: x, name: thing}
    required: [/id]
    unique: [/id]
    undo: DELETE /things/{/id}
`

// driven runs a contract on a target at a server, and returns each check by its requirement's name.
func driven(t *testing.T, handler http.Handler, contractText, targetText string) map[string]report.Check {
	t.Helper()
	server := httptest.NewServer(handler)
	defer server.Close()
	c, err := contract.Load(fstest.MapFS{"c.yaml": {Data: []byte(contractText)}}, "c.yaml", suites.Names(), contract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	at, err := target.Load("conform.yaml", []byte(targetText), target.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if at.URL, err = url.Parse(server.URL); err != nil {
		t.Fatal(err)
	}
	plan, err := suites.NewPlan(at, []*contract.Contract{c}, suites.Options{Agent: "conform/test"})
	if err != nil {
		t.Fatal(err)
	}
	client, err := exchange.NewClient(exchange.Config{Target: at.URL, Timeout: 10 * time.Second, MaxBody: 1 << 20, Connections: 8})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	secrets := report.NewRedactor()
	d := drive.New(drive.Config{
		Plan: plan, Client: client, Log: report.NewLog(io.Discard, secrets), Level: contract.Must,
		Concurrency: 8, Window: 1024, Now: time.Now, Secrets: secrets,
		Curl: func(r exchange.Request) string { return r.Method + " " + r.Target },
	})
	d.Start(t.Context())
	found := map[string]report.Check{}
	for _, check := range plan.Checks {
		found[check.Requirement.Name()] = d.Await(check)
	}
	if _, err := d.Finish(); err != nil {
		t.Fatal(err)
	}
	return found
}

func TestBadCreationsThatAreObeyedAreNoConflictForEachOther(t *testing.T) {
	found := driven(t, &shelf{}, shelfContract, shelfTarget)["shelf.malformed-json"]
	if len(found.Misses) < 10 || len(found.Misses) != found.Cases {
		t.Fatalf("want every one of many cases missed, got %d of %d", len(found.Misses), found.Cases)
	}
	for _, m := range found.Misses {
		if len(m.Findings) == 0 || m.Findings[0].Got != "201" {
			got, _ := json.Marshal(m)
			t.Errorf("want a finding of the thing's own 201, got %s", got)
		}
	}
}

func TestCurlSendsFirstWhatWentBeforeTheCase(t *testing.T) {
	found := driven(t, &shelf{}, shelfContract, shelfTarget)["shelf.duplicate"]
	if len(found.Misses) != 1 {
		t.Fatalf("want one miss, got %d: %s", len(found.Misses), found.Reason)
	}
	if got, want := found.Misses[0].Curl, "POST /things; POST /things"; got != want {
		t.Errorf("want %q, got %q", want, got)
	}
	if !strings.HasPrefix(found.Misses[0].Answer, "HTTP/1.1 403") {
		t.Errorf("want the refusal of the second creation, got %q", found.Misses[0].Answer)
	}
}

func TestAnOptionalFormatThatNoAnswerHasIsSkippedNotPassed(t *testing.T) {
	const contractText = `
contract: shelf
version: 1.0.0
title: Shelf
source: https://example.com/shelf
formats:
  error: {media_type: application/json, optional: true}
requirements:
  - id: error-body
    level: must
    basis: documented
    says: sends JSON of this form wherever it sends JSON
    source: "#errors"
    probes: [conflict.duplicate]
    expect: {format: error}
`
	found := driven(t, &shelf{}, contractText, shelfTarget)["shelf.error-body"]
	want := "not observed: no answer of the operation had content of type application/json"
	if found.Verdict != report.Skipped || found.Reason != want {
		t.Errorf("want skipped with %q, got %s with %q", want, found.Verdict, found.Reason)
	}
}
