package suites

import (
	"encoding/json"
	"testing"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/target"
)

// Further good requests, for probes that the four of good_test.go have nothing for: an update whose body repeats the identifier, a
// creation that leaves the id to the API, an order with a schema full of constraints, and an upload.

const articleBody = `{"data": {"type": "articles", "id": "17", "attributes": {"title": "First"}, "relationships": {"author": {"data": {"type": "people", "id": "17"}}, "tags": {"data": [{"type": "tags", "id": "6d1d6f0e-3c5b-4b57-9f51-2f7a8d0c41e9"}, {"type": "tags", "id": "x"}]}}}}`

func revise(t *testing.T) Good {
	t.Helper()
	return authorized(Good{
		Request: exchange.Request{Method: "PATCH", Target: "/api/v1/articles/17", Body: []byte(articleBody), Fields: exchange.Fields{
			{Name: "Accept", Value: "application/vnd.api+json;q=0.9, */*;q=0.1"},
			{Name: "Content-Type", Value: "application/vnd.api+json"},
		}},
		Operation: &target.Operation{
			ID: "update-article", Method: "PATCH", Path: "/v1/articles/{id}", Body: []byte(articleBody),
			Params: target.Values{{Name: "id", Value: target.Value{Good: "17", Format: "integer", Minimum: "1"}}},
		},
		Declared: []string{"DELETE", "GET", "PATCH"}, Complete: true,
	}, target.Credential{Kind: target.Bearer, Value: "the-good-token"})
}

func publish(t *testing.T) Good {
	t.Helper()
	g := revise(t)
	g.Request.Method, g.Request.Target, g.Request.Body = "POST", "/api/v1/articles", []byte(`{"data": {"type": "articles", "attributes": {}}}`)
	o := &target.Operation{ID: "create-article", Method: "POST", Path: "/v1/articles", Body: g.Request.Body}
	g.Operation, g.Declared = o, []string{"POST"}
	return g
}

const orderBody = `{"amount": 1299, "currency": "AUD", "intent": "capture", "note": "Call first", "buyer_id": "00000000-0000-4000-8000-000000000001", "weight": 0.5, "codes": ["A-1", "A-2"]}`

const orderSchema = `{
  "type": "object",
  "minProperties": 2,
  "maxProperties": 8,
  "properties": {
    "amount": {"type": "integer", "minimum": 0, "maximum": 99999999},
    "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "minLength": 3, "maxLength": 3},
    "intent": {"enum": ["authorize", "capture"]},
    "note": {"type": ["string", "null"], "minLength": 1, "maxLength": 200},
    "buyer_id": {"type": "string", "format": "uuid"},
    "weight": {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.25},
    "codes": {"type": "array", "minItems": 1, "maxItems": 3, "uniqueItems": true, "items": {"type": "string", "pattern": "^[A-Z]-[0-9]+$"}}
  }
}`

func order(t *testing.T) Good {
	t.Helper()
	var decoded any
	if err := json.Unmarshal([]byte(orderSchema), &decoded); err != nil {
		t.Fatal(err)
	}
	return authorized(Good{
		Request: exchange.Request{Method: "POST", Target: "/api/v1/orders", Body: []byte(orderBody), Fields: exchange.Fields{
			{Name: "Content-Type", Value: "application/json"},
		}},
		Operation: &target.Operation{
			ID: "create-order", Method: "POST", Path: "/v1/orders", References: []string{"/buyer_id"},
			Body: []byte(orderBody), Schema: compile(t, orderSchema), SchemaJSON: decoded,
		},
		Declared: []string{"GET", "POST"}, Complete: true,
	}, target.Credential{Kind: target.Bearer, Value: "the-good-token"})
}

const uploadBody = "--conform\r\nContent-Disposition: form-data; name=\"upload\"; filename=\"conform.txt\"\r\n\r\nConformance test\r\n--conform--\r\n"

func upload(t *testing.T) Good {
	t.Helper()
	return authorized(Good{
		Request: exchange.Request{Method: "POST", Target: "/api/v1/files", Body: []byte(uploadBody), Fields: exchange.Fields{
			{Name: "Content-Type", Value: `multipart/form-data; boundary="conform"; version="1;2"`},
		}},
		Operation: &target.Operation{ID: "upload-file", Method: "POST", Path: "/v1/files", Body: []byte(uploadBody)},
		Declared:  []string{"POST"}, Complete: true,
	}, target.Credential{Kind: target.Bearer, Value: "the-good-token"})
}

// more returns the further good requests in an order that stays.
func more(t *testing.T) []Good {
	t.Helper()
	return []Good{revise(t), publish(t), order(t), upload(t), profile(t)}
}

// shown returns the good requests whose bad ones a golden file shows: four, and where those have nothing for a family, others.
func shown(t *testing.T, family string) []Good {
	t.Helper()
	return append(goods(t), map[string][]Good{
		"credentials":  {profile(t)},
		"content-type": {order(t), upload(t)},
		"member":       {order(t), revise(t)},
		"identifier":   {revise(t)},
		"conflict":     {revise(t), publish(t)},
	}[family]...)
}
