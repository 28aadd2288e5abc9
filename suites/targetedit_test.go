package suites

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/target"
)

func TestPathParametersAreFoundInTheTarget(t *testing.T) {
	tests := []struct {
		name, base, template, target string
		good                         []string // of each parameter
		edited                       []string // the target with "X Y" in place of each
	}{
		{"one at the end", "", "/buyers/{id}", "/buyers/42", []string{"42"}, []string{"/buyers/X%20Y"}},
		{"two, below a base path, with a query", "/api/v1", "/a/{x}/b/{y}", "/api/v1/a/1/b/2?c=/a/1", []string{"1", "2"},
			[]string{"/api/v1/a/X%20Y/b/2?c=/a/1", "/api/v1/a/1/b/X%20Y?c=/a/1"}},
		{"one with a suffix", "", "/reports/{id}.json", "/reports/7.json", []string{"7"}, []string{"/reports/X%20Y.json"}},
		{"one that is encoded", "", "/files/{name}", "/files/a%2Fb%20c", []string{"a/b c"}, []string{"/files/X%20Y"}},
		{"one that spans segments", "", "/v2/{name}/manifests/{reference}", "/v2/library/hello/manifests/latest",
			[]string{"library/hello", "latest"}, []string{"/v2/X%20Y/manifests/latest", "/v2/library/hello/manifests/X%20Y"}},
		{"none", "/api", "/buyers", "/api/buyers", nil, nil},
		{"none, where the target is of another path", "/api", "/buyers/{id}", "/buyers/42", nil, nil},
		{"none, where the target is not well encoded", "", "/buyers/{id}", "/buyers/%zz", nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := Good{Request: exchange.Request{Target: test.target}, Base: test.base, Operation: &target.Operation{Path: test.template}}
			var good, edited []string
			for _, p := range g.identifiers() {
				good = append(good, p.good)
				edited = append(edited, g.withIdentifier(p, "X Y").Target)
			}
			if diff := cmp.Diff(test.good, good); diff != "" {
				t.Errorf("good (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.edited, edited); diff != "" {
				t.Errorf("edited (-want +got):\n%s", diff)
			}
		})
	}
}

func TestQueryParametersAreFoundInTheTarget(t *testing.T) {
	known := target.Values{{Name: "a", Value: target.Value{}}, {Name: "page[size]", Value: target.Value{}}, {Name: "empty", Value: target.Value{}}}
	tests := []struct {
		name, target              string
		good, edited, leftWithout []string
	}{
		{"the only one", "/x?a=1", []string{"1"}, []string{"/x?a=%26"}, []string{"/x"}},
		{"the first, and one that is not declared", "/x?a=1&b=2", []string{"1"}, []string{"/x?a=%26&b=2"}, []string{"/x?b=2"}},
		{"the last", "/x?b=2&a=1", []string{"1"}, []string{"/x?b=2&a=%26"}, []string{"/x?b=2"}},
		{"one in the middle with an encoded name", "/x?b=2&page%5Bsize%5D=1+0&c=3", []string{"1 0"},
			[]string{"/x?b=2&page%5Bsize%5D=%26&c=3"}, []string{"/x?b=2&c=3"}},
		{"one without a value", "/x?empty=&b=2", []string{""}, []string{"/x?empty=%26&b=2"}, []string{"/x?b=2"}},
		{"none", "/x", nil, nil, nil},
		{"none that is declared", "/x?b=a", nil, nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := Good{Request: exchange.Request{Target: test.target}, Operation: &target.Operation{Query: known}}
			var good, edited, leftWithout []string
			for _, p := range g.parameters() {
				if p.pair < 0 {
					continue
				}
				good = append(good, p.good)
				edited = append(edited, g.withParameter(p, "&").Target)
				leftWithout = append(leftWithout, g.withoutParameter(p).Target)
			}
			if diff := cmp.Diff(test.good, good); diff != "" {
				t.Errorf("good (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.edited, edited); diff != "" {
				t.Errorf("edited (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.leftWithout, leftWithout); diff != "" {
				t.Errorf("without (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAQueryParameterThatTheGoodRequestLeavesOutIsAdded(t *testing.T) {
	for requestTarget, want := range map[string]string{"/x": "/x?page%5Bsize%5D=a%20b", "/x?b=1": "/x?b=1&page%5Bsize%5D=a%20b"} {
		g := Good{Request: exchange.Request{Target: requestTarget}, Operation: &target.Operation{Query: target.Values{{Name: "page[size]", Value: target.Value{Absent: true}}}}}
		parameters := g.parameters()
		if len(parameters) != 1 {
			t.Fatalf("%s: got %+v", requestTarget, parameters)
		}
		if got := g.withParameter(parameters[0], "a b").Target; got != want {
			t.Errorf("want %s, got %s", want, got)
		}
	}
}
