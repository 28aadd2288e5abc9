package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

// What the page on target files shows stands in a target file as it is.
func TestPartsOfATargetFileLoad(t *testing.T) {
	page, err := os.ReadFile("target.md")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "subscription.schema.json"), []byte(`{"type": "object"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	parts := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(page, -1)
	if len(parts) < 5 {
		t.Fatalf("only %d parts were found", len(parts))
	}
	for _, part := range parts {
		text := append([]byte("version: 1\n"), part[1]...)
		if _, err := target.Load(filepath.Join(folder, "conform.yaml"), text, target.Options{Probes: suites.Names()}); err != nil {
			t.Errorf("%s\n%v", part[1], err)
		}
	}
}
