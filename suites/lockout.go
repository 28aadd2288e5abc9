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
	guess := func(c Case) bool { return c.LogsIn != "" }
	all := len(m.cases)
	if !slices.ContainsFunc(m.cases, guess) {
		return
	}
	m.keep(func(c Case) bool {
		if guess(c) {
			p.guesses[c.LogsIn]++
		}
		return !guess(c) || p.guesses[c.LogsIn] <= most
	})
	kept := len(m.cases)
	if kept == all {
		return
	}
	m.gap = Gap{Why: fmt.Sprintf("%d wrong passwords for one user name are planned already: --wrong-passwords allows more", most)}
	if kept > 0 { // where none is left, whoever asked for them tells it
		p.leave(m.probe.Name, fmt.Sprintf("%s, %d of %d cases", m.operation.ID, all-kept, all), m.gap.Why)
	}
}

// rank is where in the plan a case stands: behind all of a lower one.
type rank struct {
	burst int
	risky int // 1: it gives a wrong password
}

// rankOf puts the cases that give wrong passwords behind all others, and the burst behind those: should they lock somebody out,
// the rest is judged.
func rankOf(c Case) rank { return rank{c.Burst, min(1, len(c.LogsIn))} }

// riskyLast puts the blocks in the order of their ranks, and numbers their cases.
func (p *planner) riskyLast() {
	order := make([]int32, len(p.Blocks))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(i, j int32) int {
		a, b := p.ranks[i], p.ranks[j]
		return cmp.Or(cmp.Compare(a.burst, b.burst), cmp.Compare(a.risky, b.risky))
	})
	sorted := make([]Block, len(p.Blocks))
	moved := make([]int32, len(p.Blocks)) // by old index: the new one
	first := 0
	for i, old := range order {
		sorted[i] = p.Blocks[old]
		sorted[i].First = first
		first += sorted[i].Size
		moved[old] = int32(i)
	}
	p.Blocks = sorted
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
