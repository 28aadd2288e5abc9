package check

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/schema"
)

var update = flag.Bool("update", false, "rewrite the golden files in fixtures/answers")

// TestSampleAnswers holds each contract's schema to its samples in fixtures/answers: what stands in good has no findings, what
// stands in bad has those of the golden file bad.txt.
func TestSampleAnswers(t *testing.T) {
	for dir, file := range map[string]string{
		"filemaker":        "filemaker-error.json",
		"gr4vy":            "gr4vy-error.json",
		"jsonapi":          "jsonapi-errors.json",
		"oci-distribution": "oci-errors.json",
		"openpodcast":      "openpodcast-errors.json",
		"problem-details":  "problem-details.json",
		"raalabs":          "raalabs-error.json",
		"restfm":           "restfm-error.json",
	} {
		t.Run(dir, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("../../schemas", file))
			if err != nil {
				t.Fatal(err)
			}
			s, err := schema.Compile(file, text)
			if err != nil {
				t.Fatal(err)
			}
			formats := map[string]contract.Format{"error": {Schema: s}}
			root := filepath.Join("../../fixtures/answers", dir)
			for name, found := range samples(t, filepath.Join(root, "good"), formats) {
				if len(found) > 0 {
					t.Errorf("good/%s: %v", name, found)
				}
			}
			var got strings.Builder
			bad := samples(t, filepath.Join(root, "bad"), formats)
			for _, name := range slices.Sorted(maps.Keys(bad)) {
				if len(bad[name]) == 0 {
					t.Errorf("bad/%s: nothing was found", name)
				}
				fmt.Fprintln(&got, name)
				for _, f := range bad[name] {
					fmt.Fprintf(&got, "  %s\n", f)
				}
			}
			golden := filepath.Join(root, "bad.txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("%s (-want +got), rewrite with -update:\n%s", golden, diff)
			}
		})
	}
}

// samples judges every file of a directory as the body of an answer, and returns the findings by file name.
func samples(t *testing.T, dir string, formats map[string]contract.Format) map[string][]Finding {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples in %s: %v", dir, err)
	}
	found := map[string][]Finding{}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		ex := &exchange.Exchange{Answer: &exchange.Answer{Status: 400, Body: body}}
		name := filepath.Base(file)
		if found[name], err = Find(contract.Expect{Formats: []string{"error"}}, formats, ex, Defect{}); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	return found
}
