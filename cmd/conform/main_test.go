package main

import (
	"encoding/base64"
	"flag"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/seed-e125e033/conform/fixtures/apis"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

func TestMain(m *testing.M) {
	testscript.Main(inProcess{m}, map[string]func(){"conform": main})
}

// inProcess are the tests without the commands that they start. They keep little and leave much behind: with garbage collected less
// often, TestEveryBrokenPromiseIsNoticedAndNoOther takes 23 s of CPU time, not 30 s.
type inProcess struct{ *testing.M }

func (p inProcess) Run() int {
	debug.SetGCPercent(400)
	return p.M.Run()
}

// TestScript runs the stories in testdata/script, each a whole use of the command, named by what it comes to. Besides the
// commands of testscript they have these:
//
//	serve API [REQUIREMENT...]  serve a reference API that breaks these promises at $TARGET, with its secrets in the
//	                            environment and its target file as API.yaml
//	hostile KIND                serve something worse at $TARGET: see hostile_test.go
//	sent N                      what is served has been sent N requests so far; + for at least one
//	exits CODE COMMAND...       run a command that ends with this code
//	wrong MESSAGE FLAG...       conform with these flags tells this mistake alone, sends nothing, writes nothing
//	signal INT|TERM N           once N requests were sent, signal the command in the background
//	ended CODE                  the command that was signalled has ended with this code
//	plain FROM TO               copy a file without what differs from run to run: the target's address, and times
//	hidden SECRET...            neither standard output and error nor any file under reports holds one of these
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Values[story{}] = newStory()
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"serve": serveAPI, "hostile": serveHostile, "sent": sent, "exits": exits, "wrong": wrong,
			"signal": sendSignal, "ended": ended, "plain": plain, "hidden": hidden,
		},
	})
}

// story is what the commands of one script share.
type story struct {
	mu        sync.Mutex
	arrived   sync.Cond
	requests  int // that what is served was sent
	signalled *exec.Cmd
}

func newStory() *story {
	s := &story{}
	s.arrived.L = &s.mu
	return s
}

func storyOf(ts *testscript.TestScript) *story { return ts.Value(story{}).(*story) }

// count counts the requests to a handler.
func (s *story) count(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.requests++
		s.arrived.Broadcast()
		s.mu.Unlock()
		h.ServeHTTP(w, r)
	})
}

func (s *story) sent() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// demand ends the script with how a command is used, unless it is used so.
func demand(ts *testscript.TestScript, ok bool, usage string) {
	if !ok {
		ts.Fatalf("usage: %s", usage)
	}
}

func serveAPI(ts *testscript.TestScript, neg bool, args []string) {
	demand(ts, !neg && len(args) > 0, "serve API [REQUIREMENT...]")
	api, err := reference(args[0])
	ts.Check(err)
	broken, err := breaks([]apis.API{api}, args[1:])
	ts.Check(err)
	server := answering(storyOf(ts).count(api.New(broken)))
	ts.Defer(server.Close)
	ts.Setenv("TARGET", server.URL)
	for name, secret := range api.Secrets {
		ts.Setenv(name, secret)
	}
	ts.Check(os.WriteFile(ts.MkAbs(api.Name+".yaml"), api.Target, 0o600))
}

// answering serves an API that has the last word: see apis.Answering.
func answering(api http.Handler) *httptest.Server {
	server := httptest.NewUnstartedServer(api)
	server.Listener = apis.Answering(server.Listener, api)
	server.Start()
	return server
}

func serveHostile(ts *testscript.TestScript, neg bool, args []string) {
	demand(ts, !neg && len(args) == 1, "hostile KIND")
	handler, ok := hostile[args[0]]
	demand(ts, ok, "hostile KIND, one of those in hostile_test.go")
	server := httptest.NewUnstartedServer(nil)
	server.Config.Handler = storyOf(ts).count(handler(server))
	server.Start()
	ts.Defer(server.Close)
	for _, api := range apis.All() {
		for name, secret := range api.Secrets {
			ts.Setenv(name, secret)
		}
	}
	ts.Setenv("TARGET", server.URL)
}

