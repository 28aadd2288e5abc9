package suites

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/target"
)

// loaded returns contracts of these requirements, named x, y, ..., and a target, both YAML.
func loaded(t *testing.T, targetText string, contracts ...string) (*target.Target, []*contract.Contract) {
	t.Helper()
	var all []*contract.Contract
	for i, requirements := range contracts {
		name := string(rune('x' + i))
		text := "contract: " + name + "\nversion: 1.0.0\ntitle: T\nsource: https://example.com/\nrequirements:\n" + requirements
		c, err := contract.Load(fstest.MapFS{"c.yaml": {Data: []byte(text)}}, "c.yaml", Names(), contract.Options{})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	at, err := target.Load("conform.yaml", []byte("version: 1\n"+targetText), target.Options{Probes: Names()})
	if err != nil {
		t.Fatal(err)
	}
	if err := at.Resolve(t.Context(), func(string) (string, bool) { return "the-token", true }); err != nil {
		t.Fatal(err)
	}
	if at.URL, err = url.Parse("http://example.com/api"); err != nil {
		t.Fatal(err)
	}
	return at, all
}

// planned plans one contract.
func planned(t *testing.T, o Options, targetText string, contracts ...string) *Plan {
	t.Helper()
	at, all := loaded(t, targetText, contracts...)
	o.Agent = "conform/test"
	plan, err := NewPlan(at, all, o)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// says is a requirement in YAML.
func says(id, level, rest string) string {
	return "  - {id: " + id + ", level: " + level + ", basis: documented, says: refuses it, source: s, " + rest + "}\n"
}

// titles returns what is planned: the titles of checks, with the number of cases or why there are none.
func titles(p *Plan) []string {
	var all []string
	for _, c := range p.Checks {
		text := fmt.Sprint(c.Title(), ": ", len(c.Cases))
		if c.Gap != "" {
			text = c.Title() + ": " + c.Gap
		}
		all = append(all, text)
	}
	return all
}

const threeOperations = `
credentials: {default: {bearer: {env: TOKEN}}}
operations:
  - {id: list, request: GET /things}
  - id: create
    request: POST /things
    headers: {Content-Type: application/json}
    body: {name: thing}
    required: [/name]
    unique: [/name]
    undo: DELETE /things/{/id}
  - id: get
    request: GET /things/{id}
    params: {id: {good: {from: create, pointer: /id}, format: uuid}}
`

var (
	badMethod = says("method", "must", "probes: [method.unknown], expect: {status: [405]}")
	badToken  = says("token", "should", "probes: [credentials.missing, credentials.garbage], expect: {status: [401]}")
	badJSON   = says("json", "may", "probes: [syntax.truncated], expect: {status: [400]}")
	badRoute  = says("route", "must", "probes: [route.unknown], expect: {status: [404]}")
)

func TestTheSameInputsMakeTheSamePlan(t *testing.T) {
	plan := func(o Options) *Plan {
		return planned(t, o, threeOperations, badMethod+badToken+badJSON, badRoute+badToken)
	}
	first := plan(Options{})
	for range 5 {
		second := plan(Options{})
		if diff := cmp.Diff(titles(first), titles(second)); diff != "" {
			t.Fatalf("-first +second:\n%s", diff)
		}
		if first.Digest() != second.Digest() {
			t.Fatal("the same plan has two digests")
		}
	}
	if other := plan(Options{Skip: "may"}); other.Digest() == first.Digest() {
		t.Error("another plan has the same digest")
	}
	at, contracts := loaded(t, strings.Replace(threeOperations, "name: thing", "name: other", 1), badMethod+badToken+badJSON, badRoute+badToken)
	changed, err := NewPlan(at, contracts, Options{Agent: "conform/test"})
	if err != nil {
		t.Fatal(err)
	}
	if changed.Digest() == first.Digest() {
		t.Error("other bytes have the same digest")
	}
}

func TestAPlanIsByContractOperationAndRequirement(t *testing.T) {
	want := []string{
		"x.method GET /things: 2", "x.token GET /things: ", "x.method POST /things: 2", "x.token POST /things: ", "x.json POST /things: ",
		"x.method GET /things/{id}: 2", "x.token GET /things/{id}: ", "y.token GET /things: ", "y.token POST /things: ",
		"y.token GET /things/{id}: ", "y.route (any path): 2",
	}
	got := titles(planned(t, Options{}, threeOperations, badMethod+badToken+badJSON, says("token", "must", "where: {operations: [list, create, get]}, probes: [credentials.missing], expect: {status: [401]}")+badRoute))
	got = slices.DeleteFunc(got, func(s string) bool { return strings.Contains(s, "x.token (any path)") })
	if len(got) != len(want) {
		t.Fatalf("want %d checks, got %q", len(want), got)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("check %d: want %q, got %q", i, want[i], got[i])
		}
	}
}

func TestACaseIsSharedByAllThatNeedIt(t *testing.T) {
	p := planned(t, Options{}, threeOperations, badToken+says("again", "must", "probes: [credentials], expect: {status: [4xx]}"), badToken)
	names := map[string]int{}
	for i, c := range p.Cases {
		if names[c.Name()]++; names[c.Name()] > 1 {
			t.Errorf("%s is planned twice", c.Name())
		}
		if c.Index != i {
			t.Errorf("%s: index %d at %d", c.Name(), c.Index, i)
		}
		if len(c.Checks) == 0 || !slices.IsSorted(c.Checks) {
			t.Errorf("%s is judged by the checks %v", c.Name(), c.Checks)
		}
		for _, check := range c.Checks {
			if !slices.Contains(p.Checks[check].Cases, i) {
				t.Errorf("%s is judged by %s, which does not know it", c.Name(), p.Checks[check].Title())
			}
		}
	}
	for i, c := range p.Checks {
		if c.Index != i || !slices.IsSorted(c.Cases) {
			t.Errorf("%s: index %d at %d, cases %v", c.Title(), c.Index, i, c.Cases)
		}
		for _, index := range c.Cases {
			if p.Cases[index].Operation != c.Operation || !slices.Contains(p.Cases[index].Checks, i) {
				t.Errorf("%s has the case %s, which does not know it", c.Title(), p.Cases[index].Name())
			}
		}
	}
	for _, c := range p.Cases {
		if c.Name() == "list/credentials.missing" && len(c.Checks) != 3 {
			t.Errorf("want %s judged three times, got %v", c.Name(), c.Checks)
		}
		if agent, _ := c.Request.Fields.Get("User-Agent"); agent != "conform/test" {
			t.Errorf("%s: User-Agent %q", c.Name(), agent)
		}
		if name := c.Request.Fields.Values("Conform-Case"); !slices.Equal(name, []string{c.Name()}) {
			t.Errorf("%s: Conform-Case %q", c.Name(), name)
		}
	}
}

func TestFiltersNarrowThePlan(t *testing.T) {
	tests := []struct {
		name string
		o    Options
		want []string // requirement and operation
	}{
		{"a level", Options{Select: "may"}, []string{"x.json create"}},
		{"a family", Options{Select: "syntax"}, []string{"x.json create"}},
		{"a probe", Options{Select: "method.unknown"}, []string{"x.method list", "x.method create", "x.method get"}},
		{"an operation and a level", Options{Select: "get && must"}, []string{"x.method get"}},
		{"an expression", Options{Select: "(method || syntax) && !list"}, []string{"x.method create", "x.json create", "x.method get"}},
		{"skipped labels", Options{Skip: "method || should"}, []string{"x.json create"}},
		{"selected and skipped", Options{Select: "create", Skip: "x.method"}, []string{"x.token create", "x.json create"}},
		{"a pattern of operations", Options{Operations: []string{"*e*"}, Requirements: []string{"method"}}, []string{"x.method create", "x.method get"}},
		{"a pattern of requirements, with the contract", Options{Requirements: []string{"x.j*"}}, []string{"x.json create"}},
		{"a pattern of requirements, without it", Options{Requirements: []string{"j?on", "nothing"}}, []string{"x.json create"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := planned(t, tt.o, threeOperations, badMethod+badToken+badJSON)
			var got []string
			used := map[int]bool{}
			for _, c := range p.Checks {
				got = append(got, c.Requirement.Name()+" "+c.Operation.ID)
				for _, i := range c.Cases {
					used[i] = true
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if len(used) != len(p.Cases) {
				t.Errorf("%d cases are planned, %d judged", len(p.Cases), len(used))
			}
		})
	}
}

func TestMistakesAreToldAllAtOnce(t *testing.T) {
	tests := []struct {
		name, target string
		o            Options
		want         []string // parts of lines, in order
	}{
		{"bad expressions and patterns", threeOperations, Options{Select: "must &&", Skip: "(", Operations: []string{"["}, Requirements: []string{"a["}}, []string{
			`--select "must &&" is no label expression: write labels with && || ! and parentheses`,
			`--skip "(" is no label expression`, `--operation "[" is no pattern`, `--requirement "a[" is no pattern`}},
		{"nothing is left", threeOperations, Options{Select: "nothing"}, []string{"nothing to check: no requirement matches what --select, --skip, --operation and --requirement leave"}},
		{"too many requests", threeOperations, Options{MaxRequests: 3}, []string{"requests, more than --max-requests 3: narrow it with --select, --operation or --requirement"}},
		{"waivers that match nothing", threeOperations + `
waivers:
  - {requirement: x.metod, reason: r, owner: o, expires: 2099-01-01}
  - {requirement: x.method, operation: lst, reason: r, owner: o, expires: 2099-01-01}
  - {requirement: x.method, operation: list, reason: r, owner: o, expires: 2099-01-01}
  - {requirement: x.method, operation: target, reason: r, owner: o, expires: 2099-01-01}
`, Options{}, []string{`waiver "x.metod" matches no requirement; did you mean "x.method"?`, `waiver "x.method lst" matches no operation; did you mean "list"?`}},
		{"values from an operation that is left out", threeOperations + `
  - id: parts
    request: GET /parts
    query: {of: {good: {from: create, pointer: /id}}}
`, Options{ReadOnly: true}, []string{
			`operation "get": no value for {id}: give --set id=VALUE`,
			`operation "parts": no value for the query parameter "of": give --set of=VALUE`}},
		{"a DELETE of what is not the run's own", `
operations:
  - {id: list, request: GET /things}
  - {id: delete-mine, request: "DELETE /things/{id}", params: {id: 7}}
  - {id: delete-listed, request: "DELETE /things/{id}", params: {id: {good: {from: list, pointer: /0/id}}}}
  - {id: create, request: POST /things}
  - {id: delete-part, request: "DELETE /things/{id}/parts/{part}", params: {id: {good: {from: create, pointer: /id}}, part: 7}}
  - {id: delete-created, request: "DELETE /things/{id}", params: {id: {good: {from: create, pointer: /id}}}}
  - {id: delete-asked, request: "DELETE /things", query: {id: {good: {from: create, pointer: /id}}}}
`, Options{}, []string{
			`conform.yaml:5:5: operation "delete-mine" deletes what the run did not create: take its path parameter from a creating operation, as in`,
			`operation "delete-listed" deletes what the run did not create`, `operation "delete-part" deletes what the run did not create`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at, contracts := loaded(t, tt.target, badMethod+badToken)
			_, err := NewPlan(at, contracts, tt.o)
			if err == nil {
				t.Fatal("want mistakes, got none")
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) != len(tt.want) {
				t.Fatalf("want %d mistakes, got:\n%s", len(tt.want), err)
			}
			for i, want := range tt.want {
				if !strings.Contains(lines[i], want) {
					t.Errorf("want %q, got %q", want, lines[i])
				}
			}
		})
	}
}

func TestWhereNarrowsARequirement(t *testing.T) {
	tests := []struct {
		name, where string
		want        []string
	}{
		{"methods", "where: {methods: [POST]}, probes: [method.unknown]", []string{"x.r POST /things: 2"}},
		{"operations, by pattern", `where: {operations: ["*t"]}, probes: [method.unknown]`, []string{"x.r GET /things: 2", "x.r GET /things/{id}: 2"}},
		{"variants", "where: {variants: [long]}, probes: [method.unknown]", []string{"x.r GET /things: 1", "x.r POST /things: 1", "x.r GET /things/{id}: 1"}},
		{"places of the defect", "where: {at: [/name]}, probes: [member.missing]", []string{"x.r POST /things: 1"}},
		{"a place that nothing has", "where: {at: [/nothing]}, probes: [member.missing]", []string{"x.r (any path): no operation fits: "}},
		{"a method that nothing has", "where: {methods: [PATCH]}, probes: [member.missing]", []string{"x.r (any path): no operation is of the kind that it speaks of"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := titles(planned(t, Options{}, threeOperations, says("r", "must", tt.where+", expect: {status: [4xx]}")))
			if len(got) != len(tt.want) {
				t.Fatalf("want %q, got %q", tt.want, got)
			}
			for i := range got {
				if !strings.HasPrefix(got[i], tt.want[i]) {
					t.Errorf("want %q, got %q", tt.want[i], got[i])
				}
			}
		})
	}
}

func TestARequirementThatIsTriedNowhereIsOneSkippedCheck(t *testing.T) {
	tests := []struct {
		name, requirement string
		o                 Options
		target            string
		want              []string
	}{
		{"what the user could give comes first", "probes: [credentials.expired]", Options{}, threeOperations,
			[]string{"x.r (any path): needs an expired credential"}},
		{"else why it does not apply", "probes: [conflict.duplicate]", Options{}, "operations: [{id: list, request: GET /things}]",
			[]string{"x.r (any path): no operation fits: the operation creates nothing"}},
		{"without operations, they are what is needed", "probes: [conflict.duplicate]", Options{}, "",
			[]string{"x.r (any path): needs operations: list them in conform.yaml"}},
		{"one operation that is tried is enough", "probes: [conflict.duplicate]", Options{}, threeOperations, []string{"x.r POST /things: 1"}},
		{"what the filters leave out is not told", "where: {operations: [create]}, probes: [conflict.duplicate]", Options{Skip: "create"}, threeOperations, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := titles(planned(t, tt.o, tt.target, badRoute, says("r", "must", tt.requirement+", expect: {status: [4xx]}")))
			got = slices.DeleteFunc(got, func(s string) bool { return strings.HasPrefix(s, "x.route") })
			for i := range got {
				got[i] = "x" + strings.TrimPrefix(got[i], "y")
			}
			if len(got) != len(tt.want) {
				t.Fatalf("want %q, got %q", tt.want, got)
			}
			for i := range got {
				if !strings.HasPrefix(got[i], tt.want[i]) {
					t.Errorf("want %q, got %q", tt.want[i], got[i])
				}
			}
		})
	}
}

func TestAnObservedRequirementJudgesEveryCaseOfItsOperations(t *testing.T) {
	const observed = "observed: {status: [4xx]}, expect: {headers: {Date: present}}"
	p := planned(t, Options{}, threeOperations, says("seen", "must", observed)+badMethod, badToken)
	cases := map[string]int{}
	for _, c := range p.Cases {
		cases[c.Operation.Title()]++
	}
	for _, c := range p.Checks {
		if c.Observed() && (c.Gap != "" || len(c.Cases) != cases[c.Operation.Title()]) {
			t.Errorf("%s: want all %d cases, got %v", c.Title(), cases[c.Operation.Title()], c.Cases)
		}
	}
	got := titles(planned(t, Options{}, threeOperations, says("seen", "must", "where: {methods: [PATCH]}, probes: [method.unknown], "+observed)+badMethod))
	if want := "x.seen (any path): no operation is of the kind that it speaks of"; got[len(got)-1] != want {
		t.Errorf("want one that no answer can come to told at the end, %q, got %q", want, got)
	}
	p = planned(t, Options{}, threeOperations, says("seen", "must", "where: {operations: [list]}, probes: [method.unknown], "+observed))
	if diff := cmp.Diff([]string{"x.seen GET /things: 2"}, titles(p)); diff != "" {
		t.Errorf("probes bring about what is observed, -want +got:\n%s", diff)
	}
}

func TestReadOnlySendsSafeMethodsAlone(t *testing.T) {
	operations := strings.Split(threeOperations, "  - id: get\n")[0] + "    methods: [GET, POST]\n"
	everything := says("r", "must", "probes: [method, credentials, content-type, syntax, conflict, route], expect: {status: [4xx]}")
	p := planned(t, Options{ReadOnly: true}, operations, everything)
	for _, c := range p.Cases {
		if !c.Request.Safe() || len(c.Before) > 0 {
			t.Errorf("%s sends %s", c.Name(), c.Request.Method)
		}
	}
	if len(p.Cases) == 0 {
		t.Error("nothing is left")
	}
	if !slices.Contains(p.LeftOut, "create: it writes, and the run is --read-only") {
		t.Errorf("want the creation told as left out, got %q", p.LeftOut)
	}
	if !slices.ContainsFunc(p.LeftOut, func(s string) bool { return strings.HasPrefix(s, "method.unknown on list: it writes") }) {
		t.Errorf("want the made-up methods told as left out, got %q", p.LeftOut)
	}
}

func TestAWaiverForAContractThatTheRunLeavesOutIsNoMistake(t *testing.T) {
	text := "contracts: [x, y]\n" + threeOperations + "waivers:\n  - {requirement: y.other, reason: r, owner: o, expires: 2099-01-01}\n"
	planned(t, Options{}, text, badMethod) // the file names y, and --contract x leaves it out
	at, all := loaded(t, strings.Replace(text, "[x, y]", "[x]", 1), badMethod)
	if _, err := NewPlan(at, all, Options{}); err == nil || !strings.Contains(err.Error(), `waiver "y.other" matches no requirement`) {
		t.Errorf("got %v: the file names no contract y", err)
	}
}

func TestWellKnownOperationsThatWriteAreProbedOnlyIfAllowed(t *testing.T) {
	known := badMethod + "operations:\n  - {id: list, request: GET /things}\n  - {id: create, request: POST /things, undo: \"DELETE /things/{/id}\"}\n"
	waived := "waivers:\n  - {requirement: x.method, operation: create, reason: r, owner: o, expires: 2099-01-01}\n"
	p := planned(t, Options{}, waived, known) // a waiver for what is left out is no mistake
	if diff := cmp.Diff([]string{"x.method GET /things: 2"}, titles(p)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"create: it writes; give --allow-writes, or list it in conform.yaml"}, p.LeftOut); diff != "" {
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
