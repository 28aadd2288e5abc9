package suites

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/target"
)

var unknownReference = Probe{
	Name: "member.reference",
	Doc:  "sends a body that names another thing which does not exist",
	Cases: onJSON(func(g Good, body text) ([]Case, Gap) {
		var cases []Case
		for _, v := range g.references(body) {
			unknown := g.unlike(body, v, "reference")
			if unknown == nil || g.Operation.Schema != nil && !g.accepts(unknown) {
				continue
			}
			c := g.memberCase(v, "", "unknown", v.pointer+" = one that does not exist", unknown)
			c.Effects = g.Operation.Writes() // an API that does not look for the thing does as it is told
			// An error may name the identifier, or what it stands in: {"type": "people", "id": "..."}.
			for at := v.parent; at != "" && at != "/data"; at = at[:strings.LastIndexByte(at, '/')] {
				c.Defect.Blame = append(c.Defect.Blame, check.Place{In: "body", At: at})
			}
			cases = append(cases, c)
		}
		if len(cases) == 0 {
			return nil, Gap{Why: "members that name another thing by an identifier whose form is known: list them under references", Needs: true}
		}
		return cases, Gap{}
	}),
}

// related is where a JSON:API document names a related resource; of several to-many ones the first stands for all.
var related = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^/data/relationships/[^/]+/data(/0)?/id$`) })

// references returns the members of the good body that name another thing: those that the user lists, and the related resources of a
// JSON:API resource object.
func (g Good) references(body text) []value {
	_, _, isResource := resource(body)
	var found []value
	for _, v := range body.values {
		if slices.Contains(g.Operation.References, v.pointer) || g.isJSONAPI() && isResource && related().MatchString(v.pointer) {
			found = append(found, v)
		}
	}
	return found
}

// unlike returns the good body with an identifier that nothing has in place of another; nil where its form is not known.
func (g Good) unlike(body text, v value, word string) []byte {
	good, ok := body.scalar(v)
	if !ok {
		return nil
	}
	format := g.Operation.Formats[v.pointer]
	if format == "" {
		format = formOf(good)
	}
	unknown := target.Unknown(target.Value{Format: format}, strings.Join([]string{g.Operation.ID, v.pointer, word}, " "))
	if unknown == "" || unknown == good {
		return nil
	}
	return body.replaceLike(v, unknown)
}

// formOf returns the format of an identifier by its looks; empty for one that could be anything.
func formOf(good string) string {
	for _, format := range []string{"integer", "uuid4", "uuid5", "uuid7", "uuid"} {
		if target.Fits(format, good) == nil {
			return format
		}
	}
	return ""
}
