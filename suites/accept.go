package suites

import (
	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
)

// RFC 9110, section 12.5.1 lets a server disregard an Accept field that it cannot meet, and answer anyway: only a contract that
// promises a refusal judges one. No probe here makes cases of a DELETE, which a server that disregards it obeys.

var unacceptable = Probe{
	Name: "accept.unacceptable",
	Doc:  "sends an Accept field that lists only a media type that nobody has",
	Cases: onAccept(func(g Good) ([]Case, Gap) {
		return []Case{g.acceptCase("", "unacceptable", "application/x-conform-none")}, Gap{}
	}),
}

var zeroWeight = Probe{
	Name: "accept.q-zero",
	Doc:  "sends an Accept field that gives every media type the weight 0, which refuses it",
	Cases: onReading(func(g Good) ([]Case, Gap) {
		return []Case{g.acceptCase("", "unacceptable", "*/*;q=0")}, Gap{}
	}),
}

var malformedAccept = Probe{
	Name: "accept.malformed",
	Doc:  "sends an Accept field that is no list of media types",
	Cases: onReading(func(g Good) ([]Case, Gap) {
		return []Case{
			g.acceptCase("no-slash", "malformed", "conform"),
			g.acceptCase("no-subtype", "malformed", "application/"),
			g.acceptCase("bad-weight", "malformed", "*/*;q=high"),
		}, Gap{}
	}),
}

var acceptParameter = Probe{
	Name: "accept.parameter",
	Doc:  "sends an Accept field whose every instance of JSON:API's media type has a parameter that no server supports",
	Cases: onAccept(func(g Good) ([]Case, Gap) {
		if !g.asksForJSONAPI() {
			return nil, Gap{Why: "the good request does not ask for JSON:API, and other media types may have any parameter"}
		}
		var cases []Case
		for _, p := range unsupported() {
			cases = append(cases, g.acceptCase(p.variant, "parameter", jsonAPI+"; "+p.name+"="+p.value))
		}
		return cases, Gap{}
	}),
}

// onAccept makes cases of operations that delete nothing.
func onAccept(cases func(Good) ([]Case, Gap)) func(Good) ([]Case, Gap) {
	return onOperation(func(g Good) ([]Case, Gap) {
		if g.Operation.Method == "DELETE" {
			return nil, Gap{Why: "the request may be obeyed, and it deletes"}
		}
		return cases(g)
	})
}

// acceptCase returns a case whose Accept is the thing broken. Where the good request has several lines, this one takes their place.
func (g Good) acceptCase(variant, kind, accept string) Case {
	return labelCase("Accept", variant, kind, "Accept: "+accept, g.Request.WithField("Accept", accept))
}

// labelCase returns a case in which the field that labels the content, or asks for some, is the thing broken.
func labelCase(name, variant, kind, sent string, r exchange.Request) Case {
	at := check.Place{In: "header", At: name}
	return Case{Variant: variant, Sent: sent, Request: r, Defect: check.Defect{Place: at, Kind: kind, Blame: []check.Place{at}}}
}
