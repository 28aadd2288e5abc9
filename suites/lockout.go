package suites

import (
	"cmp"
	"fmt"
)

// wrongPasswords is how many wrong passwords are sent for one user name where nobody says otherwise.
const wrongPasswords = 10

// guard leaves out the cases that give a user one wrong password too many: APIs lock users out, and those who try. Which stay
// is told by the order of the plan.
func (p *planner) guard(m *made, op *Operation, cases []Case) ([]Case, Gap) {
	most := cmp.Or(p.options.WrongPasswords, p.Target.WrongPasswords, wrongPasswords)
	all := len(cases)
	if !anyOf(cases, (*Case).guesses) {
		return cases, Gap{}
	}
	cases = m.keep(cases, func(c *Case) bool {
		if c.guesses() {
			p.guesses[c.LogsIn]++
		}
		return !c.guesses() || p.guesses[c.LogsIn] <= most
	})
	kept := len(cases)
	if kept == all {
		return cases, Gap{}
	}
	gap := Gap{Why: fmt.Sprintf("%d wrong passwords for one user name are planned already: --wrong-passwords allows more", most)}
	if kept > 0 { // where none is left, whoever asked for them tells it
		p.leave(m.probe().Name, fmt.Sprintf("%s, %d of %d cases", op.ID, all-kept, all), gap.Why)
	}
	return cases, gap
}

// guesses reports whether the case gives a wrong password.
func (c *Case) guesses() bool { return c.LogsIn != "" }
