package drive_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed-e125e033/conform/internal/report"
)

const twoThings = `
operations:
  - {id: list, request: GET /things}
  - {id: other, request: GET /others}
`

func TestARefusedControlMakesItsChecksErroredAndNothingMoreIsSent(t *testing.T) {
	found := story{requirements: refusesMethods, target: twoThings}.on(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/things":
			w.WriteHeader(http.StatusUnauthorized)
		default:
			answering(405)(w, r)
		}
	})
	found.verdict(t, "x.bad GET /things", report.Errored, "its control was refused: HTTP/1.1 401 Unauthorized, no content (give a credential")
	found.verdict(t, "x.bad GET /others", report.Passed, "")
	if n := found.sent("list/"); n != 1 {
		t.Errorf("want the control alone, got %d requests", n)
	}
	if found.end.Dead != "" || found.end.Interrupted {
		t.Errorf("the target answers, and yet the run ended early: %+v", found.end)
	}
}

func TestAControlThatRedirectsIsRefusedWithAHint(t *testing.T) {
	found := story{requirements: refusesMethods, target: things}.on(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/elsewhere", http.StatusMovedPermanently)
	})
	found.verdict(t, "x.bad GET /things", report.Errored, "redirects are not followed: give the final URL")
}

func TestAControlWithoutAnAnswerMakesOnlyItsOwnChecksErrored(t *testing.T) {
	found := story{requirements: refusesMethods, target: twoThings}.on(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/things" {
			panic(http.ErrAbortHandler)
		}
		answering(405)(w, r)
	})
	found.verdict(t, "x.bad GET /things", report.Errored, "its control got no answer: closed")
	found.verdict(t, "x.bad GET /others", report.Passed, "")
	if n := found.sent("list/"); n != 3 {
		t.Errorf("want the control three times, got %d requests", n)
	}
}

func TestAnUnreachableTargetIsToldByOneRequest(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	tests := []struct{ name, target string }{
		{"operations that read", twoThings},
		{"operations that take values", withThing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := story{requirements: refusesMethods, target: tt.target}.at(t, "http://"+listener.Addr().String())
			if len(found.exchanges) != 1 {
				t.Errorf("want one exchange, got %d", len(found.exchanges))
			}
			if !strings.HasPrefix(found.end.Dead, "the target gives no answer: refused") {
				t.Errorf("want the run given up, got %+v", found.end)
			}
			for _, name := range found.order {
				found.verdict(t, name, report.Errored, "")
			}
		})
	}
}

func TestATargetThatAnswersNoControlIsGivenUpAfterThreeOperations(t *testing.T) {
	target := "operations:\n"
	for _, id := range strings.Split("abcdefgh", "") {
		target += "  - {id: " + id + ", request: POST /" + id + "}\n"
	}
	found := story{requirements: refusesMethods, target: target}.on(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if len(found.exchanges) != 3 || found.end.Dead == "" {
		t.Errorf("want the run given up after three controls, got %d and %+v", len(found.exchanges), found.end)
	}
}

// TestASurprisingStatusIsMadeSureOf has every case answered with a status that is not the one expected: it counts only
// while the control still works.
func TestASurprisingStatusIsMadeSureOf(t *testing.T) {
	for _, status := range []int{401, 500} {
		for _, broken := range []bool{false, true} {
			var controls atomic.Int64
			found := story{requirements: refusesMethods, target: things}.on(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case caseOf(r) != "control":
					w.WriteHeader(status)
				case controls.Add(1) > 1 && broken:
					w.WriteHeader(status)
				}
			})
			if broken {
				found.verdict(t, "x.bad GET /things", report.Errored, "but afterwards the control of list is refused too: HTTP/1.1")
			} else {
				found.verdict(t, "x.bad GET /things", report.Failed, "")
			}
			if controls.Load() < 2 {
				t.Errorf("status %d: the control was not sent again", status)
			}
		}
	}
}

func TestAStatusThatIsNoSurpriseIsNotMadeSureOf(t *testing.T) {
	found := story{requirements: refusesMethods, target: things}.on(t, answering(400))
	found.verdict(t, "x.bad GET /things", report.Failed, "")
	if n := found.sent("list/control"); n != 1 {
		t.Errorf("want the control once, got %d", n)
	}
}

