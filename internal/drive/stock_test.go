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
	for _, test := range []struct {
		name string
		size int // of a body: how far ahead there is room for
	}{{"room for all", 10}, {"room for some", 400 << 10}} {
		t.Run(test.name, func(t *testing.T) {
			p := manyCases(t, test.size)
			s := newStock(p)
			most := 0
			for i := range p.Size() {
				if c := s.look(i); c.Index != i {
					t.Fatalf("case %d has the index %d", i, c.Index)
				}
				most = max(most, s.size)
			}
			if room := ahead + 64*test.size; most > room {
				t.Errorf("%d bytes are made ahead, want at most %d", most, room)
			}
			for i := range p.Size() {
				first, again := s.take(i), s.look(i)
				if first.Index != i || first != again {
					t.Fatalf("case %d is made again while it is under way", i)
				}
				if i%2 == 1 { // two are under way at a time
					s.drop(i)
					s.drop(i - 1)
				}
			}
			if p.Size()%2 == 1 {
				s.drop(p.Size() - 1)
			}
			if len(s.blocks) != 0 || s.size != 0 {
				t.Errorf("%d blocks of %d bytes are kept at the end", len(s.blocks), s.size)
			}
		})
	}
}
