package check

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-e125e033/conform/internal/contract"
)

func TestMediaType(t *testing.T) {
	const want = "media-type: want application/problem+json, got "
	tests := []struct {
		name   string
		fields string
		want   []string
	}{
		{"the format's own", "Content-Type: application/problem+json", nil},
		{"compares without case", "content-type: Application/Problem+JSON", nil},
		{"compares without parameters", "Content-Type: application/problem+json; charset=utf-8", nil},
		{"takes a quoted parameter with a semicolon and a quote in it", `Content-Type: application/problem+json;a="x; \" y" ; b=c`, nil},
		{"takes a semicolon without a parameter", "Content-Type: application/problem+json;", nil},
		{"takes empty parameters between others", "Content-Type: application/problem+json ; ;charset=utf-8;", nil},
		{"finds another type", "Content-Type: text/html; charset=utf-8", []string{want + "text/html"}},
		{"finds a type that starts alike", "Content-Type: application/problem+jsonx", []string{want + "application/problem+jsonx"}},
		{"finds a missing field", "X-Other: 1", []string{want + "none"}},
		{"finds an empty field", "Content-Type:", []string{want + "empty"}},
		{"finds a type without a subtype", "Content-Type: application", []string{want + "application"}},
		{"finds a list on one line", "Content-Type: application/problem+json, application/problem+json",
			[]string{want + "application/problem+json, application/problem+json"}},
		{"finds several lines", "Content-Type: application/problem+json\nContent-Type: application/problem+json",
			[]string{want + "2 lines: application/problem+json | application/problem+json"}},
		{"finds a space around an equals sign", "Content-Type: application/problem+json; charset = utf-8",
			[]string{want + "application/problem+json; charset = utf-8"}},
		{"finds a quoted parameter that does not end", `Content-Type: application/problem+json; a="b`,
			[]string{want + `application/problem+json; a="b`}},
		{"finds a parameter without a value", "Content-Type: application/problem+json; a=", []string{want + "application/problem+json; a="}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answer := "400\n" + tt.fields + "\n\n" + `{"title":"a","status":400}`
			wantFindings(t, contract.Expect{Formats: []string{"problem"}}, exchanged(t, "GET", answer), Defect{}, tt.want...)
		})
	}
}

func TestSeveralMediaTypesMayBeRight(t *testing.T) {
	formats := map[string]contract.Format{"any": {MediaTypes: []string{"application/json", "application/problem+json"}}}
	e := contract.Expect{Formats: []string{"any"}}
	found, err := Find(e, formats, exchanged(t, "GET", "400\nContent-Type: application/problem+json"), Defect{})
	if err != nil || len(found) > 0 {
		t.Errorf("want nothing, got %v, %v", found, err)
	}
	found, err = Find(e, formats, exchanged(t, "GET", "400\nContent-Type: text/plain"), Defect{})
	if err != nil || len(found) != 1 || found[0].Want != "application/json or application/problem+json" {
		t.Errorf("want one finding that names both, got %v, %v", found, err)
	}
}

