package drive_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/report"
)

// shop is a server with things: POST /things creates one, whose name is unique, GET and DELETE /things/{id} are for one,
// POST /things/{id}/parts creates a part of it. It refuses methods that nobody knows, and nothing else.
type shop struct {
	on func(http.ResponseWriter, *http.Request) bool // has the first word

	mu      sync.Mutex
	next    int
	names   map[string]string // by path
	deleted []string          // paths, in order
	strange []string          // paths that name nothing
}

func (s *shop) serve(w http.ResponseWriter, r *http.Request) {
	if s.on != nil && s.on(w, r) {
		return
	}
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.names == nil {
		s.names = map[string]string{}
	}
	parent := strings.TrimSuffix(r.URL.Path, "/parts")
	_, there := s.names[parent]
	switch {
	case r.Method == "POST" && (r.URL.Path == "/things" || parent != r.URL.Path && there):
		var thing struct{ Name string }
		_ = json.Unmarshal(body, &thing) // a name that is none is a name too
		for path, name := range s.names {
			if name == thing.Name && strings.HasPrefix(path, r.URL.Path) {
				w.WriteHeader(http.StatusConflict)
				return
			}
		}
		s.next++
		path := fmt.Sprintf("%s/%d a", r.URL.Path, s.next)
		s.names[path] = thing.Name
		w.WriteHeader(http.StatusCreated)
		_, _ = fmt.Fprintf(w, `{"id": "%d a", "name": %q}`, s.next, thing.Name)
	case !slices.Contains([]string{"GET", "HEAD", "POST", "DELETE"}, r.Method):
		w.WriteHeader(http.StatusMethodNotAllowed)
	case r.URL.Path == "/things" || strings.HasPrefix(r.URL.Path, "/lists/"):
	case !there:
		s.strange = append(s.strange, r.Method+" "+r.URL.Path)
		w.WriteHeader(http.StatusNotFound)
	case r.Method == "DELETE":
		delete(s.names, r.URL.Path)
		s.deleted = append(s.deleted, r.URL.Path)
		w.WriteHeader(http.StatusNoContent)
	}
}

// left returns the things that are still there.
func (s *shop) left() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.names
}

const withThing = `
operations:
  - id: create
    request: POST /things
    headers: {Content-Type: application/json}
    body: {name: thing}
    required: [/name]
    unique: [/name]
    undo: DELETE /things/{/id}
  - id: get
    request: GET /things/{id}
    params: {id: {good: {from: create, pointer: /id}}}
`

const withParts = withThing + `
  - id: create-part
    request: POST /things/{id}/parts
    headers: {Content-Type: application/json}
    params: {id: {good: {from: create, pointer: /id}}}
    body: {name: part}
    unique: [/name]
    undo: DELETE /things/{id}/parts/{/id}
  - id: get-part
    request: GET /things/{id}/parts/{part}
    params: {id: {good: {from: create, pointer: /id}}, part: {good: {from: create-part, pointer: /id}}}
  - id: delete
    request: DELETE /things/{id}
    params: {id: {good: {from: create, pointer: /id}}}
`

func TestThingsAreMadeForThoseWhoNeedThemAndUndoneBackwards(t *testing.T) {
	shop := &shop{}
	found := story{requirements: refusesMethods, target: strings.Split(withParts, "  - id: delete\n")[0]}.on(t, shop.serve)
	for _, title := range []string{"POST /things", "GET /things/{id}", "POST /things/{id}/parts", "GET /things/{id}/parts/{part}"} {
		found.verdict(t, "x.bad "+title, report.Passed, "")
	}
	if left := shop.left(); len(left) > 0 || len(shop.strange) > 0 || len(found.end.Left) > 0 {
		t.Errorf("want nothing left and nothing unknown asked for, got %v, %v and %v", left, shop.strange, found.end.Left)
	}
	// The controls are undone at once, each before the thing that is kept is needed; then the part goes before its thing.
	n := len(shop.deleted)
	if n < 4 || !strings.Contains(shop.deleted[n-2], "/parts/") || strings.Contains(shop.deleted[n-1], "/parts/") {
		t.Errorf("want the part deleted before its thing, at the end, got %q", shop.deleted)
	}
	if got, want := found.sent("create/kept")+found.sent("create-part/kept"), 2; got != want {
		t.Errorf("want each thing made once, got %d", got)
	}
	if found.end.Requests != len(found.exchanges) {
		t.Errorf("want %d requests counted, got %d", len(found.exchanges), found.end.Requests)
	}
}

