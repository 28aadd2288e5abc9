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
func (p *planner) guard(probe string, op *Operation, cases []Case) (kept []Case, gap Gap) {
	most := cmp.Or(p.options.WrongPasswords, p.Target.WrongPasswords, wrongPasswords)
	for _, c := range cases {
		if c.LogsIn != "" {
			p.guesses[c.LogsIn]++
			if p.guesses[c.LogsIn] > most {
				gap.Why = fmt.Sprintf("%d wrong passwords for one user name are planned already: --wrong-passwords allows more", most)
				continue
			}
		}
		kept = append(kept, c)
	}
	if len(kept) > 0 && len(kept) < len(cases) { // where none is left, whoever asked for them tells it
		p.LeftOut = append(p.LeftOut, fmt.Sprintf("%s on %s, %d of %d cases: %s", probe, op.ID, len(cases)-len(kept), len(cases), gap.Why))
	}
	return kept, gap
}

// riskyLast moves the cases that give wrong passwords behind all others, and the burst behind those: should they lock somebody out,
// the rest is judged.
func (p *planner) riskyLast() {
	slices.SortStableFunc(p.Cases, func(a, b *Planned) int {
		return cmp.Or(cmp.Compare(a.Burst, b.Burst), cmp.Compare(min(1, len(a.LogsIn)), min(1, len(b.LogsIn))))
	})
	moved := make([]int, len(p.Cases)) // by old index: the new one
	for i, c := range p.Cases {
		moved[c.Index] = i
		c.Index = i
	}
	for _, c := range p.Checks {
		for i, old := range c.Cases {
			c.Cases[i] = moved[old]
		}
	}
}
