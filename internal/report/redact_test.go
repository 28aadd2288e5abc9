package report_test

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/seed-e125e033/conform/internal/report"
)

func TestRedactorTakesOut(t *testing.T) {
	const token, login = `s3cr+t/"<&>'ü 9`, "ann:pa55w0rd!"
	secrets := report.NewRedactor(
		report.Secret{Value: token, Shell: "$API_TOKEN", Kind: "bearer"},
		report.Secret{Value: login, Shell: "$LOGIN", Kind: "basic"},
		report.Secret{Value: "x1", Kind: "query"},
	)
	quoted, _ := json.Marshal(token)
	b64 := base64.StdEncoding.EncodeToString
	for _, test := range []struct{ name, text, want string }{
		{"a secret as it is", "Bearer " + token + ".", "Bearer [redacted]."},
		{"two of them side by side", token + token, "[redacted][redacted]"},
		{"a path", "/a/" + url.PathEscape(token) + "/b", "/a/[redacted]/b"},
		{"a query", "?t=" + url.QueryEscape(token) + "&u=1", "?t=[redacted]&u=1"},
		{"a query with %20", "?t=" + strings.ReplaceAll(url.QueryEscape(token), "+", "%20"), "?t=[redacted]"},
		{"lower-case percent-encoding", "?t=" + strings.NewReplacer("%2B", "%2b", "%2F", "%2f", "%3C", "%3c", "%3E", "%3e", "%C3%BC", "%c3%bc").Replace(url.QueryEscape(token)), "?t=[redacted]"},
		{"JSON", `{"t":` + string(quoted) + `}`, `{"t":"[redacted]"}`},
		{"JSON with escaped slashes", strings.ReplaceAll(strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(quoted)), "/", `\/`), `"[redacted]"`},
		{"HTML", "<p>" + html.EscapeString(token) + "</p>", "<p>[redacted]</p>"},
		{"HTML with named entities", strings.NewReplacer("&#34;", "&quot;", "&#39;", "&#039;").Replace(html.EscapeString(token)), "[redacted]"},
		{"base64", "x " + b64([]byte(token)) + " y", "x [redacted] y"},
		{"base64 in a query", "?t=" + url.QueryEscape(b64([]byte(token))), "?t=[redacted]"},
		{"URL-safe base64", base64.URLEncoding.EncodeToString([]byte(token)), "[redacted]"},
		{"a basic credential", "Basic " + b64([]byte(login)), "Basic [redacted]"},
		{"the password alone", "password pa55w0rd! is wrong", "password [redacted] is wrong"},
		{"the password in base64", b64([]byte("pa55w0rd!")), "[redacted]"},
		{"a short secret that stands alone", "t=x1&x1", "t=[redacted]&[redacted]"},
		{"but not a part of another word", "0x11 max1 x12", "0x11 max1 x12"},
		{"nothing else", "ann, Bearer, [redacted], s3cr", "ann, Bearer, [redacted], s3cr"},
		{"nothing at all", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := secrets.String(test.text); got != test.want {
				t.Errorf("String(%q) = %q, want %q", test.text, got, test.want)
			}
			if got := string(secrets.Bytes([]byte(test.text))); got != test.want {
				t.Errorf("Bytes(%q) = %q, want %q", test.text, got, test.want)
			}
		})
	}
}

// Every base64 digit that holds a bit of the secret goes, wherever the secret stands in the encoded text, and no other.
func TestRedactorTakesOutBase64AtEveryOffset(t *testing.T) {
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding} {
		for _, secret := range []string{"correct-horse-7!", "correct-horse-77!", "correct-horse-777!"} {
			for before := range 6 {
				for after := range 6 {
					text := encoding.EncodeToString([]byte(strings.Repeat("<", before) + secret + strings.Repeat("?", after)))
					first, last := before*8/6, ((before+len(secret))*8+5)/6
					want := text[:first] + "[redacted]" + text[last:]
					got := report.NewRedactor(report.Secret{Value: secret}).String(text)
					if strings.TrimRight(got, "=") != strings.TrimRight(want, "=") {
						t.Errorf("%d before, %d after: %q became %q, want %q", before, after, text, got, want)
					}
				}
			}
		}
	}
}

func TestRedactorLearnsWhileInUse(t *testing.T) {
	var all sync.WaitGroup
	secrets := report.NewRedactor()
	for _, token := range []string{"token-one", "token-two", "token-three"} {
		all.Go(func() {
			secrets.Add(report.Secret{Value: token})
			if got := secrets.String("a " + token); got != "a [redacted]" {
				t.Errorf("got %q", got)
			}
		})
	}
	all.Wait()
	if got := secrets.String("token-one token-two token-three"); got != "[redacted] [redacted] [redacted]" {
		t.Errorf("got %q", got)
	}
}

func TestNoRedactorTakesOutNothing(t *testing.T) {
	var none *report.Redactor
	for _, r := range []*report.Redactor{none, report.NewRedactor(), report.NewRedactor(report.Secret{})} {
		if got := r.String("text"); got != "text" {
			t.Errorf("got %q", got)
		}
	}
}

func FuzzRedactor(f *testing.F) {
	f.Add("secret", "a secret b")
	f.Add("a", "a aa a")
	f.Add("\xff\xfe", "\xff\xff\xfe")
	f.Add("u:p", "dTpw")
	f.Fuzz(func(t *testing.T, secret, text string) {
		r := report.NewRedactor(report.Secret{Value: secret, Kind: "basic"})
		got := r.String(text + secret + text)
		if got != string(r.Bytes([]byte(text+secret+text))) {
			t.Error("String and Bytes differ")
		}
		if len(secret) >= 4 && !strings.Contains("[redacted]"+text+"[redacted]", secret) && strings.Contains(got, secret) {
			t.Errorf("%q is left in %q", secret, got)
		}
	})
}
