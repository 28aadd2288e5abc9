package drive_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/suites"
)

// notebook is a server with notes: POST /notes and GET /notes, PUT, GET and DELETE of /notes/{id}. A note needs a name and a
// text, both strings.
type notebook struct {
	strict  bool                                                    // members that nobody knows are refused
	refused func(n *notebook, r *http.Request, note map[string]any) // what a write that is refused does all the same
	shows   func(n *notebook, r *http.Request, body string) string  // what a GET answers in place of that

	mu    sync.Mutex
	next  int
	notes map[string]map[string]any // by path
	reads int
}

func (n *notebook) serve(w http.ResponseWriter, r *http.Request) {
	text, _ := io.ReadAll(r.Body)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.notes == nil {
		n.notes = map[string]map[string]any{}
	}
	var note map[string]any
	status := n.answer(r, json.Unmarshal(text, &note) == nil, note)
	writes := r.Method != http.MethodGet
	if status >= 400 && writes && n.refused != nil {
		n.refused(n, r, note)
	}
	w.WriteHeader(status)
	if status >= 400 || r.Method == http.MethodDelete {
		return
	}
	path := r.URL.Path
	if r.Method == http.MethodPost {
		path = fmt.Sprintf("/notes/%d", n.next)
	}
	shown := any(n.notes[path])
	if path == "/notes" {
		list := []any{}
		for _, path := range slices.Sorted(maps.Keys(n.notes)) {
			list = append(list, n.notes[path])
		}
		shown = list
	}
	body, _ := json.Marshal(shown)
	if n.reads++; !writes && n.shows != nil {
		body = []byte(n.shows(n, r, string(body)))
	}
	_, _ = w.Write(body)
}

// answer does what it is asked and returns the status.
func (n *notebook) answer(r *http.Request, sound bool, note map[string]any) int {
	_, there := n.notes[r.URL.Path]
	if r.URL.Path != "/notes" && !there {
		return http.StatusNotFound
	}
	_, name := note["name"].(string)
	_, body := note["text"].(string)
	sound = sound && name && body && (!n.strict || len(note) == 2)
	switch {
	case r.Method == http.MethodGet:
	case r.Method == http.MethodDelete && there:
		if r.Header.Get("Accept") == "application/none" {
			return http.StatusNotAcceptable
		}
		delete(n.notes, r.URL.Path)
		return http.StatusNoContent
	case r.Method == http.MethodPut && there && sound:
		n.put(r.URL.Path, note)
	case r.Method == http.MethodPost && !there && sound:
		n.create(note)
		return http.StatusCreated
	case r.Method == http.MethodPost && !there, r.Method == http.MethodPut && there:
		return http.StatusBadRequest
	default:
		return http.StatusMethodNotAllowed
	}
	return http.StatusOK
}

func (n *notebook) put(path string, note map[string]any) {
	note["id"] = fmt.Sprint(strings.TrimPrefix(path, "/notes/"))
	n.notes[path] = note
}

func (n *notebook) create(note map[string]any) {
	n.next++
	n.put(fmt.Sprintf("/notes/%d", n.next), note)
}

const withNotes = `
operations:
  - id: create
    request: POST /notes
    headers: {Content-Type: application/json}
    body: {name: one, text: first}
    required: [/name, /text]
    undo: DELETE /notes/{/id}
  - {id: list, request: GET /notes}
  - id: get
    request: GET /notes/{id}
    params: {id: {good: {from: create, pointer: /id}}}
  - id: change
    request: PUT /notes/{id}
    headers: {Content-Type: application/json}
    params: {id: {good: {from: create, pointer: /id}}}
    body: {name: one, text: changed}
    required: [/name, /text]
  - id: delete
    request: DELETE /notes/{id}
    params: {id: {good: {from: create, pointer: /id}}}
`

const (
	changesNothing = `  - {id: unchanged, level: must, basis: documented, says: changes nothing, source: s, probes: [method.unknown, member], observed: {status: [4xx]}, expect: {effects: none}}
`
	created, changed, deleted = "x.unchanged POST /notes", "x.unchanged PUT /notes/{id}", "x.unchanged DELETE /notes/{id}"
)

func notes(requirements string) story {
	s := story{requirements: requirements, target: withNotes}
	s.config.Concurrency = 8
	return s
}

func TestAnAPIThatRefusesWithoutEffectPassesForThreeReadsAndOneMoreWhereItCreates(t *testing.T) {
	n := &notebook{strict: true}
	found := notes(changesNothing).on(t, n.serve)
	for name, reads := range map[string]int{created: 4, changed: 3, deleted: 3} {
		if c := found.verdict(t, name, report.Passed, ""); c.Cases < 2 || len(c.Exchanges) != c.Cases+reads {
			t.Errorf("%s: want the cases and %d reads as evidence, got %d cases and the exchanges %v", name, reads, c.Cases, c.Exchanges)
		}
	}
	// Two operations are shown by one GET, which is read once for both before them.
	if got, want := []int{found.sent("list/effects/"), found.sent("get/effects/")}, []int{4, 4}; !slices.Equal(got, want) {
		t.Errorf("want %v reads, got %v", want, got)
	}
	plan := notes(changesNothing).plan(t, "http://127.0.0.1")
	if got, want := plan.Requests(), found.end.Requests; got < want || got > want+1 {
		t.Errorf("want the plan to know of about %d requests, got %d", want, got)
	}
	if len(n.notes) != 0 {
		t.Errorf("want nothing left, got %v", n.notes)
	}
}

