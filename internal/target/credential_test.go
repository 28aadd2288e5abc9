package target

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/exchange"
)

func TestApplyAndRemove(t *testing.T) {
	fields := func(pairs ...string) exchange.Fields {
		var fs exchange.Fields
		for i := 0; i < len(pairs); i += 2 {
			fs = append(fs, exchange.Field{Name: pairs[i], Value: pairs[i+1]})
		}
		return fs
	}
	get := func(target string, fs exchange.Fields) exchange.Request {
		return exchange.Request{Method: "GET", Target: target, Fields: fs}
	}
	tests := []struct {
		name                   string
		credential             Credential
		from, applied, removed exchange.Request
	}{
		{
			"a bearer token goes to the end", Credential{Kind: Bearer, Value: "t"},
			get("/", fields("A", "1")), get("/", fields("A", "1", "Authorization", "Bearer t")), get("/", fields("A", "1")),
		},
		{
			"or where one was, under the name it had", Credential{Kind: Bearer, Value: "t"},
			get("/", fields("authorization", "x", "A", "1", "Authorization", "y")), get("/", fields("authorization", "Bearer t", "A", "1")), get("/", fields("A", "1")),
		},
		{
			"user and password are encoded", Credential{Kind: Basic, Value: "ann:pa:ss"},
			get("/", nil), get("/", fields("Authorization", "Basic YW5uOnBhOnNz")), get("/", exchange.Fields{}),
		},
		{
			"a header field of its own", Credential{Kind: Header, Name: "X-Api-Key", Value: "k"},
			get("/", fields("x-api-key", "old", "A", "1")), get("/", fields("x-api-key", "k", "A", "1")), get("/", fields("A", "1")),
		},
		{
			"a query parameter begins the query", Credential{Kind: Query, Name: "api key", Value: "k&=+ "},
			get("/a", nil), get("/a?api%20key=k%26%3D%2B%20", nil), get("/a", nil),
		},
		{
			"or ends it, once, and leaves the rest as it is", Credential{Kind: Query, Name: "key", Value: "k"},
			get("/a?x=%zz&key=old&y=;&k%65y=older", nil), get("/a?x=%zz&y=;&key=k", nil), get("/a?x=%zz&y=;", nil),
		},
		{
			"a parameter alone takes its question mark with it", Credential{Kind: Query, Name: "key", Value: "k"},
			get("/a?key=old", nil), get("/a?key=k", nil), get("/a", nil),
		},
		{
			"a cookie has a field of its own", Credential{Kind: Cookie, Name: "session", Value: "s"},
			get("/", fields("A", "1")), get("/", fields("A", "1", "Cookie", "session=s")), get("/", fields("A", "1")),
		},
		{
			"or joins those there are", Credential{Kind: Cookie, Name: "session", Value: "s"},
			get("/", fields("cookie", "a=1;b=2", "A", "1")), get("/", fields("cookie", "a=1; b=2; session=s", "A", "1")), get("/", fields("cookie", "a=1; b=2", "A", "1")),
		},
		{
			"or takes the place of the old one", Credential{Kind: Cookie, Name: "session", Value: "s"},
			get("/", fields("Cookie", "session=old; session2=x")), get("/", fields("Cookie", "session=s; session2=x")), get("/", fields("Cookie", "session2=x")),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			applied := tt.credential.Apply(tt.from)
			if diff := cmp.Diff(tt.applied, applied); diff != "" {
				t.Errorf("applied: %s", diff)
			}
			if diff := cmp.Diff(tt.applied, tt.credential.Apply(applied)); diff != "" {
				t.Errorf("applied twice: %s", diff)
			}
			if diff := cmp.Diff(tt.removed, tt.credential.Remove(applied)); diff != "" {
				t.Errorf("removed: %s", diff)
			}
		})
	}
}

