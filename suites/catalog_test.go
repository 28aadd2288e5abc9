package suites

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEveryProbeIsDescribed(t *testing.T) {
	form := regexp.MustCompile(`^[a-z]+(-[a-z0-9]+)*\.[a-z]+(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for _, p := range Catalog {
		if !form.MatchString(p.Name) {
			t.Errorf("%q is not family.defect", p.Name)
		}
		if seen[p.Name] {
			t.Errorf("%s stands twice in the catalogue", p.Name)
		}
		seen[p.Name] = true
		if !strings.HasPrefix(p.Doc, "sends ") || strings.HasSuffix(p.Doc, ".") || strings.Contains(p.Doc, "\n") {
			t.Errorf("%s: Doc is not one sentence that starts with \"sends\": %q", p.Name, p.Doc)
		}
	}
}

func TestTheCatalogueIsGroupedByFamily(t *testing.T) {
	var families []string
	for _, p := range Catalog {
		families = append(families, p.Family())
	}
	want := []string{"route", "method", "credentials", "content-type", "accept", "syntax", "shape", "member", "identifier", "query", "header", "size", "conflict", "precondition", "canary", "rate", "framing", "server"}
	if diff := cmp.Diff(want, slices.Compact(families)); diff != "" {
		t.Errorf("families (-want +got):\n%s", diff)
	}
}

func TestANameGivesAProbeOrAFamily(t *testing.T) {
	tests := []struct {
		name string
		want []string
	}{
		{"query.missing", []string{"query.missing"}},
		{"conflict", []string{"conflict.duplicate", "conflict.identity", "conflict.type", "conflict.client-id"}},
		{"shape", []string{"shape.null", "shape.array", "shape.scalar", "shape.empty-object"}},
		{"query.", nil},
		{"quer", nil},
		{"missing", nil},
		{"", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, p := range Named(test.name) {
				got = append(got, p.Name)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNamesAreThoseOfTheCatalogue(t *testing.T) {
	names := Names()
	if len(names) != len(Catalog) || names[0] != "route.unknown" || names[len(names)-1] != "server.unavailable" {
		t.Errorf("got %q", names)
	}
}

func TestCasesAreNamedAndTold(t *testing.T) {
	slug := regexp.MustCompile(`^[^\s]*$`)
	for _, g := range slices.Concat(goods(t), more(t), everyKind(t)) {
		for _, p := range Catalog {
			cases, gap := p.Cases(g)
			if (len(cases) == 0) != (gap.Why != "") {
				t.Errorf("%s of %s: %d cases and the gap %q", p.Name, g.Operation.ID, len(cases), gap.Why)
			}
			seen := map[string]bool{}
			for _, c := range cases {
				if seen[c.Variant] {
					t.Errorf("%s of %s: variant %q twice", p.Name, g.Operation.ID, c.Variant)
				}
				seen[c.Variant] = true
				if !slug.MatchString(c.Variant) || c.Variant == "" && len(cases) > 1 {
					t.Errorf("%s of %s: variant %q is no name", p.Name, g.Operation.ID, c.Variant)
				}
				if c.Sent == "" || strings.ContainsAny(c.Sent, "\r\n") || strings.Contains(c.Sent, "the-good") {
					t.Errorf("%s %s of %s: Sent is %q", p.Name, c.Variant, g.Operation.ID, c.Sent)
				}
				if c.Defect.Kind == "" || c.Defect.In == "" {
					t.Errorf("%s %s of %s: no defect told: %+v", p.Name, c.Variant, g.Operation.ID, c.Defect)
				}
			}
		}
	}
}

func TestTheSameGoodRequestMakesTheSameCases(t *testing.T) {
	again := append(goods(t), more(t)...)
	for i, g := range append(goods(t), more(t)...) {
		for _, p := range Catalog {
			first, _ := p.Cases(g)
			second, _ := p.Cases(again[i])
			if diff := cmp.Diff(first, second); diff != "" {
				t.Errorf("%s of %s differs from call to call:\n%s", p.Name, g.Operation.ID, diff)
			}
		}
	}
}

func TestCasesLeaveTheGoodRequestAlone(t *testing.T) {
	untouched := append(goods(t), more(t)...)
	for i, g := range append(goods(t), more(t)...) {
		for _, p := range Catalog {
			p.Cases(g)
			if diff := cmp.Diff(untouched[i].Request, g.Request); diff != "" {
				t.Fatalf("%s changed the good request of %s:\n%s", p.Name, g.Operation.ID, diff)
			}
		}
	}
}
