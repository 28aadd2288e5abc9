package leak

import (
	"encoding/base64"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/exchange"
)

// told returns findings as lines.
func told(found []Finding) []string {
	var lines []string
	for _, f := range found {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s: %s: %s: %s", f.Class.Name, f.At, f.What, f.Excerpt)))
	}
	return lines
}

func TestAFindingSaysWhereAndShowsAShape(t *testing.T) {
	tests := []struct {
		name, wire string
		want       []string
	}{
		{"a string of the body", "500\n\n" + `{"errors":[{"id":7},{"detail":"x","debug":["no","at /srv/shop/geheim.py"]}]}`,
			[]string{"file-path: /errors/1/debug/1: a path of a source file: /srv/x/x.py"}},
		{"the name of a member", "500\n\n" + `{"a/b":{"file:///geheim/x":1}}`, []string{"file-path: /a~1b/file:~1~1~1geheim~1x: a file: URL: file:///x/x"}},
		{"a body that is no JSON", "500\n\nORA-00942: geheim", []string{"sql-error: : an error of Oracle: ORA-0"}},
		{"a body that begins as JSON", "500\n\n" + `{"detail":"ORA-00942`, []string{"sql-error: : an error of Oracle: ORA-0"}},
		{"a header field", "500\nX-Error: ORA-00942", []string{"sql-error: X-Error: an error of Oracle: ORA-0"}},
		{"a key is never shown", "500\n\n" + `{"k":"AKIA` + `IOSFODNN7EXAMPLE"}`, []string{"access-key: /k: an access key of AWS: AKIAx"}},
		{"certain ones come first", "500\nServer: nginx/1.2.3\n\nORA-00942", []string{
			"sql-error: : an error of Oracle: ORA-0", "banner: Server: a version in Server: nginx/0.0.0",
		}},
		{"a long one is cut", "500\n\n" + `{"m":"/srv/` + strings.Repeat("a/", 100) + `b.py"}`,
			[]string{"file-path: /m: a path of a source file: /srv/" + strings.Repeat("x/", 37) + "x..."}},
		{"a place too long to be told is that above it", "500\n\n" + `{"a":{"` + strings.Repeat("b", 300) + `":["ORA-00942"]}}`, []string{"sql-error: /a: an error of Oracle: ORA-0"}},
		{"a short token looks like", "401\n\neyJhbGciOiJI.eyJzdWIiOiIx.0123456789abcdef", []string{"access-key: : a JSON Web Token: eyJx.eyJx.x"}},
		{"a long one", "401\n\neyJhbGciOiJSUzI1NiJ9-_.eyJzdWIiOiIxMjM0NTY3ODkwIn0.0123-456789_abcdef-XYZ", []string{"access-key: : a JSON Web Token: eyJx.eyJx.x"}},
		{"one frame may be anything", "500\n\n" + `{"m":"at shop.Orders.get(Orders.java:3)"}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, told(Find(answered(t, tt.wire), Names(), Sent{}))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTrailersAreLookedAt(t *testing.T) {
	a := &exchange.Answer{Trailer: exchange.Fields{{Name: "Grpc-Message", Value: "ORA-00942"}}}
	want := []string{"sql-error: Grpc-Message: an error of Oracle: ORA-0"}
	if diff := cmp.Diff(want, told(Find(a, Names(), Sent{}))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOnlyTheClassesAskedForAreFound(t *testing.T) {
	a := answered(t, "500\nServer: nginx/1.2.3\n\nORA-00942 in /srv/shop/orders.py")
	for name, want := range map[string]int{sqlError: 1, banner: 1, filePath: 1, stackTrace: 0} {
		if found := Find(a, []string{name}, Sent{}); len(found) != want {
			t.Errorf("%s: want %d, got %v", name, want, told(found))
		}
	}
	if found := Find(a, nil, Sent{}); found != nil {
		t.Errorf("no class: got %v", told(found))
	}
}

func TestWhatTheCallerSaidIsNoLeak(t *testing.T) {
	r := &exchange.Request{
		Target: "/files?at=%2Fsrv%2Fshop%2Forders.py",
		Fields: exchange.Fields{{Name: "X-Callback", Value: "http://10.0.0.7/in"}},
		Body:   []byte(`{"file":"C:\\shop\\orders.cs"}`),
	}
	for _, text := range []string{"/srv/shop/orders.py", "http://10.0.0.7/in", `C:\\shop\\orders.cs`} {
		a := &exchange.Answer{Body: []byte(`{"detail":"cannot read '` + text + `'"}`)}
		if found := Find(a, Names(), Sent{Request: r}); len(found) > 0 {
			t.Errorf("%s: %v", text, told(found))
		}
		if found := Find(a, Names(), Sent{Request: &exchange.Request{Target: "/"}}); len(found) == 0 {
			t.Errorf("%s is no leak when the caller has not said it", text)
		}
	}
}

func TestHostsThatAnswersMayShowAreNoLeak(t *testing.T) {
	a := answered(t, "302\nLocation: http://10.1.2.3:8080/x\n\nsee http://api.shop.internal:8443/x")
	for _, tt := range []struct {
		hosts []string
		want  int
	}{{nil, 3}, {[]string{"10.1.2.3"}, 1}, {[]string{"10.1.2.3", "api.shop.internal"}, 0}, {[]string{""}, 3}} {
		if found := Find(a, Names(), Sent{Hosts: tt.hosts}); len(found) != tt.want {
			t.Errorf("%q: want %d, got %q", tt.hosts, tt.want, told(found))
		}
	}
}

func TestACredentialIsFoundHoweverItIsWritten(t *testing.T) {
	const value = `s3cret<"&'/ \token~+`
	secret := Secret{In: "header", Name: "Authorization", Value: "Bearer " + value}
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value)
	writings := map[string]string{
		"as it is":                value,
		"in JSON":                 `{"detail":"` + quoted + `"}`,
		"in strict JSON":          `{"detail":"` + strings.NewReplacer("<", `\u003c`, "&", `\u0026`, "/", `\/`).Replace(quoted) + `"}`,
		"in HTML":                 "<p>" + html.EscapeString(value) + "</p>",
		"percent-encoded":         url.QueryEscape(value)[0:0] + url.PathEscape(value),
		"in small percent-digits": strings.ToLower(url.PathEscape(value)),
	}
	for offset := range 3 {
		text := []byte(strings.Repeat("x", offset) + value + " and more")
		writings[fmt.Sprintf("in base64 at offset %d", offset)] = base64.StdEncoding.EncodeToString(text)
		writings[fmt.Sprintf("in base64 for URLs at offset %d", offset)] = base64.RawURLEncoding.EncodeToString(text)
	}
	for name, text := range writings {
		for where, a := range map[string]*exchange.Answer{
			"body":   {Body: []byte(text)},
			"header": {Fields: exchange.Fields{{Name: "X-Echo", Value: text}}},
		} {
			found := Find(a, []string{Credential}, Sent{Secrets: []Secret{secret}})
			if len(found) != 1 {
				t.Errorf("%s, in the %s: got %v from %s", name, where, told(found), text)
			}
			for _, line := range told(found) {
				if strings.Contains(line, "s3cret") || strings.Contains(line, "czNjcmV0") {
					t.Errorf("%s: the finding has the secret: %s", name, line)
				}
			}
		}
	}
}

func TestWhatOfACredentialMustNotComeBack(t *testing.T) {
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("user:the-password"))
	tests := []struct {
		name, wire string
		secret     Secret
		want       []string
	}{
		{"the token without its scheme", "401\n\n" + `{"detail":"the-good-token is not known"}`, Secret{"header", "Authorization", "Bearer the-good-token"},
			[]string{"credential: /detail: the Authorization that the request carried: as it was sent"}},
		{"a password alone", "401\n\n" + `{"detail":"the-password is wrong"}`, Secret{"header", "Authorization", basic},
			[]string{"credential: /detail: the Authorization that the request carried: as it was sent"}},
		{"the whole of Basic", "401\nX-Was: " + basic, Secret{"header", "Authorization", basic},
			[]string{"credential: X-Was: the Authorization that the request carried: in base64"}},
		{"the name of a user is no secret", "401\n\n" + `{"detail":"user has no account"}`, Secret{"header", "Authorization", basic}, nil},
		{"a scheme alone is no secret", "401\nWWW-Authenticate: Bearer", Secret{"header", "Authorization", "Bearer"}, nil},
		{"a credential without a space", "401\n\nBearerthe-good-token", Secret{"header", "Authorization", "Bearerthe-good-token"},
			[]string{"credential: : the Authorization that the request carried: as it was sent"}},
		{"Basic that is no base64", "401\n\n<the-password>", Secret{"header", "Authorization", "Basic <the-password>"},
			[]string{"credential: : the Authorization that the request carried: as it was sent"}},
		{"a short one may be there by chance", "401\n\n" + `{"detail":"admin only"}`, Secret{"header", "X-Api-Key", "admin"}, nil},
		{"a cookie that is set again", "200\nSet-Cookie: session=the-good-session; Path=/", Secret{"cookie", "session", "the-good-session"}, nil},
		{"a cookie in the body", "200\n\n" + `["the-good-session"]`, Secret{"cookie", "session", "the-good-session"},
			[]string{"credential: /0: the cookie session that the request carried: as it was sent"}},
		{"a redirect that keeps the query", "301\nLocation: /x/?key=the-good-key", Secret{"query", "key", "the-good-key"}, nil},
		{"a key in another field", "400\nX-Was: the-good-key", Secret{"query", "key", "the-good-key"},
			[]string{"credential: X-Was: the parameter key that the request carried: as it was sent"}},
		{"nothing of it", "401\n\n" + `{"detail":"the token is not known, a\\b &amp; 100%"}`, Secret{"header", "Authorization", "Bearer the-good-token"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, told(Find(answered(t, tt.wire), Names(), Sent{Secrets: []Secret{tt.secret}}))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReflection(t *testing.T) {
	mark := Mark("1a2b3c4d")
	echoed, escaped := "<p>no "+mark+"</p>", "<p>no "+html.EscapeString(mark)+"</p>"
	tests := []struct {
		name, wire string
		want       bool
	}{
		{"in HTML", "404\nContent-Type: text/html; charset=utf-8\n\n" + echoed, true},
		{"in a picture", "404\nContent-Type: image/svg+xml\n\n" + echoed, true},
		{"in XML", "404\nContent-Type: application/xml\n\n" + echoed, true},
		{"without a type", "404\n\n" + echoed, true},
		{"with a type that is none", "404\nContent-Type: json\n\n" + echoed, false},
		{"with an unreadable type", "404\nContent-Type: ;\n\n" + echoed, true},
		{"with any type", "404\nContent-Type: */*\n\n" + echoed, true},
		{"without a type that may be guessed", "404\nX-Content-Type-Options: nosniff\n\n" + echoed, false},
		{"escaped", "404\nContent-Type: text/html\n\n" + escaped, false},
		{"in a section where nothing is markup", "404\nContent-Type: text/xml\n\n<a><![CDATA[" + mark + "]]></a>", false},
		{"after such a section", "404\nContent-Type: text/xml\n\n<a><![CDATA[x]]>" + mark + "</a>", true},
		{"in JSON", "404\nContent-Type: application/json\n\n" + `{"detail":"no ` + strings.ReplaceAll(mark, `"`, `\"`) + `"}`, false},
		{"in plain text", "404\nContent-Type: text/plain\n\n" + mark, false},
		{"another one's mark", "404\nContent-Type: text/html\n\n" + Mark("ffff"), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := Find(answered(t, tt.wire), []string{Reflection}, Sent{Mark: mark})
			if (len(found) == 1) != tt.want {
				t.Errorf("got %v", told(found))
			}
		})
	}
	if found := Find(answered(t, tests[0].wire), []string{Reflection}, Sent{}); len(found) > 0 {
		t.Errorf("nothing was marked, got %v", told(found))
	}
}

func TestHeaderInjection(t *testing.T) {
	for wire, want := range map[string]int{
		"302\nLocation: /x\nconform-injected: yes":     1,
		"302\nLocation: /x%0d%0aConform-Injected: yes": 0,
		"404\nX-Was: Conform-Injected":                 0,
	} {
		if found := Find(answered(t, wire), []string{HeaderInjection}, Sent{}); len(found) != want {
			t.Errorf("%s: got %v", wire, told(found))
		}
	}
}

func TestEveryClassIsNamedOnceAndSomethingFindsIt(t *testing.T) {
	for i, name := range Names() {
		if slices.Index(Names(), name) != i || Named(name) != Classes[i] {
			t.Errorf("%s stands twice", name)
		}
		switch name {
		case Credential, Reflection, HeaderInjection, banner:
		default:
			if !slices.ContainsFunc(detectors, func(d detector) bool { return d.class == name }) {
				t.Errorf("nothing finds %s", name)
			}
		}
	}
	if Named("nothing") != (Class{}) {
		t.Error("there is a class called nothing")
	}
	for _, d := range detectors {
		if Named(d.class).Name == "" {
			t.Errorf("%s: no class is called %q", d.what, d.class)
		}
	}
}

// A large body that looks like every leak and is none takes a bounded time.
func TestALargeBodyIsReadInTime(t *testing.T) {
	var text strings.Builder
	for text.Len() < 64<<10 {
		for _, d := range detectors {
			for _, h := range d.hints {
				text.WriteString(h + ` \" &quot; at x.y(` + "\n")
			}
		}
	}
	start := time.Now()
	Find(&exchange.Answer{Body: []byte(text.String())}, Names(), Sent{Secrets: []Secret{{"header", "X-Key", "the-good-key"}}, Mark: Mark("x")})
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("it took %s", took)
	} else {
		t.Log(took)
	}
}

func FuzzFind(f *testing.F) {
	for _, folder := range []string{"clean", "leaking"} {
		for _, s := range samples(f, folder) {
			for _, field := range append(s.answer.Fields, exchange.Field{}) {
				f.Add(s.answer.Body, field.Value)
			}
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, field string) {
		a := &exchange.Answer{Body: body, Fields: exchange.Fields{{Name: "Content-Type", Value: field}, {Name: "Server", Value: field}}}
		sent := Sent{
			Request: &exchange.Request{Target: field, Body: body},
			Secrets: []Secret{{"header", "Authorization", field}},
			Mark:    Mark("x"),
		}
		found := Find(a, Names(), sent)
		for _, x := range found {
			if len(x.Excerpt) > 4*shown+3 || x.Class.Name == "" || x.What == "" {
				t.Errorf("%+v", x)
			}
		}
		if again := Find(a, Names(), sent); !slices.Equal(found, again) {
			t.Errorf("differs from call to call: %v and %v", found, again)
		}
		Find(a, Names(), Sent{})
		if len(unescaped(nil, body)) > len(body) {
			t.Errorf("%q is longer without its escapes", body)
		}
	})
}

// refusal is an ordinary error answer.
func refusal(b *testing.B) *exchange.Answer {
	return answered(b, "422\nContent-Type: application/vnd.api+json\nDate: Tue, 03 Feb 2026 10:11:12 GMT\nContent-Length: 250\nServer: api\nX-Request-Id: 4d9d8375-3c56-4925-a3e7-eb137fed17e9\n\n"+
		`{"errors":[{"status":"422","code":"validation_failed","title":"Malformed identifier","detail":"The member is not a UUID of version 5","source":{"pointer":"/data/id"},"links":{"about":"https://docs.example.com/errors/validation_failed?lang=en"}}]}`)
}

// BenchmarkFind looks through an ordinary answer for all that it may give away but the credential.
func BenchmarkFind(b *testing.B) {
	a := refusal(b)
	var finder Finder
	b.ReportAllocs()
	for b.Loop() {
		if found := finder.Find(a, Sent{}); found != nil {
			b.Fatal(found)
		}
	}
}

// BenchmarkEcho looks for a token as well, in all forms.
func BenchmarkEcho(b *testing.B) {
	a := refusal(b)
	sent := Sent{Secrets: []Secret{{"header", "Authorization", "Bearer f81d4fae7dec11d0a76500a0c91e6bf6"}}}
	var finder Finder
	b.ReportAllocs()
	for b.Loop() {
		if found := finder.Find(a, sent); found != nil {
			b.Fatal(found)
		}
	}
}

func TestAFinderLooksForTheSecretsOfTheLastRequest(t *testing.T) {
	var finder Finder
	a := answered(t, "400\n\nfirst-secret-value second-secret-value")
	secret := func(name, value string) Secret { return Secret{"header", name, value} }
	first, second := secret("A", "first-secret-value"), secret("B", "second-secret-value")
	for _, secrets := range [][]Secret{{first}, {second}, {}, {first, second}, {secret("A", "third-secret-value"), first}, {second, first}} {
		sent := Sent{Secrets: secrets}
		if diff := cmp.Diff(told(Find(a, Names(), sent)), told(finder.Find(a, sent))); diff != "" {
			t.Errorf("%v (-alone +after others):\n%s", secrets, diff)
		}
	}
}
