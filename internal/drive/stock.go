package drive

import (
	"sync"

	"github.com/seed-e125e033/conform/suites"
)

// ahead is about how many bytes of cases are made ahead of their turn and kept: thousands of ordinary ones. Beyond that they are made
// once more when it is their turn.
const ahead = 8 << 20

// stock has the cases that are waited for or under way: a block of them is made when the first is looked at, and dropped when the last is
// done with. All cases of a plan at once were half of what a run held.
type stock struct {
	plan *suites.Plan

	mu     sync.Mutex
	maker  *suites.Maker
	blocks map[int]*batch // by block
	size   int            // bytes of them
	spare  *batch         // the block that was looked at last, where there is no room to keep it
	asked  int            // the block that was asked for last
}

// batch is a block of cases.
type batch struct {
	block int
	cases []suites.Planned
	size  int // bytes, about
	left  int // cases that are not done with
}

func newStock(p *suites.Plan) *stock {
	return &stock{plan: p, maker: p.Maker(), blocks: map[int]*batch{}}
}

// look returns a case whose turn has not come yet, only to be looked at now.
func (s *stock) look(i int) *suites.Planned { return s.get(i, false) }

// take returns a case whose turn it is. Whoever takes it drops it.
func (s *stock) take(i int) *suites.Planned { return s.get(i, true) }

func (s *stock) get(i int, keep bool) *suites.Planned {
	s.mu.Lock()
	defer s.mu.Unlock()
	block := s.blockOf(i)
	b := s.blocks[block]
	if b == nil {
		if b = s.spare; b == nil || b.block != block {
			b = s.make(block)
		}
		if keep = keep || s.size < ahead; keep {
			s.blocks[block] = b
			s.size += b.size
			s.spare = nil
		} else {
			s.spare = b
		}
	}
	return &b.cases[i-b.cases[0].Index]
}

// blockOf returns the block of a case, which most often is the one that was asked for last, or the next. The caller holds the lock.
func (s *stock) blockOf(i int) int {
	for block := s.asked; block < min(s.asked+2, len(s.plan.Blocks)); block++ {
		if b := &s.plan.Blocks[block]; i >= b.First && i < b.First+b.Size {
			s.asked = block
			return block
		}
	}
	s.asked = s.plan.BlockOf(i)
	return s.asked
}

func (s *stock) make(block int) *batch {
	b := &batch{block: block, cases: s.maker.Block(block)}
	b.left = len(b.cases)
	for _, c := range b.cases {
		b.size += 1<<10 + len(c.Request.Body)
	}
	return b
}

// drop tells that a case is done with.
func (s *stock) drop(i int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	block := s.blockOf(i)
	if b := s.blocks[block]; b != nil {
		if b.left--; b.left == 0 {
			delete(s.blocks, block)
			s.size -= b.size
		}
	}
}
