package suites

import "net/http"

// twins gives each operation that writes the GET that shows what it changes: the one that it names or, where it names none,
// the first that reads the same path.
func (p *planner) twins() {
	byID, byPath := map[string]*Operation{}, map[string]*Operation{} // the first GET of each
	for _, op := range p.Operations {
		if op.Method != http.MethodGet {
			continue
		}
		if byID[op.ID] == nil {
			byID[op.ID] = op
		}
		if path := op.Good.Request.Path(); byPath[path] == nil {
			byPath[path] = op
		}
	}
	for _, op := range p.Operations {
		switch {
		case !op.Writes():
		case op.Read == "":
			op.Twin = byPath[op.Good.Request.Path()]
		default:
			op.Twin = byID[op.Read]
		}
	}
}

// effectless returns why it cannot be seen whether requests of the operation change anything, and whether that is so. An
// operation that only reads has nothing to tell.
func (p *planner) effectless(op *Operation) (Gap, bool) {
	switch {
	case p.options.ReadOnly:
		return Gap{Why: "a run that may write: this one is --read-only", Needs: true}, true
	case op.Whole() && len(p.known) == 0:
		return Gap{Why: "it is asked of an operation, not of the target as a whole"}, true
	case !op.Writes():
		return Gap{}, true
	case op.Twin == nil:
		return Gap{Why: "a GET of the path that is written to: list it as an operation, or name one under read", Needs: true}, true
	}
	return Gap{}, false
}

// Effects reports whether the check judges what its cases did, by reading before and after them.
func (c *Check) Effects() bool { return c.Requirement.Expect.Effects != "" && c.Size > 0 }
