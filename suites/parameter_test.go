package suites

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/target"
)

func TestParametersOfAMediaType(t *testing.T) {
	tests := []struct{ name, contentType, without, with string }{
		{"none", "text/plain", "text/plain", "text/plain; charset=x"},
		{"the one", "text/plain; Charset=UTF-8", "text/plain", "text/plain; charset=x"},
		{"one of several", `text/plain;charset="u;8" ; format=flowed`, "text/plain; format=flowed", "text/plain; format=flowed; charset=x"},
		{"others alone", `multipart/mixed; boundary="a;charset=b\";"`, `multipart/mixed; boundary="a;charset=b\";"`, `multipart/mixed; boundary="a;charset=b\";"; charset=x`},
		{"a quote that is never closed", `a/b; x="c; charset=d`, `a/b; x="c; charset=d`, `a/b; x="c; charset=d; charset=x`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := withoutMediaTypeParameter(test.contentType, "charset"); got != test.without {
				t.Errorf("without: want %q, got %q", test.without, got)
			}
			if got := withMediaTypeParameter(test.contentType, "charset", "x"); got != test.with {
				t.Errorf("with: want %q, got %q", test.with, got)
			}
		})
	}
}

// What another reader may take as it is, is not sent: an unknown charset of JSON means nothing, and XML may be UTF-16.
func TestCharsetsAreBrokenWhereTheyMean(t *testing.T) {
	tests := []struct {
		contentType string
		want        map[string]string
	}{
		{"application/json; charset=utf-8", map[string]string{"utf-16": "the good body in UTF-16, Content-Type: application/json; charset=utf-16"}},
		{"application/problem+json", map[string]string{"utf-16": "the good body in UTF-16, Content-Type: application/problem+json; charset=utf-16"}},
		{"text/csv; charset=utf-8", map[string]string{"unknown": "Content-Type: text/csv; charset=x-conform"}},
		{"application/atom+xml", map[string]string{"unknown": "Content-Type: application/atom+xml; charset=x-conform"}},
		{"application/x-www-form-urlencoded", map[string]string{}},
	}
	for _, test := range tests {
		t.Run(test.contentType, func(t *testing.T) {
			g := order(t)
			g.Request = g.Request.WithField("Content-Type", test.contentType)
			if diff := cmp.Diff(test.want, sent(t, "content-type.charset", g)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatIsCompressedIsNotSaidToBePlain(t *testing.T) {
	g := upload(t)
	g.Request.Body = []byte("\x1f\x8b\x08 and so on")
	if diff := cmp.Diff([]string{"unknown"}, slices.Sorted(maps.Keys(sent(t, "content-type.encoding", g)))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnExtensionThatTheGoodRequestHasGivesWayToAnUnknownOne(t *testing.T) {
	g := revise(t)
	g.Request = g.Request.WithField("Content-Type", `application/vnd.api+json;ext="https://jsonapi.org/ext/atomic"`)
	want := `Content-Type: application/vnd.api+json; ext="https://conform.invalid/ext/unknown"`
	if got := sent(t, "content-type.parameter", g)["ext"]; got != want {
		t.Errorf("want %s, got %s", want, got)
	}
}

func TestUnknownQueryParametersOfJSONAPI(t *testing.T) {
	reads, things := revise(t), revise(t)
	reads.Operation.Method, reads.Request.Method, reads.Request.Body = "GET", "GET", nil
	things.Operation = &target.Operation{ID: "list", Method: "GET", Path: "/v1/articles", Query: target.Values{{Name: "include", Value: target.Value{Absent: true}}}}
	things.Request.Target = "/api/v1/articles"
	tests := []struct {
		name string
		good Good
		want []string
	}{
		{"one thing is not sorted", reads, []string{"include", "letters"}},
		{"a parameter that is known is another probe's", things, []string{"letters", "sort"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, slices.Sorted(maps.Keys(sent(t, "query.unknown", test.good)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// repeating returns a PUT, or another method, of a thing whose body has its id.
func repeating(t *testing.T, method, body string, v target.Value) Good {
	t.Helper()
	g := order(t)
	g.Request.Method, g.Request.Target, g.Request.Body = method, "/api/v1/orders/"+v.Good, []byte(body)
	g.Operation = &target.Operation{
		ID: "change-order", Method: method, Path: "/v1/orders/{order}", Body: g.Request.Body, Params: target.Values{{Name: "order", Value: v}},
	}
	return g
}

func TestAnUnknownIdentifierIsInPathAndBody(t *testing.T) {
	const id, other = "6d1d6f0e-3c5b-4b57-9f51-2f7a8d0c41e9", "00000000-0000-4000-8000-00000000ffff"
	number, uuid := target.Value{Good: "17", Format: "integer", Unknown: "99"}, target.Value{Good: id, Format: "uuid", Unknown: other}
	tests := []struct {
		name, method, body string
		v                  target.Value
		want               string // the body; empty: no case
	}{
		{"a number", "PATCH", `{"id": 17, "amount": 17}`, number, `{"id": 99, "amount": 17}`},
		{"a number in quotes", "PATCH", `{"orderId": "17"}`, number, `{"orderId": "99"}`},
		{"a member called like the parameter", "PATCH", `{"Order": "17"}`, number, `{"Order": "99"}`},
		{"a PUT of which an unknown id is given", "PUT", `{"id": "` + id + `"}`, uuid, `{"id": "` + other + `"}`},
		{"a PUT, which may create", "PUT", `{"id": "` + id + `"}`, target.Value{Good: id, Format: "uuid"}, ""},
		{"a number that is an amount", "PATCH", `{"amount": 17}`, number, `{"amount": 17}`},
		{"a text that may be something else", "PATCH", `{"note": "17"}`, number, ""},
		{"a member called so, and one called alike", "PATCH", `{"id": 17, "parent_id": 17}`, number, `{"id": 99, "parent_id": 17}`},
		{"two members called alike", "PATCH", `{"user_id": 17, "parent_id": 17}`, number, ""},
		{"two members called so", "PATCH", `{"id": 17, "of": {"id": 17}}`, number, ""},
		{"an unknown id that is no number", "PATCH", `{"id": 17}`, target.Value{Good: "17", Unknown: "none"}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cases, gap := unknownIdentifier.Cases(repeating(t, test.method, test.body, test.v))
			switch {
			case test.want == "" && (len(cases) > 0 || gap.Why == ""):
				t.Errorf("want no case, got %+v", cases)
			case test.want != "" && len(cases) == 0:
				t.Errorf("no case: %s", gap.Why)
			case test.want != "" && string(cases[0].Request.Body) != test.want:
				t.Errorf("want %s, got %s", test.want, cases[0].Request.Body)
			}
		})
	}
}

func TestABodyOfAnotherIdentityDiffersInItAlone(t *testing.T) {
	g := repeating(t, "PUT", `{"id": 17, "amount": 17}`, target.Value{Good: "17", Format: "integer"})
	cases, gap := otherIdentity.Cases(g)
	if len(cases) != 1 {
		t.Fatalf("%d cases: %s", len(cases), gap.Why)
	}
	r := cases[0].Request
	if r.Target != g.Request.Target || strings.Contains(string(r.Body), `"id": 17,`) || !strings.HasSuffix(string(r.Body), `, "amount": 17}`) {
		t.Errorf("got %s %s", r.Target, r.Body)
	}
}

func TestReferencesKeepTheirForm(t *testing.T) {
	g := order(t)
	g.Operation.Schema, g.Operation.SchemaJSON = nil, nil
	g.Request.Body = []byte(`{"u4": "6d1d6f0e-3c5b-4b57-9f51-2f7a8d0c41e9", "u5": "fa3c1ff0-7723-5c4a-b014-9e16a5e2e910", "n": 17, "s": "17", "t": "any"}`)
	g.Operation.Body, g.Operation.References = g.Request.Body, []string{"/u4", "/u5", "/n", "/s", "/t"}
	cases, _ := unknownReference.Cases(g)
	var got []string
	for _, c := range cases {
		body := read(c.Request.Body)
		v, _ := body.at(c.Defect.At)
		text, _ := body.scalar(v)
		format := map[string]string{"/u4": "uuid4", "/u5": "uuid5", "/n": "integer", "/s": "integer"}[c.Defect.At]
		if err := target.Fits(format, text); err != nil || format == "" {
			t.Errorf("%s: %v", c.Defect.At, err)
		}
		good, _ := read(g.Request.Body).at(c.Defect.At)
		if body.kind(v) != read(g.Request.Body).kind(good) {
			t.Errorf("%s is a %s now", c.Defect.At, body.kind(v))
		}
		got = append(got, c.Variant)
	}
	if diff := cmp.Diff([]string{"/u4", "/u5", "/n", "/s"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatTheNewDefectsMayBeBlamedOn(t *testing.T) {
	body := func(at string) check.Place { return check.Place{In: "body", At: at} }
	header := func(name string) check.Place { return check.Place{In: "header", At: name} }
	tests := []struct {
		probe, variant string
		good           Good
		want           []check.Place
	}{
		{"content-type.charset", "utf-16", order(t), []check.Place{header("Content-Type"), body("")}},
		{"content-type.encoding", "unknown", order(t), []check.Place{header("Content-Encoding")}},
		{"content-type.encoding", "not-gzip", order(t), []check.Place{header("Content-Encoding"), body("")}},
		{"content-type.boundary", "other", upload(t), []check.Place{header("Content-Type"), body("")}},
		{"accept.q-zero", "", get(t), []check.Place{header("Accept")}},
		{"identifier.unknown", "id", revise(t), []check.Place{{In: "path", At: "id"}, body("/data/id")}},
		{"query.unknown", "", list(t), []check.Place{{In: "query", At: "conform_unknown"}}},
		{"member.range", "/amount:below", order(t), []check.Place{body("/amount")}},
		{"member.reference", "/data/relationships/author/data/id", revise(t), []check.Place{
			body("/data/relationships/author/data/id"), body("/data/relationships/author/data"), body("/data/relationships/author"), body("/data/relationships"),
		}},
		{"conflict.identity", "/data/id", revise(t), []check.Place{body("/data/id"), body("/data"), {In: "path", At: "id"}}},
		{"conflict.type", "/data/type", publish(t), []check.Place{body("/data/type"), body("/data")}},
		{"conflict.client-id", "", publish(t), []check.Place{body("/data/id"), body("/data")}},
	}
	for _, test := range tests {
		t.Run(strings.TrimSpace(test.probe+" "+test.variant), func(t *testing.T) {
			cases, _ := probe(t, test.probe).Cases(test.good)
			i := slices.IndexFunc(cases, func(c Case) bool { return c.Variant == test.variant })
			if i < 0 {
				t.Fatalf("no variant %q", test.variant)
			}
			if diff := cmp.Diff(test.want, cases[i].Defect.Blame); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
