package drive_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
)

// meeting lets requests wait for each other.
type meeting struct {
	missing atomic.Int64
	all     chan struct{}
}

func newMeeting(n int64) *meeting {
	m := &meeting{all: make(chan struct{})}
	m.missing.Store(n)
	return m
}

// wait waits until as many wait as the meeting is for.
func (m *meeting) wait(t *testing.T) {
	if m.missing.Add(-1) == 0 {
		close(m.all)
	}
	select {
	case <-m.all:
	case <-time.After(30 * time.Second):
		t.Error("the others did not come: requests are not under way together")
	}
}

// raw answers with bytes that are none of net/http's.
func raw(w http.ResponseWriter, text string) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	_, _ = io.WriteString(conn, text)
	conn.Close()
}

func TestNoAnswerTwiceIsAFindingWhileTheControlWorks(t *testing.T) {
	tests := []struct{ name, text, got string }{
		{"the connection is closed", "", "closed: "},
		{"the connection ends within the answer's head", "HTTP/1.1 400 Bad Request\r\nContent-", "cut: "},
		{"what comes is not HTTP", "no\r\n\r\n", "malformed: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := story{requirements: refusesMethods, target: things}.on(t, func(w http.ResponseWriter, r *http.Request) {
				switch caseOf(r) {
				case "control":
				case "method.unknown/made-up":
					raw(w, tt.text)
				default:
					w.WriteHeader(http.StatusMethodNotAllowed)
				}
			})
			c := found.verdict(t, "x.bad GET /things", report.Failed, "")
			if len(c.Misses) != 1 || len(c.Misses[0].Findings) != 1 {
				t.Fatalf("want one finding, got %+v", c.Misses)
			}
			f := c.Misses[0].Findings[0]
			if f.Rule != "answer" || !strings.HasPrefix(f.Got, tt.got) {
				t.Errorf("want an answer missing, %q, got %+v", tt.got, f)
			}
			if n := found.sent("list/method.unknown/made-up"); n < 2 || n > 4 {
				t.Errorf("want it sent again to make sure, got %d", n)
			}
		})
	}
}

// A gateway that closes the connection on what it takes for an attack has shown nothing.
func TestNoAnswerShowsNothing(t *testing.T) {
	for _, tt := range []struct {
		name, expect, text string
		want               report.Verdict
	}{
		{"the connection is closed", "{hides: [stack-trace]}", "", report.Passed},
		{"an answer of some kind is expected, too", "{hides: [stack-trace], status: [405]}", "", report.Failed},
		{"some of an answer comes", "{hides: [stack-trace]}", "HTTP/1.1 400 Bad Request\r\nContent-", report.Failed},
		{"what comes is not HTTP", "{hides: [stack-trace]}", "no\r\n\r\n", report.Failed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := story{requirements: sentence("bad", "must", "probes: [method.unknown], expect: "+tt.expect), target: things}.on(t, func(w http.ResponseWriter, r *http.Request) {
				switch caseOf(r) {
				case "control":
				case "method.unknown/made-up":
					raw(w, tt.text)
				default:
					w.WriteHeader(http.StatusMethodNotAllowed)
				}
			})
			if c := found.verdict(t, "x.bad GET /things", tt.want, ""); c.Cases != 2 {
				t.Errorf("want two cases judged, got %+v", c)
			}
		})
	}
}

func TestACaseThatIsAnsweredTheSecondTimeIsJudged(t *testing.T) {
	var seen counter
	found := story{requirements: refusesMethods, target: things}.on(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case caseOf(r) == "control":
		case seen.add(caseOf(r)) == 1:
			raw(w, "")
		default:
			w.WriteHeader(http.StatusMethodNotAllowed)
		}
	})
	c := found.verdict(t, "x.bad GET /things", report.Passed, "")
	attempts := 0
	for _, id := range c.Exchanges {
		attempts += 1 + len(found.exchanges[id-1].Attempts)
	}
	if attempts != 4 {
		t.Errorf("want both attempts of both cases among the evidence, got %d in %v", attempts, c.Exchanges)
	}
}

func TestACaseThatIsSentAgainForItsTokenMayGetNoAnswer(t *testing.T) {
	var mu sync.Mutex
	logins, refused := 0, false
	found := story{
		requirements: refusesMethods, logsIn: true,
		target: "credentials: {default: {login: {request: POST /sessions, basic: {env: LOGIN}, token: {header: X-Token}}}}\n" + things,
	}.on(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case r.URL.Path == "/sessions":
			logins++
			w.Header().Set("X-Token", "token-"+strconv.Itoa(logins))
		case caseOf(r) == "method.unknown/made-up" && logins > 1:
			raw(w, "")
		case caseOf(r) == "method.unknown/made-up", refused && logins == 1:
			refused = true
			w.WriteHeader(http.StatusUnauthorized)
		case caseOf(r) != "control":
			w.WriteHeader(http.StatusMethodNotAllowed)
		}
	})
	c := found.verdict(t, "x.bad GET /things", report.Failed, "")
	if len(c.Misses) != 1 || len(c.Misses[0].Findings) != 1 || c.Misses[0].Findings[0].Rule != "answer" {
		t.Errorf("want an answer missing, got %+v", c.Misses)
	}
}

