package suites

import (
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/target"
)

var undeclaredMethod = Probe{
	Name: "method.undeclared",
	Doc:  "sends a standard method that the path does not take",
	Cases: onOperation(func(g Good) ([]Case, Gap) {
		// A method that nobody listed may work all the same: then even a refusal is about something else than the method.
		if !g.Complete {
			return nil, Gap{Why: "all methods of the path: list them under methods", Needs: true}
		}
		var others []string
		for _, method := range []string{"GET", "PUT", "PATCH", "POST", "DELETE"} {
			if method == g.Operation.Method || slices.Contains(g.Declared, method) {
				continue
			}
			// The identifier has to be a good one: for an unknown one 404 would be a right answer too. A write
			// without content does no harm even where the list of methods is wrong; a DELETE does.
			if method == "DELETE" && strings.Contains(g.Operation.Path, "{") {
				continue
			}
			others = append(others, method)
		}
		cases := make([]Case, 0, len(others))
		for _, method := range others {
			cases = append(cases, Case{
				Variant: method,
				Sent:    method + " instead of " + g.Operation.Method,
				Request: g.bare(method),
				Defect:  check.Defect{Place: check.Place{In: "method"}, Kind: "undeclared", Works: g.Request.Method},
			})
		}
		// Left out: HEAD, which GET implies and whose refusal has no content to judge (see method.head-twin); OPTIONS, which servers
		// answer though no API lists it.
		if len(cases) == 0 {
			return nil, Gap{Why: "the path takes every method that can be sent safely"}
		}
		return cases, Gap{}
	}),
}

// madeUpMethods are tokens (RFC 9110, section 5.6.2) that no registry lists.
var madeUpMethods = []struct{ variant, method string }{
	{"made-up", "CONFORM"},
	{"long", "CONFORM" + strings.Repeat("X", 57)},
}

// foreignMethods are those of WebDAV (RFC 4918). Without content, or on what is there already, they do nothing even where a server
// knows them: sections 9.3 and 9.10.2.
var foreignMethods = []string{"PROPFIND", "MKCOL", "LOCK"}

var unknownMethod = Probe{
	Name: "method.unknown",
	Doc:  "sends a method that nobody knows, with everything else as in the good request, or one of WebDAV, without content",
	Cases: onOperation(func(g Good) ([]Case, Gap) {
		cases := make([]Case, 0, len(madeUpMethods)+len(foreignMethods))
		for _, m := range madeUpMethods {
			cases = append(cases, Case{
				Variant: m.variant,
				Sent:    m.method + " instead of " + g.Request.Method,
				Request: g.Request.WithMethod(m.method),
				Defect:  check.Defect{Place: check.Place{In: "method"}, Kind: "unknown", Works: g.Request.Method},
			})
		}
		for _, method := range foreignMethods {
			// A path whose methods are not all known may be one of WebDAV, and a PUT may be to what is not there.
			if !g.Complete || slices.Contains(g.Declared, method) || method == "MKCOL" && g.Request.Method == "PUT" {
				continue
			}
			cases = append(cases, Case{
				Variant: method,
				Sent:    method + " instead of " + g.Request.Method,
				Request: g.bare(method),
				Defect:  check.Defect{Place: check.Place{In: "method"}, Kind: "unknown", Works: g.Request.Method},
			})
		}
		return cases, Gap{}
	}),
}

// lowercaseMethod is another method than the one in capitals: methods are case-sensitive (RFC 9110, section 9.1).
var lowercaseMethod = Probe{
	Name: "method.lowercase",
	Doc:  "sends the method in small letters, which nobody knows",
	Cases: onOperation(func(g Good) ([]Case, Gap) {
		if !g.Request.Safe() {
			return nil, Gap{Why: "a server that reads the method in any case would obey"}
		}
		return []Case{{
			Sent:    strings.ToLower(g.Request.Method) + " instead of " + g.Request.Method,
			Request: g.Request.WithMethod(strings.ToLower(g.Request.Method)),
			Defect:  check.Defect{Place: check.Place{In: "method"}, Kind: "unknown", Works: g.Request.Method},
		}}, Gap{}
	}),
}

// traceMethod takes a made-up credential along: a real one may not be sent with TRACE, and what TRACE does with it is what
// matters (RFC 9110, section 9.3.8).
var traceMethod = Probe{
	Name: "method.trace",
	Doc:  "sends TRACE with a made-up token, and without content",
	Cases: onTarget(func(g Good) ([]Case, Gap) {
		r := g.bare("TRACE")
		for _, c := range []*target.Credential{g.Credential, g.Limited, g.Expired} {
			if c != nil {
				r = c.Remove(r)
			}
		}
		r = r.WithField("Authorization", "Bearer "+garbage(g))
		return []Case{{
			Sent:    "TRACE with a made-up token in Authorization",
			Request: r,
			Defect:  check.Defect{Place: check.Place{In: "method"}, Kind: "trace"},
		}}, Gap{}
	}),
}

var optionsMethod = Probe{
	Name: "method.options",
	Doc:  "sends OPTIONS to the operation's path, without content",
	Cases: onOperation(func(g Good) ([]Case, Gap) {
		if g.Request.Method == "OPTIONS" {
			return nil, Gap{Why: "the operation is OPTIONS itself"}
		}
		return []Case{{
			Sent:    "OPTIONS instead of " + g.Request.Method,
			Request: g.bare("OPTIONS"),
			Defect:  check.Defect{Place: check.Place{In: "method"}, Kind: "options", Works: g.Request.Method},
		}}, Gap{}
	}),
}

var headTwin = Probe{
	Name: "method.head-twin",
	Doc:  "sends a GET that is refused once more as HEAD: without a credential, of an unknown identifier, of an unknown path",
	Cases: func(g Good) ([]Case, Gap) {
		if g.Request.Method != "GET" {
			return nil, Gap{Why: "the operation is not a GET"}
		}
		var cases []Case
		for _, refused := range []struct {
			probe   Probe
			variant string
		}{
			{missingCredential, "no-credential"},
			{unknownIdentifier, "unknown"},
			{unknownRoute, "unknown-route"},
		} {
			twins, _ := refused.probe.Cases(g)
			for _, c := range twins {
				c.Variant = strings.Trim(refused.variant+":"+c.Variant, ":")
				c.Sent = "HEAD instead of GET, and " + c.Sent
				c.Request = c.Request.WithMethod("HEAD")
				cases = append(cases, c)
			}
		}
		if len(cases) == 0 {
			return nil, Gap{Why: "the operation carries no credential and has no identifier to be refused for"}
		}
		return cases, Gap{}
	},
}
