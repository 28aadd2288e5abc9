package leak

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-e125e033/conform/internal/exchange"
)

// sample is one answer of fixtures/answers/leaks.
type sample struct {
	title  string
	answer *exchange.Answer
}

func samples(t testing.TB, folder string) []sample {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "fixtures", "answers", "leaks", folder, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples in %s: %v", folder, err)
	}
	var all []sample
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for part := range strings.SplitSeq(strings.ReplaceAll("\n"+string(text), "¦", ""), "\n### ") {
			title, wire, ok := strings.Cut(part, "\n")
			if !ok {
				continue
			}
			all = append(all, sample{title, answered(t, strings.TrimSuffix(wire, "\n"))})
		}
	}
	return all
}

// answered reads an answer that is written as on the wire, but with plain line ends: "401\nContent-Type: text/plain\n\nbody".
func answered(t testing.TB, wire string) *exchange.Answer {
	t.Helper()
	head, body, _ := strings.Cut(wire, "\n\n")
	lines := strings.Split(strings.Trim(head, "\n"), "\n")
	status, err := strconv.Atoi(lines[0])
	if err != nil {
		t.Fatalf("%v in %q", err, wire)
	}
	a := &exchange.Answer{Proto: "HTTP/1.1", Status: status, Body: []byte(body)}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		a.Fields = append(a.Fields, exchange.Field{Name: name, Value: strings.TrimSpace(value)})
	}
	return a
}

func TestOrdinaryErrorsAreNotFlagged(t *testing.T) {
	clean := samples(t, "clean")
	if len(clean) < 60 {
		t.Errorf("only %d ordinary errors", len(clean))
	}
	for _, s := range clean {
		for _, f := range Find(s.answer, Names(), Sent{}) {
			t.Errorf("%s: %s at %q: %s", s.title, f.What, f.At, f.Excerpt)
		}
	}
}

func TestEveryLeakIsFlaggedAsWhatItIs(t *testing.T) {
	caught := map[string]bool{}
	for _, s := range samples(t, "leaking") {
		class, what, _ := strings.Cut(s.title, ": ")
		caught[what] = true
		found := Find(s.answer, Names(), Sent{})
		if len(found) == 0 {
			t.Errorf("%s: nothing is found in %s", s.title, s.answer.Body)
		}
		as := ""
		for _, f := range found {
			as += f.What + "; "
			if f.Class.Name != class {
				t.Errorf("%s: found as %s, %s: %s", s.title, f.Class.Name, f.What, f.Excerpt)
			}
		}
		if !strings.Contains(as, what) {
			t.Errorf("%s: found as %s", s.title, as)
		}
	}
	for _, d := range detectors {
		if !caught[d.what] {
			t.Errorf("no answer has %s", d.what)
		}
	}
}

// A detector whose hints are not in what its pattern finds would never be asked.
func TestEveryDetectorFindsASample(t *testing.T) {
	all := samples(t, "leaking")
	for i, d := range detectors {
		found := false
		for _, s := range all {
			read := readable(s.answer.Body)
			text := read.text
			if d.raw {
				text = string(s.answer.Body)
			}
			for _, f := range s.answer.Fields {
				text += "\n" + f.Value
			}
			if _, ok := d.find(text, func(int, int) bool { return false }); ok {
				found = true
				if suspects([]byte(text))[i/64]&(1<<(i%64)) == 0 {
					t.Errorf("%s (%s): no hint in %q", d.what, d.pattern, text)
				}
			}
		}
		if !found {
			t.Errorf("%s: no answer has %s", d.what, d.pattern)
		}
		for _, h := range d.hints {
			if len(h) < 3 || strings.ContainsAny(h, `"<>&`) {
				t.Errorf("%s: the hint %q may be escaped", d.what, h)
			}
		}
	}
}

func TestTheOtherSamplesAreNotFlagged(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "fixtures", "answers", "*", "*", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range Find(&exchange.Answer{Status: 400, Body: body}, Names(), Sent{}) {
			t.Errorf("%s: %s at %q: %s", file, f.What, f.At, f.Excerpt)
		}
	}
}
