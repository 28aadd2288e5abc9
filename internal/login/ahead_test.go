package login

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-e125e033/conform/internal/exchange"
)

const granted = `
  default: {oauth2: {token_url: /token, basic: {env: ACCOUNT}}}
`

// lasting opens a session whose tokens, token-1 and so on, are said to last so long; clock is what time it is.
func lasting(t *testing.T, credentials, expiresIn string, clock *time.Time) (s *stage, logins *atomic.Int64) {
	t.Helper()
	logins = &atomic.Int64{}
	s = open(t, credentials, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"access_token": "token-%d", "token_type": "Bearer"%s}`, logins.Add(1), expiresIn)
	})
	s.Now = func() time.Time { return *clock }
	if err := s.Fetch(t.Context(), "default"); err != nil {
		t.Fatal(err)
	}
	return s, logins
}

func TestATokenIsFetchedAgainBeforeItRunsOut(t *testing.T) {
	own := "\n  default: {login: {request: POST /x, basic: {env: ACCOUNT}, token: {pointer: /access_token}}}\n"
	elsewhere := "\n  default: {login: {request: POST /x, basic: {env: ACCOUNT}, token: {pointer: /token_type}}}\n"
	for _, test := range []struct {
		name, credentials, expiresIn string
		after                        time.Duration // from when on another is fetched; 0: never
	}{
		{"an hour", granted, `, "expires_in": 3600`, 3570 * time.Second},
		{"a minute, of which a tenth is left", granted, `, "expires_in": 60`, 54 * time.Second},
		{"the shortest time that is believed", granted, `, "expires_in": 10`, 9 * time.Second},
		{"a fraction", granted, `, "expires_in": 59.5`, 53550 * time.Millisecond},
		{"an exponent", granted, `, "expires_in": 6e1`, 54 * time.Second},
		{"a number in quotes", granted, `, "expires_in": "60"`, 54 * time.Second},
		{"a log-in of the API's own that answers like OAuth 2", own, `, "expires_in": 60`, 54 * time.Second},
		{"a log-in whose token is called otherwise", elsewhere, `, "expires_in": 60`, 0},
		{"nothing said", granted, ``, 0},
		{"null", granted, `, "expires_in": null`, 0},
		{"no time at all", granted, `, "expires_in": 0`, 0},
		{"moments, by which tokens would be fetched again and again", granted, `, "expires_in": 9`, 0},
		{"a time that is over", granted, `, "expires_in": -3600`, 0},
		{"a text", granted, `, "expires_in": "soon"`, 0},
		{"a text that a program reads as a number", granted, `, "expires_in": "NaN"`, 0},
		{"without end", granted, `, "expires_in": "Infinity"`, 0},
		{"a list", granted, `, "expires_in": [3600]`, 0},
		{"an instant in place of a time", granted, `, "expires_in": 1767225600`, 0},
		{"a number that nothing holds", granted, `, "expires_in": 1e400`, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			s, logins := lasting(t, test.credentials, test.expiresIn, &clock)
			again := func(at time.Duration) bool {
				clock = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(at)
				_, ticket := s.Bind(s.Target.Credentials["default"].Apply(exchange.Request{Method: "GET", Target: "/base/x"}))
				return s.Ahead(t.Context(), ticket)
			}
			if at := test.after - time.Millisecond; test.after > 0 && again(at) {
				t.Errorf("fetched again after %s", at)
			}
			if at := test.after + 1000*time.Hour*24; test.after == 0 && again(at) {
				t.Errorf("fetched again after %s", at)
			}
			if test.after > 0 && !again(test.after) {
				t.Errorf("not fetched again after %s", test.after)
			}
			want := int64(1)
			if test.after > 0 {
				want = 2
			}
			if logins.Load() != want {
				t.Errorf("%d log-ins, want %d", logins.Load(), want)
			}
		})
	}
}

// Where many requests are to be sent at once, one fetches; and where that fails, the old token goes on until it is refused.
func TestAheadOfTimeOneFetches(t *testing.T) {
	clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s, logins := lasting(t, granted, `, "expires_in": 60`, &clock)
	good := s.Target.Credentials["default"].Apply(exchange.Request{Method: "GET", Target: "/base/x"})
	_, ticket := s.Bind(good)
	clock = clock.Add(time.Minute)
	var group sync.WaitGroup
	for range 32 {
		group.Go(func() { s.Ahead(t.Context(), ticket) })
	}
	group.Wait()
	if n := logins.Load(); n != 2 {
		t.Errorf("%d log-ins, want 2", n)
	}
	if value, _ := s.bound().Fields.Get("Authorization"); value != "Bearer token-2" {
		t.Errorf("got %q", value)
	}

	_, ticket = s.Bind(good)
	s.server.Close()
	clock = clock.Add(time.Minute)
	for range 2 {
		if s.Ahead(t.Context(), ticket) {
			t.Error("there is no other token")
		}
	}
	if value, _ := s.bound().Fields.Get("Authorization"); value != "Bearer token-2" {
		t.Errorf("got %q", value)
	}
	if err := s.Renew(t.Context(), ticket); err == nil {
		t.Error("no error, though the token endpoint is gone")
	}
}
