package suites

import (
	"slices"
	"sort"
)

// layout is the checks and the blocks of an operation, in numbers that count from its own. Operations that look alike share one, so that
// what a plan holds does not grow with them: where the checks and blocks of an operation stand, its seat says.
type layout struct {
	checks [][]Outline   // by contract; behind them those that are of no contract's turn
	blocks [][]laidBlock // by turn: by stage, and then by contract
}

// laidBlock is what a block has in common with those of operations that look alike.
type laidBlock struct {
	first int // from the first case of its turn
	Size  int // how many cases it has
	manner
	Reads bool // no case of it changes anything, even if the target obeys it, or leans on more than its operation's control

	checks []ref // that judge all of its cases, rising; blocks share them
	odd    *odd  // nil for most
}

// seat is where an operation's checks and blocks stand in the plan.
type seat struct {
	*layout
	checkAt []int32 // by contract: index in Plan.Checks of its first
	groupAt []int32 // by turn: index in Plan.groups
}

// group is the blocks of one turn and one operation, which follow on each other in the plan.
type group struct {
	block, first int // index of its first block and of its first case
	operation    *Operation
	blocks       []laidBlock
}

// compare puts refs in the order of what they name.
func (r ref) compare(other ref) int {
	if r.group != other.group {
		return int(r.group - other.group)
	}
	return int(r.nth - other.nth)
}

// turns puts the blocks of a plot in the order of the plan: no stage begins before the last contract is done with the one before. It
// returns where they have come to stand, by contract.
func (l *layout) turns(byContract [][]laidBlock) [][]ref {
	l.blocks = make([][]laidBlock, stages*len(byContract))
	moved := make([][]ref, len(byContract))
	for contract, blocks := range byContract {
		for _, b := range blocks {
			turn := int(b.Stage)*len(byContract) + contract
			moved[contract] = append(moved[contract], ref{int32(turn), int32(len(l.blocks[turn]))})
			l.add(turn, b)
		}
	}
	return moved
}

// add adds a block to a turn.
func (l *layout) add(turn int, b laidBlock) {
	b.first = 0
	if n := len(l.blocks[turn]); n > 0 {
		b.first = l.blocks[turn][n-1].first + l.blocks[turn][n-1].Size
	}
	if b.odd != nil {
		own := *b.odd
		b.odd = &own
	}
	l.blocks[turn] = append(l.blocks[turn], b)
}

// every returns all blocks, whole.
func (l *layout) every() []share {
	var all []share
	for turn, blocks := range l.blocks {
		for nth := range blocks {
			all = append(all, share{ref: ref{int32(turn), int32(nth)}})
		}
	}
	return all
}

// link tells the blocks which checks judge their cases. Most blocks of an operation are judged by the same.
func (l *layout) link() {
	for contract, checks := range l.checks {
		for nth := range checks {
			check := ref{int32(contract), int32(nth)}
			for _, s := range checks[nth].shares {
				b := &l.blocks[s.group][s.nth]
				if s.of != nil {
					b.oddly().parts = append(b.odd.parts, part{check, s.of})
					continue
				}
				b.checks = append(b.checks, check)
			}
		}
	}
	var shared [][]ref
	for _, blocks := range l.blocks {
		for i := range blocks {
			known := slices.IndexFunc(shared, func(list []ref) bool { return slices.Equal(list, blocks[i].checks) })
			if known < 0 {
				known = len(shared)
				shared = append(shared, slices.Clone(blocks[i].checks))
			}
			blocks[i].checks = shared[known]
		}
	}
}

