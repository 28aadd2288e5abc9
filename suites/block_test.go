package suites

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// listed has two requirements with some of one probe's cases each, one with all, and one that is about whatever answers are like.
const listed = "  - {id: letters, level: must, basis: documented, says: s, source: s, probes: [method.unknown], where: {variants: [long]}, expect: {status: [405]}}\n" +
	"  - {id: all, level: must, basis: documented, says: s, source: s, probes: [method.unknown, method], expect: {status: [405]}}\n" +
	"  - {id: rest, level: must, basis: documented, says: s, source: s, probes: [method.unknown], where: {variants: [made-up]}, expect: {status: [405]}}\n" +
	"  - {id: seen, level: must, basis: documented, says: s, source: s, observed: {status: [4xx]}, expect: {status: [405]}}\n" +
	"  - {id: seen-long, level: must, basis: documented, says: s, source: s, observed: {status: [4xx]}, where: {variants: [long]}, expect: {status: [405]}}\n"

func TestACheckMayHaveSomeCasesOfABlock(t *testing.T) {
	p := planned(t, Options{}, "operations:\n  - {id: list, request: GET /things}\n", listed)
	want := map[string][]string{
		"x.letters": {"list/method.unknown/long"},
		"x.all":     {"list/method.unknown/long", "list/method.unknown/made-up", "list/method.lowercase", "list/method.options"},
		"x.rest":    {"list/method.unknown/made-up"},
	}
	got := map[string][]string{}
	for _, c := range p.Checks {
		name := c.Requirement.Name()
		if c.Operation.Whole() || want[name] == nil {
			continue
		}
		for planned := range p.CasesOf(c) {
			got[name] = append(got[name], planned.Name())
		}
		if len(got[name]) != c.Size {
			t.Errorf("%s says that it has %d cases, and has %q", name, c.Size, got[name])
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for c := range p.Cases() {
		var judges []string
		for _, i := range c.Checks {
			judges = append(judges, p.Checks[i].Requirement.ID)
		}
		if long := c.Variant == "long"; long != slices.Contains(judges, "seen-long") || !slices.Contains(judges, "seen") || !slices.IsSorted(c.Checks) {
			t.Errorf("%s is judged by %q", c.Name(), judges)
		}
	}
}

// What is made again has to be what was planned: the digest and the run's evidence speak of it.
func TestACaseIsTheSameEachTimeItIsMade(t *testing.T) {
	p := planned(t, Options{WrongPasswords: 2}, fiveLists(""), wrongLogIn+badMethod)
	all := slices.Collect(p.Cases())
	if len(all) != p.Size() {
		t.Fatalf("the plan says that it has %d cases, and has %d", p.Size(), len(all))
	}
	shown := func(c *Planned) string {
		return fmt.Sprintf("%d %s %v %s", c.Index, c.Name(), c.Checks, c.Request.Bytes("host"))
	}
	m := p.Maker()
	for i := len(all) - 1; i >= 0; i-- { // in another order, by another Maker
		block := p.BlockOf(i)
		made := m.Block(block)
		again := &made[i-p.Block(block).First]
		if diff := cmp.Diff(shown(all[i]), shown(again)); diff != "" {
			t.Errorf("case %d (-first +again):\n%s", i, diff)
		}
	}
}

func TestANarrowPlanHasTheKeptCasesAndTheirChecks(t *testing.T) {
	p := planned(t, Options{}, threeOperations, listed+badToken+badJSON)
	all := slices.Collect(p.Cases())
	for step := 1; step < 7; step++ {
		n := p.Narrow(func(i int) bool { return i%step == 0 })
		if again := p.Narrow(func(i int) bool { return i%step == 0 }); again.Digest() != n.Digest() || n.Digest() == p.Digest() {
			t.Errorf("digests %s and %s of one narrow plan, %s of the whole", n.Digest(), again.Digest(), p.Digest())
		}
		i := 0
		judged := map[string]int{} // by check
		for c := range n.Cases() {
			was := all[i*step]
			if c.Name() != was.Name() || c.Index != i || string(c.Request.Bytes("h")) != string(was.Request.Bytes("h")) {
				t.Errorf("step %d: case %d is %s, want %s", step, i, c.Name(), was.Name())
			}
			var want, got []string
			for _, check := range was.Checks {
				want = append(want, p.Checks[check].Title())
			}
			for _, check := range c.Checks {
				got = append(got, n.Checks[check].Title())
				judged[n.Checks[check].Title()]++
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("step %d: %s is judged by (-want +got):\n%s", step, c.Name(), diff)
			}
			i++
		}
		if want := (len(all) + step - 1) / step; i != want || n.Size() != want {
			t.Errorf("step %d: want %d cases, got %d and a size of %d", step, want, i, n.Size())
		}
		for at, c := range n.Checks {
			if c.Index != at || c.Size == 0 || c.Size != judged[c.Title()] {
				t.Errorf("step %d: %s at %d has index %d and %d cases, judged %d", step, c.Title(), at, c.Index, c.Size, judged[c.Title()])
			}
		}
	}
}

// A plan of a hundred thousand cases is held for the whole run: cases are not.
func TestAPlanHoldsLittleForACase(t *testing.T) {
	p := planned(t, Options{}, threeOperations, badMethod+badToken+badJSON)
	blocks, first := 0, 0
	for b := range p.Blocks() {
		if b.First != first || b.Size < 1 {
			t.Errorf("block %d begins at %d and has %d cases, want it to begin at %d", blocks, b.First, b.Size, first)
		}
		first += b.Size
		blocks++
		if b.odd != nil && b.odd.places != nil && slices.IsSorted(b.odd.places) && b.odd.places[len(b.odd.places)-1] == b.Size-1 {
			t.Errorf("block %d lists the first cases of its probe one by one", blocks)
		}
	}
	if blocks >= p.Size() {
		t.Errorf("%d blocks for %d cases", blocks, p.Size())
	}
}
