package suites

import (
	"fmt"

	"github.com/seed-e125e033/conform/internal/check"
)

var rateLimited = Probe{
	Name:  "rate.limited",
	Doc:   "sends the request that the target refuses as one too many, as its file says",
	Cases: onTarget(provoked("rate.limited", "limited")),
}

// burst breaks nothing in the request but how often it comes. A limiter that counts by the hour or minute on the clock, and one
// that fills up as time goes by, may take twice its number within one period: only the request after that is surely one too many.
var burst = Probe{
	Name: "rate.burst",
	Doc:  "sends good requests, alone and at the end of the run, until one is refused with 429, and at most twice the limit that the target states and one more",
	Cases: func(g Good) ([]Case, Gap) {
		if g.Limit == nil {
			if g.whole() {
				return nil, Gap{Why: "the limit that the target states: give it under rate_limit, or by --burst", Needs: true}
			}
			return nil, Gap{Why: "the limit is tried with one request that only reads"}
		}
		most := 2*g.Limit.Requests + 1
		return []Case{{
			Sent:    fmt.Sprintf("up to %d good requests within %s", most, g.Limit.Within),
			Request: g.Request,
			Defect:  check.Defect{Place: check.Place{In: "target"}, Kind: "too-many"},
			Effects: true,
			Burst:   most,
		}}, Gap{}
	},
}

// limited has the limit that the target states tried with the first operation that only reads; the target as a whole is one.
func (p *planner) limited() {
	for _, op := range p.Operations {
		if !op.Writes() {
			op.Good.Limit = p.Target.RateLimit
			return
		}
	}
}
