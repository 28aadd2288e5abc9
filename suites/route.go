package suites

import (
	"strings"

	"github.com/seed-e125e033/conform/internal/check"
)

var unknownRoute = Probe{
	Name: "route.unknown",
	Doc:  "sends a path that does not exist",
	Cases: onTarget(func(g Good) ([]Case, Gap) {
		base := strings.TrimSuffix(g.Base, "/")
		query := strings.TrimPrefix(g.Request.Target, g.Request.Path()) // a credential may be in it
		var cases []Case
		for _, path := range []struct{ variant, text string }{
			{"segment", base + "/conform-" + madeUp("route", "segment")},
			{"deep", base + "/conform-" + madeUp("route", "deep") + "/" + madeUp("route", "deep", "2") + "/" + madeUp("route", "deep", "3")},
		} {
			cases = append(cases, Case{
				Variant: path.variant,
				Sent:    path.text + ", which does not exist",
				Request: g.Request.WithTarget(path.text + query),
				Defect:  check.Defect{Place: check.Place{In: "target"}, Kind: "unknown"},
			})
		}
		return cases, Gap{}
	}),
}
