package drive_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-e125e033/conform/internal/report"
)

// refusesMedia expects that a media type which nobody has is refused: a case that reads, on an operation that reads.
var refusesMedia = sentence("accept", "must", "probes: [accept.unacceptable], expect: {status: [2xx]}")

// The state before the cases is not shown until a case has come that reads: it must not wait for that. What writes must.
func TestWhatMustNotChangeIsReadBesideCasesThatReadAndBeforeThoseThatWrite(t *testing.T) {
	n := &notebook{strict: true}
	come := make(chan struct{})
	var once sync.Once
	var before, early atomic.Int64
	found := notes(changesNothing+refusesMedia).on(t, func(w http.ResponseWriter, r *http.Request) {
		name := caseOf(r)
		switch {
		case strings.HasPrefix(name, "effects/before"):
			select {
			case <-come:
			case <-time.After(10 * time.Second):
				t.Error("no case comes that reads")
			}
			defer before.Add(1)
		case strings.HasPrefix(name, "accept.") && r.Method == http.MethodGet:
			once.Do(func() { close(come) })
		case (strings.HasPrefix(name, "accept.") || strings.HasPrefix(name, "member.")) && before.Load() < 4: // twice of each read
			early.Add(1)
		}
		n.serve(w, r)
	})
	for _, name := range []string{created, changed, deleted, "x.accept GET /notes", "x.accept PUT /notes/{id}"} {
		found.verdict(t, name, report.Passed, "")
	}
	if early.Load() > 0 {
		t.Errorf("%d cases that write came before what they must not change had been read", early.Load())
	}
}

const twoLanes = `
operations:
  - {id: list, request: GET /things}
  - {id: make, request: POST /things, body: {}}
  - {id: replace, request: PUT /things/1, body: {}}
  - {id: get, request: GET /things/1}
  - {id: look, request: GET /orders}
`

// A lane whose controls have been answered does not wait for another's. Until they are, none of its cases goes, not even one that reads.
func TestALaneThatIsOpenDoesNotWaitForOthers(t *testing.T) {
	come := make(chan struct{})
	var once sync.Once
	var controls atomic.Int64
	s := story{requirements: refusesMedia, target: twoLanes}
	found := s.on(t, func(w http.ResponseWriter, r *http.Request) {
		switch control := caseOf(r) == "control"; {
		case r.URL.Path == "/orders" && !control:
			once.Do(func() { close(come) })
		case r.URL.Path == "/orders":
		case control && r.Method == http.MethodPut:
			select {
			case <-come:
			case <-time.After(10 * time.Second):
				t.Error("no case of the other lane comes")
			}
			fallthrough
		case control:
			controls.Add(1)
		case controls.Load() < 4:
			t.Errorf("%s comes before all controls of its lane were answered", r.Header.Get("Conform-Case"))
		}
	})
	for _, name := range []string{"x.accept GET /things", "x.accept PUT /things/1", "x.accept GET /orders"} {
		found.verdict(t, name, report.Passed, "")
	}
}

// The cases of an operation whose control was refused are not sent, whether or not they read.
func TestACaseThatReadsIsNotSentWhereItsControlWasRefused(t *testing.T) {
	found := story{requirements: refusesMedia, target: twoLanes}.on(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && r.URL.Path == "/things/1" {
			w.WriteHeader(http.StatusNotFound)
		}
	})
	found.verdict(t, "x.accept GET /things/1", report.Errored, "its control was refused: HTTP/1.1 404")
	found.verdict(t, "x.accept GET /things", report.Passed, "")
	if n := found.sent("get/"); n != 1 {
		t.Errorf("want the control alone, got %d requests", n)
	}
}

func TestNoMoreRequestsAreUnderWayThanThereAreWorkers(t *testing.T) {
	n := &notebook{strict: true}
	s := notes(changesNothing + refusesMedia)
	s.config.Concurrency = 3
	var underway, most atomic.Int64
	s.on(t, func(w http.ResponseWriter, r *http.Request) {
		if now := underway.Add(1); now > most.Load() {
			most.Store(now)
		}
		time.Sleep(time.Millisecond)
		underway.Add(-1)
		n.serve(w, r)
	})
	if most.Load() != 3 {
		t.Errorf("want 3 requests under way at most, and once, got %d", most.Load())
	}
}

func TestASingleWorkerSendsEverythingInOrder(t *testing.T) {
	s := story{requirements: changesNothing + refusesMedia, target: twoLanes}
	s.config.Concurrency = 1
	found := s.on(t, answering(http.StatusNotFound))
	var sent []string
	for _, e := range found.exchanges {
		sent = append(sent, e.Case)
	}
	want := []string{
		"make/control", "replace/control", "list/control", "get/control", "look/control",
		"list/effects/before", "list/effects/before-again", "get/effects/before", "get/effects/before-again",
	}
	if len(sent) < len(want) || !slices.Equal(sent[:len(want)], want) {
		t.Fatalf("want %q first, got %q", want, sent)
	}
	var cases []string
	for _, name := range sent[len(want):] {
		if operation, name, _ := strings.Cut(name, "/"); strings.HasPrefix(name, "accept.") && !slices.Contains(cases, operation) {
			cases = append(cases, operation)
		}
	}
	if want := []string{"list", "make", "replace", "get", "look"}; !slices.Equal(cases, want) {
		t.Errorf("want the cases of %q, got those of %q", want, cases)
	}
}
