package suites

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/seed-e125e033/conform/internal/check"
)

// largeBody adds white space, which changes nothing of what a JSON text says: its length is the one thing wrong.
var largeBody = Probe{
	Name: "size.body",
	Doc:  "sends a body that is longer than the operation takes, by white space at its end",
	Cases: onJSON(func(g Good, _ text) ([]Case, Gap) {
		most, good := g.Operation.MaxBody, g.Request.Body
		switch {
		case most == 0:
			return nil, Gap{Why: "the most octets that a body may have: give them under max_body", Needs: true}
		case len(good) > most:
			return nil, Gap{Why: "the good body is longer than max_body already"}
		}
		body := slices.Concat(good, bytes.Repeat([]byte(" "), most+1-len(good)))
		return []Case{{
			Sent:    fmt.Sprintf("a body of %d octets", len(body)),
			Request: g.withBody(body),
			Defect:  check.Defect{Place: check.Place{In: "body"}, Kind: "overlong"},
		}}, Gap{}
	}),
}
