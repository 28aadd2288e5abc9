package contract

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/net/http/httpguts"

	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/leak"
	"github.com/seed-e125e033/conform/internal/pointer"
)

// none as the name of a format switches off what always holds.
const none = "none"

// maxSays is how many letters a requirement's sentence may have: it stands on one line of a report.
const maxSays = 70

// requirement checks one requirement.
func (l *loader) requirement(at string, r *Requirement) {
	wrong := func(where, format string, args ...any) {
		l.wrong(at+where, "requirement %q: %s", r.ID, fmt.Sprintf(format, args...))
	}
	if r.Level == Must && r.Basis == "inferred" {
		wrong("/level", "what is inferred is should at most: the document does not say it")
	}
	for _, mistake := range sayings(r.Says) {
		wrong("/says", "says: %s", mistake)
	}
	if len(r.Probes) == 0 && r.Observed == nil {
		wrong("", "neither probes nor observed: nothing would ever check it")
	}
	for i, name := range r.Probes {
		if !l.probe(name) {
			wrong(pointer.Join("/probes", fmt.Sprint(i)), "no probe is called %q%s", name, document.Meant(name, l.names()))
		}
	}
	if r.Observed != nil {
		for _, s := range r.Observed.Status {
			if !s.valid() {
				wrong("/observed/status", "%q is no status: write a code such as 404, or a class such as 4xx", s)
			}
		}
	}
	what := fmt.Sprintf("requirement %q", r.ID)
	l.expectation(at+"/expect", what, r.Expect)
	if several(r.Expect.Status) && r.Because == "" {
		wrong("/expect/status", "several statuses satisfy it: say under because why each is right")
	}
	l.where(at, r)
	if r.Expect.Effects != "" {
		l.effects(at, r)
		return // what always holds is for other requirements to judge
	}
	r.Expect = l.merged(at, r.Expect)
	l.hides(at, r)
	l.asGet(at, r)
	l.members(at+"/expect", what, r.Expect.Members, r.Expect.Formats)
}

// effects checks a requirement about what refused requests do. What their answers are like is none of its matter.
func (l *loader) effects(at string, r *Requirement) {
	if keys := l.d.Keys(at + "/expect"); len(keys) > 1 {
		l.wrong(at+"/expect", "requirement %q: effects stands alone: what the answer is like is for another requirement", r.ID)
	}
	if r.Observed == nil {
		l.wrong(at, "requirement %q: effects: say under observed which statuses are refusals: [4xx]", r.ID)
		return
	}
	for _, s := range r.Observed.Status {
		if s < "3" {
			l.wrong(at+"/observed/status", "requirement %q: effects: %s is no refusal, so that the request may well change something", r.ID, s)
		}
	}
}

// hides checks a requirement about what only an answer to a marked request can show: of any other answer it would pass unjudged.
func (l *loader) hides(at string, r *Requirement) {
	for _, class := range r.Expect.Hides {
		if class != leak.Reflection && class != leak.HeaderInjection {
			continue
		}
		if r.Observed != nil || len(r.Probes) == 0 || slices.ContainsFunc(r.Probes, func(p string) bool { return p != "canary" && !strings.HasPrefix(p, "canary.") }) {
			l.wrong(at+"/expect", "requirement %q: hides: %s only shows in answers to probes of the family canary: name these alone, without observed", r.ID, class)
		}
	}
}

// asGet checks a requirement about HEAD, which is compared with GET where the probe of that name sends both.
func (l *loader) asGet(at string, r *Requirement) {
	const probe = "method.head-twin"
	if len(r.Expect.AsGet) > 0 && (r.Observed != nil || !slices.Equal(r.Probes, []string{probe})) {
		l.wrong(at+"/expect", "requirement %q: as_get: HEAD is compared with GET where %s sends both: name it alone, without observed", r.ID, probe)
	}
}

// several reports whether the statuses are alternatives that need a reason: more than one, and not classes alone, which only
// say what an answer must not be.
func several(all []Status) bool {
	return len(all) > 1 && slices.ContainsFunc(all, func(s Status) bool { return !strings.HasSuffix(string(s), "xx") })
}

// where checks what narrows a requirement. Operations of targets are not known here, so only a contract with operations
// of its own can be told that it has none of that name.
func (l *loader) where(at string, r *Requirement) {
	for _, method := range r.Where.Methods {
		if method != strings.ToUpper(method) {
			l.wrong(at+"/where/methods", "requirement %q: method %q: methods are case-sensitive, write %s", r.ID, method, strings.ToUpper(method))
		}
	}
	items, _ := l.d.Get("/operations")
	operations, _ := items.([]any)
	var ids []string
	for i := range operations {
		id, _ := l.d.Get(pointer.Join("/operations", fmt.Sprint(i), "id"))
		if id, ok := id.(string); ok {
			ids = append(ids, id)
		}
	}
	for key, patterns := range map[string][]string{"operations": r.Where.Operations, "except": r.Where.Except} {
		for _, pattern := range patterns {
			at := pointer.Join(at, "where", key)
			_, err := path.Match(pattern, "")
			switch {
			case err != nil:
				l.wrong(at, "requirement %q: %q is no pattern: write a name, or one like %q", r.ID, pattern, "get-*")
			case len(ids) > 0 && !slices.ContainsFunc(ids, func(id string) bool {
				matched, _ := path.Match(pattern, id)
				return matched
			}):
				l.wrong(at, "requirement %q: the contract has no operation %q%s", r.ID, pattern, document.Meant(pattern, ids))
			}
		}
	}
}

