package check

import (
	"fmt"
	"maps"
	"slices"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/leak"
)

// Expectation is what a requirement expects of an answer, ready to be held against many of them: what hangs on it alone is worked
// out once. It may be used by many goroutines.
type Expectation struct {
	// What every answer is asked stands together: most of what contract.Expect may say most expectations leave out.
	general  bool               // it says something about every answer
	special  bool               // it is about content, HEAD, the connection or leaks
	unknown  error              // one of Formats that there is not
	formats  []*contract.Format // of Formats, in order
	statuses []contract.Codes   // of Status, in order
	members  []member           // of Members, sorted by place
	fields   []field            // of Headers, sorted by name

	contract.Expect
}

// member is what is expected at a place in a body.
type member struct {
	at string
	contract.Member
}

// field is what is expected of a header field.
type field struct{ name, syntax string }

// Prepare returns an Expectation. The formats are those of the contract; neither may change any more.
func Prepare(e contract.Expect, formats map[string]contract.Format) *Expectation {
	return prepare(e, shared(formats))
}

// PrepareAll returns an Expectation for each requirement of a contract, in order. They have their formats in common: of an answer that keeps one
// this is found once.
func PrepareAll(c *contract.Contract) []*Expectation {
	formats := shared(c.Formats)
	all := make([]*Expectation, len(c.Requirements))
	for i := range all {
		all[i] = prepare(c.Requirements[i].Expect, formats)
	}
	return all
}

func shared(formats map[string]contract.Format) map[string]*contract.Format {
	all := make(map[string]*contract.Format, len(formats))
	for name, f := range formats {
		all[name] = &f
	}
	return all
}

func prepare(e contract.Expect, formats map[string]*contract.Format) *Expectation {
	prepared := &Expectation{Expect: e, general: general(e), special: e.Content != "" || len(e.AsGet) > 0 || e.Connection != "" || len(e.Hides) > 0}
	for _, s := range e.Status {
		prepared.statuses = append(prepared.statuses, s.Codes())
	}
	for _, at := range slices.Sorted(maps.Keys(e.Members)) {
		prepared.members = append(prepared.members, member{at, e.Members[at]})
	}
	for _, name := range slices.Sorted(maps.Keys(e.Headers)) {
		prepared.fields = append(prepared.fields, field{name, e.Headers[name]})
	}
	for _, name := range e.Formats {
		f := formats[name]
		if f == nil {
			f, prepared.unknown = &contract.Format{}, fmt.Errorf("no format is called %q", name)
		}
		prepared.formats = append(prepared.formats, f)
	}
	return prepared
}

// general reports whether an expectation says something about every answer: what it leaves open Concerns tells.
func general(e contract.Expect) bool {
	for _, syntax := range e.Headers {
		if syntax != waitedOut {
			return true
		}
	}
	return len(e.Status) > 0 || e.Content != "" || e.Connection != "" || len(e.AsGet) > 0 || len(e.Members) > 0 && len(e.Formats) == 0 ||
		len(e.Hides) > 0 && !slices.Equal(e.Hides, []string{leak.Credential}) ||
		len(e.Formats)+len(e.Headers)+len(e.Hides) == 0
}

// Find returns every difference between the exchange's answer and e: it is Reading.Find where one answer is held against one expectation.
func Find(e contract.Expect, formats map[string]contract.Format, ex *exchange.Exchange, d Defect) ([]Finding, error) {
	return Read(ex, d).Find(Prepare(e, formats))
}

// Concerns reports whether Find has anything to compare. An optional format says nothing about an answer without content, or of another
// media type, or that cannot be read, where it says so; nor does a time that nobody waited for about one, nor that a credential is hidden where the request had none.
func (r *Reading) Concerns(e *Expectation) bool {
	switch {
	case e.general || e.unknown != nil,
		len(e.Headers) > 0 && r.exchange.Later != nil,
		len(e.Hides) > 0 && len(r.secrets()) > 0:
		return true
	case len(e.Formats) == 0:
		return false
	}
	format := e.format(&r.exchange.Request)
	return !format.Optional || r.exchange.Answer == nil || r.inFormat(format) && !r.contentless() && (!format.Readable || r.sound())
}

// sound reports whether the content is JSON, and whole.
func (r *Reading) sound() bool {
	if r.exchange.Answer.Flaw != nil {
		return false
	}
	_, err := r.asJSON()
	return err == nil
}
