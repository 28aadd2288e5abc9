package suites

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/schema"
	"github.com/seed-e125e033/conform/internal/target"
)

// The good requests that the tests break: a create with a JSON:API body, a get with an identifier, a list with query
// parameters, and the target as a whole. Each call returns its own, so that a test may change it.

const subscriptionBody = `{"data": {"type": "subscription", "id": "968cb508-803c-593c-8ff2-9e397dadb83c", "attributes": {"feedUrl": "https://example.com/feed", "priority": 3}}}`

const subscriptionSchema = `{
  "type": "object",
  "required": ["data"],
  "properties": {
    "data": {
      "type": "object",
      "required": ["type", "id", "attributes"],
      "properties": {
        "type": {"enum": ["subscription"]},
        "id": {"type": "string"},
        "attributes": {
          "type": "object",
          "required": ["feedUrl"],
          "properties": {
            "feedUrl": {"type": "string", "format": "uri"},
            "priority": {"type": ["integer", "null"]}
          }
        }
      }
    }
  }
}`

func create(t *testing.T) Good {
	t.Helper()
	var decoded any
	if err := json.Unmarshal([]byte(subscriptionSchema), &decoded); err != nil {
		t.Fatal(err)
	}
	o := &target.Operation{
		ID: "create-subscription", Method: "POST", Path: "/v1/subscriptions",
		Body: []byte(subscriptionBody), Schema: compile(t, subscriptionSchema), SchemaJSON: decoded,
		Formats: map[string]string{"/data/id": "uuid5"}, Unique: []string{"/data/id"}, Privileged: true,
	}
	return authorized(Good{
		Request: exchange.Request{Method: "POST", Target: "/api/v1/subscriptions", Body: o.Body, Fields: exchange.Fields{
			{Name: "Accept", Value: "application/vnd.api+json"},
			{Name: "Content-Type", Value: "application/vnd.api+json"},
		}},
		Operation: o, Declared: []string{"GET", "POST"}, Complete: true,
	}, target.Credential{Kind: target.Bearer, Value: "the-good-token"})
}

