package suites

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadOnlySendsSafeMethodsAlone(t *testing.T) {
	operations := strings.Split(threeOperations, "  - id: get\n")[0] + "    methods: [GET, POST]\n"
	everything := says("r", "must", "probes: [method, credentials, content-type, syntax, conflict, route], expect: {status: [4xx]}")
	p := planned(t, Options{ReadOnly: true}, operations, everything)
	for c := range p.Cases() {
		if !c.Request.Safe() || len(c.Before) > 0 {
			t.Errorf("%s sends %s", c.Name(), c.Request.Method)
		}
	}
	if p.Size() == 0 {
		t.Error("nothing is left")
	}
	left := leftOut(p)
	if !slices.Contains(left, "create: it writes, and the run is --read-only") {
		t.Errorf("want the creation told as left out, got %q", left)
	}
	if !slices.ContainsFunc(left, func(s string) bool { return strings.HasPrefix(s, "method.unknown on list: it writes") }) {
		t.Errorf("want the made-up methods told as left out, got %q", left)
	}
}

func TestAWaiverForAContractThatTheRunLeavesOutIsNoMistake(t *testing.T) {
	text := "contracts: [x, y]\n" + threeOperations + "waivers:\n  - {requirement: y.other, reason: r, owner: o, expires: 2099-01-01}\n"
	planned(t, Options{}, text, badMethod) // the file names y, and --contract x leaves it out
	at, all := loaded(t, strings.Replace(text, "[x, y]", "[x]", 1), badMethod)
	if _, err := NewPlan(at, all, Options{}); err == nil || !strings.Contains(err.Error(), `waiver "y.other" matches no requirement`) {
		t.Errorf("got %v: the file names no contract y", err)
	}
	planned(t, Options{}, strings.Replace(text, "[x, y]", "[x, ./y.yaml]", 1), badMethod) // what the file's contract is called, nobody knows
}

func TestARunThatLeavesSomethingOutIsPartial(t *testing.T) {
	for name, c := range map[string]struct {
		options Options
		names   string
		want    bool
	}{
		"all of the file's contracts": {Options{}, "[x]", false},
		"a contract less":             {Options{}, "[x, y]", true},
		"a contract in a file less":   {Options{}, "[x, ./y.yaml]", true},
		"some requirements":           {Options{Requirements: []string{"x.*"}}, "[x]", true},
		"some operations":             {Options{Operations: []string{"list"}}, "[x]", true},
		"some labels":                 {Options{Skip: "credentials"}, "[x]", true},
	} {
		if p := planned(t, c.options, "contracts: "+c.names+"\n"+threeOperations, badMethod); p.Partial != c.want {
			t.Errorf("%s: want %t, got %t", name, c.want, p.Partial)
		}
	}
}

func TestWellKnownOperationsThatWriteAreProbedOnlyIfAllowed(t *testing.T) {
	known := badMethod + "operations:\n  - {id: list, request: GET /things}\n  - {id: create, request: POST /things, undo: \"DELETE /things/{/id}\"}\n"
	waived := "waivers:\n  - {requirement: x.method, operation: create, reason: r, owner: o, expires: 2099-01-01}\n"
	p := planned(t, Options{}, waived, known) // a waiver for what is left out is no mistake
	if diff := cmp.Diff([]string{"x.method GET /things: 2"}, titles(p)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"create: it writes; give --allow-writes, or list it in conform.yaml"}, leftOut(p)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	p = planned(t, Options{AllowWrites: true}, waived, known)
	if diff := cmp.Diff([]string{"x.method GET /things: 2", "x.method POST /things: 2"}, titles(p)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	p = planned(t, Options{}, "operations: [{id: mine, request: PUT /mine}]", known)
	if diff := cmp.Diff([]string{"x.method PUT /mine: 2"}, titles(p)); diff != "" {
		t.Errorf("what the user lists stands for all, -want +got:\n%s", diff)
	}
}

func TestMethodsOfAPathAreThoseOfAllItsOperations(t *testing.T) {
	p := planned(t, Options{}, `
operations:
  - {id: list, request: GET /things, methods: [GET, POST, PATCH]}
  - {id: create, request: POST /things}
  - {id: get, request: "GET /things/{id}", params: {id: 1}}
  - {id: put, request: "PUT /things/{id}", params: {id: 1}}
`, badMethod)
	for id, want := range map[string][]string{
		"list": {"GET", "PATCH", "POST", "complete"}, "create": {"GET", "PATCH", "POST", "complete"}, "get": {"GET", "PUT"}, "put": {"GET", "PUT"}, WholeTarget: nil,
	} {
		g := p.Operation(id).Good
		got := slices.Clone(g.Declared)
		if g.Complete {
			got = append(got, "complete")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", id, diff)
		}
	}
}

func TestRequestsCountsControlsCasesAndUndoing(t *testing.T) {
	tests := []struct {
		name string
		o    Options
		want int
	}{
		{"a control and two cases", Options{Operations: []string{"list"}}, 1 + 2},
		{"a creation is undone", Options{Operations: []string{"create"}}, 2 + 2},
		{"what it takes values from is made and undone", Options{Operations: []string{"get"}}, 1 + 2 + 2},
		{"all", Options{}, 3 + 4 + 5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := planned(t, tt.o, threeOperations, badMethod).Requests(); got != tt.want {
				t.Errorf("want %d, got %d", tt.want, got)
			}
		})
	}
	tt := Options{Operations: []string{"create"}}
	if got := planned(t, tt, threeOperations, says("r", "must", "probes: [conflict.duplicate], expect: {status: [409]}")).Requests(); got != 2+1+2 {
		t.Errorf("what goes before a case is undone too: want 5, got %d", got)
	}
}
