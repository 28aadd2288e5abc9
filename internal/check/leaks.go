package check

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/leak"
)

// Surroundings are what is known of a request besides its defect, to tell a leak from what an answer may say.
type Surroundings struct {
	Secrets []Place  // where credentials travel: a header, a query parameter or a cookie; those in Authorization are known
	Hosts   []string // names and addresses that answers may show, the target's own among them
}

// hides finds what the answer gives away. What of the content came counts, also where the connection was cut.
func (j *judge) hides() {
	if len(j.expect.Hides) == 0 {
		return
	}
	for _, f := range j.reading.leaks() {
		if slices.Contains(j.expect.Hides, f.Class.Name) {
			j.add(Finding{Rule: "leaks", At: f.At, Want: "shows " + f.What + ": " + excerpt(f.Excerpt)})
		}
	}
	if flaw := j.answer.Flaw; flaw != nil && (flaw.Kind == exchange.Timeout || flaw.Kind == exchange.TooLong) {
		j.cannotTell(fmt.Errorf("the content was not read whole: %w", flaw))
	}
	j.plain()
}

// leaks returns everything that the answer gives away. Most answers are judged for one class after the other: they are looked through once.
func (r *Reading) leaks() []leak.Finding {
	if !r.seen.looked {
		sent := leak.Sent{Request: &r.exchange.Request, Secrets: r.secrets(), Mark: r.defect.Mark}
		if r.defect.Surroundings != nil {
			sent.Hosts = r.defect.Surroundings.Hosts
		}
		r.seen.leaked, r.seen.looked = r.finder.Find(r.exchange.Answer, sent), true
	}
	return r.seen.leaked
}

// secrets returns the credentials that the request carried, as they were sent: a token has its value only then.
func (r *Reading) secrets() []leak.Secret {
	if r.seen.searched {
		return r.carried
	}
	r.seen.searched = true
	sent, d := &r.exchange.Request, r.defect
	add := func(in, name, value string) {
		if value != "" {
			r.carried = append(r.carried, leak.Secret{In: in, Name: name, Value: value})
		}
	}
	field := func(name string) {
		for _, value := range sent.Fields.Values(name) {
			add("header", name, value)
		}
	}
	field("Authorization")
	if d.Surroundings == nil {
		return r.carried
	}
	for _, p := range d.Surroundings.Secrets {
		switch {
		case p.In == "header" && !strings.EqualFold(p.At, "Authorization"):
			field(p.At)
		case p.In == "cookie":
			for _, line := range sent.Fields.Values("Cookie") {
				for pair := range strings.SplitSeq(line, ";") {
					if name, value, _ := strings.Cut(strings.Trim(pair, ows), "="); name == p.At {
						add(p.In, p.At, value)
					}
				}
			}
		case p.In == "query":
			_, query, _ := strings.Cut(sent.Target, "?")
			for pair := range strings.SplitSeq(query, "&") {
				name, value, _ := strings.Cut(pair, "=")
				decoded, err := url.QueryUnescape(name)
				if plain, wrong := url.QueryUnescape(value); err == nil && wrong == nil && decoded == p.At {
					add(p.In, p.At, plain)
				}
			}
		}
	}
	return r.carried
}
