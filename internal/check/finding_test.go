package check

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/schema"
)

// exchanged returns the exchange of a request to / whose answer is written as on the wire, but with plain line ends:
// "401\nContent-Type: text/plain\n\nbody".
func exchanged(t testing.TB, method, answer string) *exchange.Exchange {
	t.Helper()
	head, body, _ := strings.Cut(answer, "\n\n")
	lines := strings.Split(head, "\n")
	status, err := strconv.Atoi(lines[0])
	if err != nil {
		t.Fatal(err)
	}
	a := &exchange.Answer{Proto: "HTTP/1.1", Status: status, Body: []byte(body)}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		a.Fields = append(a.Fields, exchange.Field{Name: name, Value: strings.TrimSpace(value)})
	}
	return &exchange.Exchange{Request: exchange.Request{Method: method, Target: "/"}, Answer: a}
}

// problem is a format like that of RFC 9457: an object with a status, a title and the places at fault.
func problem(t testing.TB) contract.Format {
	t.Helper()
	s, err := schema.Compile("problem.json", []byte(`{
		"$schema": "http://json-schema.org/draft-07/schema#",
		"type": "object",
		"required": ["title", "status"],
		"properties": {
			"type": {"type": "string"},
			"title": {"type": "string"},
			"status": {"type": "integer"},
			"detail": {"type": "string"},
			"errors": {"type": "array"}
		}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	return contract.Format{
		Name:       "problem",
		MediaTypes: []string{"application/problem+json"},
		Schema:     s,
		Status:     &contract.Repeat{Pointer: "/status"},
		Blame:      &contract.Blame{Each: "/errors", Pointer: "/pointer"},
	}
}

// find judges and returns the findings as lines.
func find(t testing.TB, e contract.Expect, ex *exchange.Exchange, d Defect) ([]string, error) {
	t.Helper()
	found, err := Find(e, map[string]contract.Format{"problem": problem(t)}, ex, d)
	var lines []string
	for _, f := range found {
		lines = append(lines, f.String())
	}
	return lines, err
}

// wantFindings judges, and fails the test where the findings are others than want.
func wantFindings(t *testing.T, e contract.Expect, ex *exchange.Exchange, d Defect, want ...string) {
	t.Helper()
	got, err := find(t, e, ex, d)
	if err != nil {
		t.Fatalf("want findings %q, got error: %v", want, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

const (
	goodAnswer  = "415\nContent-Type: application/problem+json\n\n" + `{"title":"wrong type","status":415}`
	otherAnswer = "400\nContent-Type: application/problem+json\n\n" + `{"title":"bad","status":400}`
	tornAnswer  = "415\nContent-Type: application/problem+json\n\n" + `{"title":"wro`
)

func TestFind(t *testing.T) {
	full := contract.Expect{
		Status:  []contract.Status{"415"},
		Formats: []string{"problem"},
		Members: map[string]contract.Member{"/title": {OneOf: []any{"wrong type"}}},
		Headers: map[string]string{"Allow": "absent"},
		Content: "as-labelled",
	}
	tests := []struct {
		name   string
		method string
		answer string
		want   []string
	}{
		{"an answer as expected has no findings", "POST", goodAnswer, nil},
		{"every rule's findings are returned, in the order of the rules", "POST",
			"400\nContent-Type: application/json\nAllow: GET\n\n" + `{"status":500}`, []string{
				"status: want 415, got 400",
				"media-type: want application/problem+json, got application/json",
				"body: title is required",
				`members: /title: want "wrong type", got none`,
				"repeated-status: /status: want 400 as the HTTP status, got 500",
				"headers: Allow: want no such field, got GET",
			}},
		{"a success in place of a refusal is told by its status alone", "POST",
			"201\nContent-Type: text/html\n\n<p>created", []string{"status: want 415, got 201"}},
		{"a redirect in place of a refusal is told by its status and headers", "POST",
			"302\nAllow: GET\n\n", []string{"status: want 415, got 302", "headers: Allow: want no such field, got GET"}},
		{"another refusal is judged for its body too", "POST",
			"404\nContent-Type: text/html\n\n<html>not found", []string{
				"status: want 415, got 404",
				"media-type: want application/problem+json, got text/html",
				"body: want JSON, got HTML",
			}},
		{"an answer to HEAD is not judged for its body", "HEAD", "415", nil},
		{"an answer to HEAD is judged for status and headers", "HEAD", "400\nAllow: GET",
			[]string{"status: want 415, got 400", "headers: Allow: want no such field, got GET"}},
		{"a 204 is not judged for its body", "POST", "204", []string{"status: want 415, got 204"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantFindings(t, full, exchanged(t, tt.method, tt.answer), Defect{}, tt.want...)
		})
	}
}

func TestNoContentIsNotJudgedWhereHTTPAllowsNone(t *testing.T) {
	e := contract.Expect{Formats: []string{"problem"}, Content: "as-labelled", Members: map[string]contract.Member{"/title": {}}}
	for _, status := range []string{"204", "304"} {
		wantFindings(t, e, exchanged(t, "GET", status+"\nContent-Type: application/json"), Defect{})
	}
	wantFindings(t, e, exchanged(t, "HEAD", "404\nContent-Type: text/html"), Defect{})
}

func TestInterimAnswersAndTrailersDoNotDisturb(t *testing.T) {
	ex := exchanged(t, "POST", goodAnswer)
	ex.Answer.Interim = []int{100, 103}
	ex.Answer.Trailer = exchange.Fields{{Name: "Allow", Value: "GET"}, {Name: "Content-Type", Value: "text/html"}}
	wantFindings(t, contract.Expect{Status: []contract.Status{"415"}, Formats: []string{"problem"}, Headers: map[string]string{"Allow": "absent"}}, ex, Defect{})
}

func TestWithoutAnAnswerNothingIsJudged(t *testing.T) {
	for _, kind := range []exchange.Kind{exchange.Timeout, exchange.Closed, exchange.Malformed, exchange.Refused} {
		ex := &exchange.Exchange{Failure: &exchange.Failure{Kind: kind, Err: errors.New("it broke")}}
		found, err := Find(contract.Expect{Status: []contract.Status{"400"}}, nil, ex, Defect{})
		if want := "no answer: " + string(kind) + ": it broke"; err == nil || err.Error() != want || found != nil {
			t.Errorf("%s: want error %q, got %v and findings %v", kind, want, err, found)
		}
		var failure *exchange.Failure
		if !errors.As(err, &failure) || failure.Kind != kind {
			t.Errorf("%s: the error does not hold the failure: %v", kind, err)
		}
	}
	if _, err := Find(contract.Expect{}, nil, &exchange.Exchange{}, Defect{}); err == nil {
		t.Error("an exchange with neither answer nor failure: want an error")
	}
}

func TestBodyNotReadWhole(t *testing.T) {
	format := contract.Expect{Status: []contract.Status{"415"}, Formats: []string{"problem"}}
	both := contract.Expect{Status: []contract.Status{"415"}, Formats: []string{"problem"}, Content: "as-labelled"}
	statusOnly := contract.Expect{Status: []contract.Status{"415"}}
	none := contract.Expect{Content: "none"}
	tests := []struct {
		name    string
		expect  contract.Expect
		answer  string
		kind    exchange.Kind
		want    []string
		unclear string
	}{
		{"a body cut short is a finding, once", both, tornAnswer, exchange.Cut,
			[]string{"content: the content is not whole: cut: it broke"}, ""},
		{"a malformed body is a finding", format, tornAnswer, exchange.Malformed,
			[]string{"content: the content is not whole: malformed: it broke"}, ""},
		{"a body that is too long cannot be judged", format, tornAnswer, exchange.TooLong,
			nil, "the content was not read whole: too-long: it broke"},
		{"a body that did not come in time cannot be judged", both, tornAnswer, exchange.Timeout,
			nil, "the content was not read whole: timeout: it broke"},
		{"a wrong status stands although the body is too long", format, strings.Replace(tornAnswer, "415", "400", 1), exchange.TooLong,
			[]string{"status: want 415, got 400"}, ""},
		{"a wrong media type stands although the body is too long", format, strings.Replace(tornAnswer, "problem+", "", 1), exchange.TooLong,
			[]string{"media-type: want application/problem+json, got application/json"}, ""},
		{"a body that nobody asks about may be cut short", statusOnly, tornAnswer, exchange.Cut, nil, ""},
		{"a body that nobody asks about may be too long", statusOnly, tornAnswer, exchange.TooLong, nil, ""},
		{"content of any length is content where none is allowed", none, "400\n\nab", exchange.TooLong,
			[]string{"content: want no content, got 2 bytes: ab"}, ""},
		{"content announced and cut off is a finding where none is allowed", none, "400", exchange.Cut,
			[]string{"content: the content is not whole: cut: it broke"}, ""},
		{"content whose framing cannot be read cannot be told from none", none, "400", exchange.Malformed,
			nil, "the content was not read whole: malformed: it broke"},
		{"a flaw elsewhere is no content where HTTP allows none", none, "304", exchange.Malformed, nil, ""},
		{"content that may still come cannot be judged", none, "400", exchange.Timeout,
			nil, "the content was not read whole: timeout: it broke"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ex := exchanged(t, "POST", tt.answer)
			ex.Answer.Flaw = &exchange.Failure{Kind: tt.kind, Err: errors.New("it broke")}
			got, err := find(t, tt.expect, ex, Defect{})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if unclear := message(err); unclear != tt.unclear {
				t.Errorf("error: want %q, got %q", tt.unclear, unclear)
			}
		})
	}
}

func TestWhatCannotBeTold(t *testing.T) {
	deep := "400\nContent-Type: application/json\n\n" + strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001)
	tests := []struct {
		name   string
		expect contract.Expect
		answer string
		want   string
	}{
		{"coded content", contract.Expect{Formats: []string{"problem"}},
			"400\nContent-Type: application/problem+json\nContent-Encoding: gzip\n\n\x1f\x8b",
			`the content is coded (Content-Encoding: "gzip"): let the good request say Accept-Encoding: identity`},
		{"JSON too deep to be read", contract.Expect{Members: map[string]contract.Member{"/a": {}}}, deep, errDepth.Error()},
		{"JSON too deep to be read, as labelled", contract.Expect{Content: "as-labelled"}, deep, errDepth.Error()},
		{"a number too large to be computed with", contract.Expect{Formats: []string{"problem"}},
			"400\nContent-Type: application/problem+json\n\n" + `{"title":"a","status":400,"errors":[1e9999999]}`,
			"the body cannot be compared with its schema: a number with an exponent beyond 1000"},
		{"a format that the contract does not have", contract.Expect{Formats: []string{"other"}}, "400", `no format is called "other"`},
		{"a header syntax that does not exist", contract.Expect{Headers: map[string]string{"Allow": "list"}}, "400",
			`header Allow: no syntax is called "list"`},
		{"a content that does not exist", contract.Expect{Content: "much"}, "400", `no content is called "much"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := find(t, tt.expect, exchanged(t, "POST", tt.answer), Defect{})
			if len(got) > 0 || message(err) != tt.want {
				t.Errorf("want error %q, got %q and findings %q", tt.want, message(err), got)
			}
		})
	}
}

func TestStatus(t *testing.T) {
	tests := []struct {
		name   string
		status []contract.Status
		got    string
		want   []string
	}{
		{"the status expected", []contract.Status{"404"}, "404", nil},
		{"one of those expected", []contract.Status{"403", "404"}, "404", nil},
		{"one of the class expected", []contract.Status{"4xx"}, "418", nil},
		{"any, where none is named", nil, "200", nil},
		{"another status", []contract.Status{"404"}, "400", []string{"status: want 404, got 400"}},
		{"none of those expected", []contract.Status{"400", "422"}, "500", []string{"status: want 400 or 422, got 500"}},
		{"another class", []contract.Status{"4xx"}, "500", []string{"status: want 4xx, got 500"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantFindings(t, contract.Expect{Status: tt.status}, exchanged(t, "GET", tt.got), Defect{}, tt.want...)
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func BenchmarkFind(b *testing.B) {
	formats := map[string]contract.Format{"problem": problem(b)}
	e := contract.Expect{
		Status:  []contract.Status{"422"},
		Formats: []string{"problem"},
		Members: map[string]contract.Member{"/title": {OneOf: []any{"invalid"}}},
		Blames:  true,
	}
	ex := exchanged(b, "POST", "422\nContent-Type: application/problem+json\n\n"+
		`{"type":"https://example.com/errors/invalid","title":"invalid","status":422,"detail":"the name is empty","errors":[{"detail":"is empty","pointer":"#/name"}]}`)
	d := Defect{Blame: []Place{{In: "body", At: "/name"}}}
	b.ReportAllocs()
	for b.Loop() {
		if found, err := Find(e, formats, ex, d); err != nil || len(found) > 0 {
			b.Fatal(found, err)
		}
	}
}

func TestARuleMakesTwentyFindingsOfOneAnswer(t *testing.T) {
	wrong := strings.Repeat(`,{"pointer":"/b"}`, 100)
	ex := exchanged(t, "POST", "415\nContent-Type: application/problem+json\n\n"+`{"title":"a","status":415,"errors":[{"pointer":"/a"}`+wrong+`]}`)
	found, err := find(t, contract.Expect{Formats: []string{"problem"}, Blames: true}, ex, Defect{Blame: []Place{{In: "body", At: "/a"}}})
	if err != nil || len(found) != most || found[0] != "blames: /errors/1/pointer: want /a, got /b" {
		t.Errorf("%d findings, %v: %.200q", len(found), err, found)
	}
}

func TestAPlaceInAFindingIsOnOneLine(t *testing.T) {
	s, err := schema.Compile("s.json", []byte(`{"additionalProperties":{"type":"string"}}`))
	if err != nil {
		t.Fatal(err)
	}
	formats := map[string]contract.Format{"f": {Schema: s}}
	ex := exchanged(t, "GET", "400\n\n"+`{"a\nb":1,"`+strings.Repeat("c", 1000)+`":1}`)
	found, err := Find(contract.Expect{Formats: []string{"f"}}, formats, ex, Defect{})
	if err != nil {
		t.Fatal(err)
	}
	wantLines(t, found, []string{`body: /a\nb: want string, got number`, "body: /" + strings.Repeat("c", longest-2) + "…: want string, got number"})
}