func TestAnAnswerThatSaysTheRequestWasNotLookedAtProvesNothing(t *testing.T) {
	const ownFormat = "formats:\n  error: {media_type: application/json}\n"
	tests := []struct {
		name, formats, expect string
		answer                http.HandlerFunc
		want                  report.Verdict
		reason                string
	}{
		{"429 after waiting as told", "", "expect: {status: [405]}", limited, report.Errored, "the target answered 429: give a lower --rate"},
		{"503 where no format tells the API from a gateway", "", "expect: {status: [405]}", page(503), report.Errored, "a gateway seems to have answered"},
		{"502 in another format", ownFormat, "expect: {status: [405], format: error}", page(502), report.Errored, "a gateway seems to have answered"},
		{"504 in the API's own format", ownFormat, "expect: {status: [405], format: error}", own(504), report.Failed, ""},
		{"503 that was asked for, in another format", ownFormat, "expect: {status: [503], format: error}", page(503), report.Failed, ""},
		{"503 that was observed, in another format", ownFormat, "observed: {status: [5xx]}, expect: {format: error}", page(503), report.Errored, "a gateway"},
		{"500 that was observed, in another format", ownFormat, "observed: {status: [5xx]}, expect: {format: error}", page(500), report.Failed, ""},
		{"503 that was observed, and lacks a header", "", "observed: {status: [5xx]}, expect: {headers: {X-Id: present}}", page(503), report.Failed, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := story{formats: tt.formats, requirements: sentence("bad", "must", "probes: [method.unknown], "+tt.expect), target: things}.
				on(t, func(w http.ResponseWriter, r *http.Request) {
					if caseOf(r) != "control" {
						tt.answer(w, r)
					}
				})
			c := found.verdict(t, "x.bad GET /things", tt.want, tt.reason)
			if c.Cases != 2 || len(c.Misses) != 2 {
				t.Errorf("want 2 cases and misses, got %d and %d", c.Cases, len(c.Misses))
			}
		})
	}
}

func limited(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Retry-After", "0")
	w.WriteHeader(http.StatusTooManyRequests)
}

func page(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = w.Write([]byte("<h1>no</h1>"))
	}
}

func own(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte("{}"))
	}
}

func TestA429IsWaitedOut(t *testing.T) {
	var seen counter
	found := story{requirements: refusesMethods, target: things}.on(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case caseOf(r) == "control":
		case seen.add(caseOf(r)) == 1:
			limited(w, r)
		default:
			w.WriteHeader(http.StatusMethodNotAllowed)
		}
	})
	found.verdict(t, "x.bad GET /things", report.Passed, "")
	for _, e := range found.exchanges {
		if strings.Contains(e.Case, "method.unknown") && (len(e.Attempts) != 1 || e.Attempts[0].Status != 429) {
			t.Errorf("%s: want the 429 recorded, got %+v", e.Case, e.Attempts)
		}
	}
}

func TestA401OfTheWholeTargetProvesNothingWhileEveryControlIsRefused(t *testing.T) {
	found := story{requirements: sentence("bad", "must", "probes: [route.unknown, method.unknown], expect: {status: [404]}"), target: things}.
		on(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	found.verdict(t, "x.bad (any path)", report.Errored, "the credential may be missing or wrong: list: its control was refused")
}

func TestTheControlOfAnotherOperationStandsForOneThatWrites(t *testing.T) {
	found := story{requirements: refusesMethods, target: `
operations:
  - {id: create, request: POST /things}
  - {id: list, request: GET /things}
`}.on(t, answering(500))
	found.verdict(t, "x.bad POST /things", report.Failed, "")
	if n := found.sent("create/control"); n != 1 {
		t.Errorf("want the creation's control once, got %d", n)
	}
}

func TestControlsOfOperationsThatReadRunSideBySide(t *testing.T) {
	target := "operations:\n"
	for _, id := range strings.Split("abcd", "") {
		target += "  - {id: " + id + ", request: GET /" + id + "}\n"
	}
	meet := newMeeting(3) // the first control goes alone
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if caseOf(r) != "control" {
			w.WriteHeader(http.StatusMethodNotAllowed)
		} else if r.URL.Path != "/a" {
			meet.wait(t)
		}
	}))
	defer server.Close()
	found := story{requirements: refusesMethods, target: target}.at(t, server.URL)
	found.verdict(t, "x.bad GET /d", report.Passed, "")
}

func TestTheFirstAnswerLetsTheControlsOfOtherLanesGo(t *testing.T) {
	meet := newMeeting(2) // the second control of the first lane, and that of another
	found := story{requirements: refusesMethods, target: `
operations:
  - {id: make, request: POST /things, body: {}}
  - {id: replace, request: PUT /things/1, body: {}}
  - {id: buy, request: POST /orders, body: {}}
`}.on(t, func(w http.ResponseWriter, r *http.Request) {
		if caseOf(r) != "control" {
			w.WriteHeader(http.StatusMethodNotAllowed)
		} else if r.URL.Path != "/things" {
			meet.wait(t)
		}
	})
	found.verdict(t, "x.bad PUT /things/1", report.Passed, "")
}