func TestRemovingWhatIsNotThereChangesNothing(t *testing.T) {
	r := exchange.Request{Method: "GET", Target: "/a?x=1", Fields: exchange.Fields{{Name: "A", Value: "1"}}}
	for _, kind := range Kinds {
		if diff := cmp.Diff(r, Credential{Kind: Kind(kind), Name: "none"}.Remove(r)); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
}

func TestWithForgetsWhereTheSecretIs(t *testing.T) {
	c := Credential{Kind: Bearer, Value: "s3cret", Shell: "$TOKEN"}.With("bad")
	if c.Value != "bad" || c.Shell != "" {
		t.Errorf("got %+v", c)
	}
}

func TestShell(t *testing.T) {
	tests := []struct {
		name   string
		secret Secret
		want   string
	}{
		{"a variable", Secret{Env: "API_TOKEN"}, "$API_TOKEN"},
		{"a file", Secret{File: "my token.txt"}, "$(cat 'my token.txt')"},
		{"a file with a quote in its name", Secret{File: "it's"}, `$(cat 'it'\''s')`},
		{"a command", Secret{Command: "pass show api"}, "$(pass show api)"},
		{"nothing", Secret{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.secret.Shell(); got != tt.want {
				t.Errorf("want %s, got %s", tt.want, got)
			}
		})
	}
}

func TestResolve(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	environment := map[string]string{"TOKEN": "s3cret", "EMPTY": "", "TWO": "s3cret\ns3cret", "USER": "ann", "LINE": "s3cret\r\n"}
	lookup := func(name string) (string, bool) {
		value, ok := environment[name]
		return value, ok
	}
	tests := []struct {
		name       string
		credential Credential
		want       string
		mistake    string
	}{
		{"a variable", Credential{Kind: Bearer, Secret: Secret{Env: "TOKEN"}}, "s3cret", ""},
		{"the line break at the end goes", Credential{Kind: Bearer, Secret: Secret{Env: "LINE"}}, "s3cret", ""},
		{"a file", Credential{Kind: Bearer, Secret: Secret{File: file("token", "s3cret\n")}}, "s3cret", ""},
		{"a command", Credential{Kind: Bearer, Secret: Secret{Command: "printf 's3%s\\n' cret"}}, "s3cret", ""},
		{"a variable that is not set", Credential{Kind: Bearer, Secret: Secret{Env: "TOKE"}}, "", "environment variable TOKE is not set: export TOKE=..."},
		{"a variable that is empty", Credential{Kind: Bearer, Secret: Secret{Env: "EMPTY"}}, "", "environment variable EMPTY is empty: put the secret there"},
		{"a file that is empty", Credential{Kind: Bearer, Secret: Secret{File: file("empty", "\n")}}, "", `file "` + filepath.Join(dir, "empty") + `" is empty: put the secret there`},
		{"a file that is not there", Credential{Kind: Bearer, Secret: Secret{File: filepath.Join(dir, "gone")}}, "", `file "` + filepath.Join(dir, "gone") + `" cannot be read: no such file or directory`},
		{"a file that is a disk image", Credential{Kind: Bearer, Secret: Secret{File: file("large", strings.Repeat("x", 70000))}}, "", `file "` + filepath.Join(dir, "large") + `" cannot be read: longer than 65536 bytes`},
		{"a command that says nothing", Credential{Kind: Bearer, Secret: Secret{Command: "true"}}, "", `the output of command "true" is empty: put the secret there`},
		{"a command that fails keeps what it said to itself", Credential{Kind: Bearer, Secret: Secret{Command: "echo s3cret >&2; exit 3"}}, "", `command "echo s3cret >&2; exit 3": ended with exit status 3: run it by hand to see why`},
		{"two lines", Credential{Kind: Bearer, Secret: Secret{Env: "TWO"}}, "", "environment variable TWO has a line break or another control character within: give the secret alone"},
		{"a user without a password", Credential{Kind: Basic, Secret: Secret{Env: "USER"}}, "", "environment variable USER has no colon: basic takes user:password"},
		{"a cookie with a semicolon", Credential{Kind: Cookie, Secret: Secret{Command: "echo 'a;b'"}}, "", `the output of command "echo 'a;b'" has a letter that no cookie may have: give the value of the cookie alone`},
		{"nowhere", Credential{Kind: Bearer}, "", "has no source: name env, file or command"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := tt.credential.Resolve(t.Context(), lookup)
			mistake := ""
			if err != nil {
				mistake = err.Error()
			}
			if c.Value != tt.want || mistake != tt.mistake {
				t.Errorf("\nwant %q %s\n got %q %s", tt.want, tt.mistake, c.Value, mistake)
			}
		})
	}
}

func TestResolveEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Credential{Kind: Bearer, Secret: Secret{Command: "sleep 60"}}.Resolve(ctx, os.LookupEnv)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestResolveTellsEveryCredential(t *testing.T) {
	target := Target{Credentials: map[string]Credential{
		"default": {Kind: Bearer, Secret: Secret{Env: "A"}, At: document.Position{File: "conform.yaml", Line: 4, Column: 3}},
		"limited": {Kind: Bearer, Secret: Secret{Env: "B"}, At: document.Position{File: "conform.yaml", Line: 3, Column: 3}},
		"expired": {Kind: Bearer, Secret: Secret{Env: "C"}},
		"fine":    {Kind: Bearer, Secret: Secret{Env: "D"}},
	}}
	err := target.Resolve(t.Context(), func(name string) (string, bool) { return "x", name == "D" })
	const want = `conform.yaml:3:3: credential "limited": environment variable B is not set: export B=...
conform.yaml:4:3: credential "default": environment variable A is not set: export A=...
credential "expired": environment variable C is not set: export C=...`
	if err == nil || err.Error() != want {
		t.Errorf("\nwant %s\n got %v", want, err)
	}
	if target.Credentials["fine"].Value != "x" {
		t.Error("the one that is fine is not resolved")
	}
}
