// Package session wires one run together: client, run log, log-ins and driver around a plan. Whoever has a Session
// awaits each check of the plan, in any way, and closes it.
package session

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"io"
	"maps"
	"net/url"
	"slices"
	"time"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/drive"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/login"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

// window is how many cases are judged ahead of the check that is awaited.
const window = 16384

// Config says what is run and how. Version is what requests and the log tell of conform.
type Config struct {
	Plan     *suites.Plan
	Client   exchange.Config // without Target, which the plan has; Connections are also the cases under way at once
	TLSFiles report.TLSFiles // what curl lines name
	Level    contract.Level  // from which level a miss fails the run
	Version  string
	Trace    bool // every request of the plan carries a traceparent
}

// Session is one run: New, Start, Await for each check, Close.
type Session struct {
	config  Config
	client  *exchange.Client
	secrets *report.Redactor
	log     *report.Log
	driven  *drive.Drive
}

// New makes a session that has sent nothing yet. The error is a mistake in Client.
func New(c Config) (*Session, error) {
	c.Client.Target = c.Plan.Target.URL
	client, err := exchange.NewClient(c.Client)
	if err != nil {
		return nil, err
	}
	return &Session{config: c, client: client, secrets: secrets(c.Plan.Target)}, nil
}

// Start writes the run log's header to w, logs in, sends the controls and starts to send the cases. The context ends the run
// early. A nil progress shows nothing.
func (s *Session) Start(ctx context.Context, w io.Writer, progress *report.Progress) {
	c, plan := s.config, s.config.Plan
	s.log = report.NewLog(w, s.secrets)
	s.log.Run(header(plan, c.Level, c.Version))
	trace := ""
	if c.Trace {
		trace = traceID()
	}
	s.driven = drive.New(drive.Config{
		Plan: plan, Client: s.client, Log: s.log, Level: c.Level, Tokens: s.tokens(s.log),
		Concurrency: max(1, c.Client.Connections), Window: window, Now: time.Now,
		Curl:     func(r exchange.Request) string { return report.Curl(plan.Target.URL, r, s.secrets, c.TLSFiles) },
		Secrets:  s.secrets,
		Progress: progress,
		Trace:    trace,
	})
	s.driven.Start(ctx)
}

// traceID returns the trace-id of a run, which no other has.
func traceID() string {
	id := make([]byte, 16)
	rand.Read(id) // it never fails
	return hex.EncodeToString(id)
}

// tokens fetches what the run needs, through clients of the same configuration.
func (s *Session) tokens(log *report.Log) *login.Session {
	return login.New(login.Config{
		Target: s.config.Plan.Target, Client: s.client,
		Dial: func(at *url.URL) (*exchange.Client, error) {
			other := s.config.Client
			other.Target = at
			return exchange.NewClient(other)
		},
		Record:  func(name string, ex *exchange.Exchange) { log.Exchange(name, ex) },
		Secrets: s.secrets,
		Agent:   Agent(s.config.Version),
	})
}

// Await waits for the verdict of a check. It may be called by many goroutines, in any order, once for each check: what a check came to
// is not kept, and another call gets the verdict alone.
func (s *Session) Await(c *suites.Check) report.Check { return s.driven.Await(c) }

// Close concludes what nobody awaited, undoes what the run created, logs out, and returns the log's last record. The
// error says that the log could not be written whole.
func (s *Session) Close() (report.End, error) {
	defer s.client.Close()
	return s.driven.Finish()
}

// Written returns the run log of a session that was closed, for reports. The file is what Start was given to write to.
func (s *Session) Written(file io.ReaderAt) *report.Written { return s.log.Written(file) }

// Agent is the User-Agent of every request.
func Agent(version string) string { return "conform/" + version }

// secrets returns what must not appear in anything that is written, as far as it is known before the run. Two credentials may come to
// the same bad token: it is always shown as made from the same one.
func secrets(t *target.Target) *report.Redactor {
	r := report.NewRedactor()
	for _, name := range slices.Sorted(maps.Keys(t.Credentials)) {
		c := t.Credentials[name]
		for _, secret := range append(c.Secrets(), suites.TokenSecrets(c)...) {
			r.Add(report.Secret{Value: secret.Value, Shell: secret.Shell, Kind: string(secret.Kind)})
		}
	}
	return r
}

// header is the run log's first record.
func header(plan *suites.Plan, level contract.Level, version string) report.Run {
	r := report.Run{
		Conform: version, Target: plan.Target.URL.String(), Plan: plan.Digest(), Level: string(level),
		Checks: len(plan.Checks), Cases: plan.Size(), Start: time.Now(),
	}
	for _, c := range plan.Contracts {
		r.Contracts = append(r.Contracts, report.Contract{Name: c.Name, Version: c.Version, Title: c.Title, Source: c.Source, File: c.File, Digest: c.Digest})
	}
	return r
}
