package suites

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/target"
)

var malformedIdentifier = Probe{
	Name: "identifier.malformed",
	Doc:  "sends an identifier that is not of its format",
	Cases: onIdentifier(func(g Good, identifiers []parameter) ([]Case, Gap) {
		var cases []Case
		for _, p := range identifiers {
			good := p.good
			// A server that reads a malformed form as the good identifier would change the good thing.
			if g.Operation.Writes() {
				good = target.Unknown(target.Value{Format: p.known.Format}, g.Operation.ID+" "+p.name+" malformed")
			}
			for _, b := range slices.Concat(malformed(p.known.Format, good), lenient(p.known.Format, good), unlisted(p.known)) {
				cases = append(cases, g.identifierCase(p, b.slug, "malformed", b.text))
			}
		}
		if len(cases) == 0 {
			return nil, Gap{Why: "the format of an identifier: give it under params", Needs: true}
		}
		return cases, Gap{}
	}),
}

var wrongVersion = Probe{
	Name: "identifier.wrong-version",
	Doc:  "sends a valid UUID of another version than the identifier has",
	Cases: onIdentifier(func(g Good, identifiers []parameter) ([]Case, Gap) {
		var cases []Case
		for _, p := range identifiers {
			if other := wrongVersionOf(p.known.Format, p.good); other != "" {
				cases = append(cases, g.identifierCase(p, "", "wrong-version", other))
			}
		}
		if len(cases) == 0 {
			return nil, Gap{Why: "no identifier is a UUID of one version"}
		}
		return cases, Gap{}
	}),
}

var unknownIdentifier = Probe{
	Name: "identifier.unknown",
	Doc:  "sends an identifier of the right form that does not exist",
	Cases: onIdentifier(func(g Good, identifiers []parameter) ([]Case, Gap) {
		var cases []Case
		creates := false
		for _, p := range identifiers {
			// A PUT may create what does not exist (RFC 9110, section 9.3.4), unless the user knows better.
			if g.Operation.Method == "PUT" && p.known.Unknown == "" {
				creates = true
				continue
			}
			if unknown := target.Unknown(p.known, g.Operation.ID+" "+p.name+" unknown"); unknown != "" {
				cases = append(cases, g.identifierCase(p, "", "unknown", unknown))
			}
		}
		switch {
		case len(cases) > 0:
			return cases, Gap{}
		case creates:
			return nil, Gap{Why: "a PUT may create what does not exist: where it may not, give an unknown value under params"}
		}
		return nil, Gap{Why: "an identifier that does not exist: give its format, or an unknown value, under params", Needs: true}
	}),
}

// onIdentifier makes cases of operations whose path has parameters. Those that the body repeats are left out: with another one
// in the path the two would differ, which is a second defect.
func onIdentifier(cases func(Good, []parameter) ([]Case, Gap)) func(Good) ([]Case, Gap) {
	return onOperation(func(g Good) ([]Case, Gap) {
		identifiers := g.identifiers()
		if len(identifiers) == 0 {
			return nil, Gap{Why: "the path has no identifier"}
		}
		identifiers = slices.DeleteFunc(identifiers, func(p parameter) bool {
			quoted, err := json.Marshal(p.good)
			return err == nil && bytes.Contains(g.Request.Body, quoted)
		})
		if len(identifiers) == 0 {
			return nil, Gap{Why: "the body repeats the identifier: the two would differ"}
		}
		return cases(g, identifiers)
	})
}

// identifierCase returns a case whose path parameter is the thing broken.
func (g Good) identifierCase(p parameter, slug, kind, text string) Case {
	at := check.Place{In: "path", At: p.name}
	return Case{
		Variant: strings.TrimSuffix(p.name+":"+slug, ":"),
		Sent:    fmt.Sprintf("{%s} = %q", p.name, text),
		Request: g.withIdentifier(p, text),
		Defect:  check.Defect{Place: at, Kind: kind, Blame: []check.Place{at}},
	}
}
