package login

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/target"
)

// Secrets of the tests. Some have letters that every encoding changes.
const (
	account = "ann:pa ss/wörd+"
	tokened = "tok+en/with=letters.0123456789"
)

// stage is a session against a handler, and what it wrote.
type stage struct {
	*Session
	server *httptest.Server
	log    *report.Log
	out    *bytes.Buffer
}

// open loads the credentials of a target file, resolves their secrets and returns a session for a target at /base.
func open(t *testing.T, credentials string, handler http.HandlerFunc) *stage {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	loaded, err := target.Load("conform.yaml", []byte("version: 1\ntarget: "+server.URL+"/base\ncredentials:\n"+credentials), target.Options{Variables: target.NewVariables(nil)})
	if err != nil {
		t.Fatal(err)
	}
	lookup := func(name string) (string, bool) {
		value, ok := map[string]string{"ACCOUNT": account, "PASSWORD": "pa ss/wörd+"}[name]
		return value, ok
	}
	if err := loaded.CompleteLogins(nil); err != nil {
		t.Fatal(err)
	}
	if err := loaded.Resolve(context.Background(), lookup); err != nil {
		t.Fatal(err)
	}
	config := exchange.Config{Target: loaded.URL, Timeout: 2 * time.Second, MaxBody: 64 << 10}
	client, err := exchange.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	s := &stage{server: server, out: &bytes.Buffer{}}
	secrets := report.NewRedactor()
	for _, c := range loaded.Credentials {
		for _, secret := range c.Secrets() {
			secrets.Add(report.Secret{Value: secret.Value, Shell: secret.Shell, Kind: string(secret.Kind)})
		}
	}
	s.log = report.NewLog(s.out, secrets)
	s.Session = New(Config{
		Target: loaded, Client: client,
		Dial: func(at *url.URL) (*exchange.Client, error) {
			config.Target = at
			return exchange.NewClient(config)
		},
		Record:  func(name string, ex *exchange.Exchange) { s.log.Exchange(name, ex) },
		Secrets: secrets,
		Agent:   "conform/test",
	})
	return s
}

// written returns the run log so far, ended.
func (s *stage) written(t *testing.T) string {
	t.Helper()
	if _, err := s.log.End(report.End{}); err != nil {
		t.Fatal(err)
	}
	return s.out.String()
}

// bound returns a good request of the default credential as it goes out.
func (s *stage) bound() exchange.Request {
	r, _ := s.Bind(s.Target.Credentials["default"].Apply(exchange.Request{Method: "GET", Target: "/base/x"}))
	return r
}

const fileMaker = `
  default:
    login:
      request: POST /databases/Contacts/sessions
      basic: {env: ACCOUNT}
      headers: {Content-Type: application/json}
      body: {}
      token: {header: X-FM-Data-Access-Token}
      logout: DELETE /databases/Contacts/sessions/{token}
`

func TestLoginFetchesTheTokenAndLogsOut(t *testing.T) {
	var seen []string
	s := open(t, fileMaker, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		user, password, _ := r.BasicAuth()
		seen = append(seen, fmt.Sprint(r.Method, " ", r.URL.Path, " ", user, ":", password, " ", r.Header.Get("Content-Type"), " ", string(body), " ", r.Header.Get("User-Agent")))
		if r.Method == "POST" {
			w.Header().Set("X-FM-Data-Access-Token", tokened)
			fmt.Fprintf(w, `{"response":{"token":%q},"messages":[]}`, tokened)
		}
	})
	if err := s.Fetch(context.Background(), "default"); err != nil {
		t.Fatal(err)
	}
	authorization, _ := s.bound().Fields.Get("Authorization")
	if want := "Bearer " + tokened; authorization != want {
		t.Errorf("Authorization is %q, want %q", authorization, want)
	}
	if left := s.End(); left != nil {
		t.Errorf("left: %q", left)
	}
	want := []string{
		"POST /base/databases/Contacts/sessions " + account + " application/json {} conform/test",
		"DELETE /base/databases/Contacts/sessions/" + tokened + " :   conform/test",
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
	written := s.written(t)
	for _, name := range []string{`"login/default"`, `"logout/default"`} {
		if !strings.Contains(written, name) {
			t.Errorf("the run log has no exchange %s", name)
		}
	}
}

