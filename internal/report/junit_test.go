package report_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/report"
)

// node is an XML element as any reader sees it; nothing here knows how the report was written.
type node struct {
	name       string
	attributes map[string]string
	children   []*node
	text       string
}

func (n *node) all(name string) []*node {
	var found []*node
	for _, c := range n.children {
		if c.name == name {
			found = append(found, c)
		}
	}
	return found
}

// wellFormed reads an XML document and refuses what XML 1.0 does.
func wellFormed(t testing.TB, document []byte) *node {
	t.Helper()
	for i, r := range string(document) {
		_, size := utf8.DecodeRune(document[i:])
		if r == utf8.RuneError && size == 1 || r < 0x20 && r != '\n' && r != '\t' || r == 0xfffe || r == 0xffff {
			t.Fatalf("byte %d: %q is no character of XML 1.0", i, r)
		}
	}
	root := &node{}
	open := []*node{root}
	decoder := xml.NewDecoder(bytes.NewReader(document))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		top := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			n := &node{name: token.Name.Local, attributes: make(map[string]string)}
			for _, a := range token.Attr {
				if _, twice := n.attributes[a.Name.Local]; twice {
					t.Fatalf("<%s> has %s twice", n.name, a.Name.Local)
				}
				n.attributes[a.Name.Local] = a.Value
			}
			top.children = append(top.children, n)
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.text += string(token)
		}
	}
	if len(root.children) != 1 {
		t.Fatalf("%d root elements", len(root.children))
	}
	return root.children[0]
}

// recount counts the testcases of a JUnit report and holds its counters, names and places to it.
func recount(t testing.TB, document []byte) map[string]int {
	t.Helper()
	root := wellFormed(t, document)
	total := make(map[string]int)
	names := make(map[string]bool)
	for _, s := range root.all("testsuite") {
		counted := make(map[string]int)
		for i, c := range s.children {
			if c.name == "properties" {
				if i != 0 {
					t.Error("properties are not first")
				}
				continue
			}
			if c.name != "testcase" {
				t.Errorf("<%s> in a testsuite", c.name)
			}
			counted["tests"]++
			for element, counter := range map[string]string{"failure": "failures", "error": "errors", "skipped": "skipped"} {
				for _, result := range c.all(element) {
					counted[counter]++
					if message := result.attributes["message"]; message == "" || len(message) > 300 || strings.ContainsAny(message, "\n\t") {
						t.Errorf("message %q", message)
					}
					if len(result.text) > 9<<10 {
						t.Errorf("%d bytes of text", len(result.text))
					}
				}
			}
			if n := len(c.all("failure")) + len(c.all("error")) + len(c.all("skipped")); n > 1 {
				t.Errorf("%d results in one testcase", n)
			}
			name := c.attributes["name"]
			if name == "" || names[name] {
				t.Errorf("name %q is empty or there twice", name)
			}
			names[name] = true
			if n := strings.Count(c.attributes["classname"], "."); n != 2 && name != "run" {
				t.Errorf("classname %q has %d dots", c.attributes["classname"], n)
			}
			if strings.HasPrefix(c.attributes["file"], "/") {
				t.Errorf("file %q is a local path", c.attributes["file"])
			}
		}
		compareCounters(t, s, counted)
		for k, n := range counted {
			total[k] += n
		}
	}
	compareCounters(t, root, total)
	return total
}

func compareCounters(t testing.TB, n *node, counted map[string]int) {
	t.Helper()
	for _, k := range []string{"tests", "failures", "errors", "skipped"} {
		if n.attributes[k] != strconv.Itoa(counted[k]) {
			t.Errorf("<%s name=%q> says %s %s, and there are %d", n.name, n.attributes["name"], n.attributes[k], k, counted[k])
		}
	}
	if !regexp.MustCompile(`^\d+\.\d{6}$`).MatchString(n.attributes["time"]) {
		t.Errorf("time %q", n.attributes["time"])
	}
}

func TestJUnitCounts(t *testing.T) {
	got := recount(t, render(t, "junit", sampleLog(t)))
	want := map[string]int{"tests": 11, "failures": 3, "errors": 2, "skipped": 3}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestJUnitNeverReadsAsPassedWithoutAVerdict(t *testing.T) {
	checks := sampleChecks()
	passed, skipped, failed := checks[2], checks[6], checks[0]
	whole := writeLog(t, header(), nil, []report.Check{passed}, report.End{})
	for _, test := range []struct {
		name   string
		log    []byte
		errors int
	}{
		{"a run that conforms", whole, 0},
		{"a run that was killed", whole[:len(whole)-10], 1},
		{"a run that was interrupted", writeLog(t, header(), nil, []report.Check{passed}, report.End{Interrupted: true}), 1},
		{"a run in which all was skipped", writeLog(t, header(), nil, []report.Check{skipped}, report.End{}), 1},
		{"a run of nothing", writeLog(t, header(), nil, nil, report.End{}), 1},
		{"a run that failed and was interrupted", writeLog(t, header(), nil, []report.Check{failed}, report.End{Interrupted: true}), 1},
		{"a run with a check that says so itself", writeLog(t, header(), nil, []report.Check{checks[8]}, report.End{Interrupted: true}), 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := recount(t, render(t, "junit", test.log))["errors"]; got != test.errors {
				t.Errorf("%d errors, want %d", got, test.errors)
			}
		})
	}
}

