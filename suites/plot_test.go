package suites

import (
	"reflect"
	"testing"

	"github.com/seed-e125e033/conform/internal/contract"
)

// Two operations have one plot only if all that a contract has added is the same: what the key leaves out, one of them would have wrong.
func TestTheKeyOfAPlotHasAllThatIsInIt(t *testing.T) {
	a, b := &contract.Requirement{ID: "a"}, &contract.Requirement{ID: "b"}
	seen := map[string]string{}
	for _, change := range []struct {
		name   string
		change func(*work)
	}{
		{"nothing", func(*work) {}},
		{"what was there before", func(w *work) { w.plot.id++ }},
		{"a check", func(w *work) { w.checks = append(w.checks, Outline{Requirement: a}) }},
		{"a requirement", func(w *work) { w.checks[0].Requirement = b }},
		{"a size", func(w *work) { w.checks[0].Size++ }},
		{"a gap", func(w *work) { w.checks[0].Gap = "a" }},
		{"a share", func(w *work) { w.checks[0].shares = w.checks[0].shares[:1] }},
		{"the contract of a share", func(w *work) { w.checks[0].shares[0].group++ }},
		{"the block of a share", func(w *work) { w.checks[0].shares[0].nth++ }},
		{"all of a share", func(w *work) { w.checks[0].shares[0].of = []int{} }},
		{"some of a share", func(w *work) { w.checks[0].shares[0].of = []int{1} }},
		{"others of a share", func(w *work) { w.checks[0].shares[0].of = []int{2} }},
		{"a block", func(w *work) { w.blocks = append(w.blocks, laidBlock{}) }},
		{"the size of a block", func(w *work) { w.blocks[0].Size++ }},
		{"the probe of a block", func(w *work) { w.blocks[0].place++ }},
		{"the stage of a block", func(w *work) { w.blocks[0].Stage++ }},
		{"whether a block is apart", func(w *work) { w.blocks[0].Apart = true }},
		{"whether a block reads", func(w *work) { w.blocks[0].Reads = true }},
		{"what few blocks have", func(w *work) { w.blocks[0].oddly() }},
		{"the requests of a block", func(w *work) { w.blocks[0].oddly().requests++ }},
		{"the places of a block", func(w *work) { w.blocks[0].oddly().places = []int{1} }},
		{"other places of a block", func(w *work) { w.blocks[0].oddly().places = []int{2} }},
		{"a spot", func(w *work) { w.blocks[0].oddly().spots = []spot{{0, []int{1}}} }},
		{"the requirement of a spot", func(w *work) { w.blocks[0].oddly().spots = []spot{{1, []int{1}}} }},
		{"the cases of a spot", func(w *work) { w.blocks[0].oddly().spots = []spot{{0, []int{2}}} }},
		{"what was made", func(w *work) { w.made[2] = &w.room[2] }},
		{"a reason that nothing was made", func(w *work) { w.made[2] = &made{id: 1} }},
		{"another reason", func(w *work) { w.made[2] = &made{id: 2} }},
		{"how many were made", func(w *work) { w.room[1].size++ }},
		{"how many are left", func(w *work) { w.room[1].left++ }},
		{"which are left", func(w *work) { w.room[1].taken = []bool{true, false} }},
		{"which others are left", func(w *work) { w.room[1].taken = []bool{false, true} }},
		{"which are sent", func(w *work) { w.room[1].places = []int{1} }},
		{"which others are sent", func(w *work) { w.room[1].places = []int{2} }},
		{"where they are", func(w *work) { w.room[1].in = []ref{{0, 1}} }},
		{"where else they are", func(w *work) { w.room[1].in = []ref{{1, 0}} }},
	} {
		var w work
		w.begin(&plot{id: 7})
		w.checks = []Outline{{Requirement: a, Size: 1, shares: []share{{}, {}}}}
		w.blocks = []laidBlock{{Size: 1}}
		w.room[1] = made{place: 1, size: 2}
		w.made[1] = &w.room[1]
		change.change(&w)
		key := string(w.appendKey(nil, false))
		if other, known := seen[key]; known {
			t.Errorf("the key is the same with %s and with %s changed", other, change.name)
		}
		seen[key] = change.name
	}
	for kind, fields := range map[reflect.Type]int{
		reflect.TypeFor[Outline](): 4, reflect.TypeFor[share](): 2, reflect.TypeFor[laidBlock](): 6, reflect.TypeFor[manner](): 3,
		reflect.TypeFor[odd](): 4, reflect.TypeFor[spot](): 2, reflect.TypeFor[made](): 8,
	} {
		if kind.NumField() != fields {
			t.Errorf("%v has %d fields, which were %d: take what a contract adds into the key, and into this test", kind, kind.NumField(), fields)
		}
	}
}