func TestTokenIsFoundAndUsedAsSaid(t *testing.T) {
	login := func(rest string) string {
		return "\n  default:\n    login:\n      request: POST /in\n      basic: {env: ACCOUNT}\n" + rest
	}
	tests := []struct {
		name, credentials string
		handler           http.HandlerFunc
		target            string
		field, value      string
	}{
		{
			"in the body, as a cookie", login("      token: {pointer: /a/0/token}\n      use: {cookie: session}\n"),
			func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"a":[{"token":"t-0123456789"}]}`) },
			"/base/x", "Cookie", "session=t-0123456789",
		},
		{
			"a number, in a header field", login("      token: {pointer: /id}\n      use: {header: X-Session}\n"),
			func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"id":123456}`) },
			"/base/x", "X-Session", "123456",
		},
		{
			"in a query parameter, percent-encoded", login("      token: {pointer: /token}\n      use: {query: key}\n"),
			func(w http.ResponseWriter, _ *http.Request) {
				json.NewEncoder(w).Encode(map[string]string{"token": tokened})
			},
			"/base/x?key=tok%2Ben%2Fwith%3Dletters.0123456789", "", "",
		},
		{
			"by a password within the body", `
  default:
    login:
      request: POST /in
      body: {user: ann, list: [""], password: ""}
      secrets: {/password: {env: PASSWORD}, /list/0: {env: PASSWORD}}
      token: {pointer: /token}
`,
			func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if string(body) == `{"list":["pa ss/wörd+"],"password":"pa ss/wörd+","user":"ann"}` && r.Header.Get("Content-Type") == "application/json" {
					io.WriteString(w, `{"token":"t-0123456789"}`)
				}
			},
			"/base/x", "Authorization", "Bearer t-0123456789",
		},
		{
			"by OAuth 2, client id and secret form-encoded in the header", "\n  default: {oauth2: {token_url: /oauth2/token, basic: {env: ACCOUNT}, scopes: [a, b], audience: x, params: {more: 1}}}\n",
			func(w http.ResponseWriter, r *http.Request) {
				user, password, _ := r.BasicAuth()
				if r.ParseForm(); r.URL.Path == "/base/oauth2/token" && user == "ann" && password == url.QueryEscape("pa ss/wörd+") &&
					r.PostForm.Encode() == "audience=x&grant_type=client_credentials&more=1&scope=a+b" {
					w.Header().Set("Content-Type", "application/json")
					io.WriteString(w, `{"access_token":"t-0123456789","token_type":"bearer","expires_in":3600}`)
				}
			},
			"/base/x", "Authorization", "Bearer t-0123456789",
		},
		{
			"by OAuth 2, client id and secret in the body", "\n  default: {oauth2: {token_url: /oauth2/token, basic: {env: ACCOUNT}, style: body, use: {header: X-Token}}}\n",
			func(w http.ResponseWriter, r *http.Request) {
				if r.ParseForm(); r.PostForm.Get("client_id") == "ann" && r.PostForm.Get("client_secret") == "pa ss/wörd+" && r.Header.Get("Authorization") == "" {
					w.Header().Set("Content-Type", "application/json")
					io.WriteString(w, `{"access_token":"t-0123456789","token_type":"special"}`)
				}
			},
			"/base/x", "X-Token", "t-0123456789",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t, tt.credentials, tt.handler)
			if err := s.Fetch(context.Background(), "default"); err != nil {
				t.Fatal(err)
			}
			r := s.bound()
			if r.Target != tt.target {
				t.Errorf("target %q, want %q", r.Target, tt.target)
			}
			if value, _ := r.Fields.Get(tt.field); value != tt.value {
				t.Errorf("%s is %q, want %q", tt.field, value, tt.value)
			}
		})
	}
}

