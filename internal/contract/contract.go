// Package contract loads contracts: the documented error formats of an API and the sentences about them that an
// API keeps or breaks. It knows their shape and finds every mistake in them; it sends and judges nothing.
package contract

import (
	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/schema"
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
	Untested     []Untested         `json:"untested"`

	File   string `json:"-"` // as reports show it: contracts/gr4vy.yaml
	Digest string `json:"-"` // sha256 of the file, hex
}

// Format is what an error body is.
type Format struct {
	Name       string   `json:"-"`
	MediaTypes []string `json:"media_type"` // any of these; parameters are not compared
	SchemaFile string   `json:"schema"`     // name in schemas/, or a path beside the contract; empty: any body of the media type
	Optional   bool     `json:"optional"`   // judged only where the answer has one of the media types
	Status     *Repeat  `json:"status"`     // where the body repeats the HTTP status
	Blame      *Blame   `json:"blame"`      // where the body names the part of the request at fault

	Schema *schema.Schema `json:"-"` // compiled SchemaFile

	order int // in the file
}

// Repeat is where a body repeats the HTTP status, as a number or as a string of digits (the schema says which).
type Repeat struct {
	Each    string `json:"each"`    // JSON pointer of an array of errors; empty: the body itself
	Pointer string `json:"pointer"` // JSON pointer within each entry
	Single  bool   `json:"single"`  // judged only where the array has one entry: several may differ (JSON:API)
}

// Blame is where a body names the part of the request at fault. All members but Each are JSON pointers within an entry.
type Blame struct {
	Each      string `json:"each"`      // JSON pointer of the array of errors; empty: the body itself
	Pointer   string `json:"pointer"`   // where a JSON pointer into the request body stands (or a name, where Location says what of)
	Parameter string `json:"parameter"` // where the name of a query parameter stands
	Header    string `json:"header"`    // where the name of a header field stands
	Location  string `json:"location"`  // where the kind of place stands: body, query, path, header, unknown
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
	Operations []string `json:"operations"` // operation ids
	At         []string `json:"at"`         // places of the defect: a JSON pointer, parameter or field name
	Variants   []string `json:"variants"`   // case variants
}

// Observed makes a requirement judge every answer of the run with one of these statuses.
type Observed struct {
	Status []Status `json:"status"`
}

// Expect names what an answer has to be like. It names things and never computes.
type Expect struct {
	Status  []Status          `json:"status"`  // any of these
	Format  string            `json:"format"`  // name in Formats; empty: none (written none)
	Members map[string]Member `json:"members"` // by JSON pointer into the answer's body
	Headers map[string]string `json:"headers"` // field name: present, absent, or a syntax (see Syntaxes)
	Blames  bool              `json:"blames"`  // what the error blames, if anything, is what was broken
	Content string            `json:"content"` // none, or as-labelled: the content is what Content-Type says
}

// Syntaxes are what Expect.Headers may ask of a header field.
var Syntaxes = []string{"present", "absent", "challenge", "methods", "delay-or-date", "date", "media-type"}

// Member is a value that a body member has to have: one of these, compared as JSON.
type Member struct {
	OneOf []any
}

// Untested is a sentence of the document that is not tested, and why.
type Untested struct {
	Says   string `json:"says"`
	Source string `json:"source"`
	Reason string `json:"reason"`
}

// Status is a status code (404) or a class of them (4xx).
type Status string

// Matches reports whether code is this status or in this class.
func (s Status) Matches(code int) bool {
	if len(s) != 3 || code < 100 || code > 999 {
		return false
	}
	digits := [3]byte{'0' + byte(code/100), '0' + byte(code/10%10), '0' + byte(code%10)}
	return s[0] == digits[0] && (s[1:] == "xx" || s[1] == digits[1] && s[2] == digits[2])
}