func TestBody(t *testing.T) {
	tests := []struct {
		name string
		body string
		want []string
	}{
		{"fits its schema", `{"title":"a","status":400}`, nil},
		{"may have white space around it", "\r\n {\"title\":\"a\",\"status\":400}\n", nil},
		{"may have a member twice, the last of which counts", `{"title":1,"title":"a","status":400}`, nil},
		{"lacks members", `{}`, []string{"body: status is required", "body: title is required"}},
		{"has a member of another type", `{"title":7,"status":400}`, []string{"body: /title: want string, got number"}},
		{"is another value", `[]`, []string{"body: want object, got array"}},
		{"is empty", "", []string{"body: want JSON, got empty"}},
		{"is white space", "\n", []string{"body: want JSON, got white space"}},
		{"is HTML", "<!DOCTYPE html><title>x", []string{"body: want JSON, got HTML"}},
		{"is HTML without a document type", "\n<h1>Not Found</h1>", []string{"body: want JSON, got HTML"}},
		{"is XHTML", `<?xml version="1.0"?><html xmlns="x"/>`, []string{"body: want JSON, got HTML"}},
		{"is XML", `<?xml version="1.0"?><error/>`, []string{"body: want JSON, got XML"}},
		{"is XML without a declaration", `<error/>`, []string{"body: want JSON, got XML"}},
		{"is plain text", "Not Found", []string{"body: want JSON, got plain text: Not Found"}},
		{"is binary", "\x1f\x8b\x00", []string{`body: want JSON, got binary data: \x1f\x8b\x00`}},
		{"ends too early", `{"title":"a"`, []string{"body: want JSON, got broken JSON: ends too early"}},
		{"has single quotes", `{'title':1}`, []string{
			"body: want JSON, got broken JSON: invalid character '\\'' looking for beginning of object key string (byte 2)"}},
		{"goes on after its end", `{} trailing`, []string{"body: want JSON, got broken JSON: after it comes trailing"}},
		{"is two values", `{}{}`, []string{"body: want JSON, got broken JSON: after it comes {}"}},
		{"is not UTF-8", "{\"title\":\"\xff\"}", []string{"body: want JSON, got broken JSON: not UTF-8"}},
		{"starts with a byte order mark", "\ufeff{}", []string{"body: want JSON, got JSON after a byte order mark"}},
		{"is HTML after a byte order mark", "\ufeff<html>", []string{"body: want JSON, got HTML"}},
		{"is the page of a server in front", "<html><center>nginx/1.27</center>", []string{"body: want JSON, got HTML, looks like nginx's own"}},
		{"is the text of a router", "404 page not found\n", []string{`body: want JSON, got plain text: 404 page not found\n, looks like Go net/http's own`}},
		{"is the body of a framework", `{"timestamp":"t","status":400,"error":"e","path":"/"}`,
			[]string{"body: title is required (looks like Spring Boot's own)"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := contract.Expect{Formats: []string{"problem"}, Members: map[string]contract.Member{"": {}}}
			wantFindings(t, e, exchanged(t, "GET", "400\nContent-Type: application/problem+json\n\n"+tt.body), Defect{}, tt.want...)
		})
	}
}

func TestMembers(t *testing.T) {
	const body = `{"code":"forbidden","n":4.50e2,"big":1e999999999999,"a/b":{"~":[true,null]},"list":[1,{"x":2}],"o":{"p":1,"q":"r"},"":0}`
	tests := []struct {
		name    string
		pointer string
		oneOf   []any
		want    []string
	}{
		{"a string that is equal", "/code", []any{"forbidden"}, nil},
		{"one of several strings", "/code", []any{"unauthorized", "forbidden"}, nil},
		{"a number that is equal by value", "/n", []any{json.Number("450")}, nil},
		{"a number given as Go has it", "/n", []any{450}, nil},
		{"a number given as a float", "/n", []any{450.0}, nil},
		{"a huge number is compared by its digits", "/big", []any{json.Number("1e999999999999")}, nil},
		{"a member whose name has a slash and a tilde", "/a~1b/~0/0", []any{true}, nil},
		{"null", "/a~1b/~0/1", []any{nil}, nil},
		{"the member without a name", "/", []any{json.Number("-0.0")}, nil},
		{"an array and an object by their values", "/list", []any{[]any{json.Number("1.0"), map[string]any{"x": json.Number("2")}}}, nil},
		{"an object whatever its order", "/o", []any{map[string]any{"q": "r", "p": json.Number("1")}}, nil},
		{"a member that only has to be there", "/code", nil, nil},
		{"another string", "/code", []any{"unauthorized"}, []string{`members: /code: want "unauthorized", got "forbidden"`}},
		{"none of several", "/code", []any{"a", "b"}, []string{`members: /code: want "a" or "b", got "forbidden"`}},
		{"a number in place of a string", "/n", []any{"450"}, []string{`members: /n: want "450", got 4.50e2`}},
		{"a string in place of a number", "/code", []any{json.Number("1")}, []string{`members: /code: want 1, got "forbidden"`}},
		{"a huge number in place of a small one", "/big", []any{json.Number("1")}, []string{"members: /big: want 1, got 1e999999999999"}},
		{"a longer array", "/list", []any{[]any{json.Number("1")}}, []string{`members: /list: want [1], got [1,{"x":2}]`}},
		{"another object", "/o", []any{map[string]any{"p": json.Number("1")}}, []string{`members: /o: want {"p":1}, got {"p":1,"q":"r"}`}},
		{"true in place of null", "/a~1b/~0/0", []any{nil}, []string{"members: /a~1b/~0/0: want null, got true"}},
		{"a missing member", "/message", []any{"m"}, []string{`members: /message: want "m", got none`}},
		{"a missing member of any value", "/message", nil, []string{"members: /message: want any value, got none"}},
		{"an index past the end", "/list/2", nil, []string{"members: /list/2: want any value, got none"}},
		{"an index with a leading zero", "/list/00", nil, []string{"members: /list/00: want any value, got none"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := contract.Expect{Members: map[string]contract.Member{tt.pointer: {OneOf: tt.oneOf}}}
			wantFindings(t, e, exchanged(t, "GET", "403\n\n"+body), Defect{}, tt.want...)
		})
	}
	t.Run("are told in the order of their pointers", func(t *testing.T) {
		e := contract.Expect{Members: map[string]contract.Member{"/z": {}, "/y": {}, "/x": {}}}
		wantFindings(t, e, exchanged(t, "GET", "403\n\n{}"), Defect{},
			"members: /x: want any value, got none", "members: /y: want any value, got none", "members: /z: want any value, got none")
	})
	t.Run("are not told of a body that is not JSON", func(t *testing.T) {
		e := contract.Expect{Members: map[string]contract.Member{"/z": {}, "/y": {}}}
		wantFindings(t, e, exchanged(t, "GET", "403\n\nno"), Defect{}, "body: want JSON, got plain text: no")
	})
}

