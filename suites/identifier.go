package suites

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
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
			wrong := malformed(p.known.Format, good)
			if g.Operation.Writes() && strings.HasPrefix(p.known.Format, "date") {
				wrong = wrong[:1] // a lax reader takes the others for a day whose thing the run has not made: 30 February for 2 March
			}
			all := slices.Concat(wrong, lenient(p.known.Format, good), unlisted(p.known))
			cases = slices.Grow(cases, len(all))
			for _, b := range all {
				cases = append(cases, g.identifierCase(p, b.slug, "malformed", b.text, p.instead(b.text)))
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
				cases = append(cases, g.identifierCase(p, "", "wrong-version", other, p.instead(other)))
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
	Doc:  "sends an identifier of the right form that does not exist, in the body too where that repeats it",
	Cases: onPath(func(g Good, identifiers []parameter) ([]Case, Gap) {
		return g.nowhere("unknown", identifiers, func(p parameter) string {
			return target.Unknown(p.known, g.Operation.ID+" "+p.name+" unknown")
		}, Gap{Why: "an identifier that does not exist: give its format, or an unknown value, under params", Needs: true})
	}),
}

// deletedIdentifier never deletes what was there before: the drive makes a thing of its own, as the run makes and undoes others.
var deletedIdentifier = Probe{
	Name: "identifier.deleted",
	Doc:  "sends the good GET for a thing that the run has made for it and deleted again",
	Cases: onPath(func(g Good, identifiers []parameter) ([]Case, Gap) {
		switch {
		case g.Operation.Method != "GET":
			return nil, Gap{Why: "what is gone may be made again by a PUT or PATCH, and deleted a second time"} // RFC 9110, section 9.2.2; RFC 5789, section 2
		case g.Maker == "":
			return nil, Gap{Why: "a way to make what it asks for and delete it: take the identifier from a creating operation, and let its undo delete this very path", Needs: true}
		}
		last := identifiers[len(identifiers)-1]
		c := g.identifierCase(last, "", "deleted", "", "{"+last.name+"} of a thing that was made and deleted before")
		c.Request, c.Gone = g.Request, g.Maker
		return []Case{c}, Gap{}
	}),
}

var nilIdentifier = Probe{
	Name: "identifier.nil",
	Doc:  "sends the nil UUID as an identifier, or 0 where numbers begin above it, in the body too where that repeats it",
	Cases: onPath(func(g Good, identifiers []parameter) ([]Case, Gap) {
		return g.nowhere("nil", identifiers, func(p parameter) string {
			switch {
			case strings.HasPrefix(p.known.Format, "uuid"):
				return "00000000-0000-0000-0000-000000000000" // RFC 9562, section 5.9
			case p.known.Minimum != "" && p.known.Outside("0"):
				return "0"
			}
			return "" // the first of the numbers may be 0
		}, Gap{Why: "an identifier that nothing can have: give the format of a UUID, or the minimum of a number, under params", Needs: true})
	}),
}

// nowhere makes cases of identifiers that are well-formed and name nothing, of which other returns one, or "". none is the gap where
// there is none.
func (g Good) nowhere(kind string, identifiers []parameter, other func(parameter) string, none Gap) ([]Case, Gap) {
	var cases []Case
	for _, p := range identifiers {
		// A PUT may create what does not exist (RFC 9110, section 9.3.4), unless the user knows better.
		if g.Operation.Method == "PUT" && p.known.Unknown == "" {
			none = Gap{Why: "a PUT may create what does not exist: where it may not, give an unknown value under params"}
			continue
		}
		text := other(p)
		if text == "" || text == p.good {
			continue
		}
		c := g.identifierCase(p, "", kind, text, p.instead(text))
		if g.repeats(p) {
			sent, at := g.withRepeated(p, text)
			if sent == nil || g.Operation.Schema != nil && !g.accepts(sent) {
				none = Gap{Why: "the body repeats the identifier, and not in one place that is surely it: the two would differ"}
				continue
			}
			c.Request = c.Request.WithBody(sent).WithoutField("Content-Length")
			c.Sent += ", and " + at + " in the body"
			c.Defect.Blame = append(c.Defect.Blame, check.Place{In: "body", At: at})
		}
		cases = append(cases, c)
	}
	if len(cases) == 0 {
		return nil, none
	}
	return cases, Gap{}
}

var overlongIdentifier = Probe{
	Name: "identifier.overlong",
	Doc:  "sends an identifier of a thousand letters",
	Cases: onIdentifier(func(g Good, identifiers []parameter) ([]Case, Gap) {
		return g.misread(identifiers, "overlong", func(p parameter) (text, sent string) {
			const letters = 1000 // the whole path stays below 2,000, which servers take
			repeat := "conform-"
			switch {
			case strings.HasPrefix(p.known.Format, "uuid"), p.known.Format == "digest":
				repeat = "6d1d6f0e"
			case p.known.Format == "integer", p.known.Format == "number":
				repeat = "12345678"
			}
			text = strings.Repeat(repeat, letters/len(repeat))
			return text, fmt.Sprintf("%s and so on, %d letters", p.instead(repeat), len(text))
		})
	}),
}

