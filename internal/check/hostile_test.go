package check_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-e125e033/conform/contracts"
	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

// long returns a text that many times over, between two others, as long as content that is kept may be.
func long(before, text, after string) string {
	return before + strings.Repeat(text, (hostileSize-len(before)-len(after))/len(text)) + after
}

// deep returns one text nested in itself, level by level.
func deep(levels int, before, inner, after string) string {
	return strings.Repeat(before, levels) + inner + strings.Repeat(after, levels)
}

// numbered returns one text that many times over, with its number in it.
func numbered(times int, text string) string {
	var b strings.Builder
	for i := range times {
		fmt.Fprintf(&b, text, i)
	}
	return b.String()
}

// hostileBodies are contents, each of them made for a reader that goes over what it has read again, by the kind of body that is expected. Those of no
// kind are about leaks.
func hostileBodies() map[contract.Kind]map[string]string {
	name := strings.Repeat("k", 50<<10)
	text := map[string]string{
		"byte order marks":      long("", "\ufeff", ""),
		"white space":           long("", " ", ""),
		"line ends":             long("", "\r\n", ""),
		"zeros":                 long("", "\x00", ""),
		"comments":              long("", "<!-- -->", ""),
		"open comments":         long("", "<!--", ""),
		"instructions":          long("", "<?xml ?>", ""),
		"pairs":                 long("", `a="b"&`, ""),
		"quotes":                long("", `"`, ""),
		"names without a value": long("", `a=`, ""),
		"the line before pairs": long("", "info\n", ""),
	}
	return map[contract.Kind]map[string]string{
		contract.KindJSON: {
			"byte order marks":           long("", "\ufeff", ""),
			"no UTF-8":                   long(`{"a":"`, "\xff", `"}`),
			"open brackets":              long("", "[", ""),
			"open objects":               long("", `{"a":`, ""),
			"arrays in arrays":           deep(9_000, "[", "1", "]"),
			"objects in objects":         deep(9_000, `{"errors":`, "1", "}"),
			"errors":                     long(`{"errors":[{}`, ",{}", "]}"),
			"errors that are no objects": long(`{"errors":[1`, ",1", "]}"),
			"errors with a wrong status": long(`{"errors":[{"status":"1","source":{"pointer":"/b"}}`, `,{"status":"1","source":{"pointer":"/b"}}`, "]}"),
			"details of another place":   long(`{"details":[{"location":"body","pointer":"/b"}`, `,{"location":"body","pointer":"/b"}`, "]}"),
			"messages":                   long(`{"messages":[{"code":"0","message":""}`, `,{"code":"x"}`, "]}"),
			"members of one name":        long(`{"a":1`, `,"a":1`, "}"),
			"members of many names":      `{"a":1` + numbered(hostileSize/12, `,"m%06d":1`) + "}",
			"a name twice among many":    `{"a":1` + numbered(hostileSize/12-1, `,"m%06d":1`) + `,"a":1}`,
			"a long string":              long(`{"error":"`, "a", `"}`),
			"a string of half pairs":     long(`{"error":"`, `\ud800`, `"}`),
			"a long number":              long(`{"status":`, "9", `}`),
			"less-than signs":            long("", "<", ""),
			"text":                       long("", "a b ", ""),
		},
		contract.KindXML: {
			"byte order marks": long("", "\ufeff", ""),
			"open comments":    long("", "<!--", ""),
			"open elements":    long("", "<a>", ""),
			"elements":         long("<resource xmlns='http://www.restfm.com'><info>", "<field name='a'/>", "</info></resource>"),
			"attributes":       long("<resource", " a=''", "/>"),
			"entities":         long("<resource>", "&amp;", "</resource>"),
		},
		contract.KindText: text, contract.KindPairs: text, contract.KindHTML: text,
		"": {
			"objects below a long name":      `{"` + name + `":` + deep(9_000, `{"a":`, `"ORA-00942"`, "}") + "}",
			"strings below a long name":      long(`{"`+name+`":["ORA-00942"`, `,"a"`, "]}"),
			"a string of escapes":            long(`{"error":"`, `\u0041`, `"}`),
			"a string of backslashes":        long(`{"error":"`, `\\`, `"}`),
			"a string of entities":           long(`{"error":"`, `&lt;`, `"}`),
			"a string of percent signs":      long(`{"error":"`, `%25`, `"}`),
			"calls of Java":                  long("", "at a.b.c.d.e.f(", ""),
			"calls of .NET":                  long("", "   at a.b.c\n", ""),
			"a panic of Go":                  long("", "panic: ", ""),
			"files of Go":                    long("", "/a.go:1 ", ""),
			"frames of JavaScript":           long("", "at a.js:1:", ""),
			"files of Python":                long("", `File ".py`, ""),
			"statements":                     long("", "SELECT a, b ", ""),
			"duplicate entries":              long("", "Duplicate entry '", ""),
			"paths":                          long(" ", "/var/a/b/c", ""),
			"paths of Windows":               long("", `C:\a\b `, ""),
			"private addresses":              long("", "http://10.0.0.1:8080/ ", ""),
			"names in a network":             long("", "db-1.example.internal ", ""),
			"names in a network, unfinished": long("//", "a.", "internal"),
			"tokens":                         long("", "eyJhbGciOiJIUzI1NiJ9.eyJ", ""),
			"exceptions":                     long("", "a.b.c.", "Exception"),
		},
	}
}