func TestSameNumber(t *testing.T) {
	equal := [][2]string{{"1", "1.0"}, {"100", "1e2"}, {"100", "1E+2"}, {"0.01", "1e-2"}, {"0", "-0"}, {"0e9", "0.00"}, {"-12.50", "-1.25e1"}}
	for _, pair := range equal {
		if !sameNumber(pair[0], pair[1]) {
			t.Errorf("want %s and %s to be the same", pair[0], pair[1])
		}
	}
	different := [][2]string{{"1", "-1"}, {"1", "10"}, {"1e2", "1e3"}, {"0.1", "0.01"}, {"12", "21"}, {"1e99999999999", "1e99999999998"}, {"0", "1"}}
	for _, pair := range different {
		if sameNumber(pair[0], pair[1]) {
			t.Errorf("want %s and %s to differ", pair[0], pair[1])
		}
	}
}

func TestRepeatedStatus(t *testing.T) {
	whole := contract.Repeat{Pointer: "/status"}
	entries := contract.Repeat{Each: "/errors", Pointer: "/status"}
	single := contract.Repeat{Each: "/errors", Pointer: "/status", Single: true}
	tests := []struct {
		name   string
		repeat contract.Repeat
		body   string
		want   []string
	}{
		{"a number", whole, `{"status":404}`, nil},
		{"a number written at length", whole, `{"status":4.04e2}`, nil},
		{"a string of digits", whole, `{"status":"404"}`, nil},
		{"a missing status is for the schema", whole, `{}`, nil},
		{"every entry of an array", entries, `{"errors":[{"status":"404"},{"status":404}]}`, nil},
		{"an entry without a status is for the schema", entries, `{"errors":[{},7]}`, nil},
		{"no array is for the schema", entries, `{"errors":{}}`, nil},
		{"several entries may differ where only a single one counts", single, `{"errors":[{"status":"400"},{"status":"422"}]}`, nil},
		{"another number", whole, `{"status":400}`, []string{"repeated-status: /status: want 404 as the HTTP status, got 400"}},
		{"another string", whole, `{"status":"Not Found"}`, []string{`repeated-status: /status: want 404 as the HTTP status, got "Not Found"`}},
		{"a string with more than digits", whole, `{"status":"404.0"}`, []string{`repeated-status: /status: want 404 as the HTTP status, got "404.0"`}},
		{"null", whole, `{"status":null}`, []string{"repeated-status: /status: want 404 as the HTTP status, got null"}},
		{"the second entry of an array", entries, `{"errors":[{"status":"404"},{"status":"422"}]}`,
			[]string{`repeated-status: /errors/1/status: want 404 as the HTTP status, got "422"`}},
		{"the single entry", single, `{"errors":[{"status":"422"}]}`,
			[]string{`repeated-status: /errors/0/status: want 404 as the HTTP status, got "422"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			formats := map[string]contract.Format{"f": {Status: &tt.repeat}}
			found, err := Find(contract.Expect{Formats: []string{"f"}}, formats, exchanged(t, "GET", "404\n\n"+tt.body), Defect{})
			if err != nil {
				t.Fatal(err)
			}
			wantLines(t, found, tt.want)
		})
	}
}

func TestExcerpt(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"stays as it is", `a "b" \ é`, `a "b" \ é`},
		{"says that there is nothing", "", "empty"},
		{"shows control characters", "a\r\nb\x1b[31m\x00", `a\r\nb\x1b[31m\x00`},
		{"shows bytes that are no text", "\xffa", `\xffa`},
		{"shows what turns the reading direction", "a\u202eb", `a\u202eb`},
		{"is cut at 120 characters", strings.Repeat("é", 121), strings.Repeat("é", 119) + "…"},
		{"is not cut before", strings.Repeat("é", 120), strings.Repeat("é", 120)},
		{"is cut where escapes make it long", strings.Repeat("\n", 61), strings.Repeat(`\n`, 59) + `\…`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := excerpt(tt.text); got != tt.want {
				t.Errorf("want %q, got %q", tt.want, got)
			}
		})
	}
}

func FuzzExcerpt(f *testing.F) {
	f.Add("a\r\n\xff\u2028")
	f.Add(strings.Repeat("\x00😀", 300))
	f.Fuzz(func(t *testing.T, text string) {
		got := excerpt(text)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > longest || strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			t.Errorf("excerpt of %q is %q", text, got)
		}
	})
}

// FuzzBody holds the body's rules to their word whatever a target sends: an end, and findings or an error, never a panic.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{`{"status":"400","errors":[{"pointer":"#/a%2"}]}`, "\ufeff[1e999]", "<html>", "<?xml version='1.0' encoding='x'?><a/>", "{\"a\":\"\xff"} {
		f.Add([]byte(seed), "application/json")
	}
	f.Add([]byte("<a>"), "text/xml")
	format := contract.Format{
		MediaTypes: []string{"application/json"},
		Status:     &contract.Repeat{Pointer: "/status"},
		Blame:      &contract.Blame{Each: "/errors", Pointer: "/pointer", Location: "/location"},
	}
	formats := map[string]contract.Format{"f": format}
	e := contract.Expect{Formats: []string{"f"}, Blames: true, Content: "as-labelled", Members: map[string]contract.Member{"/status": {OneOf: []any{400}}}}
	d := Defect{Blame: []Place{{In: "body", At: "/a"}}}
	f.Fuzz(func(t *testing.T, body []byte, label string) {
		ex := exchanged(t, "POST", "400\n\n")
		ex.Answer.Body = body
		ex.Answer.Fields = append(ex.Answer.Fields, fieldOf("Content-Type", label))
		found, err := Find(e, formats, ex, d)
		if len(found) > 0 && err != nil {
			t.Errorf("both findings and an error: %v, %v", found, err)
		}
		if _, bad := decode(body); bad != nil && len(found) == 0 && err == nil {
			t.Errorf("%q is not JSON, and nothing was found", body)
		}
	})
}

func TestAnOptionalFormatIsJudgedOnlyWhereTheAnswerHasItsMediaType(t *testing.T) {
	format := problem(t)
	format.Optional = true
	formats := map[string]contract.Format{"problem": format}
	body := contract.Expect{Formats: []string{"problem"}}
	status := contract.Expect{Formats: []string{"problem"}, Status: []contract.Status{"415"}}
	tests := []struct {
		name     string
		expect   contract.Expect
		method   string
		answer   string
		concerns bool
		want     []string
	}{
		{"its own media type", body, "POST", goodAnswer, true, nil},
		{"its own media type over another body", body, "POST", "415\nContent-Type: application/problem+json; charset=utf-8\n\n[]", true,
			[]string{"body: want object, got array"}},
		{"its own media type over no body", body, "POST", "415\nContent-Type: application/problem+json", true, []string{"body: want JSON, got empty"}},
		{"another media type", body, "POST", "415\nContent-Type: text/plain\n\nno", false, nil},
		{"no media type", body, "POST", "415", false, nil},
		{"several media types", body, "POST", "415\nContent-Type: application/problem+json\nContent-Type: text/plain\n\nno", false, nil},
		{"an answer to HEAD", body, "HEAD", goodAnswer, false, nil},
		{"another media type and another status", status, "POST", "400\nContent-Type: text/plain\n\nno", true, []string{"status: want 415, got 400"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ex := exchanged(t, tt.method, tt.answer)
			if got := Read(ex, Defect{}).Concerns(Prepare(tt.expect, formats)); got != tt.concerns {
				t.Errorf("concerns: want %t, got %t", tt.concerns, got)
			}
			found, err := Find(tt.expect, formats, ex, Defect{})
			if err != nil {
				t.Fatal(err)
			}
			wantLines(t, found, tt.want)
		})
	}
	format.Optional = false
	formats["problem"] = format
	if !Read(exchanged(t, "POST", "415\nContent-Type: text/plain\n\nno"), Defect{}).Concerns(Prepare(body, formats)) {
		t.Error("a format that is not optional concerns every answer")
	}
}
