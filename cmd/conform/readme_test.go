package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-e125e033/conform/contracts"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

const tree = "../../"

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(tree + "README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestReadmeNamesFilesThatAreThere(t *testing.T) {
	paths := regexp.MustCompile("`([A-Za-z][\\w.-]*/[\\w./-]*|[A-Z]+(?:\\.md)?|go\\.mod)`").FindAllStringSubmatch(readme(t), -1)
	if len(paths) < 20 {
		t.Fatalf("only %d paths were found", len(paths))
	}
	for _, path := range paths {
		switch name := path[1]; {
		case slices.Contains([]string{"application/vnd.api+json", "CONFORM_REPORT_DIR"}, name):
		default:
			if _, err := os.Stat(tree + name); err != nil {
				t.Errorf("README.md names %s: %v", name, err)
			}
		}
	}
}

func TestReadmeNamesFlagsAndCommandsThatThereAre(t *testing.T) {
	root := newRoot(door{})
	known := map[string]bool{}
	commands := map[string]bool{}
	for _, c := range append([]*cobra.Command{root}, root.Commands()...) {
		commands[c.Name()] = true
		c.Flags().VisitAll(func(f *pflag.Flag) { known[f.Name] = true })
	}
	curl := regexp.MustCompile(`(?m)^ *again .*$`)
	text := curl.ReplaceAllString(readme(t), "")
	for _, flag := range regexp.MustCompile(`--([a-z][a-z0-9-]*)`).FindAllStringSubmatch(text, -1) {
		if !known[flag[1]] {
			t.Errorf("README.md names --%s, which no command has", flag[1])
		}
	}
	for _, command := range regexp.MustCompile("(?m)(?:^|`|\\./cmd/)conform ([a-z]+)").FindAllStringSubmatch(text, -1) {
		if !commands[command[1]] {
			t.Errorf("README.md names the command %q, which there is not", command[1])
		}
	}
}

// blocks returns the YAML blocks of the README that begin with a key.
func blocks(t *testing.T, key string) []string {
	t.Helper()
	var found []string
	for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(readme(t), -1) {
		if strings.HasPrefix(block[1], key) {
			found = append(found, block[1])
		}
	}
	if len(found) == 0 {
		t.Fatalf("README.md has no YAML that begins with %s", key)
	}
	return found
}

func TestReadmesTargetFileCanBePlanned(t *testing.T) {
	for _, text := range blocks(t, "version:") {
		loaded, err := target.Load("conform.yaml", []byte(text), target.Options{Probes: suites.Names()})
		if err != nil {
			t.Fatal(err)
		}
		judged, err := contracts.Load(loaded.Contracts, suites.Names(), contract.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := suites.NewPlan(loaded, judged, suites.Options{}); err != nil {
			t.Error(err)
		}
	}
}

func TestReadmesContractLoads(t *testing.T) {
	for _, text := range blocks(t, "contract:") {
		beside := fstest.MapFS{
			"our-errors.yaml": {Data: []byte(text)},
			"our-error.json":  {Data: []byte(`{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "required": ["status"]}`)},
		}
		if _, err := contract.Load(beside, "our-errors.yaml", suites.Names(), contract.Options{}); err != nil {
			t.Error(err)
		}
	}
}

func TestReadmesFailingRunIsWhatItPrints(t *testing.T) {
	shown := regexp.MustCompile("(?s)go run \\./cmd/conform (demo [^\n]*--break[^\n]*)\n```\n\n```\n(.*?)```").FindStringSubmatch(readme(t))
	if shown == nil {
		t.Fatal("README.md shows no run with --break")
	}
	code, stdout, _ := inside(t, nil, append(strings.Fields(shown[1]), "--report-dir", t.TempDir())...)
	if code != doesNotConform {
		t.Errorf("exit code %d, want %d", code, doesNotConform)
	}
	varies := regexp.MustCompile(`127\.0\.0\.1:[0-9]+| in [0-9.]+ s\n`)
	if diff := cmp.Diff(varies.ReplaceAllString(shown[2], "~"), varies.ReplaceAllString(stdout, "~")); diff != "" {
		t.Errorf("README.md (-), now (+):\n%s", diff)
	}
}

func TestContributingNamesFilesThatAreThere(t *testing.T) {
	text, err := fs.ReadFile(os.DirFS(filepath.FromSlash(tree)), "CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range regexp.MustCompile("`([a-z][\\w.-]*/[\\w./-]*)`").FindAllStringSubmatch(string(text), -1) {
		if _, err := os.Stat(tree + path[1]); err != nil {
			t.Errorf("CONTRIBUTING.md names %s: %v", path[1], err)
		}
	}
}
