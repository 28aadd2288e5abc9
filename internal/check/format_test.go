package check

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/element"
	"github.com/seed-e125e033/conform/internal/exchange"
)

// wantFound judges an answer by one format, and fails the test where the findings are others than want.
func wantFound(t *testing.T, f contract.Format, e contract.Expect, answer string, want ...string) {
	t.Helper()
	e.Formats = []string{"f"}
	found, err := Find(e, map[string]contract.Format{"f": f}, exchanged(t, "GET", answer), Defect{})
	if err != nil {
		t.Fatal(err)
	}
	wantLines(t, found, want)
}

func TestXML(t *testing.T) {
	const status, code = "/resource/info/field[@name='Status']", "/resource/info/field[@name='Code']"
	f := contract.Format{
		XML:    &contract.XML{Root: "resource", Namespace: "urn:r", Required: []contract.OneOrMore{{status}, {"/resource/meta", "/resource/data"}}},
		Status: &contract.Repeat{Pointer: status},
	}
	e := contract.Expect{Members: map[string]contract.Member{code: {OneOf: []any{json.Number("18"), "none"}}}}
	whole := func(status, rest string) string {
		return `<resource xmlns="urn:r"><info><field name="Status">` + status + `</field><field name="Code">18</field></info>` + rest + `</resource>`
	}
	tests := []struct {
		name, body string
		want       []string
	}{
		{"as it should be", whole("404", "<meta/>"), nil},
		{"with a declaration and a byte order mark", "\ufeff<?xml version='1.0' encoding='utf-8'?>\n" + whole("404", "<data/>"), nil},
		{"another status", whole("403", "<data/>"), []string{`repeated-status: ` + status + `: want 404 as the HTTP status, got "403"`}},
		{"a required element that is missing", whole("404", ""), []string{"body: /resource/meta or /resource/data is required"}},
		{"a member with another value", strings.Replace(whole("404", "<data/>"), "18", "19", 1), []string{`members: ` + code + `: want 18 or "none", got "19"`}},
		{"all elements missing", `<resource xmlns="urn:r"/>`, []string{
			"body: " + status + " is required", "body: /resource/meta or /resource/data is required", "members: " + code + `: want 18 or "none", got none`,
		}},
		{"another root", `<error xmlns="urn:r"/>`, []string{"body: want the root element resource, got error"}},
		{"another namespace", `<resource/>`, []string{"body: want the namespace urn:r, got empty"}},
		{"an end too early", `<resource>`, []string{"body: want well-formed XML, got XML syntax error on line 1: unexpected EOF"}},
		{"entities", `<!DOCTYPE r [<!ENTITY a "b">]><resource>&a;</resource>`, []string{"body: want well-formed XML, got it has a document type, which is never read"}},
		{"an encoding that it does not have", `<?xml version="1.0" encoding="UTF-16"?><resource/>`,
			[]string{`body: want well-formed XML, got it declares the encoding "UTF-16", and UTF-8 is wanted`}},
		{"nothing", "", []string{"body: want well-formed XML, got empty"}},
		{"JSON", `{"info":{}}`, []string{"body: want well-formed XML, got JSON"}},
		{"plain text", "no such record", []string{"body: want well-formed XML, got text outside the element: no such record"}},
		{"the page of a server in front", "<html>\r\n<center>nginx</center><hr></html>", []string{
			"body: want well-formed XML, got HTML: XML syntax error on line 2: element <hr> closed by </html>, looks like nginx's own"}},
		{"a page that is well-formed", "<html/>", []string{"body: want the root element resource, got HTML: html"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantFound(t, f, e, "404\n\n"+tt.body, tt.want...) })
	}
	t.Run("more than is read is not judged", func(t *testing.T) {
		ex := exchanged(t, "GET", "404\n\n"+strings.Repeat("<resource>", 1001))
		found, err := Find(contract.Expect{Formats: []string{"f"}}, map[string]contract.Format{"f": f}, ex, Defect{})
		if len(found) > 0 || err != element.ErrLimit {
			t.Errorf("want %v, got %v, %v", element.ErrLimit, found, err)
		}
	})
}

