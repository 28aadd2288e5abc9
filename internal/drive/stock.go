package drive

import (
	"sync"

	"github.com/seed-e125e033/conform/suites"
)

// stock has the cases that are under way: a block of them is made when it is the turn of the first, and dropped when the last is
// done with. All cases of a plan at once were half of what a run held.
type stock struct {
	plan *suites.Plan

	mu     sync.Mutex
	maker  *suites.Maker
	blocks map[int]*batch // by block
}

// batch is a block of cases.
type batch struct {
	cases []suites.Planned
	left  int // cases that are not done with
}

func newStock(p *suites.Plan) *stock {
	return &stock{plan: p, maker: p.Maker(), blocks: map[int]*batch{}}
}

// take returns a case whose turn it is. Whoever takes it drops it.
func (s *stock) take(i int) *suites.Planned {
	block := s.plan.BlockOf(i)
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.blocks[block]
	if b == nil {
		cases := s.maker.Block(block)
		b = &batch{cases, len(cases)}
		s.blocks[block] = b
	}
	return &b.cases[i-b.cases[0].Index]
}

// drop tells that a case is done with.
func (s *stock) drop(i int) {
	block := s.plan.BlockOf(i)
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.blocks[block]
	if b.left--; b.left == 0 {
		delete(s.blocks, block)
	}
}
