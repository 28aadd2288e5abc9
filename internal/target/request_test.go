package target

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/schema"
)

func TestRequest(t *testing.T) {
	tests := []struct {
		name, base, accept string
		operation          Operation
		want               exchange.Request
	}{
		{
			"a plain GET asks for what the contracts speak", "/api", "application/json", Operation{Method: "GET", Path: "/buyers"},
			exchange.Request{Method: "GET", Target: "/api/buyers", Fields: exchange.Fields{{Name: "Accept", Value: "application/json"}}},
		},
		{
			"nothing to ask for adds nothing", "", "", Operation{Method: "DELETE", Path: "/"},
			exchange.Request{Method: "DELETE", Target: "/"},
		},
		{
			"values are percent-encoded, the query is sorted, what is absent is left out", "", "",
			Operation{
				Method: "GET", Path: "/{a}/x%20y/{b}.json",
				Params: Values{{Name: "a", Value: Value{Good: "ä/b c"}}, {Name: "b", Value: Value{Good: "?#%"}}},
				Query:  Values{{Name: "later", Value: Value{Absent: true}}, {Name: "page[size]", Value: Value{Good: ""}}, {Name: "z", Value: Value{Good: "1+1 & more"}}},
			},
			exchange.Request{Method: "GET", Target: "/%C3%A4%2Fb%20c/x%20y/%3F%23%25.json?page%5Bsize%5D=&z=1%2B1%20%26%20more"},
		},
		{
			"fields stay as they were written, and win", "", "application/json",
			Operation{Method: "POST", Path: "/", Body: []byte(`{}`), Fields: exchange.Fields{{Name: "content-type", Value: "application/vnd.api+json"}, {Name: "X", Value: "1"}, {Name: "ACCEPT", Value: "*/*"}}},
			exchange.Request{Method: "POST", Target: "/", Body: []byte(`{}`), Fields: exchange.Fields{{Name: "content-type", Value: "application/vnd.api+json"}, {Name: "X", Value: "1"}, {Name: "ACCEPT", Value: "*/*"}}},
		},
		{
			"a JSON body is labelled", "", "", Operation{Method: "POST", Path: "/", Body: []byte(`{"a":1}`), Fields: exchange.Fields{{Name: "X", Value: "1"}}},
			exchange.Request{Method: "POST", Target: "/", Body: []byte(`{"a":1}`), Fields: exchange.Fields{{Name: "X", Value: "1"}, {Name: "Content-Type", Value: "application/json"}}},
		},
		{
			"another body is not", "", "", Operation{Method: "POST", Path: "/", Body: []byte(`a=1`)},
			exchange.Request{Method: "POST", Target: "/", Body: []byte(`a=1`)},
		},
		{
			"a value from another operation is a sample", "", "",
			Operation{Method: "GET", Path: "/{id}", Params: Values{{Name: "id", Value: Value{From: &From{"create", "/id"}, Format: "uuid5"}}}},
			exchange.Request{Method: "GET", Target: "/" + From{"create", "/id"}.Sample("uuid5")},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.operation.Request(tt.base, tt.accept)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRequestsDoNotShareMemory(t *testing.T) {
	o := Operation{Method: "POST", Path: "/", Body: []byte(`{}`), Fields: exchange.Fields{{Name: "A", Value: "1"}}}
	r := o.Request("", "")
	r.Body[0], r.Fields[0].Value = 'x', "2"
	if string(o.Body) != "{}" || o.Fields[0].Value != "1" {
		t.Error("changing the request changes the operation")
	}
}

func TestSources(t *testing.T) {
	o := Operation{
		Params: Values{{Name: "a", Value: Value{From: &From{"one", "/a"}}}, {Name: "b", Value: Value{From: &From{"two", "/b"}}}, {Name: "c", Value: Value{Good: "x"}}},
		Query:  Values{{Name: "a", Value: Value{From: &From{"three", "/q"}}}},
	}
	if diff := cmp.Diff([]From{{"one", "/a"}, {"two", "/b"}, {"three", "/q"}}, o.Sources()); diff != "" {
		t.Error(diff)
	}
}

func TestSamplesAndUnknownValues(t *testing.T) {
	from := From{"create-buyer", "/id"}
	for _, format := range Formats {
		t.Run(format, func(t *testing.T) {
			sample, unknown := from.Sample(format), Unknown(Value{Format: format}, "seed")
			if sample != from.Sample(format) || unknown != Unknown(Value{Format: format}, "seed") {
				t.Error("another value the second time")
			}
			if format == "boolean" {
				if unknown != "" {
					t.Errorf("no boolean is unknown, got %q", unknown)
				}
				return
			}
			for _, text := range []string{sample, unknown} {
				if err := Fits(format, text); err != nil {
					t.Error(err)
				}
			}
			if sample == unknown && format != "date" && format != "date-time" {
				t.Errorf("the sample %q is the unknown value too", sample)
			}
		})
	}
	if a, b := from.Sample("uuid"), (From{"create-buyer", "/uuid"}).Sample("uuid"); a == b {
		t.Errorf("two places have the same sample %q", a)
	}
	if a, b := Unknown(Value{Format: "uuid"}, "a"), Unknown(Value{Format: "uuid"}, "b"); a == b {
		t.Errorf("two seeds have the same value %q", a)
	}
	if got := from.Sample(""); len(got) != len("sample-12345678") || got[:7] != "sample-" {
		t.Errorf("a sample of any text is %q", got)
	}
	if got := Unknown(Value{}, "seed"); got != "" {
		t.Errorf("what is well-formed is not known, and yet %q is unknown", got)
	}
	if got := Unknown(Value{Format: "uuid", Unknown: "mine"}, "seed"); got != "mine" {
		t.Errorf("the user's own unknown value is %q", got)
	}
}

func TestFits(t *testing.T) {
	tests := []struct {
		format string
		good   []string
		bad    []string
	}{
		{"", []string{"", "any"}, nil},
		{"uuid", []string{"31740ac6-e39d-49cd-9179-634bcecf4143", "31740AC6-E39D-19CD-9179-634BCECF4143"}, []string{"31740ac6e39d49cd9179634bcecf4143", "{31740ac6-e39d-49cd-9179-634bcecf4143}", ""}},
		{"uuid4", []string{"31740ac6-e39d-49cd-9179-634bcecf4143"}, []string{"31740ac6-e39d-59cd-9179-634bcecf4143"}},
		{"uuid5", []string{"31740ac6-e39d-59cd-9179-634bcecf4143"}, []string{"31740ac6-e39d-49cd-9179-634bcecf4143"}},
		{"uuid7", []string{"31740ac6-e39d-79cd-9179-634bcecf4143"}, []string{"31740ac6-e39d-49cd-9179-634bcecf4143"}},
		{"integer", []string{"0", "-12", "99999999999999999999"}, []string{"1.5", "x", ""}},
		{"number", []string{"1.5", "-2", "1e3"}, []string{"x", ""}},
		{"boolean", []string{"true", "false"}, []string{"yes", "True", "1"}},
		{"date", []string{"2027-03-31"}, []string{"2027-02-30", "31.03.2027"}},
		{"date-time", []string{"2027-03-31T12:00:00Z"}, []string{"2027-03-31", "12:00"}},
		{"uri", []string{"https://example.com/feed", "urn:x"}, []string{"/feed", "x"}},
		{"email", []string{"a@example.com"}, []string{"A <a@example.com>", "example.com"}},
		{"digest", []string{"sha256:6c3c624b58dbbcd3c0dd82b4c53f04194d1247c6eebdaab7c610cf7d66709b3b"}, []string{"sha256", "SHA256:ab", ""}},
	}
	for _, tt := range tests {
		t.Run("the format "+tt.format, func(t *testing.T) {
			for _, text := range tt.good {
				if err := Fits(tt.format, text); err != nil {
					t.Error(err)
				}
			}
			for _, text := range tt.bad {
				if Fits(tt.format, text) == nil {
					t.Errorf("%q fits", text)
				}
			}
		})
	}
}

func TestMembers(t *testing.T) {
	const source = `{"type":"object","required":["data","none"],"properties":{"data":{"$ref":"#/definitions/data"},"none":{}},
		"definitions":{"data":{"required":["id"],"allOf":[{"required":["kind"]}],"anyOf":[{"required":["note"]},{}],
			"properties":{"id":{"type":"string","format":"uuid"},"kind":{"enum":["a","b"]},"one":{"const":1},"note":{"type":["string","null"]},
			"list":{"items":{"properties":{"x":{"type":"integer"}},"required":["x"]}},"missing":{"type":"string"}}}}}`
	compiled, err := schema.Compile("test.json", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	const body = `{"data":{"id":"i","kind":"a","one":1,"note":"n","list":[{"x":1},{"x":2}],"extra":true}}`
	value, err := schema.JSON([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	data := value.(map[string]any)["data"].(map[string]any)
	tests := []struct {
		name      string
		operation Operation
		want      []Member
	}{
		{"nothing is known of a body that nothing describes", Operation{Body: []byte(body)}, nil},
		{"nothing is known without a body", Operation{Schema: compiled, Required: []string{"/a"}}, nil},
		{"nothing is known of a body that is not JSON", Operation{Body: []byte("a=1"), Schema: compiled}, nil},
		{
			"what the user lists takes the type of its good value",
			Operation{Body: []byte(body), Required: []string{"/data/id", "/data", "/gone"}, Formats: map[string]string{"/data/id": "uuid5", "/gone": "uuid"}},
			[]Member{
				{Pointer: "/data", Required: true, Types: []string{"object"}, Good: data},
				{Pointer: "/data/id", Required: true, Types: []string{"string"}, Format: "uuid5", Good: "i"},
			},
		},
		{
			"the schema says more; alternatives make nothing required; the user's format wins",
			Operation{Body: []byte(body), Schema: compiled, Required: []string{"/data/note"}, Formats: map[string]string{"/data/id": "uuid5"}},
			[]Member{
				{Pointer: "/data", Required: true, FromSchema: true, Good: data},
				{Pointer: "/data/id", Required: true, FromSchema: true, Types: []string{"string"}, Format: "uuid5", Good: "i"},
				{Pointer: "/data/kind", Required: true, FromSchema: true, Enum: []any{"a", "b"}, Good: "a"},
				{Pointer: "/data/list", FromSchema: true, Good: data["list"]},
				{Pointer: "/data/list/0/x", Required: true, FromSchema: true, Types: []string{"integer"}, Good: json.Number("1")},
				{Pointer: "/data/note", Required: true, FromSchema: true, Types: []string{"string", "null"}, Good: "n"},
				{Pointer: "/data/one", FromSchema: true, Enum: []any{json.Number("1")}, Good: json.Number("1")},
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.operation.Members()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