func sent(ts *testscript.TestScript, neg bool, args []string) {
	demand(ts, !neg && len(args) == 1, "sent N|+")
	n := storyOf(ts).sent()
	if args[0] == "+" && n == 0 || args[0] != "+" && args[0] != strconv.Itoa(n) {
		ts.Fatalf("%d requests were sent, want %s", n, args[0])
	}
}

// code returns the exit code of a command that was run.
func code(ts *testscript.TestScript, err error) int {
	if err == nil {
		return 0
	}
	e, ok := err.(*exec.ExitError)
	if !ok {
		ts.Fatalf("the command could not be run: %v", err)
	}
	return e.ExitCode()
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	demand(ts, !neg && len(args) > 1, "exits CODE COMMAND...")
	if got := strconv.Itoa(code(ts, ts.Exec(args[1], args[2:]...))); got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}

func wrong(ts *testscript.TestScript, neg bool, args []string) {
	demand(ts, !neg && len(args) > 0, "wrong MESSAGE FLAG...")
	before := storyOf(ts).sent()
	got := code(ts, ts.Exec("conform", args[1:]...))
	if want := "conform: " + args[0] + "\n"; ts.ReadFile("stderr") != want {
		ts.Fatalf("standard error is not\n%s", want)
	}
	if got != calledWrongly || ts.ReadFile("stdout") != "" {
		ts.Fatalf("exit code %d, want %d and nothing on standard output", got, calledWrongly)
	}
	if storyOf(ts).sent() != before {
		ts.Fatalf("something was sent")
	}
	if _, err := os.Stat(ts.MkAbs("reports")); err == nil {
		ts.Fatalf("there is a folder of reports")
	}
}

func sendSignal(ts *testscript.TestScript, neg bool, args []string) {
	signals := map[string]os.Signal{"INT": os.Interrupt, "TERM": syscall.SIGTERM}
	commands := ts.BackgroundCmds()
	demand(ts, !neg && len(args) == 2 && signals[args[0]] != nil && len(commands) == 1, "signal INT|TERM N, while one command is in the background")
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	s := storyOf(ts)
	deadline := time.Now().Add(20 * time.Second)
	defer time.AfterFunc(time.Until(deadline), s.arrived.Broadcast).Stop()
	s.mu.Lock()
	for s.requests < n && time.Now().Before(deadline) {
		s.arrived.Wait()
	}
	s.signalled = commands[0]
	s.mu.Unlock()
	ts.Check(s.signalled.Process.Signal(signals[args[0]]))
}

func ended(ts *testscript.TestScript, neg bool, args []string) {
	demand(ts, !neg && len(args) == 1, "ended CODE, after wait")
	if got := strconv.Itoa(storyOf(ts).signalled.ProcessState.ExitCode()); got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}

// took and digest differ from run to run: the digest of a plan is one of its bytes, the name of the target among them.
var (
	took   = regexp.MustCompile(`\bin \d+\.\d s\b`)
	digest = regexp.MustCompile(`\bplan [0-9a-f]{12}\b`)
)

func plain(ts *testscript.TestScript, neg bool, args []string) {
	demand(ts, !neg && len(args) == 2, "plain FROM TO")
	text := ts.ReadFile(args[0])
	if target := ts.Getenv("TARGET"); target != "" {
		text = strings.ReplaceAll(text, target, "$TARGET")
	}
	text = digest.ReplaceAllString(took.ReplaceAllString(text, "in N s"), "plan DIGEST")
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o600))
}

func hidden(ts *testscript.TestScript, neg bool, args []string) {
	demand(ts, !neg && len(args) > 0, "hidden SECRET...")
	written := map[string]string{"stdout": ts.ReadFile("stdout"), "stderr": ts.ReadFile("stderr")}
	ts.Check(filepath.WalkDir(ts.MkAbs("reports"), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			written[entry.Name()] = ts.ReadFile(path)
		}
		return err
	}))
	for name, text := range written {
		for _, secret := range args {
			encoded := base64.StdEncoding.EncodeToString([]byte(secret))
			for _, form := range []string{secret, url.QueryEscape(secret), encoded, strings.TrimRight(encoded, "=")} {
				if i := strings.Index(text, form); i >= 0 {
					ts.Fatalf("%s holds %q as %q: ...%s...", name, secret, form, text[max(0, i-80):min(len(text), i+80)])
				}
			}
		}
	}
}
