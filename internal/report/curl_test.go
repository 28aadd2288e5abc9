package report_test

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/fixtures/recorder"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
)

const (
	token = "t0k3n-with-$igns"
	login = "ann:pa55w0rd!"
	odd   = "a/b+c d&e"
)

func secrets() *report.Redactor {
	return report.NewRedactor(
		report.Secret{Value: token, Shell: "$API_TOKEN", Kind: "bearer"},
		report.Secret{Value: login, Shell: "$LOGIN", Kind: "basic"},
		report.Secret{Value: odd, Shell: "$(printf %s \"$ODD\")", Kind: "query"},
		report.Secret{Value: "no-expression", Kind: "header"},
	)
}

// usual is what the requests of a run carry.
func usual(more ...exchange.Field) exchange.Fields {
	return append(exchange.Fields{{Name: "User-Agent", Value: "conform/0.1.0"}, {Name: "Accept", Value: "application/json"}}, more...)
}

func TestCurlLines(t *testing.T) {
	base, _ := url.Parse("https://staging.example.com/api")
	plain, _ := url.Parse("http://127.0.0.1:8080")
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(login))
	for _, test := range []struct {
		name string
		base *url.URL
		r    exchange.Request
		want string
	}{
		{"a plain GET", plain, exchange.Request{Method: "GET", Target: "/a?b=c&d", Fields: usual()},
			`curl -i 'http://127.0.0.1:8080/a?b=c&d' -H 'User-Agent: conform/0.1.0' -H 'Accept: application/json'`},
		{"a bearer token", base, exchange.Request{Method: "GET", Target: "/a", Fields: usual(exchange.Field{Name: "Authorization", Value: "Bearer " + token})},
			`curl -i --http1.1 'https://staging.example.com/a' -H 'User-Agent: conform/0.1.0' -H 'Accept: application/json' -H "Authorization: Bearer $API_TOKEN"`},
		{"a basic credential", plain, exchange.Request{Method: "GET", Target: "/", Fields: usual(exchange.Field{Name: "Authorization", Value: basic})},
			`curl -i 'http://127.0.0.1:8080/' -H 'User-Agent: conform/0.1.0' -H 'Accept: application/json' -u "$LOGIN"`},
		{"a basic credential given twice", plain, exchange.Request{Method: "GET", Target: "/", Fields: usual(exchange.Field{Name: "Authorization", Value: basic}, exchange.Field{Name: "Authorization", Value: "x"})},
			`curl -i 'http://127.0.0.1:8080/' -H 'User-Agent: conform/0.1.0' -H 'Accept: application/json' -H "Authorization: Basic $(printf %s "$LOGIN" | base64 | tr -d '\n')" -H 'Authorization: x'`},
		{"a secret within a word", plain, exchange.Request{Method: "GET", Target: "/" + token + "_x", Fields: usual()},
			`curl -i "http://127.0.0.1:8080/${API_TOKEN}_x" -H 'User-Agent: conform/0.1.0' -H 'Accept: application/json'`},
		{"a secret beside what double quotes would change", plain, exchange.Request{Method: "GET", Target: "/$" + token + "!", Fields: usual()},
			`curl -i 'http://127.0.0.1:8080/$'"$API_TOKEN"'!' -H 'User-Agent: conform/0.1.0' -H 'Accept: application/json'`},
		{"a secret without an expression", plain, exchange.Request{Method: "GET", Target: "/", Fields: usual(exchange.Field{Name: "X-Key", Value: "no-expression"})},
			`curl -i 'http://127.0.0.1:8080/' -H 'User-Agent: conform/0.1.0' -H 'Accept: application/json' -H "X-Key: $SECRET"`},
		{"a HEAD", plain, exchange.Request{Method: "HEAD", Target: "/", Fields: usual()},
			`curl -I 'http://127.0.0.1:8080/' -H 'User-Agent: conform/0.1.0' -H 'Accept: application/json'`},
		{"a POST without fields", plain, exchange.Request{Method: "POST", Target: "/", Body: []byte(`it's`)},
			`curl -i -X POST 'http://127.0.0.1:8080/' -H 'User-Agent:' -H 'Accept:' -H 'Content-Type:' --data-raw 'it'\''s'`},
		{"bytes that no terminal shows", plain, exchange.Request{Method: "PUT", Target: "/", Fields: usual(exchange.Field{Name: "Content-Type", Value: ""}), Body: []byte("-%\\'\x00\xff\n")},
			`printf '\055%%\\'\''\000\377\012' | curl -i -X PUT 'http://127.0.0.1:8080/' -H 'User-Agent: conform/0.1.0' -H 'Accept: application/json' -H 'Content-Type;' --data-binary @-`},
		{"a long run of one letter", plain, exchange.Request{Method: "GET", Target: "/" + strings.Repeat("a", 65536), Fields: usual()},
			`curl -i "http://127.0.0.1:8080/$(head -c 65536 /dev/zero | tr '\0' a)" -H 'User-Agent: conform/0.1.0' -H 'Accept: application/json'`},
		{"what curl cannot send", base, exchange.Request{Method: "GET", Target: "/", Fields: exchange.Fields{{Name: "Host", Value: "a"}, {Name: "Host", Value: "b"}}},
			`printf 'GET / HTTP/1.1\015\012Host: a\015\012Host: b\015\012\015\012' | openssl s_client -quiet -connect 'staging.example.com:443' -servername 'staging.example.com'`},
		{"what curl cannot send, plainly", plain, exchange.Request{Method: "GET", Target: "/\x00"},
			`printf 'GET /\000 HTTP/1.1\015\012Host: 127.0.0.1:8080\015\012\015\012' | nc -w 2 '127.0.0.1' 8080`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := report.Curl(test.base, test.r, secrets(), report.TLSFiles{})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCurlTakesTLSFiles(t *testing.T) {
	base, _ := url.Parse("https://staging.example.com")
	got := report.Curl(base, exchange.Request{Method: "GET", Target: "/", Fields: usual()}, nil, report.TLSFiles{CACert: "ca.pem", Cert: "me.pem", Key: "my key.pem"})
	want := `curl -i --http1.1 --cacert 'ca.pem' --cert 'me.pem' --key 'my key.pem' 'https://staging.example.com/' -H 'User-Agent: conform/0.1.0' -H 'Accept: application/json'`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func next(t *testing.T, requests <-chan []byte) []byte {
	t.Helper()
	select {
	case request := <-requests:
		return request
	case <-time.After(10 * time.Second):
		t.Fatal("no request came")
		return nil
	}
}

// shellLine runs a line as a person would, secrets in the environment.
func shellLine(t *testing.T, command string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "line.sh") // as long as it likes
	if err := os.WriteFile(file, []byte(command), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", file)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "API_TOKEN=" + token, "LOGIN=" + login, "ODD=" + odd, "SECRET=no-expression"}
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%.300s: %v", command, err)
	}
	return out
}

func TestCurlSendsTheSameBytes(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("needs curl")
	}
	base, requests := recorder.Start(t)
	base.Path = "/api"
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(login))
	field := func(name, value string) exchange.Field { return exchange.Field{Name: name, Value: value} }
	for name, r := range map[string]exchange.Request{
		"a GET":                         {Method: "GET", Target: "/api/a?b=c", Fields: usual()},
		"no fields at all":              {Method: "GET", Target: "/"},
		"a GET with a body":             {Method: "GET", Target: "/", Fields: usual(), Body: []byte("x")},
		"a HEAD":                        {Method: "HEAD", Target: "/", Fields: usual()},
		"a HEAD with a body":            {Method: "HEAD", Target: "/", Fields: usual(), Body: []byte("x")},
		"a POST without a body":         {Method: "POST", Target: "/", Fields: usual()},
		"a POST with an empty body":     {Method: "POST", Target: "/", Fields: usual(), Body: []byte{}},
		"a POST without a media type":   {Method: "POST", Target: "/", Fields: usual(), Body: []byte(`{"a": "it's $HOME \"x\" \\ ! ü"}`)},
		"a body that looks like a file": {Method: "POST", Target: "/", Fields: usual(), Body: []byte("@/etc/passwd")},
		"a DELETE":                      {Method: "DELETE", Target: "/a", Fields: usual()},
		"an OPTIONS of the server":      {Method: "OPTIONS", Target: "*", Fields: usual()},
		"a method in small letters":     {Method: "get", Target: "/", Fields: usual()},
		"a method that is no token":     {Method: "GE T'", Target: "/", Fields: usual()},
		"a method like a flag":          {Method: "-v", Target: "/", Fields: usual()},
		"a broken escape":               {Method: "GET", Target: "/%zz/%", Fields: usual()},
		"dot segments":                  {Method: "GET", Target: "/a/../b/./%2e%2e/c/..", Fields: usual()},
		"brackets":                      {Method: "GET", Target: "/a[1-3]{x,y}?q[]=1", Fields: usual()},
		"two slashes":                   {Method: "GET", Target: "//a//b", Fields: usual()},
		"a fragment":                    {Method: "GET", Target: "/a#b", Fields: usual()},
		"spaces":                        {Method: "GET", Target: "/a b?c d", Fields: usual()},
		"letters outside ASCII":         {Method: "GET", Target: "/ä", Fields: usual(field("X-Name", "Jürgen"))},
		"bytes that are not UTF-8":      {Method: "GET", Target: "/\xff\xe9", Fields: usual(field("X-Name", "J\xfcrgen\x01\x7f"))},
		"a full URL":                    {Method: "GET", Target: "http://other.example/x", Fields: usual()},
		"a long target":                 {Method: "GET", Target: "/" + strings.Repeat("a", 65536) + "/b", Fields: usual()},
		"a long field":                  {Method: "GET", Target: "/", Fields: usual(field("X-Long", strings.Repeat("ab", 8192)))},
		"a field without a value":       {Method: "POST", Target: "/", Fields: usual(field("Content-Type", ""), field("X-Empty", " ")), Body: []byte("x")},
		"a field given twice":           {Method: "GET", Target: "/", Fields: usual(field("X-A", "1"), field("x-a", "2"), field("Accept", "text/*"))},
		"two media types":               {Method: "POST", Target: "/", Fields: usual(field("Content-Type", "a/b"), field("Content-Type", "c/d")), Body: []byte("x")},
		"quotes":                        {Method: "GET", Target: "/'\"`$(id)\\", Fields: usual(field("X-Quote", "'\"`$(id)\\ !x"))},
		"another Host":                  {Method: "GET", Target: "/", Fields: usual(field("Host", "other.example"))},
		"its own Host":                  {Method: "GET", Target: "/", Fields: usual(field("Host", base.Host))},
		"an empty Host":                 {Method: "GET", Target: "/", Fields: usual(field("Host", ""))},
		"its own length":                {Method: "PUT", Target: "/", Fields: usual(field("Content-Length", "3")), Body: []byte("abc")},
		"two lengths":                   {Method: "PUT", Target: "/", Fields: usual(field("Content-Length", "3"), field("Content-Length", "3")), Body: []byte("abc")},
		"NUL and line ends":             {Method: "PUT", Target: "/", Fields: usual(field("Content-Type", "application/json")), Body: []byte("%s\\\x00\r\n\x1b[2J\xff\xfe-'")},
		"a pretty body":                 {Method: "PUT", Target: "/", Fields: usual(field("Content-Type", "application/json")), Body: []byte("{\n\t\"a\": 1\n}\n")},
		"a large body":                  {Method: "PUT", Target: "/", Fields: usual(field("Content-Type", "application/json")), Body: []byte(`{"a":"` + strings.Repeat("x", 2<<20) + `"}`)},
		"a large body of many letters":  {Method: "PUT", Target: "/", Fields: usual(field("Content-Type", "text/plain")), Body: bytes.Repeat([]byte("ab"), 100_000)},
		"a bearer token":                {Method: "GET", Target: "/", Fields: usual(field("Authorization", "Bearer "+token))},
		"a token without a space":       {Method: "GET", Target: "/", Fields: usual(field("Authorization", "Bearer"+token+"x!"))},
		"a basic credential":            {Method: "GET", Target: "/", Fields: usual(field("Authorization", basic))},
		"two credentials":               {Method: "GET", Target: "/", Fields: usual(field("Authorization", basic), field("Authorization", "Bearer "+token))},
		"a cookie":                      {Method: "GET", Target: "/", Fields: usual(field("Cookie", "a=b; session="+token+"; c=d"))},
		"a token in the query":          {Method: "GET", Target: "/a?key=" + token + "&x=y", Fields: usual()},
		"a token in the body":           {Method: "POST", Target: "/", Fields: usual(field("Content-Type", "a/b")), Body: []byte(`{"token":"` + token + "\"}\n")},
		"a secret from a command":       {Method: "GET", Target: "/", Fields: usual(field("X-Key", odd))},
	} {
		t.Run(name, func(t *testing.T) {
			command := report.Curl(base, r, secrets(), report.TLSFiles{})
			if !strings.Contains(command, "curl ") || strings.ContainsAny(command, "\n\t\x00\x1b") || strings.Contains(command, token) || strings.Contains(command, "pa55w0rd") {
				t.Fatalf("line: %.300q", command)
			}
			shellLine(t, command)
			got := recorder.Parse(next(t, requests))
			want := recorder.Parse(r.Bytes(base.Host))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%.300s\n(-want +got):\n%.1000s", command, diff)
			}
		})
	}
}

