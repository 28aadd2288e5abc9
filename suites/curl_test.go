package suites

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/fixtures/recorder"
	"github.com/seed-e125e033/conform/internal/report"
)

// The shell line of a report sends what the case sent, whatever that is: one case of each probe and variant is tried, by curl where it
// can send it, and else as what is printed for nc.
func TestShellLinesSendEveryKindOfCase(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("needs curl")
	}
	t.Parallel()
	at, requests := recorder.Start(t)
	const token = "the-good-token"
	secrets := report.NewRedactor(report.Secret{Value: token, Shell: "$API_TOKEN", Kind: "bearer"})
	tried := map[string]bool{}
	for _, p := range Catalog {
		for _, good := range shown(t, p.Family()) {
			made, _ := p.Cases(good)
			for _, c := range made {
				name := p.Name + " " + c.Variant
				if tried[name] {
					continue
				}
				tried[name] = true
				line := report.Curl(at, c.Request, secrets, report.TLSFiles{})
				printed, toNC := strings.CutSuffix(line, " | nc -w 2 '127.0.0.1' "+at.Port())
				file := t.TempDir() + "/line.sh"
				if err := os.WriteFile(file, []byte(printed), 0o600); err != nil {
					t.Fatal(err)
				}
				shell := exec.CommandContext(t.Context(), "sh", file)
				shell.Env = append(os.Environ(), "API_TOKEN="+token)
				got, err := shell.Output()
				if err != nil {
					t.Fatalf("%s: %.300s: %v", name, line, err)
				}
				want := c.Request.Bytes(at.Host)
				diff := ""
				if toNC {
					diff = cmp.Diff(string(want), string(got))
				} else {
					diff = cmp.Diff(recorder.Parse(want), recorder.Parse(<-requests))
				}
				if diff != "" {
					t.Errorf("%s: %.300s\n(-want +got):\n%.1000s", name, line, diff)
				}
			}
		}
	}
	if len(tried) < 200 {
		t.Errorf("only %d kinds of case were tried", len(tried))
	}
}
