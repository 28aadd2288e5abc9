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
	Hosts       []string              // names and addresses that answers may show, beside that of URL
	AllowHosts  []string              // patterns of the only hosts that anything may be sent to; empty: any
	Waivers     []waiver.Waiver

	RateLimit      *RateLimit // that the API states; nil: not said. What is said is tried
	WrongPasswords int        // most wrong passwords sent for one user name; 0: not said
}

// Operation is one method and path template of the target with a good request.
type Operation struct {
	ID         string
	Method     string
	Path       string            // template below the target's base path: /buyers/{buyer_id}
	Params     Values            // path parameters
	Query      Values            // query parameters, sent in this order
	Fields     exchange.Fields   // header fields as written, Accept and Content-Type among them
	Body       []byte            // JSON or other content; nil: none
	Required   []string          // JSON pointers of the body's required members
	Formats    map[string]string // JSON pointer of a body member: its format (see Formats)
	Schema     *schema.Schema    // of the body, where the user gave one
	SchemaJSON any               // the same, decoded: types, enums, required
	Methods    []string          // YAML key methods: all the methods that this path takes; empty: only those of the operations are known
	Unique     []string          // JSON pointers of members whose value may be taken only once: a second creation is refused
	References []string          // JSON pointers of members that name another thing, which has to be there
	Undo       string            // "DELETE /buyers/{/id}": undoes a successful request; {/pointer} stands for a value of its answer
	Read       string            // id of the GET that shows what the operation changes; empty: a GET of the same path
	Privileged bool              // the limited credential may not do it
	Credential string            // which credential the good request uses; "none" for none; empty for default
	Listed     bool              // stands in the user's file: may be probed though it writes
	At         document.Position

	RequiredFields []string          // YAML key required_headers: names of header fields, as in Fields, without which the request is refused
	FieldFormats   map[string]string // YAML key header_formats: name of a header field, as in Fields: its format (see Formats)
	MaxBody        int               // YAML key max_body: the most octets that the body may have; 0: not known
}

// Writes reports whether the good request may change the target's state: its method is not safe.
func (o *Operation) Writes() bool { return !exchange.Request{Method: o.Method}.Safe() }

// Title returns method and path template: "GET /buyers/{buyer_id}".
func (o *Operation) Title() string { return o.Method + " " + o.Path }
