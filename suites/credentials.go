package suites

import (
	"encoding/base64"
	"strings"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/target"
)

// Bad credentials are made up from the operation's id; no letter of a real one goes into them, nor its length.

var missingCredential = Probe{
	Name: "credentials.missing",
	Doc:  "sends the good request without its credential",
	Cases: onCredential(func(g Good, c target.Credential) ([]Case, Gap) {
		return []Case{g.credentialCase("", "missing", "no "+carrier(c), c.Remove(g.Request))}, Gap{}
	}),
}

var garbageCredential = Probe{
	Name: "credentials.garbage",
	Doc:  "sends a made-up credential of the right form",
	Cases: onCredential(func(g Good, c target.Credential) ([]Case, Gap) {
		value := garbage(g)
		if c.Kind == target.Basic {
			value = nobody + ":" + value
		}
		made := g.credentialCase("", "garbage", "a made-up secret in the "+carrier(c), c.With(value).Apply(g.Request))
		made.LogsIn = user(c.With(value))
		return []Case{made}, Gap{}
	}),
}

var malformedCredential = Probe{
	Name: "credentials.malformed",
	Doc:  "sends a credential that breaks the form of its scheme, or an empty one",
	Cases: onCredential(func(g Good, c target.Credential) ([]Case, Gap) {
		type malformed struct{ variant, value string }
		var values []malformed
		switch c.Kind {
		case target.Bearer: // RFC 6750, section 2.1: one space, then token68 characters alone
			values = []malformed{
				{"scheme-only", "Bearer"},
				{"no-space", "Bearer" + garbage(g)},
				{"bad-characters", "Bearer <" + garbage(g) + ">"},
			}
		case target.Basic: // RFC 7617, section 2: base64 of user, colon and password
			values = []malformed{
				{"scheme-only", "Basic"},
				{"no-space", "Basic" + base64.StdEncoding.EncodeToString([]byte(nobody+":"+garbage(g)))},
				{"bad-base64", "Basic <" + garbage(g) + ">"},
				{"no-colon", "Basic " + base64.StdEncoding.EncodeToString([]byte(garbage(g)))},
			}
		default:
			return []Case{g.credentialCase("empty", "malformed", "an empty "+carrier(c), c.With("").Apply(g.Request))}, Gap{}
		}
		cases := make([]Case, 0, len(values))
		for _, m := range values {
			cases = append(cases, g.credentialCase(m.variant, "malformed", "Authorization: "+m.value, g.Request.WithField("Authorization", m.value)))
		}
		return cases, Gap{}
	}),
}

var wrongScheme = Probe{
	Name: "credentials.wrong-scheme",
	Doc:  "sends a made-up credential of another authentication scheme",
	Cases: onCredential(func(g Good, c target.Credential) ([]Case, Gap) {
		if place(c).At != "Authorization" {
			return nil, Gap{Why: "the credential does not travel in Authorization"}
		}
		schemes := []struct {
			variant, value string
			kind           target.Kind // whose scheme it is
		}{
			{"bearer", "Bearer " + garbage(g), target.Bearer},
			{"basic", "Basic " + base64.StdEncoding.EncodeToString([]byte(nobody+":"+garbage(g))), target.Basic},
			{"made-up", "Conform " + garbage(g), ""},
		}
		cases := make([]Case, 0, len(schemes))
		for _, s := range schemes {
			// Which scheme a header field of the user's own speaks is not known: the made-up one is surely another.
			if s.kind == c.Kind || s.kind != "" && c.Kind == target.Header {
				continue
			}
			made := g.credentialCase(s.variant, "wrong-scheme", "Authorization: "+s.value, g.Request.WithField("Authorization", s.value))
			if s.kind == target.Basic {
				made.LogsIn = nobody
			}
			cases = append(cases, made)
		}
		return cases, Gap{}
	}),
}

var expiredCredential = Probe{
	Name: "credentials.expired",
	Doc:  "sends a credential that has expired",
	Cases: onCredential(func(g Good, c target.Credential) ([]Case, Gap) {
		if g.Expired == nil {
			return nil, Gap{Why: "an expired credential: give credentials.expired", Needs: true}
		}
		expired := g.credentialCase("", "expired", "the expired credential", exchanged(g.Request, c, *g.Expired))
		expired.LogsIn = user(*g.Expired)
		return []Case{expired}, Gap{}
	}),
}

