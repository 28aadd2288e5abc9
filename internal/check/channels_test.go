package check

import (
	"testing"

	"github.com/seed-e125e033/conform/internal/contract"
)

func TestChannels(t *testing.T) {
	status := contract.Channels{Header: "X-Status", Place: "/status", Is: "status"}
	reason := contract.Channels{Header: "X-Reason", Place: "/reason", Is: "reason"}
	pair := contract.Channels{Header: "X-Code", Place: "/code"}
	optional := func(c contract.Channels) contract.Channels {
		c.Optional = true
		return c
	}
	tests := []struct {
		name   string
		same   contract.Channels
		answer string // its reason phrase is Not Found
		phrase string
		want   []string
	}{
		{"all three agree", status, "404\nX-Status: 404\n\n" + `{"status":404}`, "", nil},
		{"a number and a string agree as text", status, "404\nX-Status: 404\n\n" + `{"status":"404"}`, "", nil},
		{"the reasons agree", reason, "404\nX-Reason: Not Found\n\n" + `{"reason":"Not Found"}`, "Not Found", nil},
		{"the header says another", status, "404\nX-Status: 403\n\n" + `{"status":404}`, "",
			[]string{"channels: X-Status: want 404 as in the status line, got 403"}},
		{"the body says another", status, "404\nX-Status: 404\n\n" + `{"status":4.04e2}`, "",
			[]string{"channels: /status: want 404 as in the status line, got 4.04e2"}},
		{"the status line says another than both", status, "404\nX-Status: 401\n\n" + `{"status":401}`, "", []string{
			"channels: X-Status: want 404 as in the status line, got 401", "channels: /status: want 404 as in the status line, got 401"}},
		{"the reason differs in its case", reason, "404\nX-Reason: not found\n\n" + `{"reason":"Not Found"}`, "Not Found",
			[]string{"channels: X-Reason: want Not Found as in the status line, got not found"}},
		{"the header is missing", status, "404\n\n" + `{"status":404}`, "", []string{"channels: X-Status: want 404 as in the status line, got none"}},
		{"the header stands twice", status, "404\nX-Status: 404\nX-Status: 404\n\n" + `{"status":404}`, "",
			[]string{"channels: X-Status: want 404 as in the status line, got 2 lines: 404 | 404"}},
		{"the body has no such value", pair, "404\nX-Code: 9\n\n{}", "", []string{"channels: /code: want 9 as in the header X-Code, got none"}},
		{"a value of another type", pair, "404\nX-Code: 9\n\n" + `{"code":[9]}`, "", []string{"channels: /code: want 9 as in the header X-Code, got [9]"}},
		{"none is there", pair, "404\n\n{}", "", []string{"channels: X-Code: want any value, got none", "channels: /code: want any value, got none"}},
		{"the reason phrase is missing", reason, "404\nX-Reason: a\n\n" + `{"reason":"a"}`, "", []string{"channels: want a as in the header X-Reason, in the status line, got none"}},
		{"an optional pair is missing", optional(pair), "404\n\n{}", "", nil},
		{"one of an optional pair is missing", optional(pair), "404\n\n" + `{"code":"9"}`, "",
			[]string{"channels: X-Code: want 9 as in the body, got none"}},
		{"an optional pair differs", optional(pair), "404\nX-Code: 8\n\n" + `{"code":"9"}`, "",
			[]string{"channels: /code: want 8 as in the header X-Code, got 9"}},
		{"an optional reason phrase is missing", optional(reason), "404\nX-Reason: a\n\n" + `{"reason":"a"}`, "", nil},
		{"an optional status stands in the status line alone", optional(status), "404\n\n{}", "", nil},
		{"a body that is not JSON, with a header", status, "404\nX-Status: 403\n\nno", "",
			[]string{"body: want JSON, got plain text: no", "channels: X-Status: want 404 as in the status line, got 403"}},
		{"an answer without content", status, "304\nX-Status: 400", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ex := exchanged(t, "GET", tt.answer)
			ex.Answer.Reason = tt.phrase
			formats := map[string]contract.Format{"f": {Same: []contract.Channels{tt.same}}}
			found, err := Find(contract.Expect{Formats: []string{"f"}}, formats, ex, Defect{})
			if err != nil {
				t.Fatal(err)
			}
			wantLines(t, found, tt.want)
		})
	}
}

func TestHTTP2HasNoReasonPhraseToAgreeWith(t *testing.T) {
	formats := map[string]contract.Format{"f": {Same: []contract.Channels{{Header: "X-Reason", Place: "/reason", Is: "reason"}}}}
	for body, want := range map[string][]string{
		`{"reason":"Not Found"}`: nil,
		`{"reason":"Gone"}`:      {"channels: /reason: want Not Found as in the header X-Reason, got Gone"},
	} {
		ex := exchanged(t, "GET", "404\nX-Reason: Not Found\n\n"+body)
		ex.Answer.Proto = "HTTP/2.0"
		found, err := Find(contract.Expect{Formats: []string{"f"}}, formats, ex, Defect{})
		if err != nil {
			t.Fatal(err)
		}
		wantLines(t, found, want)
	}
}

func TestChannelsOfOtherKinds(t *testing.T) {
	xml := contract.Format{
		XML:  &contract.XML{Root: "r"},
		Same: []contract.Channels{{Header: "X-Status", Place: "/r/s", Is: "status"}},
	}
	wantFound(t, xml, contract.Expect{}, "404\nX-Status: 404\n\n<r><s>404</s></r>")
	wantFound(t, xml, contract.Expect{}, "404\nX-Status: 404\n\n<r><s>400</s></r>", "channels: /r/s: want 404 as in the status line, got 400")
	wantFound(t, xml, contract.Expect{}, "404\n\n<r>", "body: want well-formed XML, got XML syntax error on line 1: unexpected EOF",
		"channels: X-Status: want 404 as in the status line, got none")
	html := contract.Format{HTML: &contract.HTML{}, Same: []contract.Channels{{Header: "X-Status", Is: "status"}}}
	wantFound(t, html, contract.Expect{}, "404\nX-Status: 404\n\n<html>")
	wantFound(t, html, contract.Expect{}, "404\nX-Status: 400\n\n<html>", "channels: X-Status: want 404 as in the status line, got 400")
}
