package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed-e125e033/conform/fixtures/apis"
)

// The reference API for raalabs has no limit that a run comes to: one that a burst reaches would be in the way of all other
// requests. So a limiter stands before it here, which has the API itself refuse what is too much.
func TestALimitIsReachedByABurst(t *testing.T) {
	const limit = 20
	for _, test := range []struct {
		name, broken string
		code         int
		want         string
	}{
		{"one that is refused as the document says", "", conforms, "raalabs 1.0.0: 1 passed"},
		{"one that is refused otherwise", "raalabs.too-many-requests", doesNotConform, "status  want 429, got 400"},
	} {
		t.Run(test.name, func(t *testing.T) {
			api, _ := apis.Named("raalabs")
			handler := api.New(func(id string) bool { return id == test.broken })
			var asked atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				over := asked.Add(1)
				if strings.Contains(r.Header.Get("Conform-Case"), "rate.burst") && over > limit {
					r.URL.Path = "/debug/throttle" // a second later all is forgotten
				}
				handler.ServeHTTP(w, r)
			}))
			defer server.Close()
			config := filepath.Join(t.TempDir(), "conform.yaml")
			file := strings.Replace(string(api.Target), "  rate.limited: {request: GET /debug/throttle}\n", "", 1)
			if err := os.WriteFile(config, []byte(file), 0o600); err != nil {
				t.Fatal(err)
			}
			var out, errs bytes.Buffer
			lookup := func(name string) (string, bool) { value, ok := api.Secrets[name]; return value, ok }
			code := run(t.Context(), []string{
				"--target", server.URL, "--config", config, "--contract", "raalabs", "--requirement", "raalabs.too-many-requests",
				"--burst", "20/m", "--report-dir", t.TempDir(),
			}, door{stdout: &out, stderr: &errs, lookup: lookup})
			if code != test.code || !strings.Contains(out.String(), test.want) || !strings.Contains(out.String(), "rate.burst") == (test.broken != "") {
				t.Errorf("exit code %d\n%s%s", code, &out, &errs)
			}
			if asked.Load() <= limit {
				t.Errorf("%d requests: no burst", asked.Load())
			}
		})
	}
}
