// Package conformtest judges an API by error contracts in the API's own tests: the checks that the command conform
// makes, against an http.Handler or a URL, one subtest per check.
//
//	func TestErrors(t *testing.T) {
//		conformtest.Run(t, conformtest.Target{
//			Handler:   api.New(),
//			Contracts: []string{"problem-details", "http"},
//			File:      "conform.yaml",
//		})
//	}
//
// Open is for other frameworks: it gives the checks one by one.
//
// # Compatibility
//
// What this package exports keeps its meaning within a major version of the module. Contracts have versions of their own:
// a later conform may ship a later contract, which finds more. A contract file of your own, named by its path, does
// not change.
package conformtest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/seed-e125e033/conform/contracts"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/session"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/internal/version"
	"github.com/seed-e125e033/conform/suites"
)

// Target is the API under test and what it is judged by.
type Target struct {
	Handler   http.Handler      // served on loopback while the test runs, without what net/http refuses before it; or URL
	URL       string            // base URL of an API that runs already
	Contracts []string          // names of contracts that ship with conform, or paths of files; empty: those of File, else http
	File      string            // target file with operations, credentials and waivers, as conform --config takes it; empty: none
	Set       map[string]string // parameters of well-known operations, as --set gives them
	Env       map[string]string // secrets that File names by variable, looked up here before in the environment
	Level     string            // from which level a miss fails: must (also if empty), should, may
	Select    string            // only checks whose labels match this expression; empty: all
	Writes    bool              // well-known operations that write may be probed, too
	Log       io.Writer         // takes the run log, run.ndjson; nil: it is dropped
	Timeout   time.Duration     // for one request and its answer; 0: 10 s
}

// Run judges every check of the target in a subtest of its own, named "requirement METHOD /path". A failed subtest has
// conform's whole text as its message; what could not be judged fails, too; what was skipped is skipped with its reason.
// Several may run in one test binary, side by side.
func Run(t *testing.T, api Target) {
	t.Helper()
	s, err := Open(t.Context(), api)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, c := range s.Checks() {
		t.Run(c.Name, func(t *testing.T) {
			switch r := s.Judge(c); r.Verdict {
			case "failed", "stale", "errored":
				t.Error("\n" + r.Text)
			case "warned", "waived":
				t.Log("\n" + r.Text)
			case "skipped":
				t.Skip(r.Text)
			}
		})
	}
}

// Session is a run that is under way. Judge may be called by many goroutines, in any order.
type Session struct {
	plan    *suites.Plan
	session *session.Session
	server  *http.Server
	checks  []Check
}

// Check is one requirement on one operation.
type Check struct {
	Name   string   // "gr4vy.bad-token GET /buyers/{buyer_id}", the same in every run
	Labels []string // level, contract, requirement, operation, families and names of probes

	judge func() Result
}

// Result is what a check came to.
type Result struct {
	Verdict string // passed, failed, warned, waived, stale, skipped or errored
	Text    string // why, for people; empty for passed
}

// Open starts the run: every mistake in the target and its contracts is found first, all at once, then the controls are
// sent. The context ends the run early. The caller closes the session.
func Open(ctx context.Context, api Target) (*Session, error) {
	t, loaded, err := api.load(ctx)
	if err != nil {
		return nil, err
	}
	s := &Session{}
	if api.Handler != nil {
		var config net.ListenConfig
		listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		s.server = &http.Server{Handler: api.Handler, ReadHeaderTimeout: time.Minute}
		go s.server.Serve(listener) //nolint:errcheck // ends with Close
		if t.URL, err = target.ParseURL("http://" + listener.Addr().String()); err != nil {
			return nil, errors.Join(err, s.server.Close())
		}
	}
	s.plan, err = suites.NewPlan(t, loaded, suites.Options{
		Agent: session.Agent(version.Text()), Select: api.Select, AllowWrites: api.Writes, Without: api.unseen(),
	})
	if err == nil {
		s.session, err = session.New(session.Config{
			Plan: s.plan, Version: version.Text(),
			Client: exchange.Config{Timeout: api.Timeout, Connections: 8, Proxy: exchange.ProxyFromEnvironment()},
			Level:  contract.Level(cmp.Or(api.Level, string(contract.Must))),
		})
	}
	if err != nil {
		return nil, errors.Join(err, s.stop())
	}
	s.session.Start(ctx, cmp.Or[io.Writer](api.Log, io.Discard), nil)
	for _, c := range s.plan.Checks {
		judge := sync.OnceValue(func() Result { return s.judge(c) }) // what a check came to is told once
		s.checks = append(s.checks, Check{Name: c.Title(), Labels: c.Labels(), judge: judge})
	}
	return s, nil
}

