package drive

import (
	"encoding/binary"
	"slices"
)

// numbers are those of exchanges in the run log, in any order. Each takes a byte or two, for those of a check are near each other: a
// check has a hundred, and a case is judged by a dozen checks.
type numbers struct {
	steps []byte // from each to the next, as varints
	last  int
}

// grow makes room for so many numbers.
func (n *numbers) grow(count int) {
	n.steps = slices.Grow(n.steps, count+count/4+4) // the first takes more than a byte, and some do of the rest
}

func (n *numbers) add(number int) {
	n.steps = binary.AppendVarint(n.steps, int64(number-n.last))
	n.last = number
}

// appendTo appends the numbers in the order in which they were added.
func (n *numbers) appendTo(all []int) []int {
	last := 0
	for steps := n.steps; len(steps) > 0; {
		step, size := binary.Varint(steps)
		last += int(step)
		all = append(all, last)
		steps = steps[size:]
	}
	return all
}
