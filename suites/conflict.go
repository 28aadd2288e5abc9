package suites

import (
	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/target"
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

var otherIdentity = Probe{
	Name: "conflict.identity",
	Doc:  "sends a body whose identifier is not the one in the path",
	Cases: onPath(func(g Good, identifiers []parameter) ([]Case, Gap) {
		var cases []Case
		for _, p := range identifiers {
			body, v, ok := g.repeated(p)
			if !ok {
				continue
			}
			sent := g.unlike(body, v, "identity")
			if sent == nil || g.Operation.Schema != nil && !g.accepts(sent) {
				continue
			}
			c := g.memberCase(v, "", "identity", v.pointer+" is not the {"+p.name+"} of the path", sent)
			c.Effects = g.Operation.Writes()
			c.Defect.Blame = append(c.Defect.Blame, check.Place{In: "body", At: v.parent}, check.Place{In: "path", At: p.name})
			cases = append(cases, c)
		}
		if len(cases) == 0 {
			return nil, Gap{Why: "the body does not repeat an identifier of the path in a form that is known"}
		}
		return cases, Gap{}
	}),
}

var otherType = Probe{
	Name: "conflict.type",
	Doc:  "sends a JSON:API resource object of a type that the path does not have",
	Cases: onDocument(func(g Good, body text, _, kind value) ([]Case, Gap) {
		good, _ := body.scalar(kind)
		other := good + "-conform"
		c := g.memberCase(kind, "", "type", kind.pointer+` = "`+other+`"`, body.replaceLike(kind, other))
		c.Effects = g.Operation.Writes()
		c.Defect.Blame = append(c.Defect.Blame, check.Place{In: "body", At: kind.parent})
		return []Case{c}, Gap{}
	}),
}

var clientID = Probe{
	Name: "conflict.client-id",
	Doc:  "sends a JSON:API creation with an id of the client's; an API may take those",
	Cases: onDocument(func(g Good, body text, data, _ value) ([]Case, Gap) {
		if _, ok := body.at("/data/id"); ok || g.Operation.Method != "POST" {
			return nil, Gap{Why: "the operation creates no resource to which the API gives its id"}
		}
		id := target.Unknown(target.Value{Format: "uuid4"}, g.Operation.ID+" client-id")
		at := check.Place{In: "body", At: "/data/id"}
		return []Case{{
			Sent:    at.At + ` = "` + id + `"`,
			Request: g.withBody(body.insert(data, `"id":"`+id+`"`)),
			Defect:  check.Defect{Place: at, Kind: "client-id", Blame: []check.Place{at, {In: "body", At: data.pointer}}},
			Effects: true,
		}}, Gap{}
	}),
}
