package drive

import (
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

// manyCases plans some hundred cases with bodies of some size.
func manyCases(t *testing.T, size int) *suites.Plan {
	t.Helper()
	text := "contract: x\nversion: 1.0.0\ntitle: X\nsource: https://example.com/x\nrequirements:\n" +
		"  - {id: r, level: must, basis: documented, says: s, source: s, probes: [method, syntax, shape], expect: {status: [4xx]}}\n"
	c, err := contract.Load(fstest.MapFS{"x.yaml": {Data: []byte(text)}}, "x.yaml", suites.Names(), contract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	operations := "version: 1\noperations:\n"
	for _, id := range strings.Split("abcdefghij", "") {
		operations += "  - {id: " + id + ", request: POST /" + id + ", body: {name: " + strings.Repeat("n", size) + "}, required: [/name]}\n"
	}
	at, err := target.Load("conform.yaml", []byte(operations), target.Options{Probes: suites.Names()})
	if err != nil {
		t.Fatal(err)
	}
	at.URL = &url.URL{Scheme: "http", Host: "example.com"}
	p, err := suites.NewPlan(at, []*contract.Contract{c}, suites.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheStockHasEachCaseAndKeepsNone(t *testing.T) {
	p := manyCases(t, 10)
	s := newStock(p)
	for i := range p.Size() {
		first, again := s.take(i), s.take(i)
		if first.Index != i || first != again {
			t.Fatalf("case %d is %d, and is made again while it is under way", i, first.Index)
		}
		if i%2 == 1 { // two are under way at a time
			s.drop(i)
			s.drop(i - 1)
		}
		if most := 2; len(s.blocks) > most {
			t.Fatalf("%d blocks are kept, want at most %d", len(s.blocks), most)
		}
	}
	if p.Size()%2 == 1 {
		s.drop(p.Size() - 1)
	}
	if len(s.blocks) != 0 {
		t.Errorf("%d blocks are kept at the end", len(s.blocks))
	}
}
