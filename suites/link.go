package suites

import (
	"slices"

	"github.com/seed-e125e033/conform/internal/contract"
)

// spot notes which of the observed requirements that are about some cases only are about the next case of a block.
func (p *planner) spot(c *Case, b *laidBlock) {
	for i, r := range p.narrow {
		if !about(r.Where, c) {
			continue
		}
		spots := b.oddly().spots
		at := slices.IndexFunc(spots, func(s spot) bool { return s.requirement == i })
		if at < 0 {
			at = len(spots)
			b.odd.spots = append(spots, spot{requirement: i})
		}
		s := &b.odd.spots[at]
		s.of = append(s.of, b.Size)
	}
}

// lay makes the layout of operations that have come to one plot: it gives each observed requirement every case of the operation, whatever
// brought the case about, or of those the ones that are broken where it says, and drops those that have none.
func (p *planner) lay(plot *plot) *layout {
	l := &layout{checks: make([][]Outline, len(plot.checks))}
	moved := l.turns(plot.blocks)
	every := l.every()
	for contract, checks := range plot.checks {
		for _, c := range checks {
			if c.Observed() && c.Gap == "" {
				if c.shares, c.Size = p.watch(c.Requirement, l, every); c.Size == 0 {
					continue
				}
				p.met[c.Requirement] = true
			} else {
				c.shares = slices.Clone(c.shares)
				for i, s := range c.shares {
					c.shares[i].ref = moved[s.group][s.nth]
				}
				slices.SortFunc(c.shares, func(a, b share) int { return a.compare(b.ref) })
			}
			l.checks[contract] = append(l.checks[contract], c)
		}
	}
	l.link()
	return l
}

// watch returns which of an operation's cases an observed requirement is about, of every block, and how many they are.
func (p *planner) watch(r *contract.Requirement, l *layout, every []share) (some []share, size int) {
	if !narrow(r.Where) {
		for _, s := range every {
			size += l.blocks[s.group][s.nth].Size
		}
		return every, size
	}
	for _, s := range every {
		b := &l.blocks[s.group][s.nth]
		of := b.about(slices.Index(p.narrow, r))
		if len(of) == 0 {
			continue
		}
		if size += len(of); len(of) < b.Size {
			s.of = of
		}
		some = append(some, s)
	}
	return some, size
}

// about returns which of the block's cases an observed requirement is about.
func (b *laidBlock) about(requirement int) []int {
	if b.odd != nil {
		for _, s := range b.odd.spots {
			if s.requirement == requirement {
				return s.of
			}
		}
	}
	return nil
}

// layouts makes those of all operations. Observed requirements that no operation has tried, and no answer can meet, are told all the same,
// at the end.
func (p *planner) layouts(plots []*plot) []*layout {
	laid := map[*plot]*layout{}
	layouts := make([]*layout, len(plots))
	for i, plot := range plots {
		if laid[plot] == nil {
			laid[plot] = p.lay(plot)
		}
		layouts[i] = laid[plot]
	}
	whole := *layouts[len(layouts)-1]
	var unmet []Outline
	for _, c := range p.watching {
		if !p.met[c.Requirement] {
			unmet = append(unmet, c)
		}
	}
	whole.checks = append(slices.Clip(whole.checks), unmet)
	layouts[len(layouts)-1] = &whole
	return layouts
}
