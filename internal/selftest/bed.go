package selftest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/seed-e125e033/conform/fixtures/apis"
	"github.com/seed-e125e033/conform/fixtures/faults"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/session"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

// pace is how a run is sent.
type pace struct {
	timeout    time.Duration // for an answer
	concurrent int           // requests under way at once
}

// usual is for reference APIs, which answer in a millisecond.
func usual() pace { return pace{2 * time.Second, 8} }

// waiting is for faults that keep a client waiting: many are waited for at once.
func waiting() pace { return pace{300 * time.Millisecond, 64} }

// bed is a reference API with the plan of its contracts.
type bed struct {
	api     apis.API
	plan    *suites.Plan
	order   []*suites.Planned          // the plan's cases
	cases   map[string]*suites.Planned // by name
	tables  map[string]*Table          // by contract
	choices faults.Choices
	clean   *clean
	pairs   []pair
}

// newBed plans an API's own target file by these of its contracts. Nothing is sent.
func newBed(ctx context.Context, api apis.API, loaded []*contract.Contract, tables map[string]*Table) (*bed, error) {
	t, err := target.Load(api.Name+" (embedded conform.yaml)", api.Target, target.Options{Probes: suites.Names()})
	if err != nil {
		return nil, err
	}
	var login *target.Login
	if c := contract.LoginOf(loaded); c != nil {
		login = c.Login
	}
	if err := t.CompleteLogins(login); err != nil {
		return nil, err
	}
	lookup := func(name string) (string, bool) { value, ok := api.Secrets[name]; return value, ok }
	if err := t.Resolve(ctx, lookup); err != nil {
		return nil, err
	}
	if t.URL, err = target.ParseURL("http://127.0.0.1"); err != nil {
		return nil, err
	}
	b := &bed{api: api, cases: map[string]*suites.Planned{}, tables: map[string]*Table{}}
	if b.plan, err = suites.NewPlan(t, loaded, suites.Options{Agent: session.Agent("selftest"), Skip: strings.Join(api.Apart, " || ")}); err != nil {
		return nil, fmt.Errorf("reference API %s: %w", api.Name, err)
	}
	for c := range b.plan.Cases() {
		b.order = append(b.order, c)
		b.cases[c.Name()] = c
	}
	var own []*Table
	for _, name := range api.Contracts { // what the document of any of its contracts names can be broken in its answers
		if table := tables[name]; table != nil {
			own = append(own, table)
		}
	}
	for _, c := range loaded {
		b.tables[c.Name] = tables[c.Name]
	}
	b.choices = choices(own)
	return b, nil
}

// mark is the request field in which the plan names the case.
const mark = "Conform-Case"

// change changes the answer to a case of the plan. Controls, and what goes before a case or undoes it, are not asked about.
type change func(c *suites.Planned, x *faults.Exchange) faults.Answer

// verdicts are what a run made of the answers.
type verdicts struct {
	checks map[check]report.Check
	dead   string // why the run gave the target up
	log    []byte
}

// check names a requirement on an operation.
type check struct{ requirement, operation string }

func (c check) String() string { return c.requirement + " on " + c.operation }

// run sends those cases of the plan that keep is true of, to a server of its own.
func (b *bed) run(ctx context.Context, keep func(*suites.Planned) bool, p pace, change change) (*verdicts, error) {
	start := func(l net.Listener) func() { return b.api.Start(l, nil) }
	server, err := faults.ServeOn(ctx, start, func(x *faults.Exchange) faults.Answer {
		for _, f := range x.Request.Fields {
			if c := b.cases[f.Value]; c != nil && strings.EqualFold(f.Name, mark) {
				return change(c, x)
			}
		}
		return x.Answer
	})
	if err != nil {
		return nil, err
	}
	defer server.Close()
	plan, at := b.plan.Narrow(func(i int) bool { return keep(b.order[i]) }), *b.plan.Target
	plan.Target = &at
	if plan.Target.URL, err = target.ParseURL(server.URL); err != nil {
		return nil, err
	}
	s, err := session.New(session.Config{
		Plan: plan, Level: contract.Must, Version: "selftest",
		Client: exchange.Config{Connections: p.concurrent, Timeout: p.timeout, MaxWait: time.Millisecond},
	})
	if err != nil {
		return nil, err
	}
	var log bytes.Buffer
	s.Start(ctx, &log, nil)
	end, err := s.Close()
	if err != nil {
		return nil, err
	}
	if end.Interrupted {
		return nil, context.Cause(ctx)
	}
	v := &verdicts{map[check]report.Check{}, end.Dead, log.Bytes()}
	for line := range bytes.Lines(log.Bytes()) {
		if !bytes.HasPrefix(line, []byte(`{"type":"check"`)) {
			continue
		}
		var r report.Record
		if err := json.Unmarshal(line, &r); err != nil {
			return nil, err
		}
		v.checks[check{r.Check.Requirement, r.Check.Operation}] = *r.Check
	}
	return v, nil
}

func all(*suites.Planned) bool { return true }

// found returns what was found of a case for a check: a finding, or that it could not be judged.
func (v *verdicts) found(k check, name string) (found, errored string) {
	c := v.checks[k]
	i := slices.IndexFunc(c.Misses, func(m report.Miss) bool { return m.Case == name })
	switch {
	case i < 0 && v.dead != "":
		return "", v.dead
	case i < 0 && c.Verdict == report.Errored && c.Cases == 1: // what could not be judged is told of the check
		return "", c.Reason
	case i < 0:
		return "", ""
	case len(c.Misses[i].Findings) > 0:
		return c.Misses[i].Findings[0].String(), ""
	}
	return "", c.Misses[i].Error
}
