package suites

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFramingCasesDifferInTheirDefectAlone has, for every case, what its bytes on the wire have in place of which of the good request's.
func TestFramingCasesDifferInTheirDefectAlone(t *testing.T) {
	const (
		line   = "GET /api HTTP/1.1\r\n"
		host   = "Host: api.example\r\n"
		end    = "Cookie: session=the-good-session\r\n" // the last field of the good request
		hidden = "GET /api/conform-21b98c4b1755cc3a HTTP/1.1\r\nHost: conform.invalid\r\n\r\n"
	)
	after := func(fields, content string) [2]string {
		return [2]string{end + "\r\n", end + fields + "\r\n" + content}
	}
	want := map[string][2]string{
		"no-host":                               {host, ""},
		"two-hosts same":                        {host + end, end + host + host},
		"two-hosts other":                       {host + end, end + host + "Host: conform.invalid\r\n"},
		"bad-host space":                        {host + end, end + "Host: conform invalid\r\n"},
		"bad-host path":                         {host + end, end + "Host: conform.invalid/path\r\n"},
		"bad-host user":                         {host + end, end + "Host: user@conform.invalid\r\n"},
		"two-lengths two-lines":                 after("Content-Length: 0\r\nContent-Length: 69\r\n", hidden),
		"two-lengths one-line":                  after("Content-Length: 0, 69\r\n", hidden),
		"bad-length word":                       after("Content-Length: none\r\n", ""),
		"bad-length negative":                   after("Content-Length: -1\r\n", ""),
		"bad-length plus":                       after("Content-Length: +0\r\n", ""),
		"bad-length fraction":                   after("Content-Length: 0.0\r\n", ""),
		"bad-length hexadecimal":                after("Content-Length: 0x0\r\n", ""),
		"length-and-chunked chunked-ends-first": after("Transfer-Encoding: chunked\r\nContent-Length: 74\r\n", "0\r\n\r\n"+hidden),
		"length-and-chunked length-ends-first":  after("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "45\r\n"+hidden+"\r\n0\r\n\r\n"),
		"bad-chunk size-word":                   after("Transfer-Encoding: chunked\r\n", "xyz\r\n0\r\n\r\n"+hidden),
		"bad-chunk size-negative":               after("Transfer-Encoding: chunked\r\n", "-1\r\n0\r\n\r\n"+hidden),
		"bad-chunk size-prefix":                 after("Transfer-Encoding: chunked\r\n", "0x3\r\nabc\r\n0\r\n\r\n"+hidden),
		"bad-chunk longer":                      after("Transfer-Encoding: chunked\r\n", "3\r\nabcdef\r\n0\r\n\r\n"+hidden),
		"unknown-coding chunked-last":           after("Transfer-Encoding: conform, chunked\r\n", "0\r\n\r\n"),
		"unknown-coding alone":                  after("Transfer-Encoding: conform\r\n", "0\r\n\r\n"),
		"unknown-coding chunked-first":          after("Transfer-Encoding: chunked, conform\r\n", "0\r\n\r\n"),
		"space-before-colon space":              after("Conform-Framing : blank\r\n", ""),
		"space-before-colon tab":                after("Conform-Framing\t: blank\r\n", ""),
		"space-before-colon length":             after("Content-Length : 0\r\n", ""),
		"bad-name empty":                        after(": named\r\n", ""),
		"bad-name space":                        after("Conform Framing: named\r\n", ""),
		"bad-name delimiter":                    after("Conform(Framing): named\r\n", ""),
		"bad-name control-character":            after("Conform\x01Framing: named\r\n", ""),
		"bad-name beyond-ascii":                 after("Conform-Fr\xc3\xa4ming: named\r\n", ""),
		"folded-field word":                     after("Conform-Framing: folded\r\n word\r\n", ""),
		"folded-field coding":                   after("Conform-Framing: folded\r\n Transfer-Encoding: chunked\r\nContent-Length: 74\r\n", "0\r\n\r\n"+hidden),
		"bad-version small-letters":             {line, "GET /api http/1.1\r\n"},
		"bad-version no-minor":                  {line, "GET /api HTTP/1\r\n"},
		"bad-version two-digits":                {line, "GET /api HTTP/1.10\r\n"},
		"bad-version other-name":                {line, "GET /api HTTQ/1.1\r\n"},
		"garbage-line one-word":                 {line, "conform\r\n"},
		"garbage-line three-words":              {line, "this is garbage\r\n"},
		"garbage-line bytes":                    {line, "\x00\x01\x02 \xfe\xff\r\n"},
		"garbage-line space-in-target":          {line, "GET /api conform HTTP/1.1\r\n"},
	}
	g := whole(t)
	good := string(g.Request.Bytes("api.example"))
	for _, p := range Named("framing") {
		cases, _ := p.Cases(g)
		for _, c := range cases {
			name := strings.TrimSpace(strings.TrimPrefix(p.Name, "framing.") + " " + c.Variant)
			got := string(c.Request.Bytes("api.example"))
			if name == "chunked-in-1-0" { // two changes: what is wrong is that they meet
				got = strings.Replace(got, "HTTP/1.0", "HTTP/1.1", 1)
				want[name] = after("Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n", "0\r\n\r\n"+hidden)
			}
			change, ok := want[name]
			if !ok || strings.Count(good, change[0]) != 1 {
				t.Errorf("%s: no test says what it sends", name)
				continue
			}
			if diff := cmp.Diff(strings.Replace(good, change[0], change[1], 1), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
			delete(want, name)
		}
	}
	for name := range want {
		t.Errorf("nothing sends %s", name)
	}
}

func TestFramingCasesGetAConnectionOfTheirOwnAndDoNoHarm(t *testing.T) {
	for _, p := range Named("framing") {
		cases, _ := p.Cases(whole(t))
		for _, c := range cases {
			if !c.Malformed || !c.Request.Safe() || c.Effects {
				t.Errorf("%s %s: malformed %t, safe %t, effects %t", p.Name, c.Variant, c.Malformed, c.Request.Safe(), c.Effects)
			}
		}
	}
}
