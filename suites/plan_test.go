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
func loaded(t testing.TB, targetText string, contracts ...string) (*target.Target, []*contract.Contract) {
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
	o.Agent, o.TellLeftOut = "conform/test", true
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
		text := fmt.Sprint(c.Title(), ": ", c.Size)
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

// indexes returns those of a check's cases.
func indexes(p *Plan, c *Check) []int {
	var indexes []int
	for planned := range p.CasesOf(c) {
		indexes = append(indexes, planned.Index)
	}
	return indexes
}

// leftOut returns what a plan leaves out, as it is told.
func leftOut(p *Plan) []string {
	var left []string
	for _, l := range p.LeftOut {
		left = append(left, l.String())
	}
	return left
}

func TestACaseIsSharedByAllThatNeedIt(t *testing.T) {
	p := planned(t, Options{}, threeOperations, badToken+says("again", "must", "probes: [credentials], expect: {status: [4xx]}"), badToken)
	names := map[string]int{}
	all := slices.Collect(p.Cases())
	for i, c := range all {
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
			if !slices.Contains(indexes(p, p.Checks[check]), i) {
				t.Errorf("%s is judged by %s, which does not know it", c.Name(), p.Checks[check].Title())
			}
		}
	}
	for i, c := range p.Checks {
		its := indexes(p, c)
		if c.Index != i || !slices.IsSorted(its) || len(its) != c.Size {
			t.Errorf("%s: index %d at %d, %d cases %v", c.Title(), c.Index, i, c.Size, its)
		}
		for _, index := range its {
			if all[index].Operation != c.Operation || !slices.Contains(all[index].Checks, i) {
				t.Errorf("%s has the case %s, which does not know it", c.Title(), all[index].Name())
			}
		}
	}
	for _, c := range all {
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
				for _, i := range indexes(p, c) {
					used[i] = true
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if len(used) != p.Size() {
				t.Errorf("%d cases are planned, %d judged", p.Size(), len(used))
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
		{"variants, of what is observed", "where: {variants: [long]}, observed: {status: [405]}, probes: [method.unknown]", []string{"x.r GET /things: 1", "x.r POST /things: 1", "x.r GET /things/{id}: 1"}},
		{"places of the defect, of what is observed", "where: {at: [/name]}, observed: {status: [4xx]}, probes: [member.missing, method.unknown]", []string{"x.r POST /things: 1"}},
		{"a place that nothing observed has", "where: {at: [/nothing]}, observed: {status: [4xx]}, probes: [member.missing]", []string{"x.r (any path): "}},
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
	for c := range p.Cases() {
		cases[c.Operation.Title()]++
	}
	for _, c := range p.Checks {
		if c.Observed() && (c.Gap != "" || c.Size != cases[c.Operation.Title()]) {
			t.Errorf("%s: want all %d cases, got %d", c.Title(), cases[c.Operation.Title()], c.Size)
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
