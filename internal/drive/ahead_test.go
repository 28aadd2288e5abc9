package drive_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/login"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/suites"
)

// loggingIn returns the story with tokens that are fetched by its clock.
func (s story) loggingIn(t *testing.T, now func() time.Time) story {
	t.Helper()
	tokens := &login.Session{} // of a target that is not known yet
	s.config.Tokens = tokens
	s.change = func(plan *suites.Plan) {
		client, err := exchange.NewClient(exchange.Config{Target: plan.Target.URL})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(client.Close)
		*tokens = *login.New(login.Config{
			Target: plan.Target, Client: client, Secrets: report.NewRedactor(), Now: now,
			Record: func(string, *exchange.Exchange) {},
		})
	}
	return s
}

// The clock goes on by five seconds with every request, and a token is good for a minute.
func TestNoRequestIsSentWithATokenThatHasRunOut(t *testing.T) {
	began := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var requests, given, refused atomic.Int64
	now := func() time.Time { return began.Add(time.Duration(requests.Load()) * 5 * time.Second) }
	var until time.Time // of the token that was given last
	api := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"access_token": "token-%d", "token_type": "Bearer", "expires_in": 60}`, given.Add(1))
			until = now().Add(time.Minute)
			return
		}
		requests.Add(1)
		switch {
		case r.Header.Get("Authorization") != fmt.Sprintf("Bearer token-%d", given.Load()), now().After(until):
			refused.Add(1)
			w.WriteHeader(http.StatusUnauthorized)
		case strings.HasPrefix(caseOf(r), "method.unknown"):
			w.WriteHeader(http.StatusMethodNotAllowed)
		}
	}
	var operations strings.Builder
	for i := range 10 {
		fmt.Fprintf(&operations, "  - {id: get-%d, request: GET /things/%d}\n", i, i)
	}
	s := story{
		requirements: refusesMethods,
		target:       "credentials: {default: {oauth2: {token_url: /token, basic: {env: CLIENT}}}}\noperations:\n" + operations.String(),
	}
	s.config.Concurrency = 1
	found := s.loggingIn(t, now).on(t, api)
	for name := range found.checks {
		found.verdict(t, name, report.Passed, "")
	}
	if refused.Load() > 0 || given.Load() < 3 || len(found.checks) != 10 {
		t.Errorf("%d checks, %d requests with %d tokens, of which %d were refused", len(found.checks), requests.Load(), given.Load(), refused.Load())
	}
}

// Of an operation that is not tried, but makes what others ask for, the credential is fetched all the same.
func TestWhatMakesThingsIsLoggedInFor(t *testing.T) {
	shop := &shop{on: func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case r.URL.Path == "/token":
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"access_token": "the-maker", "token_type": "Bearer"}`)
		case r.Method == "POST" && r.Header.Get("Authorization") != "Bearer the-maker":
			w.WriteHeader(http.StatusUnauthorized)
		default:
			return false
		}
		return true
	}}
	s := story{requirements: refusesMethods, options: suites.Options{Operations: []string{"get"}}}
	s.target = "credentials: {maker: {oauth2: {token_url: /token, basic: {env: CLIENT}}}}\n" +
		strings.Replace(withThing, "    unique: [/name]\n", "    unique: [/name]\n    credential: maker\n", 1)
	s.loggingIn(t, time.Now).on(t, shop.serve).verdict(t, "x.bad GET /things/{id}", report.Passed, "")
}