// load reads what the target names and finds every mistake.
func (api Target) load(ctx context.Context) (*target.Target, []*contract.Contract, error) {
	var mistakes []error
	wrong := func(err error) {
		if err != nil {
			mistakes = append(mistakes, err)
		}
	}
	variables := target.NewVariables(api.Set)
	t := &target.Target{}
	if api.File != "" {
		data, err := os.ReadFile(api.File)
		if err == nil {
			t, err = target.Load(api.File, data, target.Options{Variables: variables, Probes: suites.Names()})
		}
		wrong(err)
	}
	names := api.Contracts
	if t != nil && len(names) == 0 {
		names = t.Contracts
	}
	if len(names) == 0 {
		names = []string{"http"}
	}
	loaded, err := contracts.Load(names, suites.Names(), contract.Options{Variables: variables, Unprobed: t != nil && len(t.Operations) > 0})
	wrong(err)
	switch level := contract.Level(api.Level); level {
	case "", contract.Must, contract.Should, contract.May:
	default:
		wrong(fmt.Errorf("level %q is not known: take must, should or may", level))
	}
	if (api.Handler == nil) == (api.URL == "") {
		wrong(errors.New("the target has no Handler and no URL, or both: give one"))
	}
	if t != nil {
		if api.URL != "" {
			t.URL, err = target.ParseURL(api.URL)
			wrong(err)
		}
		if len(mistakes) == 0 {
			wrong(variables.Unknown())
			wrong(api.credentials(ctx, t, loaded))
		}
	}
	return t, loaded, errors.Join(mistakes...)
}

// unseen returns the probes that a Handler never sees: net/http's server refuses them itself, in plain text and without a Date.
// A URL is judged by them, whatever answers there.
func (api Target) unseen() []string {
	if api.Handler == nil {
		return nil
	}
	return []string{"route.malformed-escape", "header.control-character"}
}

// credentials completes log-ins by what a contract says of them, and fetches secrets.
func (api Target) credentials(ctx context.Context, t *target.Target, loaded []*contract.Contract) error {
	var from *target.Login
	if c := contract.LoginOf(loaded); c != nil {
		from = c.Login
	}
	if err := t.CompleteLogins(from); err != nil {
		return err
	}
	return t.Resolve(ctx, func(name string) (string, bool) {
		if value, ok := api.Env[name]; ok {
			return value, true
		}
		return os.LookupEnv(name)
	})
}

// Checks returns every check of the run, in order.
func (s *Session) Checks() []Check { return s.checks }

// Judge waits until every case of the check is sent and judged, and returns what it came to. After Close it still tells the verdict, but no
// more why.
func (s *Session) Judge(c Check) Result { return c.judge() }

func (s *Session) judge(c *suites.Check) Result {
	record := s.session.Await(c)
	r := Result{Verdict: string(record.Verdict)}
	switch record.Verdict {
	case report.Passed:
	case report.Skipped:
		r.Text = record.Reason
	default:
		r.Text = report.Describe(record)
	}
	return r
}

// Close undoes what the run created, ends it and stops serving. The error says that the run log could not be
// written, or lists what could not be undone.
func (s *Session) Close() error {
	end, err := s.session.Close()
	errs := []error{err, s.stop()}
	for _, left := range end.Left {
		errs = append(errs, fmt.Errorf("not undone, clean it up by hand: %s", left))
	}
	return errors.Join(errs...)
}

func (s *Session) stop() error {
	if s.server == nil {
		return nil
	}
	return s.server.Close()
}