func TestText(t *testing.T) {
	const text = `Error (?P<status>[0-9]{3}) \((?P<code>-?[0-9]+)?: .*\)`
	f := contract.Format{Text: text, Pattern: regexp.MustCompile(`\A(?:` + text + `)(?:\r?\n)?\z`), Status: &contract.Repeat{Pointer: "status"}}
	e := contract.Expect{Members: map[string]contract.Member{"code": {Not: []any{json.Number("0"), "00"}}}}
	tests := []struct {
		name, body string
		want       []string
	}{
		{"as it should be", "Error 401 (18: Client must provide account information)\n", nil},
		{"another status", "Error 403 (18: no)", []string{`repeated-status: status: want 401 as the HTTP status, got "403"`}},
		{"a value that is ruled out", "Error 401 (0: no)", []string{`members: code: want any value but 0 or "00", got "0"`}},
		{"a group that took no part", "Error 401 (: no)", []string{`members: code: want any value but 0 or "00", got none`}},
		{"another text", "Error 4", []string{"body: want text that matches " + text + ", got plain text: Error 4"}},
		{"more text", "Error 401 (1: no)\n\n", []string{"body: want text that matches " + text + `, got plain text: Error 401 (1: no)\n\n`}},
		{"nothing", "", []string{"body: want text that matches " + text + ", got empty"}},
		{"HTML", "<html>Error 401 (1: no)</html>", []string{"body: want text that matches " + text + ", got HTML"}},
		{"XML", "<error/>", []string{"body: want text that matches " + text + ", got XML"}},
		{"the text of a router", "404 page not found\n", []string{"body: want text that matches " + text + `, got plain text: 404 page not found\n, looks like Go net/http's own`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantFound(t, f, e, "401\n\n"+tt.body, tt.want...) })
	}
}

func TestPairs(t *testing.T) {
	const want = `body: want a line of name="value" pairs, got `
	f := contract.Format{
		Pairs:  &contract.Pairs{After: "info", Required: []contract.OneOrMore{{"Reason", "Detail"}}},
		Status: &contract.Repeat{Pointer: "Status"},
	}
	tests := []struct {
		name, body string
		want       []string
	}{
		{"as it should be", "data\n\ninfo\n" + `Status="404"&Reason="Not \"F\\ound\" & gone="` + "\n\n", nil},
		{"in another order and with other line ends", "info\r\n" + `Reason="x"&Status="404"` + "\r\n", nil},
		{"without a line end", "info\n" + `Detail=""`, nil},
		{"another status", "info\n" + `Status="400"&Reason=""`, []string{`repeated-status: Status: want 404 as the HTTP status, got "400"`}},
		{"a required name that is missing", "info\n" + `Status="404"`, []string{"body: Reason or Detail is required"}},
		{"a list that does not follow the line", `Status="404"` + "\ninfo", []string{want + `no line "info" with another after it`}},
		{"nothing after the line", "info\n", []string{want + `no name="value" at character 1 of the line: empty`}},
		{"a value without quotes", "info\nStatus=404", []string{want + `no name="value" at character 1 of the line: Status=404`}},
		{"a value that does not end", "info\n" + `A="b"&Status="404\"`, []string{want + `no name="value" at character 7 of the line: Status="404\"`}},
		{"a backslash at the end", "info\n" + `A="\`, []string{want + `no name="value" at character 1 of the line: A="\`}},
		{"a pair without a name", "info\n" + `="a"`, []string{want + `no name="value" at character 1 of the line: ="a"`}},
		{"another separator", "info\n" + `A="b";C="d"`, []string{want + `no & between pairs, at character 6 of the line: ;C="d"`}},
		{"a separator at the end", "info\n" + `A="b"&`, []string{want + `no name="value" at character 7 of the line: empty`}},
		{"a name twice", "info\n" + `A="b"&A="b"`, []string{want + "A stands twice"}},
		{"nothing", "", []string{want + "empty"}},
		{"JSON", `{"info":1}`, []string{want + "JSON"}},
		{"HTML", "<html>", []string{want + "HTML"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantFound(t, f, contract.Expect{}, "404\n\n"+tt.body, tt.want...) })
	}
	t.Run("in the first line, with a separator of its own", func(t *testing.T) {
		got, err := readPairs(`a="1", b="2&\,"`+"\nc", contract.Pairs{Separator: ", "})
		if diff := cmp.Diff(map[string]string{"a": "1", "b": "2&,"}, got); err != nil || diff != "" {
			t.Error(err, diff)
		}
	})
}

func TestHTML(t *testing.T) {
	f := contract.Format{HTML: &contract.HTML{}}
	for _, body := range []string{
		"<!DOCTYPE html><title>x</title>", "<html>", "\ufeff \n<!-- a > b --><HTML lang=en>", "<!doctype HTML PUBLIC \"x\">", `<?xml version="1.0"?><html xmlns="x"/>`,
	} {
		wantFound(t, f, contract.Expect{}, "404\n\n"+body)
	}
	for body, got := range map[string]string{
		"":                      "empty",
		" \n":                   "white space",
		"Not Found":             "no HTML document: Not Found",
		"<h1>Not Found</h1>":    "no HTML document: <h1>Not Found</h1>",
		"<!-- <html>":           "no HTML document: <!-- <html>",
		"<htmlx>":               "no HTML document: <htmlx>",
		"text <html></html>":    "no HTML document: text <html></html>",
		`{"page":"<html>"}`:     "JSON",
		"<?xml version='1.0'?>": "no HTML document: <?xml version='1.0'?>",
	} {
		wantFound(t, f, contract.Expect{}, "404\n\n"+body, "body: want HTML, got "+got)
	}
}

func TestTheRequestChoosesTheFormat(t *testing.T) {
	formats := map[string]contract.Format{
		"json":  {MediaTypes: []string{"application/json"}, Suffix: ".json", Accept: "application/json"},
		"xml":   {MediaTypes: []string{"text/xml"}, Suffix: ".xml", Accept: "application/xml"},
		"plain": {MediaTypes: []string{"text/plain"}},
		"html":  {MediaTypes: []string{"text/html"}, Accept: "text/html"},
	}
	tests := []struct {
		name, target, accept string
		formats              []string
		want                 string
	}{
		{"by the end of its path", "/a.xml?b=.json", "application/json", []string{"json", "xml", "plain"}, "text/xml"},
		{"by what it accepts first", "/a", "Application/XML;q=0.1 , application/json", []string{"json", "plain", "xml"}, "text/xml"},
		{"not by what it accepts then", "/a", "image/png, application/xml", []string{"json", "plain", "xml"}, "text/plain"},
		{"the first that asks for nothing", "/a", "", []string{"json", "html", "plain"}, "text/plain"},
		{"the first, where all ask for something", "/a.txt", "*/*", []string{"html", "json"}, "text/html"},
		{"the only one, whatever it asks for", "/a.json", "application/json", []string{"xml"}, "text/xml"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ex := exchanged(t, "GET", "404\nContent-Type: image/png")
			ex.Request.Target = tt.target
			if tt.accept != "" {
				ex.Request.Fields = exchange.Fields{{Name: "Accept", Value: tt.accept}}
			}
			e := contract.Expect{Formats: tt.formats, Members: nil}
			for name, f := range formats {
				f.HTML = &contract.HTML{} // any kind will do that a body of nothing is not of
				formats[name] = f
			}
			found, err := Find(e, formats, ex, Defect{})
			if err != nil {
				t.Fatal(err)
			}
			wantLines(t, found, []string{"media-type: want " + tt.want + ", got image/png", "body: want HTML, got empty"})
		})
	}
	t.Run("and an optional one of several is judged by its media type", func(t *testing.T) {
		f := formats["html"]
		f.Optional = true
		formats["html"] = f
		e := contract.Expect{Formats: []string{"html", "json"}, Members: map[string]contract.Member{"/a": {}}}
		ex := exchanged(t, "GET", "404\nContent-Type: image/png")
		ex.Request.Fields = exchange.Fields{{Name: "Accept", Value: "text/html"}}
		found, err := Find(e, formats, ex, Defect{})
		if err != nil || len(found) > 0 || Read(ex, Defect{}).Concerns(Prepare(e, formats)) {
			t.Errorf("want nothing of concern, got %v, %v", found, err)
		}
	})
}

