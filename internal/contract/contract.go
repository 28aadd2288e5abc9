// Package contract loads contracts: the documented error formats of an API and the sentences about them that an
// API keeps or breaks. It knows their shape and finds every mistake in them; it sends and judges nothing.
package contract

import (
	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/target"
)

// Contract is a documented error format and the situations it covers: one YAML file.
type Contract struct {
	Name         string             `json:"contract"`
	Version      string             `json:"version"` // semantic version of this file
	Title        string             `json:"title"`
	Source       string             `json:"source"` // where the document is, a URL
	Formats      map[string]Format  `json:"formats"`
	Always       Expect             `json:"always"` // holds for every requirement that does not say otherwise
	Requirements []Requirement      `json:"requirements"`
	Operations   []target.Operation `json:"-"` // the API's well-known operations, in the file's order
	Login        *target.Login      `json:"-"` // how the API logs in; nil: it does not say
	Untested     []Untested         `json:"untested"`

	File   string `json:"-"` // as reports show it: contracts/gr4vy.yaml
	Digest string `json:"-"` // sha256 of the file, hex
}

// Level is how strongly a requirement binds.
type Level string

// The levels: must decides, should and may inform (unless the user sets the bar lower).
const (
	Must   Level = "must"
	Should Level = "should"
	May    Level = "may"
)

// Requirement is one sentence that an API keeps or breaks.
type Requirement struct {
	ID       string    `json:"id"`
	Level    Level     `json:"level"`
	Basis    string    `json:"basis"` // documented, or inferred (never above should)
	Says     string    `json:"says"`  // a fact in the present tense, at most 70 letters; the API is its subject
	Source   string    `json:"source"`
	Probes   []string  `json:"probes"` // family.defect, or family for all of a family
	Where    Where     `json:"where"`
	Observed *Observed `json:"observed"`
	Expect   Expect    `json:"expect"` // Always merged in by Load
	Because  string    `json:"because"`

	Contract *Contract         `json:"-"`
	At       document.Position `json:"-"` // place of the requirement in File
}

// Name returns contract and id: gr4vy.bad-token.
func (r *Requirement) Name() string { return r.Contract.Name + "." + r.ID }

// Where narrows a requirement to some of the cases that its probes make. An empty list narrows nothing.
type Where struct {
	Methods    []string `json:"methods"`    // request methods of the operation
	Operations []string `json:"operations"` // globs of operation ids
	Except     []string `json:"except"`     // ids of operations that it is not meant for
	Bodies     []string `json:"bodies"`     // media types of the good request's body, without parameters
	At         []string `json:"at"`         // places of the defect: a JSON pointer ("" for the whole body), parameter or field name
	Variants   []string `json:"variants"`   // case variants
}

// Observed makes a requirement judge every answer to a bad request with one of these statuses.
type Observed struct {
	Status []Status `json:"status"`
}

// Expect names what an answer has to be like. It names things and never computes. What it leaves out is taken from always; members
// and headers add to those of always, but the members of always only where the formats are of the same kinds.
type Expect struct {
	Status  []Status          `json:"status"`  // any of these
	Formats OneOrMore         `json:"format"`  // names in Formats, of which the request chooses one (see Format); empty: none (written none)
	Members map[string]Member `json:"members"` // by place in the answer's body (see Kind); without a format, a JSON pointer
	Headers map[string]string `json:"headers"` // field name: present, absent, or a syntax (see Syntaxes)
	Blames  bool              `json:"blames"`  // what the error blames, if anything, is what was broken
	Content string            `json:"content"` // none; some; as-labelled: the content is what Content-Type says; unique-names: of no JSON object two members have one name
	Hides   []string          `json:"hides"`   // classes of leaks of which the answer shows none (see leak.Classes)

	Effects string `json:"effects"` // none: what a GET answers before is what it answers after. It stands alone, with Observed

	AsGet []string `json:"as_get"` // what an answer to HEAD has as the one to GET: status, length, fields

	Connection string `json:"connection"` // closed: by the API, after its one answer; one-answer: open or not, no other answer comes
}

// Syntaxes are what Expect.Headers may ask of a header field.
var Syntaxes = []string{"present", "absent", "challenge", "methods", "delay-or-date", "date", "media-type", "bearer", "bearer-silent", "bearer-error", "not-public", "features", "other-tag", "waited-out", "protocols"}

// Member is the value at a place in a body. It has to be there. JSON compares as JSON, numbers by value; what other kinds of
// body hold is text, and compares with the value as it is written. A value alone in the file is OneOf with that value.
type Member struct {
	OneOf []any // any of these; empty: any value
	Not   []any // none of these; the file may have one value or a list
}

// Untested is a sentence of the document that is not tested, and why.
type Untested struct {
	Says   string `json:"says"`
	Source string `json:"source"`
	Reason string `json:"reason"`
}

// LoginOf returns the first of the contracts that says how its API logs in, nil where none does.
func LoginOf(contracts []*Contract) *Contract {
	for _, c := range contracts {
		if c.Login != nil {
			return c
		}
	}
	return nil
}
