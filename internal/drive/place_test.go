package drive

import (
	"context"
	"net/url"
	"testing"

	"github.com/seed-e125e033/conform/contracts"
	"github.com/seed-e125e033/conform/fixtures/apis"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

// The window asks the blocks, and makes no case for it: what they say has to be so of each case, of every reference API by all
// contracts that ship.
func TestABlockSaysWhenItsCasesMayBeUnderWay(t *testing.T) {
	var apart, alone, reading int
	stages := map[int]int{}
	for _, api := range apis.All() {
		variables := target.NewVariables(nil)
		judged, err := contracts.Load(contracts.Names(), suites.Names(), contract.Options{Variables: variables, Unprobed: true})
		if err != nil {
			t.Fatal(err)
		}
		at, err := target.Load("conform.yaml", api.Target, target.Options{Variables: variables, Probes: suites.Names()})
		if err != nil {
			t.Fatal(err)
		}
		at.URL = &url.URL{Scheme: "http", Host: "example.com"}
		at.RateLimit = &target.RateLimit{Requests: 3}
		secret := func(name string) (string, bool) { value, ok := api.Secrets[name]; return value, ok }
		if err := at.Resolve(context.Background(), secret); err != nil {
			t.Fatal(err)
		}
		p, err := suites.NewPlan(at, judged, suites.Options{AllowWrites: true})
		if err != nil {
			t.Fatal(err)
		}
		lanes := lanes(p)
		place := placesOf(p, lanes)
		for c := range p.Cases() {
			got, stage := place(c.Index), 0
			switch {
			case c.Burst > 0:
				stage = 2
			case c.LogsIn != "":
				stage = 1
			}
			if got.lane != lanes[c.Operation] || got.alone != (c.Effects && !c.Alone()) || got.stage != stage {
				t.Errorf("%s: %s is said to be alone in its lane: %v, and of stage %d", api.Name, c.Name(), got.alone, got.stage)
			}
			if got.reads && (!c.Request.Safe() || c.Operation.Writes() || c.Operation.Whole() || len(c.Before) > 0 || c.Gone != "" || c.Effects || c.Malformed || stage > 0) {
				t.Errorf("%s: %s is said to change nothing, and to lean on its own control alone", api.Name, c.Name())
			}
			if got.reads {
				reading++
			}
			stages[got.stage]++
			if got.alone {
				apart++
			}
			if c.Alone() {
				alone++
			}
		}
	}
	if apart == 0 || alone == 0 || reading == 0 || len(stages) != 3 {
		t.Errorf("%d cases are alone in their lane, %d in all, %d read, and by stage %v: there is little to compare", apart, alone, reading, stages)
	}
}
