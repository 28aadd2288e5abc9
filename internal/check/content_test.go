package check

import (
	"testing"

	"github.com/seed-e125e033/conform/internal/contract"
)

func TestNoContent(t *testing.T) {
	tests := []struct {
		name, method, answer string
		want                 []string
	}{
		{"none to HEAD", "HEAD", "404\nContent-Length: 12", nil},
		{"none to GET", "GET", "404", nil},
		{"some to HEAD", "HEAD", "404\n\nNot Found\n", []string{`content: want no content, got 10 bytes: Not Found\n`}},
		{"some with a 204", "GET", "204\n\n{}", []string{"content: want no content, got 2 bytes: {}"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantFindings(t, contract.Expect{Content: "none"}, exchanged(t, tt.method, tt.answer), Defect{}, tt.want...)
		})
	}
}

func TestContentAsLabelled(t *testing.T) {
	const (
		json    = "application/json"
		wantAny = "content: want one JSON value, as application/json says, got "
		wantXML = "content: want well-formed XML, as application/xml says, got "
	)
	tests := []struct {
		name, label, body string
		want              []string
	}{
		{"JSON", json, `{"a":[1,"b",null]}`, nil},
		{"a JSON scalar", json, ` "a" `, nil},
		{"JSON with parameters and in another case", "Application/JSON; charset=utf-8", `{}`, nil},
		{"a member twice, which the RFC only advises against", json, `{"a":1,"a":2}`, nil},
		{"half a surrogate pair", json, `"\ud800"`, nil},
		{"a +json type", "application/vnd.api+json", `{}`, nil},
		{"text that is not judged", "text/plain", `{"`, nil},
		{"HTML that is not judged", "text/html", `<p>`, nil},
		{"lines of JSON that are not judged", "application/json-seq", "{}\n{}", nil},
		{"no label", "", `{"`, nil},
		{"a label that cannot be read", "application/json, application/json", `{"`, nil},
		{"XML", "application/xml", "\ufeff<?xml version=\"1.0\"?>\n<!DOCTYPE a><!-- b --><a b='c'>&amp;<d/></a>\n", nil},
		{"XML in another set of letters", "text/xml", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xe9</a>", nil},
		{"XML in UTF-16, which is not read", "application/xml", "\xff\xfe<\x00a\x00/\x00>\x00", nil},
		{"XML 1.1, which is not read", "application/xml", "<?xml version='1.1'?><a>&#1;</a>", nil},
		{"entities that the document declares", "text/xml", `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, nil},
		{"entities that nothing declares", "application/xml", `<!DOCTYPE a><a>&b;</a>`, []string{wantXML + "XML syntax error on line 1: invalid character entity &b;"}},
		{"XHTML with its own entities", "application/xhtml+xml", "<html>&nbsp;</html>", nil},

		{"no JSON at all", json, "", []string{wantAny + "empty"}},
		{"HTML labelled JSON", json, "<html>", []string{wantAny + "HTML"}},
		{"plain text labelled JSON", json, "Not Found", []string{wantAny + "plain text: Not Found"}},
		{"JSON cut short", json, `{"a":`, []string{wantAny + "broken JSON: ends too early"}},
		{"bytes after the JSON", json, "{}\x00", []string{wantAny + `broken JSON: after it comes \x00`}},
		{"a byte order mark", json, "\ufeff{}", []string{wantAny + "JSON after a byte order mark"}},
		{"JSON in Latin-1", json, "{\"a\":\"\xe9\"}", []string{wantAny + "broken JSON: not UTF-8"}},
		{"NaN", json, `[NaN]`, []string{wantAny + "broken JSON: invalid character 'N' looking for beginning of value (byte 2)"}},
		{"a broken +json type", "application/problem+json", "{", []string{
			"content: want one JSON value, as application/problem+json says, got broken JSON: ends too early"}},
		{"no XML at all", "application/xml", "", []string{wantXML + "empty"}},
		{"JSON labelled XML", "application/xml", "{}", []string{wantXML + "text outside the element: {}"}},
		{"an element that does not end", "application/xml", "<a>", []string{wantXML + "XML syntax error on line 1: unexpected EOF"}},
		{"elements that cross", "application/xml", "<a><b></a></b>", []string{
			wantXML + "XML syntax error on line 1: element <b> closed by </a>"}},
		{"two elements at the top", "application/xml", "<a/><b/>", []string{wantXML + "more than one element at the top"}},
		{"text after the element", "application/xml", "<a/>b", []string{wantXML + "text outside the element: b"}},
		{"a comment alone", "application/xml", "<!-- a -->", []string{wantXML + "no element"}},
		{"a broken +xml type", "application/problem+xml", "<a", []string{
			"content: want well-formed XML, as application/problem+xml says, got XML syntax error on line 1: unexpected EOF"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answer := "400\nContent-Type: " + tt.label + "\n\n" + tt.body
			wantFindings(t, contract.Expect{Content: "as-labelled"}, exchanged(t, "GET", answer), Defect{}, tt.want...)
		})
	}
}

func TestSomeContent(t *testing.T) {
	for _, tt := range []struct {
		name, method, answer string
		want                 []string
	}{
		{"some", "GET", "404\n\nx", nil},
		{"none to GET", "GET", "404", []string{"content: want content that explains the error, got none"}},
		{"none to HEAD", "HEAD", "404", nil},
		{"none with a 304", "GET", "304", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wantFindings(t, contract.Expect{Content: "some"}, exchanged(t, tt.method, tt.answer), Defect{}, tt.want...)
		})
	}
}

func TestUniqueNames(t *testing.T) {
	for _, tt := range []struct{ name, label, body, got string }{
		{"one of each", "application/json", `{"a":1,"b":{"a":[{"a":1},{"a":2}]}}`, ""},
		{"the value is the name of a member", "application/json", `{"a":"b","b":"a"}`, ""},
		{"a name twice", "application/json", `{"a":1,"b":2,"a":1}`, "a"},
		{"a name twice, once with an escape", "application/problem+json", `{"a":1,"\u0061":2}`, "a"},
		{"a name twice deep inside", "application/json", `[{"x":[{"a":{}, "c":[1], "a":[]}]}]`, "a"},
		{"two names of half a surrogate pair, which may be two", "application/json", `{"\ud800":1,"\ud801":2}`, ""},
		{"half a surrogate pair, which is something else", "application/json", `{"a":"\ud800"}`, ""},
		{"text", "text/plain", `{"a":1,"a":2}`, ""},
		{"no JSON", "application/json", `{"a":1,"a":2`, ""},
		{"no content", "application/json", ``, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var want []string
			if tt.got != "" {
				want = []string{"content: want each member of an object once, got two of the name " + tt.got}
			}
			wantFindings(t, contract.Expect{Content: "unique-names"}, exchanged(t, "GET", "400\nContent-Type: "+tt.label+"\n\n"+tt.body), Defect{}, want...)
		})
	}
}