func TestTokenEndpointElsewhere(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer"}`, "from"+r.URL.RequestURI())
	}))
	defer elsewhere.Close()
	s := open(t, "\n  default: {oauth2: {token_url: '"+elsewhere.URL+"/t?tenant=1', basic: {env: ACCOUNT}}}\n", func(http.ResponseWriter, *http.Request) {
		t.Error("the target was asked for a token")
	})
	if err := s.Fetch(context.Background(), "default"); err != nil {
		t.Fatal(err)
	}
	if value, _ := s.bound().Fields.Get("Authorization"); value != "Bearer from/t?tenant=1" {
		t.Errorf("got %q", value)
	}
}

// TestSecretsAreNeverWritten has a target that repeats every secret wherever it can.
func TestSecretsAreNeverWritten(t *testing.T) {
	const renew, cookie = "renewing-secret-0123456789", "cookie-secret-0123456789"
	for _, credentials := range []string{
		fileMaker,
		"\n  default: {oauth2: {token_url: /t, basic: {env: ACCOUNT}, use: {query: key}}}\n",
		"\n  default: {oauth2: {token_url: /t, basic: {env: ACCOUNT}, style: body}}\n",
	} {
		s := open(t, credentials, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("X-FM-Data-Access-Token", tokened)
			w.Header().Set("Set-Cookie", "sid="+cookie+"; Path=/")
			w.Header().Set("X-Echo", r.Header.Get("Authorization"))
			w.Header().Set("X-Path", r.URL.EscapedPath())
			json.NewEncoder(w).Encode(map[string]string{
				"access_token": tokened, "refresh_token": renew, "token_type": "Bearer", "echo": string(body), "cookie": cookie,
			})
		})
		if err := s.Fetch(context.Background(), "default"); err != nil {
			t.Fatal(err)
		}
		ex := s.Client.Send(context.Background(), s.bound(), exchange.Options{})
		s.Record("case", ex)
		s.End()
		written := s.written(t) + report.Excerpt(ex, s.Secrets) + report.Curl(s.Target.URL, ex.Request, s.Secrets, report.TLSFiles{})
		for _, secret := range []string{
			tokened, url.QueryEscape(tokened), url.PathEscape(tokened), renew, cookie, account, "pa ss/wörd+", url.QueryEscape("pa ss/wörd+"),
			"YW5uOnBhIHNz", "YW5uOnBhK3Nz", // the beginnings of both, base64
		} {
			if strings.Contains(written, secret) {
				t.Errorf("%q was written:\n%s", secret, written)
			}
		}
		if !strings.Contains(written, "${TOKEN:?it comes from POST ") {
			t.Errorf("the shell line does not say where the token comes from: %s", report.Curl(s.Target.URL, ex.Request, s.Secrets, report.TLSFiles{}))
		}
	}
}

func TestTokensOfThePlansOwnLoginsAreLearnt(t *testing.T) {
	s := open(t, fileMaker, nil)
	answer := func(token string) *exchange.Exchange {
		return &exchange.Exchange{
			Request: exchange.Request{Method: "POST", Target: "/base/databases/Contacts/sessions?x=1"},
			Answer:  &exchange.Answer{Proto: "HTTP/1.1", Status: 200, Fields: exchange.Fields{{Name: "X-FM-Data-Access-Token", Value: token}}},
		}
	}
	s.Learn(answer("0123456789"))
	other := answer("9876543210")
	other.Request.Target = "/base/other"
	s.Learn(other)
	if got := s.Secrets.String("0123456789 9876543210"); got != "[redacted] 9876543210" {
		t.Errorf("got %q", got)
	}
}