func TestJUnitIsTheSameFromRunToRun(t *testing.T) {
	later := header()
	later.Start = start.Add(36 * time.Hour)
	checks := sampleChecks()
	for i := range checks {
		checks[i].Seconds *= 3
	}
	end := sampleEnd()
	end.Seconds = 99
	first := render(t, "junit", sampleLog(t))
	second := render(t, "junit", writeLog(t, later, nil, checks, end))
	if !bytes.Equal(first, render(t, "junit", sampleLog(t))) {
		t.Error("one log, two reports")
	}
	times := regexp.MustCompile(` (time|timestamp)="[^"]*"`)
	if bytes.Equal(first, second) {
		t.Error("times are not in the report")
	}
	if diff := cmp.Diff(string(times.ReplaceAll(first, nil)), string(times.ReplaceAll(second, nil))); diff != "" {
		t.Errorf("more than times differ:\n%s", diff)
	}
}

// Whatever bytes a target sends, every report is well-formed XML with one testcase per check.
func TestJUnitTakesAnyBytes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	junk := func() string {
		b := make([]byte, random.IntN(40))
		for i := range b {
			b[i] = byte(random.UintN(256))
		}
		odd := []string{"", "\x00\x1b[31m", "]]>", "<!--", "&#0;", "\ufffe\uffff", "\xed\xa0\x80", "\U0010ffff", "\u2028", "\r\n", `"'`}
		if random.IntN(50) == 0 { // few are long: all else would take no time beside them
			return strings.Repeat("€", 9000) + string(b)
		}
		return odd[random.IntN(len(odd))] + string(b)
	}
	for range 200 {
		var checks []report.Check
		for i := range 1 + random.IntN(6) {
			c := report.Check{
				Requirement: fmt.Sprintf("r.%d %s", i, junk()), Contract: junk(), Operation: junk(), Title: junk(), Level: junk(), Says: junk(), Source: junk(),
				File: junk(), Line: random.IntN(99) - 9, Verdict: report.Verdicts[random.IntN(len(report.Verdicts))], Reason: junk(), Because: junk(),
				Seconds: random.NormFloat64() * 1e9,
			}
			for range random.IntN(3) {
				c.Misses = append(c.Misses, report.Miss{
					Case: junk(), Variant: junk(), Sent: junk(), Error: junk(), Answer: junk(), Curl: junk(),
					Findings: []check.Finding{{Rule: junk(), Want: junk(), Got: junk(), At: junk()}},
				})
			}
			checks = append(checks, c)
		}
		run := header()
		run.Target = junk()
		log := writeLog(t, run, nil, checks, report.End{Dead: junk(), Left: []string{junk()}, Unexercised: []string{"gr4vy." + junk()}})
		wellFormed(t, render(t, "junit", log))
		for i, r := range string(render(t, "text", log)) {
			if r < 0x20 && r != '\n' || r >= 0x7f && r < 0xa0 || r == 0x202e {
				t.Fatalf("byte %d of the text is %q", i, r)
			}
		}
	}
}

func TestJUnitNamesNoLocalPath(t *testing.T) {
	for file, want := range map[string]string{
		"contracts/gr4vy.yaml":        "contracts/gr4vy.yaml",
		"./contracts/gr4vy.yaml":      "contracts/gr4vy.yaml",
		"/home/someone/gr4vy.yaml":    "gr4vy.yaml",
		"../elsewhere/gr4vy.yaml":     "gr4vy.yaml",
		`C:\Users\someone\gr4vy.yaml`: "gr4vy.yaml",
		`contracts\gr4vy.yaml`:        "contracts/gr4vy.yaml",
	} {
		c := sampleChecks()[2]
		c.File = file
		root := wellFormed(t, render(t, "junit", writeLog(t, header(), nil, []report.Check{c}, report.End{})))
		if got := root.all("testsuite")[0].all("testcase")[0].attributes["file"]; got != want {
			t.Errorf("%q is shown as %q, want %q", file, got, want)
		}
	}
}

func TestJUnitCutsALongFailure(t *testing.T) {
	c := sampleChecks()[0]
	for i := range 200 {
		m := c.Misses[0]
		m.Findings = []check.Finding{{Rule: "status", Want: "415", Got: strconv.Itoa(i)}}
		c.Misses = append(c.Misses, m)
	}
	root := wellFormed(t, render(t, "junit", writeLog(t, header(), nil, []report.Check{c}, report.End{})))
	text := root.all("testsuite")[0].all("testcase")[0].all("failure")[0].text
	if len(text) > 8<<10 || !strings.HasSuffix(text, "\n(cut: the rest is in the run log)\n") {
		t.Errorf("%d bytes that end %q", len(text), text[len(text)-50:])
	}
}

func BenchmarkJUnit(b *testing.B) {
	checks := sampleChecks()
	var many []report.Check
	for i := range 10_000 {
		c := checks[2]
		if i%20 == 0 {
			c = checks[0]
		}
		c.Operation = fmt.Sprintf("operation-%d", i)
		c.Title = fmt.Sprintf("GET /things/%d", i)
		many = append(many, c)
	}
	log := writeLog(b, header(), nil, many, report.End{})
	b.SetBytes(int64(len(log)))
	b.ReportAllocs()
	for b.Loop() {
		if err := report.JUnit(io.Discard, bytes.NewReader(log)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/10_000, "µs/check")
}