func TestNoAnswerOfWhatIsNotSentTwiceProvesNothing(t *testing.T) {
	found := story{requirements: sentence("conflict", "must", "probes: [conflict.duplicate], expect: {status: [409]}"), target: withThing}.
		on(t, (&shop{on: func(w http.ResponseWriter, r *http.Request) bool {
			if caseOf(r) == "conflict.duplicate" {
				raw(w, "")
				return true
			}
			return false
		}}).serve)
	found.verdict(t, "x.conflict POST /things", report.Errored, "is not sent a second time")
	if n := found.sent("create/conflict.duplicate"); n != 2 { // what goes before it, and itself
		t.Errorf("want 2 requests, got %d", n)
	}
}

func TestATimeoutProvesNothing(t *testing.T) {
	found := story{requirements: refusesMethods, target: things, client: exchange.Config{Timeout: 100 * time.Millisecond}}.
		on(t, func(w http.ResponseWriter, r *http.Request) {
			if caseOf(r) == "method.unknown/made-up" {
				<-r.Context().Done()
			}
			answering(405)(w, r)
		})
	c := found.verdict(t, "x.bad GET /things", report.Errored, "no answer: timeout")
	if len(c.Misses) != 1 || found.sent("list/method.unknown/made-up") != 1 {
		t.Errorf("want one miss of one request, got %+v", c.Misses)
	}
}

// manyCases are requirements and operations that come to 2,000 cases.
func manyCases() (target string) {
	target = "operations:\n"
	for i := range 1000 {
		target += fmt.Sprintf("  - {id: op-%d, request: GET /things/%d}\n", i, i)
	}
	return target
}

func TestADeadTargetIsNoticedAndTheRestIsErroredWithoutBeingSent(t *testing.T) {
	var server *httptest.Server
	var requests atomic.Int64 // after the one that killed it
	var dead atomic.Bool
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Conform-Case") == "op-20/method.unknown/made-up" {
			server.Listener.Close()
			dead.Store(true)
		}
		if dead.Load() {
			requests.Add(1)
			panic(http.ErrAbortHandler)
		}
		answering(405)(w, r)
	}))
	defer server.Close()
	start := time.Now()
	found := story{requirements: refusesMethods, target: manyCases()}.at(t, server.URL)
	if !strings.Contains(found.end.Dead, "since the case op-") || !strings.Contains(found.end.Dead, "op-20/method.unknown/made-up") {
		t.Errorf("want the case that killed it named, got %q", found.end.Dead)
	}
	if n := requests.Load(); n > 20 {
		t.Errorf("want hardly any request after that, got %d", n)
	}
	if spent := time.Since(start); spent > 20*time.Second {
		t.Errorf("want it noticed at once, got %s", spent)
	}
	if n := found.end.Counts[report.Passed]; n < 10 || n > 200 {
		t.Errorf("want what was judged before to stand, got %d passed", n)
	}
	found.verdict(t, "x.bad GET /things/20", report.Errored, "")
	found.verdict(t, "x.bad GET /things/999", report.Errored, "the target gives no answer any more")
	if len(found.checks) != 1000 || found.end.Interrupted {
		t.Errorf("want 1000 checks of a run that was not interrupted, got %d, %t", len(found.checks), found.end.Interrupted)
	}
}

// dropping is a server that resets every n-th connection, and answers one request on each other.
func dropping(t *testing.T, n int, handler http.HandlerFunc) (base string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handler}
	server.SetKeepAlivesEnabled(false)
	go server.Serve(&everyNth{Listener: listener, n: n})
	t.Cleanup(func() { server.Close() })
	return "http://" + listener.Addr().String()
}

type everyNth struct {
	net.Listener
	n, count int
}

func (l *everyNth) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if l.count++; l.count%l.n != 0 {
			return conn, nil
		}
		if err := conn.(*net.TCPConn).SetLinger(0); err != nil {
			return nil, err
		}
		conn.Close()
	}
}

func TestATargetThatDropsConnectionsCausesNoFalseFailure(t *testing.T) {
	for _, every := range []int{2, 3, 4, 5} {
		for _, concurrency := range []int{1, 2, 8} {
			t.Run(fmt.Sprintf("every %d, %d at once", every, concurrency), func(t *testing.T) {
				s := story{requirements: refusesMethods, target: `
operations:
  - {id: a, request: GET /a}
  - {id: b, request: GET /b}
  - {id: c, request: GET /c}
  - {id: d, request: GET /d}
  - {id: e, request: GET /e}
`}
				s.config.Concurrency = concurrency
				found := s.at(t, dropping(t, every, answering(405)))
				for name, c := range found.checks {
					if c.Verdict != report.Passed && c.Verdict != report.Errored {
						t.Errorf("%s is %s: %s", name, c.Verdict, report.Describe(c))
					}
				}
				if found.end.Counts[report.Passed] == 0 && every > 2 {
					t.Errorf("nothing was judged: %+v", found.end)
				}
			})
		}
	}
}

