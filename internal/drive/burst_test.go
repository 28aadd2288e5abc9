package drive_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-e125e033/conform/internal/report"
)

// limits are what the contract rate says of them.
var limits = sentence("many", "must", "probes: [rate.burst], expect: {status: [429]}") +
	sentence("waited", "must", "probes: [rate.burst], observed: {status: [429]}, expect: {headers: {Retry-After: waited-out}}")

// rateLimit states a limit of five requests within a time.
func rateLimit(within string) string { return "rate_limit: {requests: 5, within: " + within + "}\n" }

// limiter is a server that takes some requests of a burst, and refuses what more comes for a while.
type limiter struct {
	takes      int           // requests of the burst; more than it is sent: there is no limit
	refusal    int           // status of what is refused
	retryAfter string        // of a refusal; empty: none
	lasts      time.Duration // how long everything is refused after the first refusal

	mu      sync.Mutex
	taken   int
	refused time.Time // the first of them
}

func (l *limiter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if caseOf(r) == "rate.burst" && l.refused.IsZero() {
		if l.taken++; l.taken <= l.takes {
			return
		}
		l.refused = time.Now()
	}
	if l.refused.IsZero() || caseOf(r) != "rate.burst" && time.Since(l.refused) >= l.lasts {
		return
	}
	if l.retryAfter != "" {
		w.Header().Set("Retry-After", l.retryAfter)
	}
	w.WriteHeader(l.refusal)
}

func TestALimitIsTriedByABurst(t *testing.T) {
	const second = time.Second
	tests := []struct {
		name           string
		limiter        *limiter
		within         string
		many, waited   report.Verdict
		reason, misses string // of the first check; of both, in part
		most           int    // requests of the burst
	}{
		{"a limit that is kept to the request, and over when it says",
			&limiter{takes: 5, refusal: 429, retryAfter: "1", lasts: second}, "10s", report.Passed, report.Passed, "", "", 9},
		{"a limit that fills up meanwhile is found a few requests later",
			&limiter{takes: 10, refusal: 429, retryAfter: "0"}, "10s", report.Passed, report.Passed, "", "", 11},
		{"no limit",
			&limiter{takes: 100}, "10s", report.Failed, report.Skipped, "", "want 429, got 200", 11},
		{"a limit that is refused with another status",
			&limiter{takes: 5, refusal: 403}, "10s", report.Failed, report.Skipped, "", "want 429, got 403", 11},
		{"a Retry-After that lies",
			&limiter{takes: 5, refusal: 429, retryAfter: "0", lasts: 5 * second}, "10s", report.Passed, report.Failed, "", "want good requests taken again after it (0s), got 429", 9},
		{"a Retry-After that nobody can wait for is not held to its word",
			&limiter{takes: 5, refusal: 429, retryAfter: "86400", lasts: 5 * second}, "10s", report.Passed, report.Skipped, "", "", 9},
		{"a refusal that does not tell how long it holds",
			&limiter{takes: 5, refusal: 429, lasts: 5 * second}, "10s", report.Passed, report.Skipped, "", "", 9},
		{"more time than the limit is for proves nothing",
			&limiter{takes: 100}, "1ns", report.Errored, report.Skipped, "longer than the 1ns that the limit is for", "", 11},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel() // some wait for a second
			s := story{requirements: limits, target: rateLimit(test.within) + things}
			s.client.MaxWait = 1500 * time.Millisecond
			found := s.on(t, test.limiter.ServeHTTP)
			many := found.verdict(t, "x.many GET /things", test.many, test.reason)
			name := "x.waited GET /things"
			if test.waited == report.Skipped {
				name = "x.waited (any answer)" // none of the run was one that it speaks of
			}
			waited := found.verdict(t, name, test.waited, "")
			if got := report.Describe(many) + report.Describe(waited); !strings.Contains(strings.Join(strings.Fields(got), " "), test.misses) {
				t.Errorf("want %q among the misses, got\n%s", test.misses, got)
			}
			if sent := found.sent("list/rate.burst"); sent > test.most || sent < min(test.limiter.takes, test.most) {
				t.Errorf("%d requests in the burst, which is too many or none, of %d", sent, test.most)
			}
		})
	}
}

func TestABurstIsLastAndAlone(t *testing.T) {
	var bursting atomic.Int64
	found := story{
		requirements: limits + refusesMethods,
		target:       rateLimit("10s") + twoThings,
	}.on(t, func(w http.ResponseWriter, r *http.Request) {
		burst := caseOf(r) == "rate.burst"
		if !burst && bursting.Load() > 0 && caseOf(r) != "waited" {
			t.Errorf("%s came in the burst or after it", caseOf(r))
		}
		switch {
		case burst && bursting.Add(1) > 5:
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
		case caseOf(r) == "method.unknown/long" || caseOf(r) == "method.unknown/made-up":
			w.WriteHeader(http.StatusMethodNotAllowed)
		}
	})
	for _, name := range found.order {
		found.verdict(t, name, report.Passed, "")
	}
	if sent := found.sent("list/waited"); sent != 1 {
		t.Errorf("want one good request after the time to wait, got %d", sent)
	}
}

func TestABurstThatIsCutOffIsNotJudged(t *testing.T) {
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if caseOf(r) == "rate.burst" && asked.Add(1) > 3 {
			panic(http.ErrAbortHandler)
		}
	}))
	defer server.Close()
	found := story{requirements: limits, target: rateLimit("10s") + things}.at(t, server.URL)
	found.verdict(t, "x.many GET /things", report.Errored, "no answer to one of many good requests")
	if sent := found.sent("list/rate.burst"); sent > 8 {
		t.Errorf("%d requests, though the target no longer answers", sent)
	}
}

// A token that runs out in the middle of the burst is not the limit: with another the burst is tried once more.
func TestATokenThatRunsOutInABurstIsFetchedAgain(t *testing.T) {
	var mu sync.Mutex
	logins, bursts := 0, 0
	found := story{
		requirements: limits, logsIn: true,
		target: rateLimit("10s") + "credentials: {default: {login: {request: POST /sessions, basic: {env: LOGIN}, token: {header: X-Token}}}}\n" + things,
	}.on(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if r.URL.Path == "/sessions" {
			logins++
			w.Header().Set("X-Token", "token-"+strconv.Itoa(logins))
			return
		}
		if caseOf(r) == "rate.burst" {
			bursts++
		}
		switch {
		case bursts > 3 && r.Header.Get("Authorization") == "Bearer token-1":
			w.WriteHeader(http.StatusUnauthorized)
		case caseOf(r) == "rate.burst" && bursts > 16: // five with the second token
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
		}
	})
	found.verdict(t, "x.many GET /things", report.Passed, "")
	if logins != 2 {
		t.Errorf("want two log-ins, got %d", logins)
	}
}
