package drive

import (
	"regexp"
	"testing"

	"github.com/seed-e125e033/conform/internal/exchange"
)

func TestTracedRequestsTellRunAndCase(t *testing.T) {
	const run, other = "0af7651916cd43dd8448eb211c80319c", "1af7651916cd43dd8448eb211c80319c"
	parent := func(r exchange.Request) string {
		value, _ := r.Fields.Get("traceparent")
		return value
	}
	r := exchange.Request{Method: "GET", Target: "/"}
	first := parent(traced(r, run, "get/control"))
	if !regexp.MustCompile("^00-" + run + "-[0-9a-f]{16}-01$").MatchString(first) {
		t.Errorf("got %q", first)
	}
	if again := parent(traced(r, run, "get/control")); again != first {
		t.Errorf("the same case: got %q, want %q", again, first)
	}
	if another := parent(traced(r, run, "get/route.unknown")); another == first {
		t.Errorf("another case: got %q too", another)
	}
	if another := parent(traced(r, other, "get/control")); another == first || another[36:] != first[36:] {
		t.Errorf("another run: got %q after %q", another, first)
	}
	if none := traced(r, "", "get/control"); len(none.Fields)+len(r.Fields) > 0 {
		t.Errorf("without a trace: got %v", none.Fields)
	}
	own := r.WithAddedField("Traceparent", "00-x")
	if got := traced(own, run, "get/control"); len(got.Fields) != 1 {
		t.Errorf("with one of its own: got %v", got.Fields)
	}
}
