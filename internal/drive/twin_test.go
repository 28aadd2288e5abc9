package drive_test

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/seed-e125e033/conform/internal/drive"
	"github.com/seed-e125e033/conform/internal/report"
)

var lengthOfHead = sentence("length", "must", "probes: [method.head-twin], expect: {as_get: [length]}")

func TestHEADIsComparedWithGETOfTheSameRequest(t *testing.T) {
	const check = "x.length (any path)"
	for name, tt := range map[string]struct {
		length  func(method string, number int64) int // of the content, and in answer to HEAD what is told of it
		verdict report.Verdict
		sent    int // with HEAD or GET, of the two cases of an unknown path
	}{
		"the same length":                    {func(string, int64) int { return 7 }, report.Passed, 4},
		"another length":                     {func(method string, _ int64) int { return len(method) }, report.Failed, 12},
		"a length that is another each time": {func(_ string, number int64) int { return int(number % 64) }, report.Passed, 8},
	} {
		t.Run(name, func(t *testing.T) {
			var number atomic.Int64
			found := story{requirements: lengthOfHead, config: drive.Config{Concurrency: 1}}.on(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Length", fmt.Sprint(tt.length(r.Method, number.Add(1))))
				w.WriteHeader(http.StatusNotFound)
				if r.Method == http.MethodGet {
					fmt.Fprint(w, "................................................................"[:tt.length(r.Method, number.Load())])
				}
			})
			c := found.verdict(t, check, tt.verdict, "")
			sent := 0
			for _, ex := range found.exchanges {
				if ex.Case != "target/control" {
					sent++
				}
			}
			if sent != tt.sent || c.Cases != 2 {
				t.Errorf("want 2 cases and %d requests, got %d and %d", tt.sent, c.Cases, sent)
			}
			if tt.verdict == report.Failed && len(c.Exchanges) != sent {
				t.Errorf("want every exchange as evidence, got %d of %d", len(c.Exchanges), sent)
			}
		})
	}
}

// A write whose If-None-Match has the tag of a while ago would be right to be performed.
func TestAWriteHasTheTagThatThereIsNow(t *testing.T) {
	const writes = `
operations:
  - {id: put, request: PUT /things, headers: {Content-Type: text/plain}, body: x}
  - {id: get, request: GET /things}
`
	var version atomic.Int64
	requirements := sentence("kept", "must", "probes: [precondition.none-match], where: {methods: [PUT]}, expect: {status: [412]}") +
		sentence("other", "must", "probes: [content-type.missing], expect: {status: [2xx]}") // each is obeyed, and makes another version
	serve := func(w http.ResponseWriter, r *http.Request) {
		tag := fmt.Sprintf("%q", fmt.Sprint(version.Load()))
		switch {
		case r.Method == http.MethodGet:
			w.Header().Set("ETag", tag)
		case r.Header.Get("If-None-Match") == tag:
			w.WriteHeader(http.StatusPreconditionFailed)
		default:
			version.Add(1)
		}
	}
	story{requirements: requirements, target: writes}.on(t, serve).verdict(t, "x.kept PUT /things", report.Passed, "")

	// Without a GET that shows the tag nothing is known of it.
	story{requirements: requirements, target: "operations:\n  - {id: put, request: PUT /things, headers: {Content-Type: text/plain}, body: x}\n"}.on(t,
		func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("ETag", `"1"`) }).
		verdict(t, "x.kept PUT /things", report.Skipped, "needs an ETag in the answer to the control")
}
