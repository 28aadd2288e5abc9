package suites

import (
	"strings"
	"testing"
)

// What a case shares with the good request is taken into the digest with that alone: it has to be in it all the same.
func TestTheDigestDependsOnAllThatIsSent(t *testing.T) {
	const list = `
credentials: {default: {header: {name: X-Key, env: TOKEN}}}
operations:
  - {id: list, request: GET /things, headers: {X-Good: yes}, query: {limit: {good: 7, format: integer}}}
  - {id: create, request: POST /things, headers: {Content-Type: application/json}, body: {name: thing, n: [1]}, required: [/name], unique: [/name], undo: "DELETE /things/{/id}"}
`
	requirements := badMethod + badToken + badJSON + says("twice", "must", "probes: [conflict.duplicate, query, member], expect: {status: [400]}")
	seen := map[string]string{}
	for _, change := range []struct{ name, old, new string }{
		{"nothing", "", ""},
		{"the name of an operation", "id: list", "id: lists"},
		{"a method", "POST /things", "PUT /things"},
		{"a path", "GET /things", "GET /thing"},
		{"a good query", "good: 7", "good: 8"},
		{"a format", "format: integer", "format: number"},
		{"a good field", "X-Good: yes", "X-Good: no"},
		{"the name of a field", "X-Good", "X-Best"},
		{"where the credential travels", "name: X-Key", "name: X-Token"},
		{"the last byte of a body", "n: [1]", "n: [2]"},
		{"a label", "application/json", "application/json;x=y"},
		{"what is required", "required: [/name]", "required: [/n]"},
	} {
		digest := planned(t, Options{}, strings.Replace(list, change.old, change.new, 1), requirements).Digest()
		if other, known := seen[digest]; known {
			t.Errorf("the plan has the same digest with %s and with %s changed", change.name, other)
		}
		seen[digest] = change.name
	}
}
