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
	seen     seen // of the exchange

	json     schema.Document                  // the content, once it is read as that
	get      func(place string) (value, bool) // returns the value at a JSON pointer in json
	texts    []text
	kept     []*contract.Format // the content is as these have it
	compared []comparison
	carried  []leak.Secret // by the request, once they are looked for
	room     [4]string     // for values
	known    known
	finder   leak.Finder
}

// seen is what has been seen in an exchange so far, each thing when the first asked for it.
type seen struct {
	label    label // of Content-Type, once it is labelled
	labelled bool
	uncoded  bool  // the content stands as it is
	asJSON   bool  // json has been read from the content
	strict   bool  // it is JSON by the strictest reading: see schema.JSON
	err      error // why it is no JSON
	document *document
	html     *bool          // it is a document of HTML
	searched bool           // for what the request carried
	leaked   []leak.Finding // by the answer, once it is looked through
	looked   bool
	author   *string // see origin
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
	r.exchange, r.defect, r.seen = ex, d, seen{}
	r.texts, r.kept, r.compared, r.carried = r.texts[:0], r.kept[:0], r.compared[:0], r.carried[:0]
}

// values returns the values of a header field of the answer, in order. They are overwritten by the next call.
func (r *Reading) values(name string) []string {
	all := r.room[:0]
	for _, f := range r.exchange.Answer.Fields {
		if f.Is(name) {
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
	if !r.seen.labelled {
		r.seen.label, r.seen.labelled = r.known.labelOf(r.values("Content-Type")), true
	}
	return r.seen.label
}

// coding returns the first coding of the content, empty if there is none.
func (r *Reading) coding() string {
	if !r.seen.uncoded {
		for _, coding := range r.values("Content-Encoding") {
			if coding = strings.Trim(coding, ows); coding != "" && !strings.EqualFold(coding, "identity") {
				return coding
			}
		}
		r.seen.uncoded = true
	}
	return ""
}

// contentless reports whether HTTP allows the answer no content (RFC 9110, sections 9.3.2, 15.3.5 and 15.4.5).
func (r *Reading) contentless() bool {
	status := r.exchange.Answer.Status
	return r.exchange.Request.Method == http.MethodHead || status == http.StatusNoContent || status == http.StatusNotModified
}

// asJSON returns the answer's content as JSON; see decode.
func (r *Reading) asJSON() (schema.Value, error) {
	if !r.seen.asJSON {
		body := r.exchange.Answer.Body
		err := r.json.Read(body) // what most bodies are, and 250 bytes take it 0.3 us rather than 3
		strict := err == nil
		if !strict {
			var value any
			value, err = decode(body)
			r.json.Take(value)
		}
		r.seen.asJSON, r.seen.strict, r.seen.err = true, strict, err
	}
	return r.json.Top(), r.seen.err
}

// at returns what returns the value at a JSON pointer in the content, once that is read as JSON.
func (r *Reading) at() func(place string) (value, bool) {
	if r.get == nil {
		r.get = func(place string) (value, bool) {
			v, there := r.json.Top().At(place)
			return value{json: v}, there
		}
	}
	return r.get
}

// xml returns the root element of the answer's content.
func (r *Reading) xml() (*element.Element, error) {
	if r.seen.document == nil {
		root, err := element.Read(r.exchange.Answer.Body)
		r.seen.document = &document{root, err}
	}
	return r.seen.document.root, r.seen.document.err
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
	violations, err := s.ValidateAnswer(&r.json)
	r.compared = append(r.compared, comparison{s, violations, err})
	return violations, err
}
