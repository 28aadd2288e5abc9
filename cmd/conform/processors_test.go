package main

import (
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/seed-e125e033/conform/fixtures/apis"
)

// A run takes one processor and gives back what it found, but leaves alone what the environment says; what sends nothing takes none.
func TestARunTakesOneProcessor(t *testing.T) {
	api, _ := apis.Named("gr4vy")
	server := httptest.NewServer(api.New(func(string) bool { return false }))
	defer server.Close()
	folder := t.TempDir()
	file := filepath.Join(folder, "conform.yaml")
	if err := os.WriteFile(file, api.Target, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, environment, flag string
		want                    []int
	}{
		{"a run", "", "--requirement=gr4vy.missing-property", []int{1, 7}},
		{"a dry run", "", "--dry-run", nil},
		{"told by the environment", "4", "--requirement=gr4vy.missing-property", nil},
	} {
		var got []int
		var out bytes.Buffer
		code := run(t.Context(), []string{"--target", server.URL, "--config", file, "--report-dir", folder, c.flag}, door{
			stdout: &out, stderr: &out,
			lookup: environment(api, func(name string) (string, bool) {
				return c.environment, name == "GOMAXPROCS" && c.environment != ""
			}),
			processors: func(most int) int { got = append(got, most); return 7 },
		})
		if code != conforms || !slices.Equal(got, c.want) {
			t.Errorf("%s: want processors %v, got %v and exit code %d\n%s", c.name, c.want, got, code, &out)
		}
	}
}
