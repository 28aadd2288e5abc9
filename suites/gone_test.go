package suites

import (
	"slices"
	"strings"
	"testing"
)

// What is deleted has to be the very thing that the operation asks for, and the run's own.
func TestWhoMakesAndDeletesWhatAnOperationAsksFor(t *testing.T) {
	const things = `
operations:
  - {id: list, request: GET /things}
  - id: create
    request: POST /things
    headers: {Content-Type: application/json}
    body: {name: thing}
    undo: DELETE /things/{/id}
  - id: get
    request: GET /things/{id}
    params: {id: {good: {from: create, pointer: /id}, format: uuid}}
`
	for _, test := range []struct{ name, was, is, want string }{
		{"the undo deletes what is asked for", "", "", "create"},
		{"by another member of the answer", "{/id}", "{/name}", ""},
		{"the undo deletes something else", "DELETE /things/{/id}", "DELETE /things/{/id}/parts", ""},
		{"the undo deletes everything", "DELETE /things/{/id}", "DELETE /things", ""},
		{"the undo deletes nothing", "DELETE /things/{/id}", "POST /things/{/id}", ""},
		{"there is no undo", "    undo: DELETE /things/{/id}\n", "", ""},
		{"the user gave the identifier", "{from: create, pointer: /id}", "6d1d6f0e-3c5b-4b57-9f51-2f7a8d0c41e9", ""},
		{"it is taken from what is there already", "from: create", "from: list", ""},
		{"another parameter is as in the undo", "request: GET /things/{id}\n    params: {", "request: GET /{kind}/{id}\n    params: {kind: {good: things}, ", "create"},
		{"another parameter is not as in the undo", "request: GET /things/{id}\n    params: {", "request: GET /{kind}/{id}\n    params: {kind: {good: goods}, ", ""},
		{"a part of the thing is asked for", "GET /things/{id}", "GET /things/{id}/parts", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(things, test.was, test.is, 1)
			if got := planned(t, Options{}, text, badRoute).Operation("get").Good.Maker; got != test.want {
				t.Errorf("want %q, got %q", test.want, got)
			}
		})
	}
}

func TestADeletionIsCountedAndLeftOutOfRunsThatOnlyRead(t *testing.T) {
	deleted := says("r", "must", "probes: [identifier.deleted], expect: {status: [404, 410]}, because: both say that it has gone")
	p := planned(t, Options{Operations: []string{"get"}}, threeOperations, deleted)
	all := slices.Collect(p.Cases())
	if len(all) != 1 || all[0].Gone != "create" || p.Requests() != 2+1+1+2 {
		t.Errorf("want one case and six requests, got %q with %d requests", titles(p), p.Requests())
	}
	given := strings.Replace(threeOperations, "{from: create, pointer: /id}", "6d1d6f0e-3c5b-4b57-9f51-2f7a8d0c41e9", 1)
	for c := range planned(t, Options{ReadOnly: true}, given, deleted+badRoute).Cases() {
		if c.Gone != "" {
			t.Errorf("%s deletes something", c.Name())
		}
	}
	// The thing would have to be made, which such a run may not.
	at, contracts := loaded(t, threeOperations, deleted)
	if _, err := NewPlan(at, contracts, Options{ReadOnly: true}); err == nil || !strings.Contains(err.Error(), "no value for {id}") {
		t.Errorf("got %v", err)
	}
}
