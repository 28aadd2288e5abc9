package suites

import "testing"

func TestAPileHasEachThingWhereItWasPut(t *testing.T) {
	var p pile[int]
	var put []*int
	for i := range 3*layer + 1 {
		put = append(put, p.add(i))
	}
	for i, at := range put {
		if *at != i || p.at(i) != at {
			t.Fatalf("at %d is %d, and %d where it was put", i, *p.at(i), *at)
		}
	}
	if p.size != len(put) {
		t.Errorf("want a size of %d, got %d", len(put), p.size)
	}
}
