package check

import (
	"net/url"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/pointer"
)

// blames finds errors that name another part of the request than one that was broken. An error that names nothing is fine, and so
// is a body without errors. One thing was broken, so every error that names something else is a finding, also
// beside one that is right; but where the whole body was broken, anything in it may be named.
func (j *judge) blames() {
	if !j.judgesBlame() {
		return
	}
	right, whole := j.reading.defect.Blame, j.reading.defect.Place == Place{In: "body"}
	var room [3]claim
	j.each(j.format.Blame.Each, func(e entry) {
		for _, c := range claims(room[:0], e, j.format.Blame) {
			if !slices.ContainsFunc(right, c.names) && !(whole && c.inBody()) {
				j.add(Finding{Rule: "blames", At: e.at(c.at), Want: alternatives(right, Place.describe), Got: c.describe()})
			}
		}
	})
}

// judgesBlame reports whether the rule about blame has anything to go by.
func (j *judge) judgesBlame() bool {
	return j.expect.Blames && len(j.reading.defect.Blame) > 0 && j.format != nil && j.format.Blame != nil
}

// claim is a part of the request that an error names.
type claim struct {
	in   string // as in Place, parameter for one of path or query, any where the error does not say
	name string // as the error has it
	at   string // JSON pointer to the name in the entry
	free bool   // name may be a JSON pointer without its first slash
	bare bool   // the error names the kind of place alone
}

// claims returns found with what an entry names. Members that are no strings are for the schema.
func claims(found []claim, e entry, b *contract.Blame) []claim {
	if b.Location != "" {
		in, located := e.text(b.Location)
		name, named := e.text(b.Pointer)
		at := b.Pointer
		switch in = strings.ToLower(in); {
		case in == "unknown" || !located && name == "":
			return found
		case !located:
			in = "any"
		case !named:
			at = b.Location
		}
		return append(found, claim{in: in, name: name, at: at, free: true, bare: !named || name == "" && in != "body"})
	}
	if name, ok := e.text(b.Pointer); ok {
		found = append(found, claim{in: "body", name: name, at: b.Pointer})
	}
	if name, ok := e.text(b.Parameter); ok {
		found = append(found, claim{in: "parameter", name: name, at: b.Parameter})
	}
	if name, ok := e.text(b.Header); ok {
		found = append(found, claim{in: "header", name: name, at: b.Header})
	}
	return found
}

// inBody reports whether the claim is about the body.
func (c claim) inBody() bool { return c.in == "body" || c.in == "any" }

// names reports whether the claim names the place.
func (c claim) names(p Place) bool {
	switch c.in {
	case "any":
	case "parameter":
		if p.In != "query" && p.In != "path" {
			return false
		}
	default:
		if c.in != p.In {
			return false
		}
	}
	name := strings.TrimPrefix(c.name, "/")
	switch {
	case c.bare:
		return true
	case p.In == "body":
		return samePointer(c.bodyPointer(), p.At)
	case p.In == "header":
		return strings.EqualFold(name, p.At)
	}
	return name == strings.TrimPrefix(p.At, "/")
}

// bodyPointer returns the name as a JSON pointer, without the # and the percent-encoding of its form as a URI fragment (RFC
// 6901, section 6).
func (c claim) bodyPointer() string {
	if fragment, ok := strings.CutPrefix(c.name, "#"); ok {
		if decoded, err := url.PathUnescape(fragment); err == nil {
			return decoded
		}
	}
	if c.free && c.name != "" && c.name[0] != '/' {
		return "/" + c.name
	}
	return c.name
}

// samePointer compares two JSON pointers by what they mean. What is no JSON pointer is the same as nothing.
func samePointer(a, b string) bool {
	x, errX := pointer.Parse(a)
	y, errY := pointer.Parse(b)
	return errX == nil && errY == nil && slices.Equal(x, y)
}

// describe names the claim for people.
func (c claim) describe() string {
	switch {
	case c.in == "any":
		return excerpt(c.name)
	case c.bare:
		return excerpt(c.in)
	}
	return Place{In: c.in, At: c.name}.describe()
}

// describe names the place for people: "/data/id", "query page".
func (p Place) describe() string {
	switch {
	case p.In == "body" && p.At == "":
		return "the whole body"
	case p.In == "body":
		return excerpt(p.At)
	case p.At == "":
		return p.In
	}
	return p.In + " " + excerpt(p.At)
}
