package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed-e125e033/conform/fixtures/apis"
)

// TestNoMoreIsSentThanAllowed breaks what makes a run send more than its plan tells: refused writes change something, so the cases
// are sent again to find out which.
func TestNoMoreIsSentThanAllowed(t *testing.T) {
	api, _ := apis.Named("gr4vy")
	var sent atomic.Int64
	handler := api.New(func(requirement string) bool { return requirement == "http.refused-write-changes-nothing" })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent.Add(1)
		handler.ServeHTTP(w, r)
	}))
	defer server.Close()
	folder := t.TempDir()
	file := filepath.Join(folder, "conform.yaml")
	if err := os.WriteFile(file, api.Target, 0o600); err != nil {
		t.Fatal(err)
	}
	conform := func(flags ...string) (code int, stdout string) {
		var out, told bytes.Buffer
		args := append([]string{"--target", server.URL, "--config", file, "--report-dir", filepath.Join(folder, "reports"), "--requirement", "http.refused-write-changes-nothing", "--requirement", "gr4vy.missing-property"}, flags...)
		code = run(t.Context(), args, door{stdout: &out, stderr: &told, lookup: environment(api, func(string) (string, bool) { return "", false })})
		return code, out.String() + told.String()
	}
	_, plan := conform("--dry-run")
	about := regexp.MustCompile(`about (\d+) requests`).FindStringSubmatch(plan)
	if about == nil {
		t.Fatalf("no number of requests in\n%s", plan)
	}
	most, _ := strconv.ParseInt(about[1], 10, 64)

	code, out := conform()
	if needed := sent.Swap(0); needed <= most {
		t.Fatalf("%d requests were sent, and %d planned: this run proves nothing\n%s", needed, most, out)
	}
	if code != conforms {
		t.Errorf("without a limit: exit code %d\n%s", code, out)
	}
	code, out = conform("--max-requests", about[1])
	undone := int64(strings.Count(read(t, filepath.Join(folder, "reports", "run.ndjson")), `/undo"`)) // it goes on beyond the limit
	if got := sent.Load(); got > most+undone {
		t.Errorf("%d requests were sent, %d of them to undo, with --max-requests %d", got, undone, most)
	}
	if code != noVerdict || !strings.Contains(out, "as many requests were sent as --max-requests allows") {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestHostsThatAreAllowed(t *testing.T) {
	tests := []struct {
		pattern, at string
		want        bool
	}{
		{"api.example.com", "https://api.example.com/v1", true},
		{"API.example.com", "https://api.EXAMPLE.com", true},
		{"api.example.com", "https://api.example.com:8443", true},
		{"api.example.com:8443", "https://api.example.com:8443", true},
		{"api.example.com:8443", "https://api.example.com", false},
		{"*.example.com", "https://api.example.com", true},
		{"*.example.com", "https://example.com", false},
		{"*.example.com", "https://api.example.com.evil.test", false},
		{"example.com", "https://api.example.com", false},
		{"127.0.0.1", "http://127.0.0.1:8080", true},
	}
	for _, test := range tests {
		at, err := url.Parse(test.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := allows([]string{"other.test", test.pattern}, at); got != test.want {
			t.Errorf("%s allows %s: %t", test.pattern, test.at, got)
		}
	}
}
