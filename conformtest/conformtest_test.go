package conformtest_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-e125e033/conform/conformtest"
	"github.com/seed-e125e033/conform/fixtures/apis"
)

// reference returns a reference API as a target; broken names a requirement that it breaks.
func reference(name, broken string) conformtest.Target {
	api, ok := apis.Named(name)
	if !ok {
		panic(name)
	}
	return conformtest.Target{
		Handler: api.New(func(requirement string) bool { return requirement == broken }),
		File:    filepath.Join("..", "fixtures", "apis", name, "conform.yaml"),
		Env:     api.Secrets,
	}
}

func TestAConformingHandlerPassesEverySubtest(t *testing.T) {
	for _, name := range []string{"gr4vy", "openpodcast"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // several runs in one test binary, side by side
			conformtest.Run(t, reference(name, ""))
		})
	}
}

func TestAfterCloseTheVerdictOfEachCheckIsStillTold(t *testing.T) {
	s, err := conformtest.Open(t.Context(), reference("gr4vy", "gr4vy.unknown-resource"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	verdicts := map[string]int{}
	for _, c := range s.Checks() {
		verdicts[s.Judge(c).Verdict]++
	}
	if verdicts["passed"] == 0 || verdicts["failed"] == 0 || verdicts["errored"]+verdicts[""] > 0 {
		t.Errorf("got %v", verdicts)
	}
}

func TestABrokenPromiseIsTheOnlyOneThatFails(t *testing.T) {
	api, _ := apis.Named("gr4vy")
	s, err := conformtest.Open(t.Context(), reference("gr4vy", "gr4vy.unknown-resource"))
	if err != nil {
		t.Fatal(err)
	}
	failed := 0
	for _, c := range s.Checks() {
		r := s.Judge(c)
		if again := s.Judge(c); again != r {
			t.Errorf("%s: judged again it is %v, and was %v", c.Name, again, r)
		}
		requirement, _, _ := strings.Cut(c.Name, " ")
		if r.Verdict == "passed" || r.Verdict == "skipped" && slices.Contains(api.Apart, requirement) || strings.Contains(r.Text, "not observed") {
			continue
		}
		failed++
		if !strings.HasPrefix(c.Name, "gr4vy.unknown-resource ") || r.Verdict != "failed" || !strings.Contains(r.Text, "want 404") {
			t.Errorf("%s: %s\n%s", c.Name, r.Verdict, r.Text)
		}
	}
	if failed == 0 {
		t.Error("nothing failed")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestAServerThatRunsAlreadyAndItsRunLog(t *testing.T) {
	api := reference("openpodcast", "")
	server := httptest.NewServer(api.Handler)
	defer server.Close()
	var log bytes.Buffer
	api.Handler, api.URL, api.Log, api.Select = nil, server.URL, &log, "openpodcast.missing-credentials"
	if t.Run("run", func(t *testing.T) { conformtest.Run(t, api) }) {
		if !strings.Contains(log.String(), `"requirement":"openpodcast.missing-credentials"`) {
			t.Errorf("the run log has no such check:\n%s", log.String())
		}
		if strings.Contains(log.String(), api.Env["OPENPODCAST_TOKEN"]) {
			t.Error("a secret stands in the run log")
		}
	}
}

func TestMistakesAreToldBeforeAnythingIsSent(t *testing.T) {
	sent := false
	handler := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { sent = true })
	file := filepath.Join(t.TempDir(), "conform.yaml")
	if err := os.WriteFile(file, []byte("version: 1\noperatons: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		api  conformtest.Target
		want string
	}{
		{"neither handler nor URL", conformtest.Target{}, "no Handler and no URL"},
		{"both", conformtest.Target{Handler: handler, URL: "http://127.0.0.1"}, "or both"},
		{"a URL that is none", conformtest.Target{URL: "ftp://127.0.0.1"}, `scheme "ftp"`},
		{"a contract that does not ship", conformtest.Target{Handler: handler, Contracts: []string{"gr4vi"}}, `did you mean "gr4vy"?`},
		{"a misspelt key", conformtest.Target{Handler: handler, File: file}, `did you mean "operations"?`},
		{"a level that is none", conformtest.Target{Handler: handler, Level: "shall"}, `level "shall"`},
		{"labels that match nothing", conformtest.Target{Handler: handler, Select: "no-such-label"}, "nothing to check"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := conformtest.Open(t.Context(), test.api)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want ... %s ...", err, test.want)
			}
		})
	}
	if sent {
		t.Error("a request was sent")
	}
}

// TestNoFlagsLeak: who runs go test on a package that uses this one sees no flags but the test's own.
func TestNoFlagsLeak(t *testing.T) {
	flag.VisitAll(func(f *flag.Flag) {
		if !strings.HasPrefix(f.Name, "test.") && f.Name != "httptest.serve" {
			t.Errorf("flag -%s comes with the package", f.Name)
		}
	})
}

func ExampleRun() {
	// In a test of the API, with its own *testing.T:
	_ = func(t *testing.T) {
		conformtest.Run(t, conformtest.Target{
			Handler:   http.NotFoundHandler(), // the API under test
			Contracts: []string{"http"},
		})
	}
	// Output:
}

func ExampleOpen() {
	answer := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprintln(w, `{"error": "there is nothing here`) // which is not JSON
	}
	s, err := conformtest.Open(context.Background(), conformtest.Target{
		Handler:   http.HandlerFunc(answer),
		Contracts: []string{"http"},
		Select:    "http.content-as-labelled",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	for _, c := range s.Checks() {
		fmt.Println(c.Name, "-", s.Judge(c).Verdict)
	}
	// Output:
	// http.content-as-labelled (any path) - failed
}
