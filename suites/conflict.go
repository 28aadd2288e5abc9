package suites

import (
	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
)

var duplicateCreation = Probe{
	Name: "conflict.duplicate",
	Doc:  "sends the good request a second time, though a member's value may be taken only once",
	Cases: onOperation(func(g Good) ([]Case, Gap) {
		switch {
		case g.Operation.Method != "POST" && g.Operation.Method != "PUT":
			return nil, Gap{Why: "the operation creates nothing"}
		case len(g.Operation.Unique) == 0 && g.Operation.Method == "PUT":
			return nil, Gap{Why: "a second PUT may do the same again"} // RFC 9110, section 9.2.2
		case len(g.Operation.Unique) == 0:
			return nil, Gap{Why: "the members whose value may be taken only once: list them under unique", Needs: true}
		}
		again := g.Request
		if _, ok := again.Fields.Get("Idempotency-Key"); ok { // with the same key the first answer would be the right one
			again = again.WithField("Idempotency-Key", "conform-"+madeUp("duplicate", g.Operation.ID))
		}
		defect := check.Defect{Place: check.Place{In: "body", At: g.Operation.Unique[0]}, Kind: "duplicate"}
		for _, pointer := range g.Operation.Unique {
			defect.Blame = append(defect.Blame, check.Place{In: "body", At: pointer})
		}
		return []Case{{
			Sent:    "the good request a second time",
			Request: again,
			Defect:  defect,
			Before:  []exchange.Request{g.Request},
			Effects: true,
		}}, Gap{}
	}),
}
