// Package target describes the API under test: its base URL, its credentials and its operations with their good requests,
// from conform.yaml, flags and a contract's well-known operations.
package target

import (
	"net/url"

	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/schema"
	"github.com/seed-e125e033/conform/internal/waiver"
)

// Target is the API under test.
type Target struct {
	URL         *url.URL
	Contracts   []string              // names or files
	Credentials map[string]Credential // default, limited, expired, and the user's own names
	Operations  []Operation           // in the file's order
	Provoke     map[string]string     // probe (server.fault, server.unavailable): "GET /path" that makes the target fail so
	Waivers     []waiver.Waiver
}

// Operation is one method and path template of the target with a good request.
type Operation struct {
	ID         string
	Method     string
	Path       string            // template below the target's base path: /buyers/{buyer_id}
	Params     map[string]Value  // path parameters
	Query      map[string]Value  // query parameters, sent sorted by name
	Fields     exchange.Fields   // header fields as written, Accept and Content-Type among them
	Body       []byte            // JSON or other content; nil: none
	Required   []string          // JSON pointers of the body's required members
	Formats    map[string]string // JSON pointer of a body member: its format (see Formats)
	Schema     *schema.Schema    // of the body, where the user gave one
	SchemaJSON any               // the same, decoded: types, enums, required
	Methods    []string          // YAML key methods: all the methods that this path takes; empty: only those of the operations are known
	Unique     []string          // JSON pointers of members whose value may be taken only once: a second creation is refused
	Undo       string            // "DELETE /buyers/{/id}": undoes a successful request; {/pointer} stands for a value of its answer
	Privileged bool              // the limited credential may not do it
	Credential string            // which credential the good request uses; "none" for none; empty for default
	Listed     bool              // stands in the user's file: may be probed though it writes
	At         document.Position
}

// Writes reports whether the good request may change the target's state: its method is not safe.
func (o *Operation) Writes() bool { return !exchange.Request{Method: o.Method}.Safe() }

// Title returns method and path template: "GET /buyers/{buyer_id}".
func (o *Operation) Title() string { return o.Method + " " + o.Path }
