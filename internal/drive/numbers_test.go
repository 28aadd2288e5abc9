package drive

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestNumbersComeBackAsTheyWereAdded(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	var n numbers
	var want []int
	for range 1000 {
		number := random.IntN(1 << random.IntN(31))
		want = append(want, number)
		n.add(number)
	}
	if got := n.appendTo(nil); !slices.Equal(want, got) {
		t.Errorf("want %v, got %v", want, got)
	}
	var none numbers
	if got := none.appendTo(nil); got != nil {
		t.Errorf("want no numbers, got %v", got)
	}
}

// A check's exchanges follow on each other but for what is under way beside them.
func TestNumbersNearEachOtherTakeAByte(t *testing.T) {
	var n numbers
	const first = 1_000_000
	for i := range 1000 {
		n.add(first + i ^ 7)
	}
	if most := 1000 + 3; len(n.steps) > most {
		t.Errorf("want at most %d bytes, got %d", most, len(n.steps))
	}
}
