package check

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/element"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/leak"
	"github.com/seed-e125e033/conform/internal/schema"
)

// Reading is an exchange as its checks read it. An answer is judged by ten requirements and more, most of which look at the same
// content: each thing in it is taken apart once, when the first of them asks. One goroutine at a time uses a Reading. The zero value has
// nothing to read.
type Reading struct {
	exchange *exchange.Exchange
	defect   Defect

	label    label // of its Content-Type, once it is labelled
	labelled bool
	content  content
	document *document
	texts    []text
	html     *bool              // it is a document of HTML
	kept     []*contract.Format // the content is as these have it
	compared []comparison
	carried  []leak.Secret // that the request carried, once they are looked for
	searched bool
	leaked   *[]leak.Finding
	author   *string // see origin

	known  known
	finder leak.Finder
	room   [4]string                        // for values
	get    func(place string) (value, bool) // returns the value at a JSON pointer in the content that is read
}

// content is a body as JSON, or why it is none.
type content struct {
	read   bool // else nobody has asked yet
	json   schema.Document
	err    error
	strict bool // it is JSON by the strictest reading: see schema.JSON
}

// document is a body as XML, or why it is none.
type document struct {
	root *element.Element
	err  error
}

// text is what a pattern finds in the content: nil where it does not match.
type text struct {
	pattern *regexp.Regexp
	groups  [][]byte
}

// comparison is what a schema says of the content.
type comparison struct {
	schema     *schema.Schema
	violations []schema.Violation
	err        error
}

// Read returns a Reading of the exchange, whose request had that defect. Neither may change any more.
func Read(ex *exchange.Exchange, d Defect) *Reading {
	r := &Reading{}
	r.Read(ex, d)
	return r
}

// Read makes r a Reading of another exchange. What it has read before is forgotten.
func (r *Reading) Read(ex *exchange.Exchange, d Defect) {
	*r = Reading{exchange: ex, defect: d, texts: r.texts[:0], compared: r.compared[:0], kept: r.kept[:0], content: content{json: r.content.json}, carried: r.carried[:0], known: r.known, finder: r.finder, get: r.get}
}

// values returns the values of a header field of the answer, in order. They are overwritten by the next call.
func (r *Reading) values(name string) []string {
	all := r.room[:0]
	for _, f := range r.exchange.Answer.Fields {
		if len(f.Name) == len(name) && strings.EqualFold(f.Name, name) {
			all = append(all, f.Value)
		}
	}
	return all
}

// status returns the answer's status as text.
func (r *Reading) status() string {
	return r.known.codeOf(r.exchange.Answer.Status)
}

// contentType returns what the answer's Content-Type says.
func (r *Reading) contentType() label {
	if !r.labelled {
		r.label, r.labelled = r.known.labelOf(r.values("Content-Type")), true
	}
	return r.label
}

// contentless reports whether HTTP allows the answer no content (RFC 9110, sections 9.3.2, 15.3.5 and 15.4.5).
func (r *Reading) contentless() bool {
	status := r.exchange.Answer.Status
	return r.exchange.Request.Method == http.MethodHead || status == http.StatusNoContent || status == http.StatusNotModified
}

// json returns the answer's content as JSON; see decode.
func (r *Reading) json() (schema.Value, error) {
	c := &r.content
	if !c.read {
		body := r.exchange.Answer.Body
		c.read, c.err = true, c.json.Read(body) // what most bodies are, and 250 bytes take it 0.6 us rather than 5
		if c.strict = c.err == nil; !c.strict {
			var value any
			value, c.err = decode(body)
			c.json.Take(value)
		}
	}
	return c.json.Top(), c.err
}

// at returns what returns the value at a JSON pointer in the content, once that is read as JSON.
func (r *Reading) at() func(place string) (value, bool) {
	if r.get == nil {
		r.get = func(place string) (value, bool) {
			v, there := r.content.json.Top().At(place)
			return value{json: v}, there
		}
	}
	return r.get
}

// xml returns the root element of the answer's content.
func (r *Reading) xml() (*element.Element, error) {
	if r.document == nil {
		root, err := element.Read(r.exchange.Answer.Body)
		r.document = &document{root, err}
	}
	return r.document.root, r.document.err
}

// match returns what a pattern finds in the answer's content. Of 1 MiB that may take 0.2 s.
func (r *Reading) match(pattern *regexp.Regexp) [][]byte {
	for _, t := range r.texts {
		if t.pattern == pattern {
			return t.groups
		}
	}
	groups := pattern.FindSubmatch(r.exchange.Answer.Body)
	r.texts = append(r.texts, text{pattern, groups})
	return groups
}

// compare returns where the answer's content, which is JSON, differs from a schema.
func (r *Reading) compare(s *schema.Schema) ([]schema.Violation, error) {
	for _, c := range r.compared {
		if c.schema == s {
			return c.violations, c.err
		}
	}
	violations, err := s.ValidateAnswer(&r.content.json)
	r.compared = append(r.compared, comparison{s, violations, err})
	return violations, err
}