var credentialTwice = Probe{
	Name: "credentials.twice",
	Doc:  "sends the credential in two Authorization fields, the same in both",
	Cases: onCredential(func(g Good, c target.Credential) ([]Case, Gap) {
		switch value, _ := g.Request.Fields.Get("Authorization"); {
		case place(c).At != "Authorization":
			return nil, Gap{Why: "the credential does not travel in Authorization"}
		case !g.Request.Safe():
			return nil, Gap{Why: "a server may take the first field alone, and obey"}
		default:
			return []Case{g.credentialCase("", "twice", "two Authorization fields", g.Request.WithAddedField("Authorization", value))}, Gap{}
		}
	}),
}

// inQuery sends a token that is made up. A URL stands in logs and histories (RFC 6750, section 5.3), so the good token never goes
// there. An API that takes tokens in the query, which it should not (section 2.3), has to refuse this one all the same.
var inQuery = Probe{
	Name: "credentials.in-query",
	Doc:  "sends a made-up bearer token as access_token in the query, and no Authorization",
	Cases: onCredential(func(g Good, c target.Credential) ([]Case, Gap) {
		const parameter = "access_token" // RFC 6750, section 2.3
		_, taken := g.Operation.Query.Get(parameter)
		switch {
		case c.Kind != target.Bearer:
			return nil, Gap{Why: "the credential is no bearer token: no other has a parameter of its own"}
		case taken:
			return nil, Gap{Why: "the operation has a parameter access_token of its own"}
		}
		moved := target.Credential{Kind: target.Query, Name: parameter, Value: garbage(g)}.Apply(c.Remove(g.Request))
		return []Case{g.credentialCase("", "in-query", "a made-up token as "+parameter+" in the query, and no Authorization field", moved)}, Gap{}
	}),
}

var insufficientCredential = Probe{
	Name: "credentials.insufficient",
	Doc:  "sends a credential that is valid but does not allow the operation",
	Cases: onCredential(func(g Good, c target.Credential) ([]Case, Gap) {
		switch {
		case g.Limited == nil:
			return nil, Gap{Why: "a limited credential: give credentials.limited", Needs: true}
		case !g.Operation.Privileged:
			return nil, Gap{Why: "nothing says that the limited credential may not do it: mark the operation with privileged"}
		}
		limited := g.credentialCase("", "insufficient", "the limited credential", exchanged(g.Request, c, *g.Limited))
		limited.Defect.Blame = nil // the credential is in order: an error may rightly name the resource instead
		return []Case{limited}, Gap{}
	}),
}

// onCredential makes cases of operations whose good request carries a credential.
func onCredential(cases func(Good, target.Credential) ([]Case, Gap)) func(Good) ([]Case, Gap) {
	return onOperation(func(g Good) ([]Case, Gap) {
		if g.Credential == nil {
			return nil, Gap{Why: "the operation carries no credential"}
		}
		return cases(g, *g.Credential)
	})
}

// credentialCase returns a case whose credential is the thing broken.
func (g Good) credentialCase(variant, kind, sent string, r exchange.Request) Case {
	at := place(*g.Credential)
	return Case{Variant: variant, Sent: sent, Request: r, Defect: check.Defect{Place: at, Kind: kind, Blame: []check.Place{at}}}
}

// exchanged returns r with a credential in place of another.
func exchanged(r exchange.Request, old, with target.Credential) exchange.Request {
	if old.Kind != with.Kind || old.Name != with.Name {
		r = old.Remove(r)
	}
	return with.Apply(r)
}

// place returns where in a request a credential travels.
func place(c target.Credential) check.Place {
	switch {
	case c.Kind == target.Query:
		return check.Place{In: "query", At: c.Name}
	case c.Kind == target.Cookie:
		return check.Place{In: "header", At: "Cookie"}
	case c.Kind == target.Header && !strings.EqualFold(c.Name, "Authorization"):
		return check.Place{In: "header", At: c.Name}
	}
	return check.Place{In: "header", At: "Authorization"}
}

// carrier names for people what a credential travels in.
func carrier(c target.Credential) string {
	switch c.Kind {
	case target.Query:
		return c.Name + " parameter"
	case target.Cookie:
		return c.Name + " cookie"
	}
	return place(c).At + " field"
}

// garbage returns a secret that nobody has.
func garbage(g Good) string {
	return g.known().garbage.or(func() string { return "conform-" + madeUp("credential", g.Operation.ID) })
}

// nobody is the user name that goes with made-up passwords: no real one is locked out.
const nobody = "conform"

// user returns the user name of a credential that has one. Tokens lock nobody out.
func user(c target.Credential) string {
	if c.Kind != target.Basic {
		return ""
	}
	name, _, _ := strings.Cut(c.Value, ":")
	return name
}