func compile(t *testing.T, text string) *schema.Schema {
	t.Helper()
	compiled, err := compileSchema(text)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func compileSchema(text string) (*schema.Schema, error) {
	return schema.Compile("body.json", []byte(text))
}

func get(t *testing.T) Good {
	t.Helper()
	return authorized(Good{
		Request: exchange.Request{Method: "GET", Target: "/api/v1/subscriptions/31740ac6-e39d-59cd-9179-634bcecf4143", Fields: exchange.Fields{
			{Name: "Accept", Value: "application/vnd.api+json"},
		}},
		Operation: &target.Operation{
			ID: "get-subscription", Method: "GET", Path: "/v1/subscriptions/{guid}", Privileged: true,
			Params: target.Values{{Name: "guid", Value: target.Value{Format: "uuid5", From: &target.From{Operation: "create-subscription", Pointer: "/data/id"}}}},
		},
		Declared: []string{"DELETE", "GET"}, Complete: true, Maker: "create-subscription",
	}, target.Credential{Kind: target.Header, Name: "X-Api-Key", Value: "the-good-key"})
}

// replace is a PUT whose header fields are known: which it requires, and of what format they are.
func replace(t *testing.T) Good {
	t.Helper()
	g := get(t)
	g.Operation.ID, g.Operation.Method = "replace-settings", "PUT"
	g.Operation.Body, g.Operation.MaxBody = []byte(`{"muted": true}`), 64
	g.Operation.Fields = exchange.Fields{
		{Name: "Content-Type", Value: "application/json"},
		{Name: "If-Match", Value: "*"},
		{Name: "X-As-Of", Value: "2025-05-25"},
	}
	g.Operation.RequiredFields = []string{"If-Match", "X-As-Of"}
	g.Operation.FieldFormats = map[string]string{"X-As-Of": "date"}
	g.Request = g.Request.WithMethod("PUT").WithBody(g.Operation.Body)
	for _, f := range g.Operation.Fields {
		g.Request = g.Request.WithField(f.Name, f.Value)
	}
	g.Declared = []string{"GET", "PUT"}
	return g
}

func list(t *testing.T) Good {
	t.Helper()
	return authorized(Good{
		Request: exchange.Request{Method: "GET", Target: "/api/v1/reports?limit=20&page%5Bnumber%5D=1&state=open&to=2025-05-25T09%3A41%3A00Z&verbose=true"},
		Operation: &target.Operation{
			ID: "list-reports", Method: "GET", Path: "/v1/reports",
			Query: target.Values{
				{Name: "limit", Value: target.Value{Good: "20", Format: "integer", Minimum: "1", Maximum: "100"}},
				{Name: "offset", Value: target.Value{Absent: true, Format: "integer"}},
				{Name: "page[number]", Value: target.Value{Good: "1"}},
				{Name: "state", Value: target.Value{Good: "open", OneOf: []string{"open", "closed"}}},
				{Name: "to", Value: target.Value{Good: "2025-05-25T09:41:00Z", Format: "date-time", Required: true}},
				{Name: "verbose", Value: target.Value{Good: "true", Format: "boolean"}},
			},
		},
		Declared: []string{"GET"}, Complete: true,
		Limit: &target.RateLimit{Requests: 100, Within: time.Second},
	}, target.Credential{Kind: target.Basic, Value: "user:the-good-password"})
}

func whole(t *testing.T) Good {
	t.Helper()
	return authorized(Good{
		Request:   exchange.Request{Method: "GET", Target: "/api"},
		Operation: &target.Operation{ID: "target", Method: "GET"},
		Provoke: map[string]exchange.Request{
			"server.fault":       {Method: "GET", Target: "/api/debug/fail"},
			"server.unavailable": {Method: "POST", Target: "/api/debug/maintenance", Body: []byte{}},
			"rate.limited":       {Method: "GET", Target: "/api/debug/throttle"},
		},
	}, target.Credential{Kind: target.Cookie, Name: "session", Value: "the-good-session"})
}

// authorized returns g with a credential, and the target's limited and expired ones of the same kind.
func authorized(g Good, c target.Credential) Good {
	limited, expired := c.With("the-limited-secret"), c.With("the-expired-secret")
	if c.Kind == target.Basic {
		limited, expired = c.With("user:the-limited-secret"), c.With("user:the-expired-secret")
	}
	g.Base, g.Credential, g.Limited, g.Expired = "/api", &c, &limited, &expired
	g.Request = c.Apply(g.Request)
	return g
}

// profile has a JWT for its credential, of a person and signed with HS256 by a key that nobody knows any more.
func profile(t *testing.T) Good {
	t.Helper()
	return authorized(Good{
		Request:   exchange.Request{Method: "GET", Target: "/api/v1/profile"},
		Operation: &target.Operation{ID: "get-profile", Method: "GET", Path: "/v1/profile"},
		Declared:  []string{"GET"}, Complete: true,
	}, target.Credential{Kind: target.Bearer, Shell: "$API_TOKEN", Value: tokenOf(
		`{"alg":"HS256","kid":"2026-1","typ":"JWT"}`,
		`{"iss":"https://id.example.com","aud":"https://api.example.com","sub":"mary@example.com","serial":12345678901234567890,"iat":1767225600,"exp":4070908800}`,
		[]byte("the-good-signature-of-32-letters"),
	)})
}

// tokenOf returns a JWT.
func tokenOf(header, claims string, signature []byte) string {
	return encode([]byte(header)) + "." + encode([]byte(claims)) + "." + encode(signature)
}

// goods returns the good requests by what they are, and in an order that stays.
func goods(t *testing.T) []Good {
	t.Helper()
	return []Good{create(t), get(t), replace(t), list(t), whole(t)}
}

// everyKind returns the list, and then the target as a whole, with each kind of credential in turn.
func everyKind(t *testing.T) []Good {
	t.Helper()
	var lists, wholes []Good
	for _, c := range []target.Credential{
		{Kind: target.Bearer, Value: "the-good-token"},
		{Kind: target.Basic, Value: "user:the-good-password"},
		{Kind: target.Header, Name: "X-Api-Key", Value: "the-good-key"},
		{Kind: target.Header, Name: "Authorization", Value: "Token the-good-key"},
		{Kind: target.Query, Name: "api_key", Value: "the-good-key"},
		{Kind: target.Cookie, Name: "session", Value: "the-good-session"},
	} {
		l, w := list(t), whole(t)
		l.Request, w.Request = l.Credential.Remove(l.Request), w.Credential.Remove(w.Request)
		l.Operation.Privileged = true
		w.Provoke = map[string]exchange.Request{"server.fault": c.Apply(exchange.Request{Method: "GET", Target: "/api/debug/fail"})}
		lists, wholes = append(lists, authorized(l, c)), append(wholes, authorized(w, c))
	}
	return append(lists, wholes...)
}

// probe returns the probe of a name.
func probe(t *testing.T, name string) Probe {
	t.Helper()
	for _, p := range Catalog {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("no probe is called %q", name)
	return Probe{}
}

// sent returns what a probe's cases of g say is wrong with them, by variant.
func sent(t *testing.T, name string, g Good) map[string]string {
	t.Helper()
	cases, _ := probe(t, name).Cases(g)
	told := map[string]string{}
	for _, c := range cases {
		told[c.Variant] = c.Sent
	}
	return told
}
