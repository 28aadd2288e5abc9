package login

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/target"
)

// quiet is for servers whose clients fail on purpose.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

func TestFailedLoginSaysWhy(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	untrusted := httptest.NewTLSServer(nil)
	untrusted.Config.ErrorLog = quiet()
	defer untrusted.Close()
	answer := func(status int, body string, fields ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(fields); i += 2 {
				w.Header().Set(fields[i], fields[i+1])
			}
			w.WriteHeader(status)
			io.WriteString(w, body)
		}
	}
	endless := func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, strings.Repeat(" ", 1<<12)); err != nil {
				return
			}
		}
	}
	login := "\n  default: {login: {request: POST /in, basic: {env: ACCOUNT}, token: {pointer: /token}}}\n"
	header := "\n  default: {login: {request: POST /in, basic: {env: ACCOUNT}, token: {header: X-Token}}}\n"
	cookie := "\n  default: {login: {request: POST /in, basic: {env: ACCOUNT}, token: {pointer: /token}, use: {cookie: c}}}\n"
	oauth2 := func(at string) string {
		return "\n  default: {oauth2: {token_url: " + at + ", basic: {env: ACCOUNT}}}\n"
	}
	const by = `credential "default": logging in by POST /in failed: `
	tests := []struct {
		name, credentials string
		handler           http.HandlerFunc
		want              string
	}{
		{
			"refused", login, answer(401, `{"error":"wrong ann:pa ss/wörd+"}`, "Content-Type", "application/json"),
			by + `HTTP/1.1 401 Unauthorized, application/json: {"error":"wrong [redacted]"}; is the secret in $ACCOUNT right?`,
		},
		{"redirected", login, answer(302, "", "Location", "/elsewhere"), by + `the answer is 302 to "/elsewhere": redirects are not followed, give the final URL`},
		{"broken down", login, answer(500, "oops", "Content-Type", "text/plain"), by + "HTTP/1.1 500 Internal Server Error, text/plain: oops"},
		{"no content", login, answer(200, ""), by + "the answer (200) has no token at /token: it has no content"},
		{"not JSON", login, answer(200, "secret-token-0123456789"), by + "the answer (200) has no token at /token: not JSON at byte 0"},
		{"no token", login, answer(200, `{"jwt":"0123456789"}`), by + `the answer (200) has no token at /token: its members are "jwt"`},
		{"an empty token", login, answer(200, `{"token":""}`), by + `the answer (200) has no token at /token: its members are "token"`},
		{"a token that is none", login, answer(200, `{"token":{"a":1}}`), by + `the answer (200) has no token at /token: its members are "token"`},
		{"no field with a token", header, answer(200, `{"ok":true}`), by + `the answer (200) has no field X-Token with a token: its members are "ok"`},
		{"a token with a line break", login, answer(200, `{"token":"0123456789\r\nX-Evil: 1"}`), by + "the token has a line break, a space around it or another control character"},
		{"a token with a space", login, answer(200, `{"token":"Bearer 0123456789"}`), by + "the token has a space, which no bearer token may have"},
		{"a token that no cookie takes", cookie, answer(200, `{"token":"a;b=c"}`), by + "the token has a letter that no cookie may have"},
		{"a token too long", login, answer(200, `{"token":"`+strings.Repeat("x", maxToken+1)+`"}`), by + "the token has 16385 bytes: at most 16384 can be sent"},
		{"endless", login, endless, by + "the answer is not whole: too-long: the content is longer than 65536 bytes"},
		{
			"OAuth 2 refused", oauth2("/t"), answer(401, `{"error":"invalid_client"}`, "Content-Type", "application/json"),
			`credential "default": logging in by POST /t failed: HTTP/1.1 401 Unauthorized, application/json: {"error":"invalid_client"}; is the secret in $ACCOUNT right?`,
		},
		{
			"OAuth 2 redirected", oauth2("/t"), answer(307, "", "Location", "https://elsewhere.invalid/"),
			`credential "default": logging in by POST /t failed: the answer is 307 to "https://elsewhere.invalid/": redirects are not followed, give the final URL`,
		},
		{
			"OAuth 2 without a token", oauth2("/t"), answer(200, `{"token":"0123456789"}`, "Content-Type", "application/json"),
			`credential "default": logging in by POST /t failed: the answer (200) has no access_token: its members are "token"`,
		},
		{
			"OAuth 2 with an error that answers 200", oauth2("/t"), answer(200, `{"error":"invalid_scope"}`, "Content-Type", "application/json"),
			`credential "default": logging in by POST /t failed: the answer (200) has the error "invalid_scope" instead of a token`,
		},
		{
			"OAuth 2 with another type of token", oauth2("/t"), answer(200, `{"access_token":"0123456789","token_type":"DPoP"}`, "Content-Type", "application/json"),
			`credential "default": logging in by POST /t failed: the token is of type "DPoP", not bearer: say how it travels by use`,
		},
		{
			"OAuth 2 endless", oauth2("/t"), endless,
			`credential "default": logging in by POST /t failed: the answer is not whole: too-long: the content is longer than 65536 bytes`,
		},
		{
			"token URL down", oauth2(closed.URL), nil,
			`credential "default": logging in by POST ` + closed.URL + ` failed: no answer: refused: ` + strings.TrimPrefix(closed.URL, "http://") + `: connection refused`,
		},
		{
			"token URL of an authority that is not trusted", oauth2(untrusted.URL + "/t"), nil,
			`credential "default": logging in by POST ` + untrusted.URL + `/t failed: no answer: tls: the server's certificate is signed by an authority that is not trusted: give its CA file`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t, tt.credentials, tt.handler)
			err := s.Fetch(context.Background(), "default")
			if err == nil {
				t.Fatal("no error")
			}
			if got := err.Error(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			for _, text := range []string{err.Error(), s.written(t)} {
				for _, secret := range []string{"pa ss", "0123456789"} {
					if strings.Contains(text, secret) {
						t.Errorf("%q stands in %s", secret, text)
					}
				}
			}
			if again := s.Fetch(context.Background(), "default"); again == nil || again.Error() != err.Error() {
				t.Errorf("the second time: %v", again)
			}
			if left := s.End(); left != nil {
				t.Errorf("left: %q", left)
			}
		})
	}
}

// FuzzTokenIn has any answer read for a token: one that is found can be sent, and is never told.
func FuzzTokenIn(f *testing.F) {
	f.Add(200, "X-Token", "abc", `{"token":"0123456789"}`)
	f.Add(200, "Set-Cookie", "sid=0123456789; Path=/", `{"a":[{"refresh_token":"0123456789"}]}`)
	f.Add(302, "Location", "/x", "")
	f.Add(200, "X-Token", "", "\xff{")
	f.Fuzz(func(t *testing.T, status int, field, value, body string) {
		ex := &exchange.Exchange{Answer: &exchange.Answer{Proto: "HTTP/1.1", Status: status, Fields: exchange.Fields{{Name: field, Value: value}}, Body: []byte(body)}}
		for _, l := range []*target.Login{{Header: "X-Token"}, {Pointer: "/token"}} {
			token, err := tokenIn(l, ex)
			if (token == "") != (err != nil) {
				t.Errorf("token %q, error %v", token, err)
			}
			if err == nil && usable(token, target.Bearer) == nil && strings.ContainsAny(token, " \r\n\x00") {
				t.Errorf("token %q cannot be sent", token)
			}
			for _, secret := range besides(ex, token) {
				if len(secret.Value) < leastSecret || secret.Value == token {
					t.Errorf("%q is no further secret", secret.Value)
				}
			}
			withheld(ex, err == nil)
		}
	})
}
