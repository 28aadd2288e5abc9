package drive_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/suites"
)

var refusesTheDeleted = sentence("gone", "must", "probes: [identifier.deleted], expect: {status: [404, 410]}, because: both say that it has gone")

func TestWhatWasDeletedIsAskedForOnce(t *testing.T) {
	var mu sync.Mutex
	var lines []string
	shop := &shop{on: func(_ http.ResponseWriter, r *http.Request) bool {
		mu.Lock()
		defer mu.Unlock()
		if strings.HasPrefix(caseOf(r), "identifier.deleted") || strings.HasSuffix(caseOf(r), "undo") {
			lines = append(lines, r.Method+" "+r.URL.Path)
		}
		return false
	}}
	found := story{requirements: refusesTheDeleted + refusesMethods, target: withThing}.on(t, shop.serve)
	found.verdict(t, "x.gone GET /things/{id}", report.Passed, "")
	found.verdict(t, "x.bad GET /things/{id}", report.Passed, "")
	made := slices.Index(lines, "POST /things")
	if made < 0 || made+2 >= len(lines) {
		t.Fatalf("nothing was made and deleted: %q", lines)
	}
	path, deleted := strings.CutPrefix(lines[made+1], "DELETE ")
	if !deleted || lines[made+2] != "GET "+path {
		t.Errorf("want what was made deleted, and then asked for, got %q", lines)
	}
	// All that is deleted was made by the run, and nothing twice.
	if shop.next != len(shop.deleted) || len(shop.left()) > 0 || len(found.end.Left) > 0 {
		t.Errorf("%d things were made, %q deleted, %v is left, told is %v", shop.next, shop.deleted, shop.left(), found.end.Left)
	}
	if want := []string{"GET " + path}; !slices.Equal(shop.strange, want) {
		t.Errorf("want nothing else asked for that is not there, got %q", shop.strange)
	}
	if got := found.sent("create/kept"); got != 1 {
		t.Errorf("what others use is left alone: want it made once, got %d times", got)
	}
}

func TestADeletionThatIsNotToBeHadIsNoFault(t *testing.T) {
	answer := func(status int, of func(*http.Request) bool) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if of(r) {
				w.WriteHeader(status)
			}
			return of(r)
		}
	}
	deletes := func(r *http.Request) bool { return r.Method == "DELETE" }
	again := func(r *http.Request) bool {
		return r.Method == "POST" && strings.HasPrefix(caseOf(r), "identifier.deleted")
	}
	reads := func(r *http.Request) bool { return caseOf(r) == "identifier.deleted/id" }
	for _, test := range []struct {
		name    string
		on      func(http.ResponseWriter, *http.Request) bool
		verdict report.Verdict
		reason  string
		left    bool // something that cannot be undone is told
	}{
		{"it is there still", answer(200, reads), report.Failed, "", false},
		{"it has gone for good", answer(410, reads), report.Passed, "", false},
		{"it is deleted later", answer(202, deletes), report.Skipped, "needs a deletion that is done when it is answered", false},
		{"it cannot be deleted", answer(405, deletes), report.Skipped, "needs something that can be deleted: what create created", true},
		{"it is not found to be deleted", answer(404, deletes), report.Skipped, "needs something that can be deleted: DELETE /things/", false},
		{"it cannot be made", answer(422, again), report.Skipped, "needs something to delete, and POST /things was refused: HTTP/1.1 422", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			shop := &shop{on: test.on}
			found := story{requirements: refusesTheDeleted, target: withThing, options: suites.Options{Operations: []string{"get"}}}.on(t, shop.serve)
			found.verdict(t, "x.gone GET /things/{id}", test.verdict, test.reason)
			if told := len(found.end.Left) > 0; told != test.left {
				t.Errorf("told is %q", found.end.Left)
			}
		})
	}
}