func TestARefusedWriteThatHasAnEffectIsFoundWithTheCaseThatHasIt(t *testing.T) {
	tests := []struct {
		name    string
		refused func(*notebook, *http.Request, map[string]any)
		check   string
		cases   []string // with findings
		finding string
	}{
		{"a change that is refused for what is missing, and made", func(n *notebook, r *http.Request, note map[string]any) {
			if _, ok := note["name"]; r.Method == "PUT" && !ok && note != nil && n.notes[r.URL.Path] != nil {
				n.put(r.URL.Path, note)
			}
		}, changed, []string{"change/member.missing//name"}, `effects: /name: want "one" in GET /notes/{id} as before, got nothing`},
		{"a creation that is refused for what is missing, and made", func(n *notebook, r *http.Request, note map[string]any) {
			if _, text := note["text"]; r.Method == "POST" && !text && note["name"] != nil && len(note) == 1 {
				n.create(note)
			}
		}, created, []string{"create/member.missing//text"}, ` in GET /notes as before, got a list of `},
		{"a method that nobody knows and that deletes", func(n *notebook, r *http.Request, _ map[string]any) {
			if strings.HasPrefix(r.Method, "CONFORM") && caseOf(r) == "method.unknown/made-up" && r.Header.Get("Content-Type") == "" {
				delete(n.notes, r.URL.Path)
			}
		}, deleted, []string{"delete/method.unknown/made-up"}, `as before, got nothing`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := &notebook{strict: true, refused: tt.refused}
			found := notes(changesNothing).on(t, n.serve)
			c := found.verdict(t, tt.check, report.Failed, "")
			var cases []string
			for _, m := range c.Misses {
				cases = append(cases, m.Case)
				if len(m.Findings) == 0 || !strings.Contains(m.Findings[0].String(), tt.finding) {
					t.Errorf("%s: want %q, got %v", m.Case, tt.finding, m.Findings)
				}
				if lines := strings.Split(m.Curl, "; "); len(lines) != 3 || !strings.HasPrefix(lines[0], "GET ") || !strings.HasPrefix(lines[2], "GET ") {
					t.Errorf("%s: want a read before and after it, got %q", m.Case, m.Curl)
				}
			}
			if !slices.Equal(cases, tt.cases) {
				t.Errorf("want the cases %q, got %q", tt.cases, cases)
			}
		})
	}
}

// A list that shows its first page alone shows nothing of what comes after: the first creation is looked at before it is full.
func TestARefusedCreationThatIsMadeIsFoundThoughThePageIsSoonFull(t *testing.T) {
	made := 0
	n := &notebook{
		strict: true,
		refused: func(n *notebook, r *http.Request, _ map[string]any) {
			if r.Method == "POST" {
				made++
			}
		},
		shows: func(_ *notebook, r *http.Request, body string) string {
			if r.URL.Path == "/notes" {
				return fmt.Sprintf(`{"page": [%s]}`, strings.TrimSuffix(strings.Repeat(`"note", `, min(made, 8)), ", "))
			}
			return body
		},
	}
	s := notes(changesNothing)
	s.config.Concurrency = 1
	found := s.on(t, n.serve)
	if c := found.verdict(t, created, report.Failed, ""); len(c.Misses) != 1 {
		t.Errorf("want the first case to be blamed, got %d misses", len(c.Misses))
	}
}

func TestAPanicOverTheFirstCreationIsTheErrorOfItsCheckAlone(t *testing.T) {
	book := &notebook{strict: true, refused: func(n *notebook, r *http.Request, note map[string]any) {
		if r.Method == http.MethodPost {
			n.create(map[string]any{"name": "one"})
		}
	}}
	s := notes(changesNothing)
	s.config.Curl = func(r exchange.Request) string {
		if r.Method == http.MethodPost {
			panic("no such line")
		}
		return ""
	}
	found := s.on(t, book.serve)
	found.verdict(t, created, report.Errored, "conform itself failed on this check, please report it: no such line")
	found.verdict(t, changed, report.Passed, "")
}

func TestAtMostThreeCasesAreBlamedAndTheRestIsNotJudged(t *testing.T) {
	left := 0
	n := &notebook{
		strict:  true,
		refused: func(*notebook, *http.Request, map[string]any) { left++ },
		shows: func(_ *notebook, _ *http.Request, body string) string {
			return fmt.Sprintf(`{"left": %d, "body": %s}`, left, body)
		},
	}
	found := notes(changesNothing).on(t, n.serve)
	for _, name := range []string{created, changed} {
		if c := found.verdict(t, name, report.Failed, ""); len(c.Misses) != 3 || c.Cases != 3 {
			t.Errorf("%s: want three cases, got %d with %d misses", name, c.Cases, len(c.Misses))
		}
	}
}