func TestEveryRequestSaysWhoSentItAndWhy(t *testing.T) {
	shop := &shop{on: func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("User-Agent") != "conform/test" || len(r.Header.Values("Conform-Case")) != 1 {
			t.Errorf("%s %s: User-Agent %q, Conform-Case %q", r.Method, r.URL, r.Header.Get("User-Agent"), r.Header.Values("Conform-Case"))
		}
		return false
	}}
	story{requirements: refusesMethods, target: withParts}.on(t, shop.serve)
}

func TestWhatAControlDeletesIsMadeAgainWithAllThatHangsOnIt(t *testing.T) {
	shop := &shop{}
	found := story{
		requirements: sentence("bad", "must", "probes: [method.unknown], expect: {status: [405]}") +
			sentence("unknown", "must", "probes: [identifier.unknown], expect: {status: [404]}"),
		target: withParts,
	}.on(t, shop.serve)
	for name, c := range found.checks {
		if c.Verdict != report.Passed && !strings.HasPrefix(name, "x.unknown") {
			t.Errorf("%s is %s: %s", name, c.Verdict, report.Describe(c))
		}
	}
	if left := shop.left(); len(left) > 0 || len(found.end.Left) > 0 {
		t.Errorf("want nothing left, got %v and %v", left, found.end.Left)
	}
	if n := found.sent("create/kept"); n != 2 {
		t.Errorf("want the thing made twice, got %d", n)
	}
}

// TestADeleteThatOnlySaysSoLosesNothing has a DELETE of an unknown id answered as if it had deleted: the kept thing may be
// there or not, and has to be there for the others.
func TestADeleteThatOnlySaysSoLosesNothing(t *testing.T) {
	shop := &shop{on: func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == "DELETE" && strings.HasPrefix(caseOf(r), "identifier.unknown") {
			w.WriteHeader(http.StatusNoContent)
			return true
		}
		return false
	}}
	found := story{
		requirements: sentence("unknown", "must", "probes: [identifier.unknown], expect: {status: [404]}") + refusesMethods,
		target:       strings.ReplaceAll(withParts, "pointer: /id}}", "pointer: /id}, unknown: nothing}"),
	}.on(t, shop.serve)
	found.verdict(t, "x.unknown DELETE /things/{id}", report.Failed, "")
	found.verdict(t, "x.unknown GET /things/{id}", report.Passed, "")
	found.verdict(t, "x.bad DELETE /things/{id}", report.Passed, "")
	found.verdict(t, "x.bad GET /things/{id}/parts/{part}", report.Passed, "")
	if left := shop.left(); len(left) > 0 || len(found.end.Left) > 0 {
		t.Errorf("want nothing left, got %v and %v", left, found.end.Left)
	}
}

func TestABadCreationThatIsObeyedIsUndone(t *testing.T) {
	shop := &shop{}
	found := story{requirements: sentence("bad", "must", "probes: [member.missing, syntax], expect: {status: [400]}"), target: withThing}.on(t, shop.serve)
	c := found.verdict(t, "x.bad POST /things", report.Failed, "")
	if len(c.Misses) != c.Cases || c.Cases < 5 {
		t.Errorf("want every case missed, got %d of %d", len(c.Misses), c.Cases)
	}
	for _, m := range c.Misses {
		if len(m.Findings) == 0 || m.Findings[0].Got != "201" {
			t.Errorf("%s: want 201, got %+v", m.Case, m)
		}
	}
	if left := shop.left(); len(left) > 0 || len(found.end.Left) > 0 {
		t.Errorf("want nothing left, got %v and %v", left, found.end.Left)
	}
}

func TestWhatCannotBeUndoneIsListed(t *testing.T) {
	shop := &shop{on: func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == "DELETE" {
			w.WriteHeader(http.StatusForbidden)
		}
		return r.Method == "DELETE"
	}}
	s := story{requirements: refusesMethods, target: withThing}
	found := s.on(t, shop.serve)
	want := []string{ // what is kept, and before that the control's
		"what create created: DELETE /things/2%20a: HTTP/1.1 403 Forbidden, no content; undo it by: DELETE /things/2%20a",
		"what create created: DELETE /things/1%20a: HTTP/1.1 403 Forbidden, no content; undo it by: DELETE /things/1%20a",
	}
	if diff := cmp.Diff(want, found.end.Left); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}

	shop.on, shop.names = nil, nil
	s.target = strings.Replace(withThing, "{/id}", "{/nothing/such}", 1)
	found = s.on(t, shop.serve)
	want = []string{"what create created: its answer has no /nothing/such to undo it by", "what create created: its answer has no /nothing/such to undo it by"}
	if diff := cmp.Diff(want, found.end.Left); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, e := range found.exchanges {
		if e.Method == "DELETE" {
			t.Errorf("%s was sent", e.Target)
		}
	}
}

