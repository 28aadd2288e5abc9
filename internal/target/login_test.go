package target

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/exchange"
)

// loadCredentials loads a target file with these credentials.
func loadCredentials(set map[string]string, credentials string) (*Target, error) {
	return Load("conform.yaml", []byte("version: 1\ncredentials:\n"+credentials), Options{Variables: NewVariables(set)})
}

func TestLoginIsRead(t *testing.T) {
	loaded, err := loadCredentials(map[string]string{"database": "Con tacts/2"}, `
  default:
    login:
      request: POST /databases/{database}/sessions?x=1
      basic: {env: LOGIN}
      headers: {Content-Type: application/json, X-Number: 1}
      body: {a: "", b: [1]}
      secrets: {/a: {file: secret.txt}}
      token: {pointer: /response/token}
      use: {cookie: sid}
      logout: DELETE /databases/{database}/sessions/{token}
  other-one:
    oauth2: {token_url: "https://auth.example.com/t?x=1", basic: {env: CLIENT}, scopes: [a, b], audience: x, params: {more: 1}, style: body}
`)
	if err != nil {
		t.Fatal(err)
	}
	c := loaded.Credentials["default"]
	l := c.Login
	want := &Login{
		With:   Credential{Kind: Basic, Secret: Secret{Env: "LOGIN"}, Shell: "$LOGIN", At: l.With.At},
		Use:    Cookie,
		Name:   "sid",
		At:     l.At,
		Method: "POST", Path: "/databases/Con%20tacts%2F2/sessions?x=1",
		Fields:  exchange.Fields{{Name: "Content-Type", Value: "application/json"}, {Name: "X-Number", Value: "1"}},
		Body:    []byte(`{"a":"","b":[1]}`),
		Secrets: map[string]Credential{"/a": {Secret: Secret{File: "secret.txt"}, Shell: "$(cat 'secret.txt')", At: l.Secrets["/a"].At}},
		Pointer: "/response/token",
		Logout:  "DELETE /databases/Con%20tacts%2F2/sessions/{token}",
	}
	if diff := cmp.Diff(want, l); diff != "" {
		t.Error(diff)
	}
	if c.Kind != Cookie || c.Name != "sid" || !strings.HasPrefix(c.Value, "conform-token-") {
		t.Errorf("the token travels as %s %s, and %q stands for it", c.Kind, c.Name, c.Value)
	}
	if shell := "${TOKEN:?it comes from POST /databases/Con%20tacts%2F2/sessions?x=1}"; c.Shell != shell {
		t.Errorf("shell %s, want %s", c.Shell, shell)
	}
	if at := c.At.String(); at != "conform.yaml:5:5" {
		t.Errorf("it stands at %s", at)
	}
	other := loaded.Credentials["other-one"]
	if diff := cmp.Diff(&OAuth2{
		TokenURL: "https://auth.example.com/t?x=1", Scopes: []string{"a", "b"}, Params: map[string]string{"more": "1", "audience": "x"}, InBody: true,
	}, other.Login.OAuth2); diff != "" {
		t.Error(diff)
	}
	if other.Kind != Bearer || other.Value == c.Value || other.Shell != "${CREDENTIAL_OTHER_ONE_TOKEN:?it comes from POST https://auth.example.com/t?x=1}" {
		t.Errorf("got %+v", other)
	}
}