var encodedSlash = Probe{
	Name: "identifier.encoded-slash",
	Doc:  "sends an identifier with a percent-encoded slash in it",
	Cases: onIdentifier(func(g Good, identifiers []parameter) ([]Case, Gap) {
		return g.misread(identifiers, "encoded-slash", func(p parameter) (text, sent string) {
			if strings.Contains(p.good, "/") {
				return "", "" // it takes them
			}
			// Not the good one: a server may cut it off there.
			text = target.Unknown(p.known, g.Operation.ID+" "+p.name+" slash")
			if text == "" {
				text = "conform-" + madeUp("slash", g.Operation.ID, p.name)
			}
			text += "/conform"
			return text, p.instead(text) + ", the slash as %2F"
		})
	}),
}

// misread makes cases of identifiers that name nothing whatever their format is, and are easily read as something else.
func (g Good) misread(identifiers []parameter, kind string, other func(parameter) (text, sent string)) ([]Case, Gap) {
	gap := Gap{Why: "identifiers may have a slash"}
	var cases []Case
	for _, p := range identifiers {
		// A PUT may create what does not exist, but not under a name of the wrong form.
		if formed := strings.HasPrefix(p.known.Format, "uuid") || p.known.Format == "digest"; g.Operation.Method == "PUT" && !formed {
			gap = Gap{Why: "a PUT may create what does not exist"}
			continue
		}
		if text, sent := other(p); text != "" {
			cases = append(cases, g.identifierCase(p, "", kind, text, sent))
		}
	}
	if len(cases) == 0 {
		return nil, gap
	}
	return cases, Gap{}
}

// onPath makes cases of operations whose path has parameters.
func onPath(cases func(Good, []parameter) ([]Case, Gap)) func(Good) ([]Case, Gap) {
	return onOperation(func(g Good) ([]Case, Gap) {
		identifiers := g.identifiers()
		if len(identifiers) == 0 {
			return nil, Gap{Why: "the path has no identifier"}
		}
		return cases(g, identifiers)
	})
}

// onIdentifier makes cases of operations whose path has parameters. Those that the body repeats are left out: with another one
// in the path the two would differ, which is a second defect.
func onIdentifier(cases func(Good, []parameter) ([]Case, Gap)) func(Good) ([]Case, Gap) {
	return onPath(func(g Good, _ []parameter) ([]Case, Gap) {
		identifiers := g.unrepeated()
		if len(identifiers) == 0 {
			return nil, Gap{Why: "the body repeats the identifier: the two would differ"}
		}
		return cases(g, identifiers)
	})
}

// repeats reports whether the body has the value of an identifier, in whatever place.
func (g Good) repeats(p parameter) bool {
	if len(g.Request.Body) == 0 {
		return false
	}
	quoted, err := json.Marshal(p.good)
	_, copies := g.copies(p)
	return len(copies) > 0 || err == nil && bytes.Contains(g.Request.Body, quoted)
}

// copies returns where the good JSON body has the value of an identifier in a member that is called as identifiers are: id,
// user_id, orderId, or like the parameter.
func (g Good) copies(p parameter) (body text, copies []value) {
	body, err := g.body()
	if err != nil || !g.isJSON() {
		return body, nil
	}
	for _, v := range body.values {
		name := strings.ToLower(lastToken(v.pointer))
		called := strings.HasSuffix(name, "id") || name == strings.ToLower(p.name)
		if text, ok := body.scalar(v); ok && called && text == p.good {
			copies = append(copies, v)
		}
	}
	return body, copies
}

// repeated returns the one place of the good JSON body that surely repeats an identifier. In a JSON:API document that is the id of the
// resource object, elsewhere a member called id or like the parameter, or the only one called alike.
func (g Good) repeated(p parameter) (body text, v value, ok bool) {
	body, copies := g.copies(p)
	exact := slices.DeleteFunc(slices.Clone(copies), func(v value) bool {
		name := lastToken(v.pointer)
		return name != "id" && !strings.EqualFold(name, p.name)
	})
	if g.isJSONAPI() {
		_, _, ok := resource(body)
		copies = slices.DeleteFunc(exact, func(v value) bool { return !ok || v.pointer != "/data/id" })
	} else if len(exact) > 0 {
		copies = exact
	}
	if len(copies) != 1 || g.digest() != "" {
		return body, v, false
	}
	return body, copies[0], true
}

// lastToken returns what follows the last slash of a JSON pointer.
func lastToken(at string) string { return at[strings.LastIndexByte(at, '/')+1:] }

// withRepeated returns the good body with another value where it repeats an identifier, and that place; nil where there is none, or
// where the value cannot stand there.
func (g Good) withRepeated(p parameter, other string) (sent []byte, at string) {
	body, v, ok := g.repeated(p)
	if !ok {
		return nil, ""
	}
	sent = body.replaceLike(v, other)
	return sent, v.pointer
}

// instead says that a path parameter has another value.
func (p parameter) instead(text string) string {
	line := append(append(append(make([]byte, 0, 64), '{'), p.name...), "} = "...)
	return string(strconv.AppendQuote(line, text))
}

// identifierCase returns a case whose path parameter is the thing broken.
func (g Good) identifierCase(p parameter, slug, kind, text, sent string) Case {
	at := check.Place{In: "path", At: p.name}
	return Case{
		Variant: variantOf(p.name, slug),
		Sent:    sent,
		Request: g.withIdentifier(p, text),
		Defect:  check.Defect{Place: at, Kind: kind, Blame: []check.Place{at}},
	}
}
