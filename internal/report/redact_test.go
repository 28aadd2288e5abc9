package report_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"github.com/seed-e125e033/conform/internal/report"
)

func TestRedactorTakesOut(t *testing.T) {
	const token, login = `s3cr+t/"<&>'ü 9`, "ann:pa55w0rd!"
	secrets := report.NewRedactor(
		report.Secret{Value: token, Shell: "$API_TOKEN", Kind: "bearer"},
		report.Secret{Value: login, Shell: "$LOGIN", Kind: "basic"},
		report.Secret{Value: "x1", Kind: "query"},
		report.Secret{Value: `50%25\n\"&amp;`}, report.Secret{Value: "x😀-yz"}, report.Secret{Value: "pa55w0rd~~>"},
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
		{"JSON with numbers for what is not a letter, as .NET writes it", `s3cr\u002Bt/\u0022\u003C\u0026\u003E\u0027ü 9`, "[redacted]"},
		{"JSON in ASCII", `{"t":"s3cr+t/\"<&>'\u00fc 9","u":"\u00fc"}`, `{"t":"[redacted]","u":"\u00fc"}`},
		{"percent-encoding as JavaScript does it", "?t=s3cr%2Bt%2F%22%3C%26%3E'%C3%BC%209", "?t=[redacted]"},
		{"percent-encoding of every byte", "%73%33%63%72%2b%74%2f%22%3c%26%3e%27%c3%bc%20%39", "[redacted]"},
		{"HTML with numbers", "s3cr+t/&#34;&#60;&#x26;&#x3E;&#39;&#252; 9", "[redacted]"},
		{"two ways to escape at once", `s3cr%2Bt\/&quot;<&amp;>'ü 9`, "[redacted]"},
		{"escapes beside a secret", `%2B\"` + token + `\"%zz`, `%2B\"[redacted]\"%zz`},
		{"a hidden secret between two plain ones", token + ` \u0073` + token[1:] + " " + token, "[redacted] [redacted] [redacted]"},
		{"a secret that looks like an escape", `a50%25\n\"&amp;b`, "a[redacted]b"},
		{"a secret that looks like an escape, escaped", `a50%2525%5Cn%5C%22%26amp;b`, "a[redacted]b"},
		{"a character beyond the first 65,536", `x\ud83d\ude00-yz`, "[redacted]"},
		{"half an escape", `s3cr+t%2 \u00 &#x &amp \ud83d %`, `s3cr+t%2 \u00 &#x &amp \ud83d %`},
		{"base64 in JSON as .NET writes it", strings.ReplaceAll(b64([]byte("pa55w0rd~~>")), "+", `\u002B`), "[redacted]"},
		{"a short secret after an escape", `\nx1\n`, `\n[redacted]\n`},
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

// escaped writes each byte or character of s in one of many ways, which by choose.
func escaped(s string, choose func(n int) int) string {
	var b strings.Builder
	for _, r := range s {
		switch choose(6) {
		case 0:
			for _, c := range []byte(string(r)) {
				fmt.Fprintf(&b, "%%%02x", c)
			}
		case 1:
			for _, half := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04X`, half)
			}
		case 2:
			fmt.Fprintf(&b, "&#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Whatever a target escapes of a secret, and however, nothing of it stays.
func TestRedactorTakesOutAnyEscape(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	const letters = `abcXYZ019 +/=!"#$&'()*,-.:;<>?@[]^_{|}~üß€😀`
	for range 3000 {
		secret := ""
		for range 4 + random.IntN(30) {
			all := []rune(letters)
			secret += string(all[random.IntN(len(all))])
		}
		text := escaped(secret, random.IntN)
		if got := report.NewRedactor(report.Secret{Value: secret}).String("<" + text + ">"); got != "<[redacted]>" {
			t.Errorf("%q, written %q, became %q", secret, text, got)
		}
	}
}

func FuzzRedactor(f *testing.F) {
	f.Add("secret", "a secret b")
	f.Add("a", "a aa a")
	f.Add("\xff\xfe", "\xff\xff\xfe")
	f.Add("u:p", "dTpw")
	f.Add("50%25", "%2550%2525")
	f.Add("a+b/c=", `\u0061+b\/c\u003d&#61;`)
	f.Fuzz(func(t *testing.T, secret, text string) {
		r := report.NewRedactor(report.Secret{Value: secret, Kind: "basic"}, report.Secret{Value: "another-one-of-some-length"})
		got := r.String(text + secret + text)
		if got != string(r.Bytes([]byte(text+secret+text))) {
			t.Error("String and Bytes differ")
		}
		if len(secret) >= 4 && !strings.Contains("[redacted]"+text+"[redacted]", secret) && strings.Contains(got, secret) {
			t.Errorf("%q is left in %q", secret, got)
		}
	})
}

// BenchmarkRedactor takes the time for text without a secret: the usual case.
func BenchmarkRedactor(b *testing.B) {
	body := []byte(`{"type":"error","code":"bad_request","status":400,"message":"` + strings.Repeat("some text ", 18) + `","details":[]}`)
	token := report.Secret{Value: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", Kind: "bearer"}
	for _, test := range []struct {
		name    string
		secrets []report.Secret
	}{
		{"secrets=none", nil},
		{"secrets=token", []report.Secret{token}},
		{"secrets=five", []report.Secret{token, {Value: "ann:pa55w0rd!", Kind: "basic"}, {Value: "another-token-0123456789"}, {Value: "k3y-of-an-api"}, {Value: "s=0123456789abcdef"}}},
	} {
		r := report.NewRedactor(test.secrets...)
		b.Run(test.name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				r.Bytes(body)
			}
		})
	}
}