// What changes without a refused request is none of its effects, whatever the rhythm.
func TestNothingIsBlamedForWhatChangesByItself(t *testing.T) {
	always := func(n *notebook, _ *http.Request, body string) string {
		return fmt.Sprintf(`{"served": %d, "body": %s}`, n.reads, body)
	}
	tests := []struct {
		name    string
		shows   func(*notebook, *http.Request, string) string
		lenient bool
		want    report.Verdict
		reason  string
	}{
		{"a member that is another each time", always, false, report.Passed, ""},
		{"a list in another order each time", func(n *notebook, _ *http.Request, body string) string {
			return []string{`["a", "b", "c"]`, `["c", "a", "b"]`, `["b", "c", "a"]`}[n.reads%3]
		}, false, report.Passed, ""},
		{"a text that is another each time", func(n *notebook, _ *http.Request, body string) string {
			return fmt.Sprint("page ", n.reads)
		}, false, report.Skipped, "answers otherwise each time"},
		{"a member that someone else has changed meanwhile", func(n *notebook, r *http.Request, body string) string {
			return fmt.Sprintf(`{"late": %t}`, !strings.Contains(caseOf(r), "effects/before") && !strings.Contains(caseOf(r), "control"))
		}, false, report.Skipped, "something else may write to it"},
		{"a request that was accepted, as many others are not", nil, true, report.Passed, ""},
	}
	for every := 2; every < 12; every++ {
		tests = append(tests, tests[0])
		last := &tests[len(tests)-1]
		last.name = fmt.Sprintf("a member that is another every %d requests", every)
		last.shows = func(n *notebook, _ *http.Request, body string) string {
			return fmt.Sprintf(`{"time": %d}`, n.reads/every)
		}
		last.want = ""
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := &notebook{strict: !tt.lenient, shows: tt.shows}
			found := notes(changesNothing).on(t, n.serve)
			for _, name := range []string{created, changed} {
				if tt.want != "" {
					found.verdict(t, name, tt.want, tt.reason)
				} else if c := found.checks[name]; c.Verdict == report.Failed {
					t.Errorf("want no case blamed:\n%s", report.Describe(c))
				}
			}
		})
	}
}

func TestWhatCannotBeReadIsNotJudged(t *testing.T) {
	broken := func(from string) func(http.ResponseWriter, *http.Request) {
		n := &notebook{strict: true}
		return func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(caseOf(r), from) {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			n.serve(w, r)
		}
	}
	for _, from := range []string{"effects/before", "effects/after"} {
		c := notes(changesNothing).on(t, broken(from)).verdict(t, created, report.Errored, "GET /notes shows what is changed, but it was answered 500")
		if len(c.Misses) != 1 {
			t.Errorf("%s: want it told once, got %d times", from, len(c.Misses))
		}
	}
}

func TestWithoutAReadTheEffectsAreSkippedWithTheReason(t *testing.T) {
	n := &notebook{strict: true}
	for name, change := range map[string]func(*story) string{
		"needs a GET of the path that is written to": func(s *story) string {
			s.target = strings.Split(withNotes, "  - {id: list")[0]
			return "x.unchanged (any path)"
		},
		"needs a run that may write: this one is --read-only": func(s *story) string {
			s.target = strings.Split(strings.Split(withNotes, "  - id: get")[0], "\n  - {id: list")[0] + "\n  - {id: list, request: GET /notes}\n"
			s.options = suites.Options{ReadOnly: true}
			return "x.unchanged (any path)"
		},
	} {
		s := notes(refusesMethods + changesNothing)
		check := change(&s)
		s.on(t, n.serve).verdict(t, check, report.Skipped, name)
	}
}

func TestAReadThatIsNamedShowsWhatAnotherPathChanges(t *testing.T) {
	s := notes(changesNothing)
	s.target = strings.Replace(withNotes, "undo: DELETE /notes/{/id}", "undo: DELETE /notes/{/id}\n    read: get", 1)
	found := s.on(t, (&notebook{strict: true}).serve)
	found.verdict(t, created, report.Passed, "")
	if found.sent("list/effects") > 0 || found.sent("get/effects/after") != 3 {
		t.Errorf("want get read for all three operations")
	}
}

func TestAnInterruptedRunTellsNothingOfEffects(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	n := &notebook{strict: true, shows: func(_ *notebook, r *http.Request, body string) string {
		if strings.Contains(caseOf(r), "effects/after") {
			cancel()
		}
		return body
	}}
	s := notes(changesNothing)
	s.ctx = ctx
	found := s.on(t, n.serve)
	for name, c := range found.checks {
		if c.Verdict == report.Passed || c.Verdict == report.Failed {
			t.Errorf("%s is %s", name, c.Verdict)
		}
	}
	if !found.end.Interrupted {
		t.Error("want the run interrupted")
	}
}