// FuzzKinds holds the readers of every kind to their word whatever a target sends: an end, and findings or an error or neither.
func FuzzKinds(f *testing.F) {
	f.Add([]byte(`<a xmlns="urn:r"><b c="d">400</b></a>`))
	f.Add([]byte("info\nStatus=\"400\"&b=\"\\\"\"\n"))
	f.Add([]byte("<!-- a --><!doctype html>"))
	f.Add([]byte("Error 400 (1)"))
	same := func(place string) []contract.Channels {
		return []contract.Channels{{Header: "X-Status", Place: place, Is: "status"}, {Header: "X-Reason", Place: place, Is: "reason", Optional: true}}
	}
	kinds := map[string]contract.Format{
		"xml":   {XML: &contract.XML{Root: "a", Required: []contract.OneOrMore{{"/a/b"}}}, Status: &contract.Repeat{Pointer: "/a/b[@c='d']"}, Same: same("/a/b")},
		"pairs": {Pairs: &contract.Pairs{After: "info", Required: []contract.OneOrMore{{"b"}}}, Status: &contract.Repeat{Pointer: "Status"}, Same: same("Status")},
		"text":  {Text: "x", Pattern: regexp.MustCompile(`(?s)\AError (?P<s>[0-9]+)(?P<r>.*)\z`), Status: &contract.Repeat{Pointer: "s"}, Same: same("s")},
		"html":  {HTML: &contract.HTML{}, Same: same("")},
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for name := range kinds {
			ex := exchanged(t, "GET", "400\nX-Status: 400")
			ex.Answer.Body = body
			found, err := Find(contract.Expect{Formats: []string{name}}, kinds, ex, Defect{})
			if len(found) > 0 && err != nil {
				t.Errorf("%s: both findings and an error: %v, %v", name, found, err)
			}
			for _, finding := range found {
				if line := finding.String(); strings.ContainsAny(line, "\r\n\x00") || len(line) > 4*longest*4 {
					t.Errorf("%s: %q", name, line)
				}
			}
		}
	})
}
