package suites

import (
	"cmp"
	"fmt"
	"slices"
)

// wrongPasswords is how many wrong passwords are sent for one user name where nobody says otherwise.
const wrongPasswords = 10

// guard leaves out the cases that give a user one wrong password too many: APIs lock users out, and those who try. Which stay
// is told by the order of the plan.
func (p *planner) guard(m *made) {
	most := cmp.Or(p.options.WrongPasswords, p.Target.WrongPasswords, wrongPasswords)
	all := len(m.cases)
	if !anyOf(m.cases, (*Case).guesses) {
		return
	}
	m.keep(func(c *Case) bool {
		if c.guesses() {
			p.guesses[c.LogsIn]++
		}
		return !c.guesses() || p.guesses[c.LogsIn] <= most
	})
	kept := len(m.cases)
	if kept == all {
		return
	}
	m.gap = Gap{Why: fmt.Sprintf("%d wrong passwords for one user name are planned already: --wrong-passwords allows more", most)}
	if kept > 0 { // where none is left, whoever asked for them tells it
		p.leave(m.probe().Name, fmt.Sprintf("%s, %d of %d cases", m.operation.ID, all-kept, all), m.gap.Why)
	}
}

// guesses reports whether the case gives a wrong password.
func (c *Case) guesses() bool { return c.LogsIn != "" }

// riskyLast puts the blocks in the order of their stages, and numbers their cases.
func (p *planner) riskyLast() {
	p.Blocks = make([]Block, 0, p.blocks.size)
	moved := make([]int32, p.blocks.size) // by old index: the new one
	first := 0
	for stage := Ordinary; stage <= Burst; stage++ {
		for old := range p.blocks.size {
			if b := p.blocks.at(old); b.Stage == stage {
				moved[old] = int32(len(p.Blocks))
				b.First = first
				first += b.Size
				p.Blocks = append(p.Blocks, *b)
			}
		}
	}
	p.blocks = pile[Block]{}
	for _, c := range p.Checks {
		for i, old := range c.blocks {
			c.blocks[i] = moved[old]
		}
		slices.Sort(c.blocks)
	}
	for i := range p.parts {
		p.parts[i].block = moved[p.parts[i].block]
	}
	for _, all := range p.spotted {
		for i := range all {
			all[i].block = moved[all[i].block]
		}
	}
}