func TestRefusedTokenIsFetchedOnceForAll(t *testing.T) {
	var logins atomic.Int64
	s := open(t, fileMaker, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-FM-Data-Access-Token", fmt.Sprintf("token-%d", logins.Add(1)))
	})
	if err := s.Fetch(context.Background(), "default"); err != nil {
		t.Fatal(err)
	}
	good := s.Target.Credentials["default"].Apply(exchange.Request{Method: "GET", Target: "/base/x"})
	with := func(status int) *exchange.Exchange {
		return &exchange.Exchange{Answer: &exchange.Answer{Status: status}}
	}
	_, ticket := s.Bind(good)
	if !ticket.Answered(with(401)) || ticket.Outdated() {
		t.Error("a token that was never taken may be wrong rather than run out")
	}
	if ticket.Answered(with(404)) || ticket.Outdated() {
		t.Error("a request for what is not there does not show that the token was looked at")
	}
	if ticket.Answered(with(200)) || !ticket.Outdated() {
		t.Error("a token that was taken and is refused has run out")
	}
	if ticket.Renewed() {
		t.Error("renewed too early")
	}
	var group sync.WaitGroup
	for range 32 {
		group.Go(func() {
			if err := s.Renew(context.Background(), ticket); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := logins.Load(); n != 2 {
		t.Errorf("%d log-ins, want 2", n)
	}
	if !ticket.Renewed() {
		t.Error("not renewed")
	}
	if value, _ := s.bound().Fields.Get("Authorization"); value != "Bearer token-2" {
		t.Errorf("got %q", value)
	}
}

func TestNeededNamesWhatRequestsCarry(t *testing.T) {
	s := open(t, fileMaker+"  limited: {oauth2: {token_url: /t, basic: {env: ACCOUNT}}}\n  login: {basic: {env: ACCOUNT}}\n", nil)
	plain := exchange.Request{Method: "GET", Target: "/base/x"}
	requests := []exchange.Request{plain, s.Target.Credentials["login"].Apply(plain)}
	if got := s.Needed(slices.Values(requests)); len(got) != 0 {
		t.Errorf("nothing is needed, got %q", got)
	}
	requests = append(requests, s.Target.Credentials["limited"].Apply(plain))
	if got := s.Needed(slices.Values(requests)); !slices.Equal(got, []string{"limited"}) {
		t.Errorf("got %q", got)
	}
	if r, ticket := s.Bind(plain); r.Target != plain.Target || r.Fields != nil || ticket != (Ticket{}) {
		t.Errorf("a request without a token was changed: %v", r)
	}
}

func TestNoSessionDoesNothing(t *testing.T) {
	var s *Session
	if New(Config{Target: &target.Target{Credentials: map[string]target.Credential{"default": {Kind: target.Bearer}}}}) != nil {
		t.Error("a target whose credentials are given needs a session")
	}
	r, ticket := s.Bind(exchange.Request{Target: "/"})
	s.Learn(&exchange.Exchange{})
	if s.Ahead(t.Context(), ticket) {
		t.Error("it fetched a token")
	}
	if r.Target != "/" || ticket.Answered(&exchange.Exchange{Answer: &exchange.Answer{Status: 401}}) || s.End() != nil || s.Needed(nil) != nil {
		t.Error("it did something")
	}
}

func TestLogoutThatFailsIsTold(t *testing.T) {
	s := open(t, fileMaker, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-FM-Data-Access-Token", tokened)
		if r.Method == "DELETE" {
			w.WriteHeader(500)
		}
	})
	if err := s.Fetch(context.Background(), "default"); err != nil {
		t.Fatal(err)
	}
	left := s.End()
	if len(left) != 1 || !strings.HasPrefix(left[0], `the session of credential "default": DELETE /databases/Contacts/sessions/{token}: HTTP/1.1 500`) || strings.Contains(left[0], tokened) {
		t.Errorf("left: %q", left)
	}
}
