package drive

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

func TestOperationsOnTheSameThingsShareALane(t *testing.T) {
	operation := func(id, request string) *suites.Operation {
		method, path, _ := strings.Cut(request, " ")
		return &suites.Operation{Operation: &target.Operation{ID: id, Method: method, Path: path}}
	}
	from := func(op *suites.Operation, source string) *suites.Operation {
		op.Sources = []target.From{{Operation: source, Pointer: "/id"}}
		return op
	}
	shownBy := func(op, twin *suites.Operation) *suites.Operation {
		op.Twin = twin
		return op
	}
	total := operation("total", "GET /total")
	tests := []struct {
		name       string
		operations []*suites.Operation
		want       []string // lanes: the ids in them
	}{
		{"collections are apart", []*suites.Operation{operation("cats", "GET /cats"), operation("dogs", "GET /dogs")}, []string{"cats", "dogs"}},
		{"what begins alike is not", []*suites.Operation{operation("list", "GET /cats"), operation("get", "GET /cats/{id}"), operation("toys", "GET /cats/{id}/toys")}, []string{"list get toys"}},
		{"letters that are alike are no path", []*suites.Operation{operation("cat", "GET /cat"), operation("cats", "GET /cats"), operation("cat-food", "GET /cat-food")}, []string{"cat", "cats", "cat-food"}},
		{"a path that is a parameter may be any", []*suites.Operation{operation("cats", "GET /cats"), operation("any", "GET /{name}")}, []string{"cats any"}},
		{"who takes values from another works on its things", []*suites.Operation{operation("cats", "POST /cats"), from(operation("walk", "GET /walks/{cat}"), "cats")}, []string{"cats walk"}},
		{"who is shown by another changes what that reads", []*suites.Operation{shownBy(operation("buy", "POST /orders"), total), total, operation("cats", "GET /cats")}, []string{"buy total", "cats"}},
		{"through a third", []*suites.Operation{from(operation("a", "GET /a"), "b"), from(operation("b", "GET /b"), "c"), operation("c", "POST /c"), operation("d", "GET /a/{id}")}, []string{"a b c d"}},
		{"all that delete", []*suites.Operation{operation("cats", "DELETE /cats/{id}"), operation("dogs", "DELETE /dogs/{id}"), operation("birds", "GET /birds")}, []string{"cats dogs", "birds"}},
		{"the target as a whole", []*suites.Operation{operation("cats", "GET /"), operation(suites.WholeTarget, "GET /")}, []string{"cats", suites.WholeTarget}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			of := lanes(&suites.Plan{Operations: test.operations})
			var order []*lane
			ids := map[*lane][]string{}
			for _, op := range test.operations {
				l := of[op]
				if !slices.Contains(order, l) {
					order = append(order, l)
				}
				ids[l] = append(ids[l], op.ID)
			}
			var got []string
			for _, l := range order {
				got = append(got, strings.Join(ids[l], " "))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestALaneOfWhichNoCaseWaitsHoldsNone(t *testing.T) {
	l := &lane{}
	l.wait(spot{index: 1})
	l.wait(spot{index: 2})
	if first := l.enter(); first.index != 1 || len(l.waiting) != 1 {
		t.Errorf("got %+v, and %d wait", first, len(l.waiting))
	}
	if second := l.enter(); second.index != 2 || l.waiting != nil {
		t.Errorf("got %+v, and room for %d is kept", second, cap(l.waiting))
	}
}
