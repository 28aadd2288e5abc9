package suites

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/contracts"
	"github.com/seed-e125e033/conform/fixtures/apis"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/target"
)

// nearlyAlike has operations that differ in one thing each, and some that do so in their names alone. Of a range it depends on the name
// of the operation whether there is a good value outside what is known.
const nearlyAlike = `
credentials: {default: {bearer: {env: TOKEN}}, key: {header: {name: X-Key, env: TOKEN}}}
operations:
  - {id: list-a, request: GET /a}
  - {id: list-b, request: GET /b}
  - {id: list-c, request: GET /c, methods: [GET, POST]}
  - {id: list-d, request: GET /d, credential: none}
  - {id: list-e, request: GET /e, credential: key}
  - {id: list-f, request: GET /f, query: {limit: {good: 7, format: integer}}}
  - {id: list-g, request: GET /g, query: {limit: {good: 7, format: integer, maximum: 9}}}
  - {id: list-h, request: GET /h, headers: {X-Good: yes}, required_headers: [X-Good]}
  - {id: get-a, request: "GET /a/{id}", params: {id: {good: 7, format: integer, maximum: 950000000}}}
  - {id: get-b, request: "GET /b/{id}", params: {id: {good: 7, format: integer, maximum: 950000000}}}
  - {id: get-c, request: "GET /c/{id}", params: {id: {good: 7, format: integer, maximum: 950000000}}}
  - {id: get-d, request: "GET /d/{id}", params: {id: {good: 7, format: integer, maximum: 950000000}}}
  - {id: create-a, request: POST /a, body: {name: a, n: 1}}
  - {id: create-b, request: POST /b, body: {name: b, n: 1}, required: [/name]}
  - {id: create-c, request: POST /c, body: {name: c, n: 1}, required: [/n]}
  - {id: create-d, request: POST /d, body: {name: d, n: 1}, required: [/name], unique: [/name]}
  - {id: create-e, request: POST /e, body: {name: e, n: 1}, required: [/name], unique: [/name], undo: "DELETE /e/{/id}"}
  - {id: create-f, request: POST /f, body: {title: f, n: 1}, required: [/title]}
  - {id: create-g, request: POST /g, body: text, headers: {Content-Type: text/plain}}
  - {id: create-h, request: POST /h, body: {name: h, n: 1}, required: [/name]}
  - {id: made-e, request: "GET /e/{id}", params: {id: {good: {from: create-e, pointer: /id}}}}
`

// Whatever operations share, each check has the cases that its requirement's probes make of its own operation's good request, and each
// case is judged by those checks.
func TestEachCheckHasTheCasesOfItsOwnOperation(t *testing.T) {
	at, _ := loaded(t, nearlyAlike)
	for _, name := range []string{"gr4vy,http,leaks", "http,gr4vy,jsonapi,rate,problem-details", "openpodcast"} {
		t.Run(name, func(t *testing.T) {
			planSolid(t, at, shipped(t, strings.Split(name, ",")...))
		})
	}
	t.Run("a requirement about some cases before and after one about all", func(t *testing.T) {
		at, judged := loaded(t, nearlyAlike, listed, wrongLogIn+badMethod+listed, listed)
		planSolid(t, at, judged)
	})
	for _, api := range apis.All() {
		t.Run(api.Name, func(t *testing.T) {
			at, err := target.Load("conform.yaml", api.Target, target.Options{Probes: Names()})
			if err != nil {
				t.Fatal(err)
			}
			judged := shipped(t, api.Contracts...)
			if c := contract.LoginOf(judged); c != nil {
				if err := at.CompleteLogins(c.Login); err != nil {
					t.Fatal(err)
				}
			}
			if err := at.Resolve(t.Context(), func(name string) (string, bool) { value, ok := api.Secrets[name]; return value, ok }); err != nil {
				t.Fatal(err)
			}
			if at.URL, err = target.ParseURL("http://127.0.0.1"); err != nil {
				t.Fatal(err)
			}
			planSolid(t, at, judged)
		})
	}
}

