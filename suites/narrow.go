package suites

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Narrow returns a plan of some of the plan's cases, by index, and of the checks that have any of them. It shares with the plan what
// it has not changed.
func (p *Plan) Narrow(keep func(index int) bool) *Plan {
	n := *p
	h := sha256.New()
	h.Write([]byte(p.digest))
	var kept [][]int // by block: which of its cases
	for b := range p.Blocks() {
		var of []int
		for i := range b.Size {
			if keep(b.First + i) {
				of = append(of, i)
				fmt.Fprintln(h, b.First+i)
			}
		}
		kept = append(kept, of)
	}
	layouts := make([]*layout, len(p.seats))
	for i, s := range p.seats {
		layouts[i] = s.narrow(func(r ref) []int { return kept[p.groups[s.groupAt[r.group]].block+int(r.nth)] })
	}
	n.seat(layouts)
	n.digest = hex.EncodeToString(h.Sum(nil))
	return &n
}