// A percent-encoded secret is encoded by the shell, byte by byte: it means the same.
func TestCurlEncodesASecret(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("needs curl")
	}
	base, requests := recorder.Start(t)
	base.Path = "/api"
	command := report.Curl(base, exchange.Request{Method: "GET", Target: "/a?key=" + url.QueryEscape(odd), Fields: usual()}, secrets(), report.TLSFiles{})
	shellLine(t, command)
	target := strings.Fields(recorder.Parse(next(t, requests)).Line)[1]
	if u, err := url.Parse(target); err != nil || u.Query().Get("key") != odd {
		t.Errorf("%s\nsent %s", command, target)
	}
}

// What curl cannot send is printed byte for byte.
func TestWhatCurlCannotSendIsPrinted(t *testing.T) {
	base := &url.URL{Scheme: "http", Host: "127.0.0.1:80"}
	for name, r := range map[string]exchange.Request{
		"two Hosts":           {Method: "GET", Target: "/", Fields: exchange.Fields{{Name: "Host", Value: "a"}, {Name: "Host", Value: "b"}}},
		"chunks as written":   {Method: "POST", Target: "/", Fields: usual(exchange.Field{Name: "Transfer-Encoding", Value: "chunked"}), Body: []byte("zz\r\nabc\r\n0\r\n\r\n")},
		"another line":        {Method: "GET", Target: "/", Line: "GET / \x00", Fields: usual()},
		"no Host":             {Method: "GET", Target: "/", NoHost: true, Fields: usual()},
		"its Host and more":   {Method: "GET", Target: "/", Fields: exchange.Fields{{Name: "Host", Value: exchange.TheHost}, {Name: "Host", Value: exchange.TheHost}}},
		"a length in words":   {Method: "GET", Target: "/", Fields: usual(exchange.Field{Name: "Content-Length", Value: "none"})},
		"two other lengths":   {Method: "GET", Target: "/", Fields: usual(exchange.Field{Name: "Content-Length", Value: "0"}, exchange.Field{Name: "Content-Length", Value: "1"}), Body: []byte("x")},
		"a name with a space": {Method: "GET", Target: "/", Fields: usual(exchange.Field{Name: "A ", Value: "b"})},
		"no method":           {Method: "", Target: "/"},
		"no target":           {Method: "GET", Target: ""},
		"NUL in a field":      {Method: "GET", Target: "/", Fields: exchange.Fields{{Name: "A", Value: "b\x00c"}}},
		"a folded field":      {Method: "GET", Target: "/", Fields: exchange.Fields{{Name: "A", Value: "b\r\n c"}}},
		"a field like a file": {Method: "GET", Target: "/", Fields: exchange.Fields{{Name: "@a", Value: "b"}}},
		"a very long field":   {Method: "GET", Target: "/", Fields: exchange.Fields{{Name: "A", Value: strings.Repeat("ab", 70_000)}, {Name: "Authorization", Value: "Bearer " + token}}},
	} {
		t.Run(name, func(t *testing.T) {
			command := report.Curl(base, r, secrets(), report.TLSFiles{})
			printed, ok := strings.CutSuffix(command, " | nc -w 2 '127.0.0.1' 80")
			if !ok {
				t.Fatalf("line: %.300s", command)
			}
			if got, want := shellLine(t, printed), r.Bytes(base.Host); !bytes.Equal(got, want) {
				t.Errorf("%.300s\nprinted %.300q\nwant %.300q", command, got, want)
			}
		})
	}
}
