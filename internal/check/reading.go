package check

import (
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/leak"
	"github.com/seed-e125e033/conform/internal/schema"
)

// Reading is an exchange as its checks read it. An answer is judged by ten requirements and more, most of which look at the same
// content: it is taken apart once, and compared once with each schema. One goroutine at a time uses a Reading.
type Reading struct {
	exchange *exchange.Exchange
	content  *content
	compared []comparison

	searched bool // leaked is filled in
	leaked   []leak.Finding
}

// content is a body as JSON, or why it is none.
type content struct {
	value  any
	err    error
	strict bool // it is JSON by the strictest reading: see schema.JSON
}

// comparison is what a schema says of the content.
type comparison struct {
	schema     *schema.Schema
	violations []schema.Violation
	err        error
}

// Read returns a Reading of the exchange, which must not change any more.
func Read(ex *exchange.Exchange) *Reading { return &Reading{exchange: ex} }

// json returns the answer's content as JSON; see decode.
func (r *Reading) json() (any, error) {
	if r.content == nil {
		body := r.exchange.Answer.Body
		value, err := schema.JSON(body) // what most bodies are, and 250 bytes take it 1.5 us rather than 5
		strict := err == nil
		if !strict {
			value, err = decode(body)
		}
		r.content = &content{value, err, strict}
	}
	return r.content.value, r.content.err
}

// compare returns where the answer's content, which is JSON, differs from a schema.
func (r *Reading) compare(s *schema.Schema) ([]schema.Violation, error) {
	for _, c := range r.compared {
		if c.schema == s {
			return c.violations, c.err
		}
	}
	violations, err := s.ValidateValue(r.content.value)
	r.compared = append(r.compared, comparison{s, violations, err})
	return violations, err
}
