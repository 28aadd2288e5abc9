package contracts_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

// plan plans a contract on its own well-known operations, as a run does that was given a bearer token and no target file.
func plan(t *testing.T, c *contract.Contract) *suites.Plan {
	t.Helper()
	base, err := url.Parse("https://api.test")
	if err != nil {
		t.Fatal(err)
	}
	api := &target.Target{URL: base, Credentials: map[string]target.Credential{"default": {Kind: target.Bearer, Value: "token"}}}
	p, err := suites.NewPlan(api, []*contract.Contract{c}, suites.Options{Agent: "conform/test", AllowWrites: true})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A user without a target file sees these reasons; each says what to give.
func TestWellKnownOperationsTryAllThatTheyCan(t *testing.T) {
	var b strings.Builder
	for _, c := range shipped(t) {
		if len(c.Operations) == 0 {
			continue
		}
		p := plan(t, c)
		tried := 0
		for _, check := range p.Checks {
			if check.Gap == "" {
				tried++
			}
		}
		fmt.Fprintf(&b, "%s: %d checks with %d cases\n", c.Name, tried, p.Size())
		for _, check := range p.Checks {
			if check.Gap != "" {
				fmt.Fprintf(&b, "  %s: %s\n", check.Requirement.ID, check.Gap)
			}
		}
		for i := range c.Requirements {
			if gap := p.Gaps[&c.Requirements[i]]; gap != "" {
				fmt.Fprintf(&b, "  %s, where met: %s\n", c.Requirements[i].ID, gap)
			}
		}
	}
	golden(t, "operations.txt", b.String())
}

func TestGoodRequestsLabelTheirBodies(t *testing.T) {
	bodies := 0
	for _, c := range shipped(t) {
		var types []string
		for _, f := range c.FormatsInOrder() {
			types = append(types, f.MediaTypes...)
		}
		for i := range c.Operations {
			op := &c.Operations[i]
			if op.Body == nil {
				continue
			}
			bodies++
			label, _ := op.Request("", "").Fields.Get("Content-Type")
			if !slices.Contains(types, label) {
				t.Errorf("%s: the body of %s is labelled %q, the contract's formats are %q", c.Name, op.ID, label, types)
			}
		}
	}
	if bodies == 0 {
		t.Error("no well-known operation has a body")
	}
}

// A run must not leave things behind, nor touch what it did not make.
func TestWellKnownOperationsThatCreateAreUndone(t *testing.T) {
	reads := map[string]bool{"filemaker.find-records": true} // a search whose conditions are in the body
	for _, c := range shipped(t) {
		for _, op := range c.Operations {
			if op.Method == "POST" && op.Undo == "" && !reads[c.Name+"."+op.ID] {
				t.Errorf("%s: %s creates and is not undone", c.Name, op.ID)
			}
			if (op.Method == "PUT" || op.Method == "PATCH" || op.Method == "DELETE") && len(op.Sources()) == 0 {
				t.Errorf("%s: %s changes what the run did not make", c.Name, op.ID)
			}
		}
	}
}
