package suites

import (
	"slices"

	"github.com/seed-e125e033/conform/internal/contract"
)

// observed gives each observed requirement every case of its operation, whatever brought the case about, or of those the ones that
// are broken where it says; drops those on operations that are sent nothing; and tells the blocks which checks judge them.
func (p *planner) observed() {
	all := p.byOperation()
	met := map[*contract.Requirement]bool{}
	checks := p.Checks
	p.Checks = checks[:0]
	for _, c := range checks {
		if c.Observed() && c.Gap == "" {
			if p.watch(c, all[c.Operation.place]); c.Size == 0 {
				continue
			}
			met[c.Requirement] = true
		}
		p.place(c)
	}
	for _, c := range p.parts {
		b := p.Blocks[c.block].oddly()
		b.parts = append(b.parts, part{c.check.Index, c.of})
	}
	p.link(all)
	for _, c := range p.watching { // one that no answer can come to is told all the same, at the end
		if !met[c.Requirement] {
			p.place(c)
		}
	}
}

// watched names an observed requirement that is about some cases only, by what is broken in them, and an operation.
type watched struct {
	requirement *contract.Requirement
	operation   *Operation
}

// spot notes which of such requirements are about the next case of a block.
func (p *planner) spot(c *Case, block int) {
	b := p.blocks.at(block)
	for _, r := range p.narrow {
		if !about(r.Where, c) {
			continue
		}
		key := watched{r, b.Operation}
		all := p.spotted[key]
		if n := len(all); n == 0 || all[n-1].block != int32(block) {
			all = append(all, chosen{block: int32(block)})
		}
		last := &all[len(all)-1]
		last.of = append(last.of, b.Size)
		p.spotted[key] = all
	}
}

// watch gives an observed requirement those cases of the blocks that it is about.
func (p *planner) watch(c *Check, blocks []int32) {
	c.Size = 0
	if !narrow(c.Requirement.Where) {
		c.blocks = blocks
		for _, block := range blocks {
			c.Size += p.Blocks[block].Size
		}
		return
	}
	c.blocks = nil
	for _, part := range p.spotted[watched{c.Requirement, c.Operation}] {
		c.blocks = append(c.blocks, part.block)
		c.Size += len(part.of)
		if len(part.of) < p.Blocks[part.block].Size {
			p.parts = append(p.parts, chosen{c, part.block, part.of})
		}
	}
	slices.Sort(c.blocks)
}

// byOperation returns the blocks of each operation, rising.
func (p *Plan) byOperation() [][]int32 {
	blocks := make([][]int32, len(p.Operations))
	for i := range p.Blocks {
		op := p.Blocks[i].Operation.place
		blocks[op] = append(blocks[op], int32(i))
	}
	return blocks
}

// link tells the blocks, by operation, which checks judge all of their cases. Most blocks of an operation are judged by the same.
func (p *Plan) link(byOperation [][]int32) {
	checks := make([][]*Check, len(p.Operations))
	for _, c := range p.Checks {
		op := c.Operation.place
		checks[op] = append(checks[op], c)
	}
	nth := make([]int32, len(p.Blocks)) // among those of its operation
	var lists [][]int                   // by block of an operation: those checks
	for op, blocks := range byOperation {
		for i, block := range blocks {
			nth[block] = int32(i)
			if i == len(lists) {
				lists = append(lists, nil)
			}
			lists[i] = lists[i][:0]
		}
		for _, c := range checks[op] {
			for _, block := range c.blocks {
				if p.Blocks[block].part(c.Index) == nil {
					lists[nth[block]] = append(lists[nth[block]], c.Index)
				}
			}
		}
		var shared [][]int
		for i, list := range lists[:len(blocks)] {
			known := slices.IndexFunc(shared, func(l []int) bool { return slices.Equal(l, list) })
			if known < 0 {
				known = len(shared)
				shared = append(shared, slices.Clone(list))
			}
			p.Blocks[blocks[i]].checks = shared[known]
		}
	}
}