// shipped returns contracts by name.
func shipped(t *testing.T, names ...string) []*contract.Contract {
	t.Helper()
	all, err := contracts.Load(names, Names(), contract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// planSolid plans, and holds the plan to what the probes make of each operation by itself.
func planSolid(t *testing.T, at *target.Target, judged []*contract.Contract) {
	t.Helper()
	p, err := NewPlan(at, judged, Options{Agent: "conform/test", WrongPasswords: 1000})
	if err != nil {
		t.Fatal(err)
	}
	byCheck := make([][]string, len(p.Checks)) // the names of the cases that say that it judges them
	sent := map[*Operation][]*Planned{}
	index := 0
	for c := range p.Cases() {
		if b := p.Block(p.BlockOf(index)); c.Index != index || b.First > index || index >= b.First+b.Size || b.Operation != c.Operation {
			t.Fatalf("case %d is %s, with index %d and in a block from %d to %d", index, c.Name(), c.Index, b.First, b.First+b.Size-1)
		}
		index++
		sent[c.Operation] = append(sent[c.Operation], c)
		for _, i := range c.Checks {
			byCheck[i] = append(byCheck[i], c.Name())
		}
	}
	if index != p.Size() {
		t.Errorf("%d cases, and a size of %d", index, p.Size())
	}
	effects := &planner{Plan: *p, known: []string{"some"}}
	compared := 0
	for _, c := range judged {
		for i := range c.Requirements {
			r := &c.Requirements[i]
			for _, op := range p.Operations {
				var want []string
				switch _, none := effects.effectless(op); {
				case !applies(r.Where, op) || r.Expect.Effects != "" && none:
				case r.Observed != nil:
					for _, c := range sent[op] {
						if about(r.Where, c.Case) {
							want = append(want, c.Name())
						}
					}
				default:
					for _, probe := range probesOf(r) {
						cases, _ := Catalog[probe].Cases(op.Good)
						for i := range cases {
							if name := caseName(op.ID, Catalog[probe].Name, cases[i].Variant); about(r.Where, &cases[i]) {
								want = append(want, name)
							}
						}
					}
				}
				at := slices.IndexFunc(p.Checks, func(c *Check) bool { return c.Requirement == r && c.Operation == op && c.Gap == "" })
				if at < 0 {
					if len(want) > 0 {
						t.Errorf("%s on %s is not planned, with %d cases", r.Name(), op.ID, len(want))
					}
					continue
				}
				compared++
				check, got := p.Checks[at], []string(nil)
				for c := range p.CasesOf(check) {
					got = append(got, c.Name())
				}
				if diff := cmp.Diff(got, byCheck[at]); diff != "" || check.Size != len(got) || check.Index != at {
					t.Errorf("%s: %d cases (-those that it has +those that it judges):\n%s", check.Title(), check.Size, diff)
				}
				slices.Sort(want)
				slices.Sort(got)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s on %s (-want +got):\n%s", r.Name(), op.ID, diff)
				}
			}
		}
	}
	if untried := len(slices.DeleteFunc(slices.Clone(p.Checks), func(c *Check) bool { return c.Gap == "" })); compared+untried != len(p.Checks) {
		t.Errorf("%d checks with cases and %d without, of %d", compared, untried, len(p.Checks))
	}
}

// What a plan holds must not grow with the operations that look alike: a million cases took 155 MB.
func TestOperationsThatLookAlikeShareALayout(t *testing.T) {
	at, judged := loaded(t, manyOperations(), says("all", "must", manyProbes), listed)
	p, err := NewPlan(at, judged, Options{WrongPasswords: 1000}) // which of the first are left out is no likeness
	if err != nil {
		t.Fatal(err)
	}
	layouts := map[string]*layout{} // by kind
	for i, op := range p.Operations {
		kind, _, _ := strings.Cut(op.ID, "-")
		if known := layouts[kind]; known != nil && known != p.seats[i].layout {
			t.Errorf("%s has a layout of its own", op.ID)
		}
		layouts[kind] = p.seats[i].layout
	}
	distinct := map[*layout]bool{}
	for _, l := range layouts {
		distinct[l] = true
	}
	if len(layouts) != 5 || len(distinct) != 5 {
		t.Errorf("want 5 layouts of 5 kinds of operations, got %d of %d", len(distinct), len(layouts))
	}
	if size := reflect.TypeFor[Check]().Size(); size > 24 {
		t.Errorf("a check has %d bytes of its own, want at most 24: there are 600,000 of them", size)
	}
}
