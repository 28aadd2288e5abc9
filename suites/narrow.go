package suites

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
)

// Narrow returns a plan of some of the plan's cases, by index, and of the checks that have any of them. It shares with the plan what
// it has not changed.
func (p *Plan) Narrow(keep func(index int) bool) *Plan {
	n := *p
	n.Blocks, n.Checks = nil, nil
	h := sha256.New()
	h.Write([]byte(p.digest))
	moved := make([]int32, len(p.Blocks)) // by block: its index in n, -1 for none
	kept := make([][]int, len(p.Blocks))  // by block: which of its cases
	size := 0
	for i := range p.Blocks {
		b := &p.Blocks[i]
		narrow := Block{First: size, Operation: b.Operation, manner: b.manner, Reads: b.Reads}
		for j := range b.Size {
			if keep(b.First + j) {
				kept[i] = append(kept[i], j)
				narrow.add(b.nth(j), 0)
				fmt.Fprintln(h, b.First+j)
			}
		}
		moved[i] = int32(len(n.Blocks))
		if narrow.Size == 0 {
			moved[i] = -1
			continue
		}
		if b.odd != nil && b.odd.requests > 0 {
			narrow.oddly().requests = b.odd.requests
		}
		n.Blocks = append(n.Blocks, narrow)
		size += narrow.Size
	}
	for _, c := range p.Checks {
		narrow := *c
		narrow.Index, narrow.Size, narrow.blocks = len(n.Checks), 0, nil
		for _, block := range c.blocks {
			had := p.Blocks[block].part(c.Index)
			var of []int
			for i, j := range kept[block] {
				if had == nil || slices.Contains(had, j) {
					of = append(of, i)
				}
			}
			if len(of) == 0 {
				continue
			}
			narrow.blocks = append(narrow.blocks, moved[block])
			narrow.Size += len(of)
			if b := &n.Blocks[moved[block]]; len(of) < b.Size {
				b.oddly().parts = append(b.odd.parts, part{narrow.Index, of})
			}
		}
		if narrow.Size > 0 {
			n.Checks = append(n.Checks, &narrow)
		}
	}
	n.link(n.byOperation())
	n.digest = hex.EncodeToString(h.Sum(nil))
	return &n
}
