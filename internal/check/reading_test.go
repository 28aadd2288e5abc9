package check

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
)

func TestAReadingOfAnotherExchangeKnowsNothingOfTheOneBefore(t *testing.T) {
	answer := func(status int, contentType, body string) *exchange.Exchange {
		return &exchange.Exchange{Answer: &exchange.Answer{
			Status: status, Fields: exchange.Fields{{Name: "Content-Type", Value: contentType}}, Body: []byte(body),
		}}
	}
	type seen struct {
		Status, Type string
		Value, At    any
		Found, Wrong bool
		Findings     []Finding
		Unclear      string
	}
	expected := Prepare(contract.Expect{Formats: []string{"f"}, Headers: map[string]string{"Date": "date", "WWW-Authenticate": "bearer", "Content-Type": "media-type"}},
		map[string]contract.Format{"f": {MediaTypes: []string{"application/json"}, Status: &contract.Repeat{Pointer: "/id"}}})
	look := func(r *Reading) seen {
		v, err := r.asJSON()
		at, found := r.at()("/id")
		findings, unclear := r.Find(expected)
		return seen{r.status(), r.contentType().name, v.Any(), at.any(), found, err != nil, findings, fmt.Sprint(unclear)}
	}
	fields := func(fields ...string) *exchange.Exchange {
		ex := answer(http.StatusUnauthorized, "text/plain", "")
		for i := 0; i < len(fields); i += 2 {
			ex.Answer.Fields = append(ex.Answer.Fields, exchange.Field{Name: fields[i], Value: fields[i+1]})
		}
		return ex
	}
	again := &Reading{}
	for _, ex := range []*exchange.Exchange{
		answer(http.StatusBadRequest, "application/json", `{"id":"first"}`),
		answer(http.StatusNotFound, "application/problem+json", `{"id":"second"}`),
		answer(http.StatusTeapot, "text/plain", `no JSON`),
		answer(http.StatusConflict, "application/json", `[]`),
		answer(http.StatusConflict, "", `{"id":1,"id":2}`),
		answer(http.StatusConflict, "text", ``),
		fields("Date", "Fri, 21 Nov 2025 08:00:00 GMT", "WWW-Authenticate", `Bearer realm="a"`),
		fields("Date", "Fri, 21 Nov 2025 08:00:00 GMT", "WWW-Authenticate", `Bearer realm="a"`, "Content-Type", "text/plain"),
		fields("Date", "Sat, 21 Nov 2025 08:00:00 GMT", "WWW-Authenticate", `Bearer`, "Content-Encoding", "gzip"),
		fields("Date", "", "WWW-Authenticate", ``),
		fields("Date", ""),
		fields(),
	} {
		again.Read(ex, Defect{})
		if diff := cmp.Diff(look(Read(ex, Defect{})), look(again)); diff != "" {
			t.Errorf("answer %d, read after others (-alone +after):\n%s", ex.Answer.Status, diff)
		}
	}
}

// TestAFormatThatIsKeptIsLookedAtOnce holds answers to several requirements of one format: what a requirement says beyond it counts for each.
func TestAFormatThatIsKeptIsLookedAtOnce(t *testing.T) {
	c := &contract.Contract{
		Formats: map[string]contract.Format{"f": {
			MediaTypes: []string{"application/json"}, Status: &contract.Repeat{Pointer: "/status"}, Blame: &contract.Blame{Pointer: "/at"},
		}},
		Requirements: []contract.Requirement{
			{Expect: contract.Expect{Formats: []string{"f"}}},
			{Expect: contract.Expect{Formats: []string{"f"}, Status: []contract.Status{"4xx"}}},
			{Expect: contract.Expect{Formats: []string{"f"}, Members: map[string]contract.Member{"/code": {OneOf: []any{"a"}}}}},
			{Expect: contract.Expect{Formats: []string{"f"}, Blames: true}},
			{Expect: contract.Expect{Members: map[string]contract.Member{"/code": {Not: []any{"b"}}}}},
		},
	}
	expected := PrepareAll(c)
	reading := &Reading{}
	for _, wire := range []string{
		`{"status":400,"code":"a","at":"/a"}`, `{"status":400,"code":"b","at":"/b"}`, `{"status":401,"code":"b","at":"/b"}`, `{"status":400}`, `no`, ``,
	} {
		ex := exchanged(t, "POST", "400\nContent-Type: application/json\n\n"+wire)
		d := Defect{Blame: []Place{{In: "body", At: "/a"}}}
		reading.Read(ex, d)
		for i, r := range c.Requirements {
			want, wrong := Find(r.Expect, c.Formats, ex, d)
			got, err := reading.Find(expected[i])
			if diff := cmp.Diff(want, got); diff != "" || fmt.Sprint(wrong) != fmt.Sprint(err) {
				t.Errorf("%s, requirement %d: %v and %v (-alone +after others):\n%s", wire, i, wrong, err, diff)
			}
		}
	}
}
