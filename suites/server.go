package suites

import "github.com/seed-e125e033/conform/internal/check"

var serverFault = Probe{
	Name:  "server.fault",
	Doc:   "sends the request that makes the target fail, as its file says",
	Cases: onTarget(provoked("server.fault", "fault")),
}

var serverUnavailable = Probe{
	Name:  "server.unavailable",
	Doc:   "sends the request that makes the target unavailable, as its file says",
	Cases: onTarget(provoked("server.unavailable", "unavailable")),
}

// provoked makes the one case that the user gave for a probe. It is sent alone: the target may be of no use to others meanwhile.
func provoked(probe, kind string) func(Good) ([]Case, Gap) {
	return func(g Good) ([]Case, Gap) {
		r, ok := g.Provoke[probe]
		if !ok {
			return nil, Gap{Why: "a request that makes the target fail so: give it under provoke as " + probe, Needs: true}
		}
		return []Case{{
			Sent:    r.Method + " " + r.Path(), // not the query: a credential may be in it
			Request: r,
			Defect:  check.Defect{Place: check.Place{In: "target"}, Kind: kind},
			Effects: true,
		}}, Gap{}
	}
}