// probe reports whether a name is that of a probe or of a family.
func (l *loader) probe(name string) bool {
	return slices.ContainsFunc(l.probes, func(p string) bool { return p == name || strings.HasPrefix(p, name+".") })
}

// names returns the names that probes may have: probes and families.
func (l *loader) names() []string {
	names := slices.Clone(l.probes)
	for _, p := range l.probes {
		if family, _, _ := strings.Cut(p, "."); !slices.Contains(names, family) {
			names = append(names, family)
		}
	}
	return names
}

// strength are the words that the level says already, or that say nothing.
var strength = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(should|shall|must|has to|tests? that|correctly|properly)\b`)
})

// sayings tells what is wrong with a requirement's sentence: it is a fact about the API in the present tense.
func sayings(says string) []string {
	var mistakes []string
	if n := utf8.RuneCountInString(says); n > maxSays {
		mistakes = append(mistakes, fmt.Sprintf("%d letters are too many for a line: use at most %d", n, maxSays))
	}
	if word := strength().FindString(says); word != "" {
		mistakes = append(mistakes, fmt.Sprintf("%q is for the level to say: state a fact, such as %q", word, "answers 404 to an unknown id"))
	}
	if strings.HasSuffix(says, ".") || strings.ContainsAny(says, "\n\r") || strings.TrimSpace(says) != says {
		mistakes = append(mistakes, "write one line without a full stop")
	}
	return mistakes
}

// expectation checks an expect or always.
func (l *loader) expectation(at, what string, e Expect) {
	for _, s := range e.Status {
		if !s.valid() {
			l.wrong(at+"/status", "%s: %q is no status: write a code such as 404, or a class such as 4xx", what, s)
		}
	}
	names := slices.Sorted(maps.Keys(l.c.Formats))
	for _, name := range e.Formats {
		switch {
		case slices.Contains(names, name):
		case name == none && len(e.Formats) == 1:
		case name == none:
			l.wrong(at+"/format", "%s: %s stands for no format: it stands alone", what, none)
		default:
			way := document.Meant(name, names)
			if way == "" {
				way = ": describe it under formats"
			}
			l.wrong(at+"/format", "%s: no format is called %q%s", what, name, way)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.Headers)) {
		if !httpguts.ValidHeaderFieldName(name) {
			l.wrong(pointer.Join(at, "headers", name), "%s: %q is no name of a header field", what, name)
		}
	}
}

// members checks the members of an expectation whose formats are these.
func (l *loader) members(at, what string, members map[string]Member, formats []string) {
	for _, p := range slices.Sorted(maps.Keys(members)) {
		place := pointer.Join(at, "members", p)
		if _, own := l.d.Get(place); !own { // it is one of always
			place = at
		}
		for _, f := range l.described(formats) {
			if err := f.place(p); err != nil {
				if f.Name != "" {
					err = fmt.Errorf("format %q: %w", f.Name, err)
				}
				l.wrong(place, "%s: members: %s", what, err)
				break
			}
		}
		if m := members[p]; len(m.OneOf) == 0 && len(m.Not) == 0 {
			l.wrong(place, "%s: members: %s: write a value, {one_of: [...]} or {not: ...}", what, p)
		}
	}
}

// described returns the formats of these names that there are. What is said without one is said of JSON.
func (l *loader) described(names []string) []Format {
	var formats []Format
	for _, name := range names {
		if f, ok := l.c.Formats[name]; ok {
			formats = append(formats, f)
		}
	}
	if len(formats) == 0 {
		formats = []Format{{}}
	}
	return formats
}

// alike reports whether the formats of two lists are of the same kinds, so that places in one are places in the other.
func (l *loader) alike(a, b []string) bool {
	kinds := func(names []string) map[Kind]bool {
		all := map[Kind]bool{}
		for _, f := range l.described(names) {
			all[f.Kind()] = true
		}
		return all
	}
	return maps.Equal(kinds(a), kinds(b))
}

// without returns the names of formats but for the one that stands for none.
func without(names OneOrMore) OneOrMore {
	if slices.Equal(names, OneOrMore{none}) {
		return nil
	}
	return names
}

// merged returns the expectation with what always holds, where it says nothing else.
func (l *loader) merged(at string, e Expect) Expect {
	always := l.c.Always
	if e.Status == nil {
		e.Status = always.Status
	}
	own := e.Formats
	if own == nil {
		e.Formats = always.Formats
	}
	e.Formats = without(e.Formats)
	if own == nil || len(e.Formats) > 0 && l.alike(own, always.Formats) {
		e.Members = merge(always.Members, e.Members)
	}
	if e.Content == "" {
		e.Content = always.Content
	}
	if e.Hides == nil {
		e.Hides = always.Hides
	}
	if e.Connection == "" {
		e.Connection = always.Connection
	}
	if _, said := l.d.Get(at + "/expect/blames"); !said {
		e.Blames = always.Blames
	}
	e.Headers = merge(always.Headers, e.Headers)
	if e.Blames && !slices.ContainsFunc(l.described(e.Formats), func(f Format) bool { return f.Blame != nil }) {
		l.wrong(at+"/expect", "blames: no format here says where the error names what is at fault: add blame to the format")
	}
	if e.Content == none && (len(e.Formats) > 0 || len(e.Members) > 0) {
		l.wrong(at+"/expect", "content is none, and yet a body is expected: write format: none, and no members")
	}
	return e
}

// merge returns both maps in one; what the second says wins.
func merge[V any](always, own map[string]V) map[string]V {
	if len(always) == 0 {
		return own
	}
	both := maps.Clone(always)
	maps.Copy(both, own)
	return both
}
