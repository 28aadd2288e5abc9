package drive_test

import (
	"net/http"
	"testing"

	"github.com/seed-e125e033/conform/internal/report"
)

var notModified = sentence("same", "must", "probes: [precondition.none-match], expect: {status: [304]}")

func TestThePreconditionHasTheTagOfTheControl(t *testing.T) {
	story{requirements: notModified, target: things}.on(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `W/"v7"`)
		if r.Header.Get("If-None-Match") == `W/"v7"` {
			w.WriteHeader(http.StatusNotModified)
		}
	}).verdict(t, "x.same GET /things", report.Passed, "")
}

func TestWithoutATagThePreconditionIsNotSent(t *testing.T) {
	found := story{requirements: notModified, target: things}.on(t, answering(400))
	found.verdict(t, "x.same GET /things", report.Skipped, "needs an ETag in the answer to the control")
	if n := found.sent("list/precondition.none-match"); n != 0 {
		t.Errorf("want nothing sent, got %d requests", n)
	}
}