func TestWhatFailsToBeUndoneAtOnceIsUndoneAtTheEnd(t *testing.T) {
	var seen counter
	shop := &shop{on: func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == "DELETE" && seen.add("delete") == 1 {
			w.WriteHeader(http.StatusInternalServerError)
			return true
		}
		return false
	}}
	found := story{requirements: refusesMethods, target: strings.Split(withThing, "  - id: get\n")[0]}.on(t, shop.serve)
	if left := shop.left(); len(left) > 0 || len(found.end.Left) > 0 {
		t.Errorf("want nothing left, got %v and %v", left, found.end.Left)
	}
}

func TestASourceThatIsRefusedErrsItsUsersAndIsAskedOnce(t *testing.T) {
	tests := []struct {
		name   string
		answer http.HandlerFunc
		reason string
	}{
		{"refused", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) },
			"it takes a value from create, which was refused: HTTP/1.1 403 Forbidden"},
		{"not JSON", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "done") },
			"it takes a value from create, whose answer is not JSON"},
		{"without the value", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"uid": 1}`) },
			"it takes a value from create, whose answer has none at /id"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := story{requirements: refusesMethods, target: withParts}.on(t, (&shop{on: func(w http.ResponseWriter, r *http.Request) bool {
				if caseOf(r) == "kept" {
					tt.answer(w, r)
				}
				return caseOf(r) == "kept"
			}}).serve)
			found.verdict(t, "x.bad GET /things/{id}", report.Errored, tt.reason)
			found.verdict(t, "x.bad GET /things/{id}/parts/{part}", report.Errored, tt.reason)
			found.verdict(t, "x.bad POST /things", report.Passed, "")
			if n := found.sent("create/kept"); n != 1 {
				t.Errorf("want it asked once, got %d", n)
			}
			if n := found.sent("get/"); n != 0 {
				t.Errorf("want nothing sent to its users, got %d", n)
			}
		})
	}
}

// TestACaseWithEffectsIsAlone counts at the server what is under way: nothing beside a case with effects, and several of
// the others.
func TestACaseWithEffectsIsAlone(t *testing.T) {
	var mu sync.Mutex
	under, most := 0, 0
	meet := newMeeting(2)
	enter := func(r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		under++
		most = max(most, under)
		if strings.HasPrefix(caseOf(r), "conflict.duplicate") && under > 1 {
			t.Errorf("%d requests are under way with %s", under, r.Header.Get("Conform-Case"))
		}
	}
	shop := &shop{}
	target := withThing
	for i := range 20 {
		target += fmt.Sprintf("  - {id: list-%d, request: GET /lists/%d}\n", i, i)
	}
	// The conflict stands between the others in the plan.
	s := story{requirements: sentence("conflict", "must", "probes: [conflict.duplicate], expect: {status: [409]}") + refusesMethods, target: target}
	s.config.Concurrency = 8
	found := s.on(t, func(w http.ResponseWriter, r *http.Request) {
		enter(r)
		defer func() { mu.Lock(); defer mu.Unlock(); under-- }()
		if name := r.Header.Get("Conform-Case"); name == "list-19/method.unknown/made-up" || name == "list-19/method.unknown/long" { // long after the conflict: who waits to be alone keeps the others waiting
			meet.wait(t)
		}
		shop.serve(w, r)
	})
	found.verdict(t, "x.conflict POST /things", report.Passed, "")
	if most < 2 {
		t.Error("the others were not under way together")
	}
}

func TestACaseWhosePreparationFailsProvesNothing(t *testing.T) {
	shop := &shop{on: func(w http.ResponseWriter, r *http.Request) bool {
		if caseOf(r) == "conflict.duplicate/before" {
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		}
		return false
	}}
	found := story{requirements: sentence("conflict", "must", "probes: [conflict.duplicate], expect: {status: [409]}"), target: withThing}.on(t, shop.serve)
	found.verdict(t, "x.conflict POST /things", report.Errored, "what has to go before it (POST /things) was not obeyed: HTTP/1.1 503")
}