// narrow returns a layout of some of the cases, and of the checks that have any of them. kept has which cases of a block those are, by their
// place in it.
func (l *layout) narrow(kept func(block ref) []int) *layout {
	n := &layout{checks: make([][]Outline, len(l.checks)), blocks: make([][]laidBlock, len(l.blocks))}
	moved := map[ref]ref{}
	for turn, blocks := range l.blocks {
		for nth := range blocks {
			b, here := &blocks[nth], ref{int32(turn), int32(nth)}
			narrow := laidBlock{manner: b.manner, Reads: b.Reads}
			for _, i := range kept(here) {
				narrow.add(b.nth(i), 0)
			}
			if narrow.Size == 0 {
				continue
			}
			if b.odd != nil && b.odd.requests > 0 {
				narrow.oddly().requests = b.odd.requests
			}
			moved[here] = ref{int32(turn), int32(len(n.blocks[turn]))}
			n.add(turn, narrow)
		}
	}
	for contract, checks := range l.checks {
		for _, c := range checks {
			narrow := c
			narrow.Size, narrow.shares = 0, nil
			for _, s := range c.shares {
				var of []int
				for i, j := range kept(s.ref) {
					if s.of == nil || slices.Contains(s.of, j) {
						of = append(of, i)
					}
				}
				if len(of) == 0 {
					continue
				}
				narrow.Size += len(of)
				if to := moved[s.ref]; len(of) == n.blocks[to.group][to.nth].Size {
					narrow.shares = append(narrow.shares, share{ref: to})
				} else {
					narrow.shares = append(narrow.shares, share{to, of})
				}
			}
			if narrow.Size > 0 {
				n.checks[contract] = append(n.checks[contract], narrow)
			}
		}
	}
	n.link()
	return n
}

// seat gives the operations their layouts, and their checks and blocks a place in the plan.
func (p *Plan) seat(layouts []*layout) {
	p.seats, p.groups = make([]seat, len(layouts)), nil
	size := 0
	for i, l := range layouts {
		p.seats[i] = seat{l, make([]int32, len(l.checks)), make([]int32, len(l.blocks))}
		for _, checks := range l.checks {
			size += len(checks)
		}
	}
	all := make([]Check, 0, size) // which must not move
	p.Checks = make([]*Check, 0, size)
	for contract := range len(p.Contracts) + 1 {
		for i, s := range p.seats {
			if contract >= len(s.checks) {
				continue
			}
			s.checkAt[contract] = int32(len(all))
			for nth := range s.checks[contract] {
				all = append(all, Check{Index: len(all), Operation: p.Operations[i], Outline: &s.checks[contract][nth]})
				p.Checks = append(p.Checks, &all[len(all)-1])
			}
		}
	}
	block, first := 0, 0
	for turn := range stages * len(p.Contracts) {
		for i, s := range p.seats {
			blocks := s.blocks[turn]
			if len(blocks) == 0 {
				continue
			}
			s.groupAt[turn] = int32(len(p.groups))
			p.groups = append(p.groups, group{block, first, p.Operations[i], blocks})
			last := blocks[len(blocks)-1]
			block, first = block+len(blocks), first+last.first+last.Size
		}
	}
}

// seatOf returns where an operation's checks and blocks stand.
func (p *Plan) seatOf(op *Operation) *seat { return &p.seats[op.place] }

// check returns the index in Plan.Checks of one of the operation's checks.
func (s *seat) check(r ref) int { return int(s.checkAt[r.group] + r.nth) }

// at returns a block of the operation in the plan.
func (p *Plan) at(op *Operation, r ref) Block {
	return p.groups[p.seatOf(op).groupAt[r.group]].at(int(r.nth))
}

// at returns a block of the group.
func (g *group) at(nth int) Block {
	b := &g.blocks[nth]
	return Block{First: g.first + b.first, Operation: g.operation, laidBlock: b}
}

// Block returns a block by its index among all of the plan.
func (p *Plan) Block(index int) Block {
	g := &p.groups[sort.Search(len(p.groups), func(i int) bool { return p.groups[i].block > index })-1]
	return g.at(index - g.block)
}

// BlockOf returns the index of the block that has a case.
func (p *Plan) BlockOf(index int) int {
	g := &p.groups[sort.Search(len(p.groups), func(i int) bool { return p.groups[i].first > index })-1]
	return g.block + sort.Search(len(g.blocks), func(i int) bool { return g.blocks[i].first > index-g.first }) - 1
}