func TestLoginMistakes(t *testing.T) {
	const request, from = "request: POST /in, ", ", token: {header: X-Token}"
	login := func(parts ...string) string { return "  default: {login: {" + strings.Join(parts, "") + "}}\n" }
	oauth2 := func(rest string) string { return "  default: {oauth2: {" + rest + "}}\n" }
	const who = "basic: {env: LOGIN}"
	tests := []struct{ name, credentials, want string }{
		{"nobody logs in", login(request, "body: {}", from), `credential "default": login: say who logs in, such as basic: {env: API_LOGIN}`},
		{"two log in", login(request, who, ", bearer: {env: X}", from), `credential "default": login: say who logs in, such as basic: {env: API_LOGIN}`},
		{"the secret itself", login(request, "basic: ann:pw", from), `credential "default": login: a secret is not written into a file: say where it is, such as {env: API_TOKEN}`},
		{"the secret among the fields", login(request, who, ", headers: {Authorization: Basic x}", from), `credential "default": login: "Authorization" is a secret: put it under credentials, which no report shows`},
		{"no place of the token", login(request, who), `credential "default": login: say where in the answer the token is, by one of header and pointer, such as token: {pointer: /token}`},
		{"two places of it", login(request, who, ", token: {header: X, pointer: /x}"), `credential "default": login: say where in the answer the token is, by one of header and pointer, such as token: {pointer: /token}`},
		{"a field that is none", login(request, who, ", token: {header: 'X Y'}"), `credential "default": login: "X Y" is no name of a header field`},
		{"a misspelt key", login(request, who, ", tokn: {header: X}"), `unknown key "tokn"; did you mean "token"?`},
		{"no request line", login("request: /in, ", who, from), `credential "default": login: "/in": write METHOD /path, such as GET /buyers/{id}`},
		{"a variable without a value", login("request: 'POST /{db}/in', ", who, from), `credential "default": login: no value for {db}: give --set db=VALUE`},
		{"a log-out of something else", login(request, who, from, ", logout: 'DELETE /in/{tokn}'"), `credential "default": login: no value for {tokn}: give --set tokn=VALUE`},
		{"use of nothing", login(request, who, from, ", use: {header: ''}"), `credential "default": login: use: write bearer, or the name of what the token travels in, such as {header: X-Session}`},
		{"another scheme", login(request, who, from, ", use: basic"), `"use": want bearer, or a mapping such as {header: X-Session}, got "basic"`},
		{"a secret of no body", login(request, who, from, ", secrets: {/a: {env: A}}"), `credential "default": login: secrets names /a, but the body is not JSON`},
		{"a secret of no member", login(request, who, from, ", body: {b: 1}, secrets: {/a: {env: A}}"), `credential "default": login: secrets names /a, which the body does not have: write it there as ""`},
		{"a token without a request", login(who, from), `credential "default": login: token says nothing without request, such as POST /sessions`},
		{"one that has expired", "  expired: {oauth2: {token_url: /t, basic: {env: X}}}\n", `credential "expired": one that is fetched has not expired: say where one is that has, such as bearer: {env: OLD_TOKEN}`},
		{"no token URL", oauth2(who), `"token_url" is missing`},
		{"a token URL without a scheme", oauth2("token_url: auth.example.com/t, " + who), `credential "default": oauth2: token_url is neither a path such as /oauth2/token nor a URL such as https://auth.example.com/oauth2/token`},
		{"a token URL with a user", oauth2("token_url: 'https://a:b@example.com/t', " + who), `credential "default": oauth2: token_url has a user in it: give client id and secret by basic`},
		{"a token URL with a fragment", oauth2("token_url: 'https://example.com/t#x', " + who), `credential "default": oauth2: token_url has a fragment: take it out`},
		{"two scopes in one", oauth2("token_url: /t, scopes: [a b], " + who), `credential "default": oauth2: "a b" is no scope: list each on its own, without spaces`},
		{"the client among the parameters", oauth2("token_url: /t, params: {client_id: x}, " + who), `credential "default": oauth2: params: "client_id" is sent already: give it by basic, scopes`},
		{"a style that is none", oauth2("token_url: /t, style: query, " + who), `"style": want "header", "body", got "query"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := loadCredentials(nil, tt.credentials)
			if err == nil {
				t.Fatal("no mistake")
			}
			lines := strings.Split(err.Error(), "\n")
			for _, line := range lines {
				_, text, _ := strings.Cut(line, ": ")
				if text == tt.want {
					return
				}
			}
			t.Errorf("want %s, got\n%s", tt.want, err)
		})
	}
}

// parsedLogin reads the log-in of a contract.
func parsedLogin(t *testing.T, set map[string]string, text string) (*Login, error) {
	t.Helper()
	d, err := document.Parse("c.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	l, mistakes := ParseLogin(d, Surroundings{Variables: NewVariables(set)})
	return l, document.Join(mistakes)
}

func TestContractSaysHowToLogIn(t *testing.T) {
	from, err := parsedLogin(t, map[string]string{"db": "x"}, "login: {request: 'POST /{db}/in', token: {header: X-Token}}\n")
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := loadCredentials(nil, "  default: {login: {basic: {env: LOGIN}}}\n  limited: {bearer: {env: OTHER}}\n")
	if err != nil {
		t.Fatal(err)
	}
	if err := loaded.CompleteLogins(from); err != nil {
		t.Fatal(err)
	}
	l := loaded.Credentials["default"].Login
	if l.Title() != "POST /x/in" || l.Header != "X-Token" || l.With.Secret.Env != "LOGIN" {
		t.Errorf("got %+v", l)
	}
	if from.With.Kind != "" {
		t.Error("the contract's own log-in was changed")
	}
	calls := 0
	lookup := func(name string) (string, bool) {
		calls++
		return "ann:" + name, true
	}
	if err := loaded.Resolve(context.Background(), lookup); err != nil {
		t.Fatal(err)
	}
	// The operation that logs in uses the account itself.
	if c := loaded.Credentials[LoginCredential]; c.Kind != Basic || c.Value != "ann:LOGIN" || calls != 2 {
		t.Errorf("got %+v after %d look-ups", c, calls)
	}
	var secrets []string
	for _, c := range loaded.Credentials["default"].Secrets() {
		secrets = append(secrets, c.Value)
	}
	if diff := cmp.Diff([]string{"ann:LOGIN"}, secrets); diff != "" {
		t.Error(diff)
	}
}

func TestLoginThatCannotBeCompleted(t *testing.T) {
	const incomplete = "  default: {login: {basic: {env: LOGIN}}}\n"
	unset, err := parsedLogin(t, nil, "login: {request: 'POST /{db}/in', token: {header: X-Token}}\n")
	if err != nil {
		t.Fatal(err)
	}
	grant, err := parsedLogin(t, nil, "oauth2: {token_url: /t}\n")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, credentials string
		from              *Login
		want              string
	}{
		{"no contract says how", incomplete, nil, `conform.yaml:3:13: credential "default": no contract says how to log in: give the request, such as request: POST /sessions`},
		{"a variable is left", incomplete, unset, `conform.yaml:3:13: credential "default": logging in needs a value for {db}: give --set db=VALUE`},
		{
			"it takes a client", "  default: {login: {bearer: {env: LOGIN}}}\n", grant,
			`conform.yaml:3:13: credential "default": the contract's API takes client_id:client_secret: give it by basic`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			loaded, err := loadCredentials(nil, tt.credentials)
			if err != nil {
				t.Fatal(err)
			}
			if err := loaded.CompleteLogins(tt.from); err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
	if l, err := parsedLogin(t, nil, "operations: []\n"); l != nil || err != nil {
		t.Errorf("a contract that says nothing: %v, %v", l, err)
	}
	if _, err := parsedLogin(t, nil, "oauth2: {token_url: 'https://elsewhere.example/t'}\n"); err == nil || !strings.Contains(err.Error(), "leads away from the target") {
		t.Errorf("a contract that sends secrets elsewhere: %v", err)
	}
}

func TestLoginSecretThatIsNotThere(t *testing.T) {
	loaded, err := loadCredentials(nil, "  default: {login: {request: POST /in, basic: {env: LOGIN}, token: {pointer: /t}}}\n")
	if err != nil {
		t.Fatal(err)
	}
	if err := loaded.CompleteLogins(nil); err != nil {
		t.Fatal(err)
	}
	err = loaded.Resolve(context.Background(), func(string) (string, bool) { return "", false })
	const want = `conform.yaml:3:13: credential "default": environment variable LOGIN is not set: export LOGIN=...`
	var mistake document.Mistake
	if err == nil || err.Error() != want || !errors.As(err, &mistake) {
		t.Errorf("got  %v\nwant %s, once", err, want)
	}
}