// hostileFields are header fields of nearly 64 KiB, the longest header section that is read.
func hostileFields() exchange.Fields {
	const room = 60 << 10
	repeat := func(text string) string { return strings.Repeat(text, room/len(text)) }
	var parameters strings.Builder
	for i := 0; parameters.Len() < room; i++ {
		parameters.WriteString(", p" + strings.Repeat("q", i%7) + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676)) + "=1")
	}
	return exchange.Fields{
		{Name: "WWW-Authenticate", Value: "Bearer realm=x" + parameters.String()},
		{Name: "WWW-Authenticate", Value: repeat("Bearer ")},
		{Name: "WWW-Authenticate", Value: repeat("a, ")},
		{Name: "WWW-Authenticate", Value: `Bearer realm="` + repeat(`\`)},
		{Name: "Allow", Value: repeat("A,")},
		{Name: "Cache-Control", Value: repeat(`"`)},
		{Name: "Cache-Control", Value: repeat(`a="`)},
		{Name: "Content-Type", Value: "application/json" + repeat(";a=b")},
		{Name: "Content-Type", Value: repeat("a")},
		{Name: "Date", Value: repeat("Sun, ")},
		{Name: "Retry-After", Value: repeat("1")},
		{Name: "ETag", Value: repeat(`W/`)},
		{Name: "Server", Value: repeat("a/1")},
		{Name: "Location", Value: repeat("http://10.0.0.1:80/")},
		{Name: "X-RESTfm-Status", Value: repeat("4")},
	}
}

// TestAHostileAnswerIsJudgedInTime judges hostile answers by every requirement that ships, an answer and a contract at a time. On a processor of its own
// each takes less than a second; what goes over a megabyte again for each byte of it takes a minute and more.
func TestAHostileAnswerIsJudgedInTime(t *testing.T) {
	const limit = 20 * time.Second // for a busy machine
	bodies := hostileBodies()
	defect := check.Defect{Place: check.Place{In: "body", At: "/a"}, Blame: []check.Place{{In: "body", At: "/a"}}}
	for _, c := range shipped(t) {
		var all []*check.Expectation
		for _, r := range c.Requirements {
			all = append(all, check.Prepare(r.Expect, c.Formats))
		}
		judge := func(name string, f contract.Format, a *exchange.Answer) {
			start := time.Now()
			request := exchange.Request{Method: "GET", Target: "/a" + f.Suffix + "?" + strings.Repeat("a", 100<<10), Body: []byte(strings.Repeat(`\u0041`, 10<<10)), Fields: exchange.Fields{
				{Name: "Accept", Value: f.Accept}, {Name: "Authorization", Value: "Bearer " + strings.Repeat("k", 100)}, {Name: "If-None-Match", Value: `"a"`},
			}}
			reading := check.Read(&exchange.Exchange{Request: request, Answer: a}, defect)
			for _, e := range all {
				found, _ := reading.Find(e) // whatever is found: it ends
				for _, f := range found {
					if line := f.String(); len(line) > 4<<10 || strings.ContainsAny(line, "\r\n\x00") {
						t.Errorf("%s, %s: a finding of %d bytes: %.200q", c.Name, name, len(line), line)
					}
				}
				if len(found) > 100 {
					t.Errorf("%s, %s: %d findings", c.Name, name, len(found))
				}
			}
			if took := time.Since(start); took > limit {
				t.Errorf("%s, %s: it took %s", c.Name, name, took)
			}
		}
		for _, f := range formats(c) {
			kind := f.Kind()
			if c.Name == "leaks" {
				kind = ""
			}
			for name, body := range bodies[kind] {
				judge(name+" as "+f.MediaTypes[0], f, &exchange.Answer{Status: 400, Body: []byte(body), Fields: exchange.Fields{{Name: "Content-Type", Value: f.MediaTypes[0]}}})
			}
		}
		for _, f := range hostileFields() {
			judge(f.Name, contract.Format{}, &exchange.Answer{Status: 401, Fields: exchange.Fields{f}})
		}
	}
}

// formats returns the formats of a contract, or such as any contract may look into.
func formats(c *contract.Contract) []contract.Format {
	one := func(a, b contract.Format) bool {
		return slices.Equal(a.MediaTypes, b.MediaTypes) && a.Kind() == b.Kind()
	}
	if all := slices.CompactFunc(c.FormatsInOrder(), one); len(all) > 0 {
		return all
	}
	if c.Name == "leaks" {
		return []contract.Format{{MediaTypes: []string{"text/html"}, Text: "."}}
	}
	return []contract.Format{{MediaTypes: []string{"application/json"}}, {MediaTypes: []string{"application/xml"}, XML: &contract.XML{}}}
}

// shipped returns the contracts that ship.
func shipped(tb testing.TB) []*contract.Contract {
	tb.Helper()
	all, err := contracts.Load(contracts.Names(), suites.Names(), contract.Options{Variables: target.NewVariables(nil), Unprobed: true})
	if err != nil {
		tb.Fatal(err)
	}
	return all
}
