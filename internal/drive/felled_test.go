package drive_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/seed-e125e033/conform/internal/report"
)

const listAndMake = `
operations:
  - {id: list, request: GET /things}
  - {id: make, request: POST /things, body: {size: 1}, undo: "DELETE /things/{/id}"}
`

// spoilt is a server whose list fails for ever once it has taken NaN or Infinity, which it answers with 500 itself.
type spoilt struct {
	mu     sync.Mutex
	broken bool
	all    bool // then everything fails
	leaves bool // a word is taken for a number, and the DELETE of a thing is refused: what was made before is never undone
}

func (s *spoilt) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Method == http.MethodPost && (strings.Contains(string(body), "NaN") || strings.Contains(string(body), "Infinity")) {
		s.broken = true
		w.WriteHeader(500)
		return
	}
	switch {
	case s.broken && (s.all || r.Method == http.MethodGet && r.URL.Path == "/things"):
		w.WriteHeader(500)
	case r.Method == "get":
		w.WriteHeader(405)
	case r.Method == http.MethodGet && r.URL.Path != "/things":
		w.WriteHeader(404)
	case r.Method == http.MethodDelete && s.leaves:
		w.WriteHeader(403)
	case r.Method == http.MethodDelete:
		w.WriteHeader(204)
	case r.Method == http.MethodPost && string(body) != `{"size":1}` && !s.leaves:
		w.WriteHeader(422)
	case r.Method == http.MethodPost:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(201)
		_, _ = io.WriteString(w, `{"id":"7"}`)
	}
}

func TestWhatMadeAControlFailIsAFindingWhereNothingElseCanHave(t *testing.T) {
	requirements := sentence("number", "must", "probes: [syntax.trailing-comma, syntax.not-a-number], expect: {status: [422]}") +
		sentence("method", "must", "probes: [method.lowercase], expect: {status: [405]}")
	const reason = "but afterwards the control of list is refused too: HTTP/1.1 500"
	tests := []struct {
		name   string
		server *spoilt
		named  bool
	}{
		{"a case alone made it fail", &spoilt{}, true},
		{"all of the target fails", &spoilt{all: true}, false},
		{"others did something that was not undone", &spoilt{leaves: true}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := story{requirements: requirements, target: listAndMake}
			s.config.Concurrency = 1
			found := s.on(t, tt.server.ServeHTTP)
			c := found.checks["x.number POST /things"]
			said := report.Describe(c)
			switch after := "the control of list to work, as it did before, got HTTP/1.1 500"; {
			case strings.Contains(said, after) != tt.named:
				t.Errorf("named: want %t:\n%s", tt.named, said)
			case tt.named && c.Verdict != report.Failed:
				t.Errorf("want it failed, got %s:\n%s", c.Verdict, said)
			case !strings.Contains(said, reason):
				t.Errorf("want the cases after it errored:\n%s", said)
			}
			if named := strings.Contains(said, "refused ever since the case make/syntax.not-a-number/nan"); named != tt.named {
				t.Errorf("the case that made it fail: named %t in what could not be judged, want %t:\n%s", named, tt.named, said)
			}
		})
	}
}

// TestCasesThatWereUnderWayTogetherAreAllNamedWhereAControlFails has each of three cases answered once all of them have come.
func TestCasesThatWereUnderWayTogetherAreAllNamedWhereAControlFails(t *testing.T) {
	var together sync.WaitGroup
	together.Add(3)
	server := &spoilt{}
	s := story{requirements: sentence("number", "must", "probes: [syntax.not-a-number], expect: {status: [422]}") +
		sentence("method", "must", "probes: [method.lowercase], expect: {status: [405]}"), target: listAndMake}
	s.config.Concurrency = 3
	found := s.on(t, func(w http.ResponseWriter, r *http.Request) {
		switch caseOf(r) {
		case "syntax.not-a-number/nan", "syntax.not-a-number/infinity", "syntax.not-a-number/minus-infinity":
			together.Done()
			together.Wait()
		}
		server.ServeHTTP(w, r)
	})
	found.verdict(t, "x.number POST /things", report.Errored, "; refused ever since one of the cases "+
		"make/syntax.not-a-number/infinity, make/syntax.not-a-number/minus-infinity, make/syntax.not-a-number/nan")
}
