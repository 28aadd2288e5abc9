package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/seed-e125e033/conform/internal/report"
)

// sessions is an API that is logged in to: its tokens die after a number of requests.
type sessions struct {
	uses int // of a token; 0: any number

	mu      sync.Mutex
	account string         // the only one that may log in
	live    map[string]int // by token: requests so far
	logins  int
	ended   int
	seen    []string // methods and paths
	each    func(requests int)
}

func (s *sessions) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, r.Method+" "+r.URL.Path)
	if s.each != nil {
		s.each(len(s.seen))
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Echo", r.Header.Get("Authorization")) // so that a secret that is not taken out stands in the run log
	const login = "/api/databases/Con%20tacts/sessions"
	switch path := r.URL.EscapedPath(); {
	case path == login && r.Method == http.MethodPost:
		if user, password, _ := r.BasicAuth(); user+":"+password != s.account {
			s.refuse(w, http.StatusUnauthorized)
			return
		}
		s.logins++
		token := fmt.Sprintf("token/%d+canary", s.logins)
		s.live[token] = 0
		w.Header().Set("X-Session", token)
		json.NewEncoder(w).Encode(map[string]any{"response": map[string]string{"token": token}})
	case path == "/oauth/token" || path == "/api/oauth/token":
		s.logins++
		token := fmt.Sprintf("token.%d.canary", s.logins)
		s.live[token] = 0
		json.NewEncoder(w).Encode(map[string]string{"access_token": token, "token_type": "Bearer"})
	case strings.HasPrefix(r.URL.Path, "/api/databases/Con tacts/sessions/") && r.Method == http.MethodDelete:
		token := strings.TrimPrefix(r.URL.Path, "/api/databases/Con tacts/sessions/")
		if _, ok := s.live[token]; !ok {
			s.refuse(w, http.StatusUnauthorized)
			return
		}
		delete(s.live, token)
		s.ended++
	default:
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		used, ok := s.live[token]
		if s.live[token]++; s.uses > 0 && used >= s.uses {
			ok = false
		}
		if !ok {
			delete(s.live, token)
			s.refuse(w, http.StatusUnauthorized)
			return
		}
		if r.URL.Path != "/api/records/7" {
			s.refuse(w, http.StatusNotFound)
			return
		}
		io.WriteString(w, `{}`)
	}
}

func (s *sessions) refuse(w http.ResponseWriter, status int) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"error":"%d"}`, status)
}

const loginContract = `
contract: sessions
version: 1.0.0
title: An API with sessions
source: https://sessions.example.com/errors
formats:
  error: {media_type: application/json}
always: {format: error}
requirements:
  - {id: no-token, level: must, basis: documented, says: answers 401 to a call without a token, source: "401", probes: [credentials.missing], expect: {status: [401]}}
  - {id: bad-token, level: must, basis: documented, says: answers 401 to a call with a bad token, source: "401", probes: [credentials.garbage, credentials.malformed, credentials.wrong-scheme], expect: {status: [401]}}
  - {id: unknown-record, level: must, basis: documented, says: answers 404 to a record that does not exist, source: "404", probes: [identifier.unknown, route.unknown], expect: {status: [404]}}
  - {id: malformed-record, level: must, basis: documented, says: answers 404 to what is no record, source: "404", probes: [identifier.malformed], expect: {status: [404]}}
operations:
  - id: get-record
    request: GET /records/{record}
    params: {record: {format: integer}}
`

const loginSaid = `
login:
  request: POST /databases/{database}/sessions
  headers: {Content-Type: application/json}
  body: {}
  token: {header: X-Session}
  logout: DELETE /databases/{database}/sessions/{token}
