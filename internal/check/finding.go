// Package check compares an answer with what a requirement expects. Each rule is one file and only finds differences;
// what they mean for the check is decided elsewhere. There is no I/O here.
package check

import (
	"errors"
	"fmt"
	"slices"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/schema"
)

// Finding is one difference between an answer and its requirement. Where Got is empty, Want is the whole sentence.
type Finding struct {
	Rule string `json:"rule"`           // status, media-type, body, members, repeated-status, channels, blames, headers, content, as-get, connection, leaks, effects, answer, after
	Want string `json:"want,omitempty"` // short, one line
	Got  string `json:"got,omitempty"`
	At   string `json:"at,omitempty"` // place in the body (see contract.Kind), or header field name
}

// String returns the finding as one line: "status: want 415, got 400", "body: /errors/0: detail is required".
func (f Finding) String() string {
	line := f.Rule + ": "
	if f.At != "" {
		line += f.At + ": "
	}
	if f.Got == "" {
		return line + f.Want
	}
	return line + "want " + f.Want + ", got " + f.Got
}

// Place is a place in a request.
type Place struct {
	In string `json:"in"`           // body, path, query, header, method, target, line (of the request)
	At string `json:"at,omitempty"` // JSON pointer into the body, or the parameter's or field's name
}

// Defect is what is wrong with a request: the one thing that was broken.
type Defect struct {
	Place
	Kind  string  `json:"kind"`            // missing, not-json, wrong-type, ...
	Blame []Place `json:"blame,omitempty"` // places that an error may rightly name; empty: blame is not judged

	Works        string        `json:"-"` // a method that the resource takes, as the control shows; empty: none is known
	Mark         string        `json:"-"` // the marked text in the request (see leak.Mark); empty: none
	Surroundings *Surroundings `json:"-"` // nil: nothing is known
}

// Find returns every difference between the exchange's answer and e, in the order of the rules. The error says why it could
// not tell: no answer, or a body that was not read whole where the body matters. Findings that stand whatever
// the rest would have been are returned without an error.
//
// An answer to HEAD and one of status 204 or 304 has no content (RFC 9110, sections 9.3.2, 15.3.5, 15.4.5), so no rule
// about the content is judged but that there is none. A success where a refusal was expected is no error body,
// so of such an answer only the status, the headers and the content as labelled are judged.
func (r *Reading) Find(e *Expectation) ([]Finding, error) {
	ex := r.exchange
	switch {
	case ex.Failure != nil:
		return nil, fmt.Errorf("no answer: %w", ex.Failure)
	case ex.Answer == nil:
		return nil, errors.New("no answer")
	case e.unknown != nil:
		return nil, e.unknown
	}
	j := judge{reading: r, expect: e, request: &ex.Request, answer: ex.Answer, format: e.format(&ex.Request), wanted: e.members}
	if j.format != nil && !r.inFormat(j.format) {
		j.format, j.wanted = nil, nil // they are at places in that format
	}
	j.status()
	if refused := len(j.found) == 0 || j.answer.Status >= 400; refused && !r.contentless() {
		j.inFormat()
	}
	j.headers()
	if e.special {
		j.content()
		j.asGet()
		j.connection()
		j.hides()
	}
	if len(j.found) > 0 {
		j.attribute()
		return j.found, nil
	}
	return nil, j.unclear
}

// inFormat finds what is wrong with the content as the format has it, and as the expectation has it beyond the format.
func (j *judge) inFormat() {
	if slices.Contains(j.reading.kept, j.format) {
		if j.needsValues() && j.readWhole() && j.readBody() {
			j.members()
			j.blames()
		}
		return
	}
	j.mediaType()
	read := j.needsBody() && j.readWhole() && j.readBody()
	if read {
		j.body()
		j.members()
		j.repeat()
	}
	j.channels()
	if read {
		j.blames()
	}
	if len(j.found) == 0 && j.unclear == nil {
		j.reading.kept = append(j.reading.kept, j.format)
	}
}

// judge holds one comparison while its rules run.
type judge struct {
	reading *Reading
	expect  *Expectation
	request *exchange.Request
	answer  *exchange.Answer
	format  *contract.Format // nil: none is expected
	wanted  []member         // members that are expected

	value   schema.Value                     // the body as JSON, once it is read
	get     func(place string) (value, bool) // returns a value in the body, once it is read
	partial bool                             // found already that the content is not whole
	found   []Finding
	unclear error // the first reason why something could not be told
}

func (j *judge) add(f Finding) {
	if f.At != "" { // it may be made of names in the answer
		f.At = excerpt(f.At)
	}
	j.found = append(j.found, f)
}

func (j *judge) cannotTell(err error) {
	if j.unclear == nil {
		j.unclear = err
	}
}

// needsValues reports whether the expectation looks into the body for what its format does not say.
func (j *judge) needsValues() bool { return len(j.wanted) > 0 || j.judgesBlame() }

// needsBody reports whether a rule looks into the body.
func (j *judge) needsBody() bool {
	f := j.format
	return j.needsValues() || f != nil && (f.Schema != nil || f.Kind() != contract.KindJSON || f.Status != nil ||
		slices.ContainsFunc(f.Same, func(c contract.Channels) bool { return c.Place != "" }))
}
