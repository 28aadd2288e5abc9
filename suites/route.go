package suites

import (
	"fmt"
	"strings"

	"github.com/seed-e125e033/conform/internal/check"
)

var unknownRoute = Probe{
	Name: "route.unknown",
	Doc:  "sends a path that does not exist",
	Cases: onTarget(func(g Good) ([]Case, Gap) {
		var cases []Case
		for _, path := range []struct{ variant, text string }{
			{"segment", "conform-" + madeUp("route", "segment")},
			{"deep", "conform-" + madeUp("route", "deep") + "/" + madeUp("route", "deep", "2") + "/" + madeUp("route", "deep", "3")},
		} {
			r := g.below(path.text)
			cases = append(cases, Case{
				Variant: path.variant,
				Sent:    r.Path() + ", which does not exist",
				Request: r,
				Defect:  check.Defect{Place: check.Place{In: "target"}, Kind: "unknown"},
			})
		}
		return cases, Gap{}
	}),
}

// malformedEscape breaks RFC 3986, section 2.1: two hexadecimal digits follow a percent sign.
var malformedEscape = Probe{
	Name: "route.malformed-escape",
	Doc:  "sends a path with a percent sign that no hexadecimal digits follow",
	Cases: onTarget(func(g Good) ([]Case, Gap) {
		return []Case{{
			Sent:    "/%zz, which is no escape",
			Request: g.below("%zz"),
			Defect:  check.Defect{Place: check.Place{In: "target"}, Kind: "malformed"},
		}}, Gap{}
	}),
}

var overlongRoute = Probe{
	Name: "route.overlong",
	Doc:  "sends a path that does not exist and is longer than servers read",
	Cases: onTarget(func(g Good) ([]Case, Gap) {
		var cases []Case
		for _, length := range []struct {
			variant string
			octets  int
		}{{"8-KiB", 8 << 10}, {"64-KiB", 64 << 10}} {
			r := g.below("conform-" + madeUp("route", "overlong"))
			path, query := r.Path(), strings.TrimPrefix(r.Target, r.Path())
			path += strings.Repeat("x", max(1, length.octets-len(r.Target)))
			cases = append(cases, Case{
				Variant: length.variant,
				Sent:    fmt.Sprintf("a request-target of %d octets", len(path+query)),
				Request: r.WithTarget(path + query),
				Defect:  check.Defect{Place: check.Place{In: "target"}, Kind: "overlong"},
			})
		}
		return cases, Gap{}
	}),
}
