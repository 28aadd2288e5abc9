package suites

import (
	"slices"
	"strings"
)

// gaps gathers why a requirement is tried on no operation.
type gaps struct {
	tried       bool
	filtered    bool // the filters leave an operation out that it is meant for
	needs, whys []string
	whole       string // why not on the target as a whole: told where there is nothing better
}

func (g *gaps) add(gap Gap, whole bool) {
	list := &g.whys
	switch {
	case gap.Why == "":
		return
	case whole && !gap.Needs:
		g.whole = gap.Why
		return
	case gap.Needs:
		list = &g.needs
	}
	if !slices.Contains(*list, gap.Why) {
		*list = append(*list, gap.Why)
	}
}

// unasked reports whether the filters are all that keeps the requirement from being tried.
func (g *gaps) unasked() bool { return g.filtered && len(g.needs)+len(g.whys) == 0 }

// reason tells why, first of all what the user could give. withheld tells that operations which write are left out until
// the user allows them.
func (g *gaps) reason(withheld bool) string {
	hint := ""
	if withheld {
		hint = "; operations that write are left out: --allow-writes"
	}
	switch {
	case len(g.needs) > 0:
		return "needs " + g.needs[0]
	case len(g.whys) > 0:
		return "no operation fits: " + strings.Join(g.whys[:min(2, len(g.whys))], "; ") + hint
	case g.whole != "":
		return "needs operations: list them in conform.yaml"
	}
	return "no operation is of the kind that it speaks of" + hint
}
