package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Whoever certifies reads one of these: none may leave a sentence out.
func TestEveryFormatOfAContractHasEveryTracedSentence(t *testing.T) {
	for _, c := range shipped() {
		var sentences [][]string // each with what has to stand near it
		for i := range c.Requirements {
			r := &c.Requirements[i]
			sentences = append(sentences, append([]string{r.Name(), r.Says, r.Source, string(r.Level), r.Basis}, r.Probes...))
		}
		for _, u := range c.Untested {
			sentences = append(sentences, []string{u.Says, u.Source, u.Reason})
		}
		for format, between := range map[string]string{"text": "\n\n", "markdown": "\n"} {
			entries := strings.Split(traceOf(t, c.Name, format), between)
			for _, sentence := range sentences {
				found := 0
				for _, entry := range entries {
					if holds(strings.Join(strings.Fields(entry), " "), sentence) {
						found++
					}
				}
				if found != 1 {
					t.Errorf("%s as %s: %q stands there %d times, want once", c.Name, format, sentence, found)
				}
			}
		}
		var got traced
		if err := json.Unmarshal([]byte(traceOf(t, c.Name, "json")), &got); err != nil {
			t.Fatal(err)
		}
		var read [][]string
		for _, r := range got.Requirements {
			read = append(read, append([]string{r.Requirement, r.Says, r.Source, string(r.Level), r.Basis}, r.Probes...))
		}
		for _, u := range got.Untested {
			read = append(read, []string{u.Says, u.Source, u.Reason})
		}
		if diff := cmp.Diff(sentences, read); diff != "" {
			t.Errorf("%s as json: want (-), got (+):\n%s", c.Name, diff)
		}
	}
}

func traceOf(t *testing.T, name, format string) string {
	t.Helper()
	code, stdout, stderr := inside(t, nil, "contracts", name, "--format", format)
	if code != conforms {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	return stdout
}

// holds reports whether an entry has all texts, as they stand in plain text or in a table.
func holds(entry string, texts []string) bool {
	for _, text := range texts {
		if !strings.Contains(entry, text) && !strings.Contains(entry, cell(text)) {
			return false
		}
	}
	return true
}