`

// conform runs the command against an API, with a contract and perhaps a conform.yaml in a folder of its own.
func conformWith(t *testing.T, ctx context.Context, api http.Handler, contract, file string, flags ...string) (code int, stdout, stderr, log string) {
	t.Helper()
	folder := t.TempDir()
	server := httptest.NewServer(api)
	defer server.Close()
	path := filepath.Join(folder, "sessions.yaml")
	if err := os.WriteFile(path, []byte(contract), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"--target", server.URL + "/api", "--contract", path, "--set", "record=7", "--report-dir", filepath.Join(folder, "reports")}
	if file != "" {
		config := filepath.Join(folder, "conform.yaml")
		if err := os.WriteFile(config, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--config", config)
	}
	var out, errs bytes.Buffer
	lookup := func(name string) (string, bool) {
		value, ok := map[string]string{"LOGIN": "ann:pass word canary", "WRONG": "ann:wrong canary"}[name]
		return value, ok
	}
	code = run(ctx, append(args, flags...), door{stdout: &out, stderr: &errs, lookup: lookup})
	written, err := os.ReadFile(filepath.Join(folder, "reports", "run.ndjson"))
	if err != nil && code != calledWrongly && !strings.Contains(out.String(), "nothing was sent") {
		t.Error(err)
	}
	junit, _ := os.ReadFile(filepath.Join(folder, "reports", "junit.xml"))
	for _, text := range []string{out.String(), errs.String(), string(written), string(junit)} {
		if strings.Contains(strings.ReplaceAll(text, "token.%d.canary", ""), "canary") {
			t.Errorf("a secret was written:\n%s", text)
		}
	}
	return code, out.String(), errs.String(), string(written)
}

func newSessions(uses int) *sessions {
	return &sessions{uses: uses, account: "ann:pass word canary", live: map[string]int{}}
}

func TestContractLogsIn(t *testing.T) {
	api := newSessions(0)
	code, stdout, stderr, log := conformWith(t, t.Context(), api, loginContract+loginSaid, "", "--set", "database=Con tacts", "--basic-env", "LOGIN")
	if code != conforms {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	if !strings.Contains(stderr, "logging in by POST /databases/Con%20tacts/sessions, as contract sessions says") {
		t.Errorf("standard error does not tell of the log-in:\n%s", stderr)
	}
	if api.logins != 1 || api.ended != 1 || len(api.live) != 0 {
		t.Errorf("%d log-ins, %d log-outs, %d sessions left; want 1, 1, 0", api.logins, api.ended, len(api.live))
	}
	if first := api.seen[0]; first != "POST /api/databases/Con tacts/sessions" {
		t.Errorf("the first request is %s, want the log-in", first)
	}
	if last := api.seen[len(api.seen)-1]; last != "DELETE /api/databases/Con tacts/sessions/token/1+canary" {
		t.Errorf("the last request is %s, want the log-out", last)
	}
	for _, name := range []string{"login/default", "logout/default"} {
		if !strings.Contains(log, `"case":"`+name+`"`) {
			t.Errorf("the run log has no %s", name)
		}
	}
}

func TestLoginInTheFileTakesTheRequestFromTheContract(t *testing.T) {
	api := newSessions(0)
	file := "version: 1\ncredentials:\n  default: {login: {basic: {env: LOGIN}}}\n"
	code, stdout, stderr, _ := conformWith(t, t.Context(), api, loginContract+loginSaid, file, "--set", "database=Con tacts")
	if code != conforms || api.logins != 1 {
		t.Errorf("exit code %d, %d log-ins\n%s%s", code, api.logins, stdout, stderr)
	}
}

func TestTokenURLFlagUsesOAuth2(t *testing.T) {
	elsewhere := newSessions(0)
	server := httptest.NewServer(elsewhere)
	defer server.Close()
	for _, at := range []string{"/oauth/token", server.URL + "/oauth/token"} {
		api := newSessions(0)
		api.live["token.1.canary"] = 0 // what the other server gives
		code, stdout, stderr, _ := conformWith(t, t.Context(), api, loginContract, "", "--basic-env", "LOGIN", "--token-url", at)
		if code != conforms || api.logins+elsewhere.logins != 1 {
			t.Errorf("%s: exit code %d, log-ins %d and %d\n%s%s", at, code, api.logins, elsewhere.logins, stdout, stderr)
		}
	}
}

// TestTokenThatRunsOutIsFetchedAgain has tokens die every few requests, so that both controls and cases are refused, by several
// workers at once.
func TestTokenThatRunsOutIsFetchedAgain(t *testing.T) {
	for _, concurrency := range []string{"1", "16"} {
		for _, uses := range []int{2, 3, 5} {
			api := newSessions(uses)
			code, stdout, stderr, log := conformWith(t, t.Context(), api, loginContract+loginSaid, "", "--set", "database=Con tacts", "--basic-env", "LOGIN", "--concurrency", concurrency)
			if concurrency == "1" && code != conforms {
				t.Errorf("%d uses: exit code %d\n%s%s", uses, code, stdout, stderr)
			}
			if code == doesNotConform {
				t.Errorf("%d uses, %s at once: a token that ran out is told as a failure\n%s", uses, concurrency, stdout)
			}
			refused := 0
			for _, line := range strings.Split(log, "\n") {
				var r report.Record
				if json.Unmarshal([]byte(line), &r) == nil && r.Exchange != nil && r.Exchange.Case == "get-record/identifier.unknown/record" && r.Exchange.Answer.Status == 401 {
					refused++
				}
			}
			if api.logins < 2 || refused > 3 {
				t.Errorf("%d uses: %d log-ins, a case refused %d times", uses, api.logins, refused)
			}
		}
	}
}

func TestManyWorkersLogInOnce(t *testing.T) {
	api := newSessions(0)
	requests := 0
	api.each = func(n int) {
		if requests = n; n == 8 {
			clear(api.live) // the target forgets every session at once
		}
	}
	code, stdout, stderr, _ := conformWith(t, t.Context(), api, loginContract+loginSaid, "", "--set", "database=Con tacts", "--basic-env", "LOGIN", "--concurrency", "16")
	if code != conforms || api.logins != 2 {
		t.Errorf("exit code %d, %d log-ins, want 2; %d requests\n%s%s", code, api.logins, requests, stdout, stderr)
	}
}

func TestRefusedLoginIsNoVerdict(t *testing.T) {
	api := newSessions(0)
	code, stdout, stderr, log := conformWith(t, t.Context(), api, loginContract+loginSaid, "", "--set", "database=Con tacts", "--basic-env", "WRONG")
	if code != noVerdict {
		t.Errorf("exit code %d, want %d\n%s%s", code, noVerdict, stdout, stderr)
	}
	const want = `credential "default": logging in by POST /databases/Con%20tacts/sessions failed: HTTP/1.1 401 Unauthorized, application/json: {"error":"401"}; is the secret in $WRONG right?`
	if !strings.Contains(stdout, want) {
		t.Errorf("want %s in\n%s", want, stdout)
	}
	if !slices.Equal(api.seen, []string{"POST /api/databases/Con tacts/sessions"}) {
		t.Errorf("more than the log-in was sent: %q", api.seen)
	}
	if !strings.Contains(log, `"case":"login/default"`) {
		t.Error("the log-in does not stand in the run log")
	}
}

func TestLoginThatFailsLaterEndsTheRun(t *testing.T) {
	api := newSessions(3)
	api.each = func(int) {
		if api.logins == 2 {
			api.account = "nobody:else"
		}
	}
	code, stdout, _, _ := conformWith(t, t.Context(), api, loginContract+loginSaid, "", "--set", "database=Con tacts", "--basic-env", "LOGIN", "--concurrency", "1")
	if code != noVerdict || !strings.Contains(stdout, `credential "default": its token is refused, and logging in by POST `) {
		t.Errorf("exit code %d\n%s", code, stdout)
	}
	refused := 0
	for _, seen := range api.seen {
		if seen == "POST /api/databases/Con tacts/sessions" {
			refused++
		}
	}
	if refused != 3 {
		t.Errorf("%d log-ins were tried, want 3: a refused one is not repeated", refused)
	}
}

func TestInterruptedRunLogsOut(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	api := newSessions(0)
	api.each = func(requests int) {
		if requests == 6 {
			interrupt()
		}
	}
	code, stdout, stderr, _ := conformWith(t, ctx, api, loginContract+loginSaid, "", "--set", "database=Con tacts", "--basic-env", "LOGIN", "--concurrency", "1")
	if code != noVerdict || api.ended != 1 || len(api.live) != 0 {
		t.Errorf("exit code %d, %d log-outs\n%s%s", code, api.ended, stdout, stderr)
	}
}

func TestDryRunDoesNotLogIn(t *testing.T) {
	api := newSessions(0)
	code, stdout, stderr, _ := conformWith(t, t.Context(), api, loginContract+loginSaid, "", "--set", "database=Con tacts", "--basic-env", "NOT_SET", "--dry-run")
	if code != conforms || len(api.seen) != 0 {
		t.Errorf("exit code %d, sent %q\n%s%s", code, api.seen, stdout, stderr)
	}
}

func TestLoginMistakesAreTold(t *testing.T) {
	tests := []struct {
		name, contract, file string
		flags                []string
		want                 string
	}{
		{
			"a variable without a value", loginContract + loginSaid, "", []string{"--basic-env", "LOGIN"},
			`conform: credential "default": logging in needs a value for {database}: give --set database=VALUE`,
		},
		{
			"a secret that is not there", loginContract + loginSaid, "", []string{"--basic-env", "NOT_SET", "--set", "database=x"},
			`conform: credential "default": environment variable NOT_SET is not set: export NOT_SET=...`,
		},
		{
			"a token URL without a client", loginContract, "", []string{"--token-url", "/t"},
			"conform: --token-url is given without client_id:client_secret: name the environment variable that has them by --basic-env",
		},
		{
			"a token URL that is none", loginContract, "", []string{"--token-url", "t", "--basic-env", "LOGIN"},
			"conform: --token-url is neither a path such as /oauth2/token nor a URL such as https://auth.example.com/oauth2/token",
		},
		{
			"an expired password where tokens are fetched", loginContract + loginSaid, "",
			[]string{"--basic-env", "LOGIN", "--expired-basic-env", "LOGIN", "--set", "database=x"},
			"conform: --expired-basic-env gives a password, but requests carry a token that is fetched with one: give an expired token, by --expired-bearer-env",
		},
		{
			"a log-in that nobody describes", loginContract, "version: 1\ncredentials:\n  default: {login: {basic: {env: LOGIN}}}\n", nil,
			`conform.yaml:3:13: credential "default": no contract says how to log in: give the request, such as request: POST /sessions`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			api := newSessions(0)
			code, _, stderr, _ := conformWith(t, t.Context(), api, tt.contract, tt.file, tt.flags...)
			if code != calledWrongly || !strings.Contains(stderr, tt.want) || strings.Count(stderr, "\n") != 1 || len(api.seen) != 0 {
				t.Errorf("exit code %d, sent %q, standard error\n%s", code, api.seen, stderr)
			}
		})
	}
}
