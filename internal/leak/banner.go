package leak

import (
	"regexp"
	"strings"
	"sync"

	"github.com/seed-e125e033/conform/internal/exchange"
)

// version is a number with a point in it; that of a protocol is none.
var version = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[/( ]v?\d+\.\d+|^v?\d+\.\d+`) })

// banners returns the header fields that tell the version of a program (RFC 9110, section 10.2.4), or that only debugging needs.
func banners(fields exchange.Fields, sent *sent) []Finding {
	var found []Finding
	for _, f := range fields {
		what := ""
		switch name := f.Name; {
		case len(name) < 3:
		case is(name, "Server"), is(name, "X-Powered-By"), is(name, "X-AspNet-Version"), is(name, "X-AspNetMvc-Version"), is(name, "X-Generator"):
			if version().MatchString(f.Value) {
				what = "a version in " + name
			}
		case is(name, "Via"):
			// What comes first is the version of the protocol (RFC 9110, section 7.6.3); programs stand in comments.
			if _, comment, ok := strings.Cut(f.Value, "("); ok && version().MatchString(comment) {
				what = "a version in " + name
			}
		case is(name, "X-Runtime"), len(name) > 8 && is(name[:8], "X-Debug-"):
			what = "a field for debugging"
		}
		if what != "" && !sent.says(f.Value) {
			found = append(found, Finding{Class: Named(banner), What: what, At: f.Name, Excerpt: shape(f.Value, []int{0, len(f.Value), 0, max(0, strings.IndexAny(f.Value, "0123456789"))})})
		}
	}
	return found
}

// is compares the names of fields, those of one length alone.
func is(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }
