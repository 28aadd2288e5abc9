package suites

import (
	"github.com/seed-e125e033/conform/internal/check"
)

var unacceptable = Probe{
	Name: "accept.unacceptable",
	Doc:  "sends an Accept field that lists only a media type that nobody has",
	Cases: onOperation(func(g Good) ([]Case, Gap) {
		// RFC 9110, section 12.5.1 lets a server disregard the field and answer anyway: only a contract that promises a
		// refusal judges it.
		const none = "application/x-conform-none"
		return []Case{{
			Sent:    "Accept: " + none,
			Request: g.Request.WithField("Accept", none),
			Defect: check.Defect{
				Place: check.Place{In: "header", At: "Accept"}, Kind: "unacceptable",
				Blame: []check.Place{{In: "header", At: "Accept"}},
			},
		}}, Gap{}
	}),
}