func TestWhatCannotBeSentOnTheProtocolIsSkippedWithTheReason(t *testing.T) {
	server := httptest.NewUnstartedServer(answering(405))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	s := story{target: twoThings, requirements: sentence("none", "must", "probes: [header.control-character], expect: {status: [405]}") +
		sentence("some", "must", "probes: [header.control-character, route.unknown], expect: {status: [405]}")}
	s.client = exchange.Config{HTTP2: true, TLS: server.Client().Transport.(*http.Transport).TLSClientConfig}
	found := s.at(t, server.URL)
	found.verdict(t, "x.none (any path)", report.Skipped, "needs another way to the target: over HTTP/2 a value of Conform-Field must have no control character")
	if c := found.verdict(t, "x.some (any path)", report.Passed, ""); c.Cases != 2 {
		t.Errorf("want both unknown paths judged, got %d cases", c.Cases)
	}
}

func TestAnInterruptErrsTheRestAndUndoesWhatWasCreated(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	shop := &shop{on: func(w http.ResponseWriter, r *http.Request) bool {
		if caseOf(r) == "method.unknown/long" {
			_, _ = io.Copy(io.Discard, r.Body) // or the server does not notice that the client is gone
			interrupt()
			<-r.Context().Done() // the answer never comes
			return true
		}
		return false
	}}
	s := story{ctx: ctx, requirements: refusesMethods, target: withThing}
	s.config.Concurrency = 1
	s.client.Timeout = 2 * time.Second // what may have created a thing is waited for
	found := s.on(t, shop.serve)
	if !found.end.Interrupted || found.end.Dead != "" {
		t.Errorf("want an interrupted run, got %+v", found.end)
	}
	for _, name := range found.order {
		found.verdict(t, name, report.Errored, "the run was interrupted")
	}
	if left := shop.left(); len(left) > 0 || len(found.end.Left) > 0 {
		t.Errorf("want everything undone, got %v and %v", left, found.end.Left)
	}
}

func TestAPanicIsTheErrorOfItsCaseAlone(t *testing.T) {
	s := story{requirements: refusesMethods, target: twoThings}
	s.config.Curl = func(r exchange.Request) string {
		if r.Target == "/things" && bytes.Contains([]byte(r.Method), []byte("CONFORMX")) {
			panic("no such line")
		}
		return ""
	}
	found := s.on(t, answering(400))
	c := found.verdict(t, "x.bad GET /things", report.Failed, "")
	if len(c.Misses) != 2 || c.Misses[0].Error != "" || !strings.Contains(c.Misses[1].Error, "conform itself failed on this case, please report it: no such line") {
		t.Errorf("want a finding and the panic, got %+v", c.Misses)
	}
	found.verdict(t, "x.bad GET /others", report.Failed, "")
}

func TestMissesStandInTheOrderOfThePlan(t *testing.T) {
	second := make(chan struct{})
	var once sync.Once
	found := story{requirements: refusesMethods, target: things, backwards: true}.on(t, func(w http.ResponseWriter, r *http.Request) {
		switch caseOf(r) {
		case "method.unknown/made-up":
			<-second
		case "method.unknown/long":
			once.Do(func() { close(second) })
		}
		answering(400)(w, r)
	})
	var variants []string
	for _, m := range found.checks["x.bad GET /things"].Misses {
		variants = append(variants, m.Variant)
	}
	if want := []string{"made-up", "long"}; !slices.Equal(variants, want) {
		t.Errorf("want %v, got %v", want, variants)
	}
}

func TestFinishRunsWhatNobodyAwaited(t *testing.T) {
	for _, aside := range []bool{false, true} {
		s := story{requirements: refusesMethods, target: manyCases(), awaitNone: !aside, awaitAside: aside}
		s.config.Window = 2
		found := s.on(t, answering(405))
		if found.end.Counts[report.Passed] != 1000 || len(found.checks) != 1000 {
			t.Errorf("want all passed, got %v", found.end.Counts)
		}
	}
}

// TestWhoeverAwaitsAfterAnInterruptWritesNothingMore is what happens when Ginkgo is interrupted: it abandons the spec that awaits.
func TestWhoeverAwaitsAfterAnInterruptWritesNothingMore(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	var seen counter
	s := story{ctx: ctx, requirements: refusesMethods + sentence("seen", "must", observing), target: manyCases(), awaitAside: true}
	found := s.on(t, func(w http.ResponseWriter, r *http.Request) {
		if caseOf(r) != "control" && seen.add("cases") == 30 {
			interrupt()
		}
		answering(400)(w, r)
	})
	if !found.end.Interrupted || found.end.Counts[report.Errored] < 900 {
		t.Errorf("want the rest errored, got %+v", found.end)
	}
}
