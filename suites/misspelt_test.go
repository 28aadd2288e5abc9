package suites

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/target"
)

func TestLabelsInAnExpression(t *testing.T) {
	tests := []struct {
		name, expression string
		want             []string
	}{
		{"nothing", "", nil},
		{"one", "must", []string{"must"}},
		{"with all operators", "(must && !credentials.missing) || a,b", []string{"must", "credentials.missing", "a", "b"}},
		{"what a regular expression matches is not known", "/^cred/ && mst", nil},
		{"nor is a set", "a: containsAny {b}", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, labelsIn(tt.expression)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLabelsOfAFamilyNameEachProbe(t *testing.T) {
	judged := &contract.Contract{Name: "c"}
	c := &Check{
		Outline:   &Outline{Requirement: &contract.Requirement{ID: "r", Level: contract.Must, Contract: judged, Probes: []string{"method", "syntax.truncated"}}},
		Operation: &Operation{Operation: &target.Operation{ID: "o"}},
	}
	labels := c.Labels()
	for _, want := range []string{"must", "c", "c.r", "o", "method", "method.lowercase", "method.trace", "syntax", "syntax.truncated"} {
		if !slices.Contains(labels, want) {
			t.Errorf("no label %q in %q", want, labels)
		}
	}
	if slices.Contains(labels, "syntax.bare-word") {
		t.Error("a single probe brings its family's others with it")
	}
}
