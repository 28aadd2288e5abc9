package contract

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// restfm has a format of every kind.
const restfm = `formats:
  json:
    media_type: application/json
    schema: error.json
    suffix: .json
    accept: application/json
    status: /info/X-RESTfm-Status
    same:
      - {header: X-RESTfm-Status, place: /info/X-RESTfm-Status, is: status}
      - {header: X-RESTfm-FM-Status, place: /info/X-RESTfm-FM-Status, optional: true}
  xml:
    media_type: text/xml
    suffix: .xml
    xml:
      root: resource
      namespace: http://www.restfm.com
      required: ["/resource/info/field[@name='X-RESTfm-Status']", [/resource/meta, /resource/data]]
    status: "/resource/info/field[@name='X-RESTfm-Status']"
  simple:
    media_type: text/plain
    pairs: {after: info, required: [X-RESTfm-Status]}
    status: X-RESTfm-Status
  line:
    media_type: [text/plain, text/html]
    text: 'Error (?P<status>[0-9]{3}) \((?P<code>[0-9]+): (?P<reason>.*)\)'
    status: status
  html: {media_type: text/html, suffix: .html, html: {}, same: [{header: X-RESTfm-Reason, is: reason}]}
`

// requirement returns a contract's requirement with this expectation, on the line after what stands before it.
func requirement(expect string) string {
	return "requirements: [{id: a, level: must, basis: documented, says: answers, source: s, probes: [method], expect: " + expect + "}]\n"
}

func TestFormatsOfEveryKind(t *testing.T) {
	c, err := load(head + restfm + requirement("{format: [json, xml, simple, html]}"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Format{
		{
			Name: "json", MediaTypes: OneOrMore{"application/json"}, SchemaFile: "error.json", Suffix: ".json", Accept: "application/json",
			Status: &Repeat{Pointer: "/info/X-RESTfm-Status"},
			Same: []Channels{
				{Header: "X-RESTfm-Status", Place: "/info/X-RESTfm-Status", Is: "status"},
				{Header: "X-RESTfm-FM-Status", Place: "/info/X-RESTfm-FM-Status", Optional: true},
			},
		},
		{
			Name: "xml", MediaTypes: OneOrMore{"text/xml"}, Suffix: ".xml",
			XML: &XML{"resource", "http://www.restfm.com", []OneOrMore{
				{"/resource/info/field[@name='X-RESTfm-Status']"}, {"/resource/meta", "/resource/data"},
			}},
			Status: &Repeat{Pointer: "/resource/info/field[@name='X-RESTfm-Status']"},
		},
		{
			Name: "simple", MediaTypes: OneOrMore{"text/plain"}, Pairs: &Pairs{After: "info", Required: []OneOrMore{{"X-RESTfm-Status"}}},
			Status: &Repeat{Pointer: "X-RESTfm-Status"},
		},
		{
			Name: "line", MediaTypes: OneOrMore{"text/plain", "text/html"}, Text: `Error (?P<status>[0-9]{3}) \((?P<code>[0-9]+): (?P<reason>.*)\)`,
			Status: &Repeat{Pointer: "status"},
		},
		{Name: "html", MediaTypes: OneOrMore{"text/html"}, Suffix: ".html", HTML: &HTML{}, Same: []Channels{{Header: "X-RESTfm-Reason", Is: "reason"}}},
	}
	got := c.FormatsInOrder()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Format{}), cmpopts.IgnoreFields(Format{}, "Schema", "Pattern")); diff != "" {
		t.Error(diff)
	}
	kinds := []Kind{KindJSON, KindXML, KindPairs, KindText, KindHTML}
	for i, f := range got {
		if f.Kind() != kinds[i] {
			t.Errorf("%s: want %s, got %s", f.Name, kinds[i], f.Kind())
		}
	}
	if diff := cmp.Diff(OneOrMore{"json", "xml", "simple", "html"}, c.Requirements[0].Expect.Formats); diff != "" {
		t.Error(diff)
	}
}

func TestPatternsAreOfTheWholeBody(t *testing.T) {
	c, err := load(head + restfm + requirement("{}"))
	if err != nil {
		t.Fatal(err)
	}
	pattern := c.Formats["line"].Pattern
	for body, want := range map[string]bool{
		"Error 401 (18: no)":         true,
		"Error 401 (18: no)\n":       true,
		"Error 401 (18: no)\r\n":     true,
		"Error 401 (18: no)\n\n":     false,
		"An Error 401 (18: no)":      false,
		"Error 401 (18: no)\nError ": false,
		"Error 401 (18: no) x":       false,
	} {
		if got := pattern.MatchString(body); got != want {
			t.Errorf("%q: want %t", body, want)
		}
	}
}

func TestMembersAreThoseOfAlwaysWhereTheFormatsAreAlike(t *testing.T) {
	always := "always: {format: json, members: {/a: 1}}\n"
	tests := []struct {
		name, expect string
		want         map[string]Member
	}{
		{"without a format of its own", "{}", map[string]Member{"/a": {OneOf: []any{json.Number("1")}}}},
		{"in another format of the same kind", "{format: other}", map[string]Member{"/a": {OneOf: []any{json.Number("1")}}}},
		{"beside its own", "{members: {/b: {not: [x, null]}, /c: {not: \"0\"}}}", map[string]Member{
			"/a": {OneOf: []any{json.Number("1")}}, "/b": {Not: []any{"x", nil}}, "/c": {Not: []any{"0"}},
		}},
		{"not in a format of another kind", "{format: xml, members: {/resource/a: x}}", map[string]Member{"/resource/a": {OneOf: []any{"x"}}}},
		{"not in several, one of which is of another kind", "{format: [json, xml]}", nil},
		{"not without a format", "{format: none}", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := load(head + restfm + "  other: {media_type: application/json}\n" + always + requirement(tt.expect))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, c.Requirements[0].Expect.Members); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFormatMistakes(t *testing.T) {
	tests := []struct {
		name, format string // the format f, whose media type is given
		want         []string
	}{
		{"two kinds", "schema: error.json, xml: {root: a}", []string{`6:3: format "f": schema and xml: a format is of one kind`}},
		{"three kinds", "text: a, pairs: {}, html: {}", []string{`6:3: format "f": text and pairs and html: a format is of one kind`}},
		{"a misspelt key", "xml: {rot: a}", []string{`6:24: "root" is missing`, `6:30: unknown key "rot"; did you mean "root"?`}},
		{"XML that is a text", "xml: a", []string{`6:24: "xml": want mapping, got text`}},
		{"a root with a prefix", "xml: {root: \"x:a\"}", []string{`6:30: format "f": xml: "x:a" is no name of an element: leave out prefix and slash`}},
		{"a root that is a path", "xml: {root: a/b}", []string{`6:30: format "f": xml: "a/b" is no name of an element: leave out prefix and slash`}},
		{"element paths that are none", "xml: {root: a, required: [a/b, [/a, \"/a/b[1]\"], /b/c]}, status: b", []string{
			`6:50: format "f": required: "a/b" is no element path: write it like "/error/field[@name='code']"`,
			`6:55: format "f": required: "/a/b[1]" is no element path: write it like "/error/field[@name='code']"`,
			`6:72: format "f": required: "/b/c" starts at "b", and the root element is "a"`,
			`6:80: format "f": status: "b" is no element path: write it like "/error/field[@name='code']"`,
		}},
		{"a status in every entry of XML", "xml: {root: a}, status: {each: /a/b, pointer: /a/c}", []string{
			`6:40: format "f": status: each and single are for JSON: give the place alone`,
		}},
		{"readable, of every answer", "readable: true", []string{`6:24: format "f": readable: it is for JSON that is optional: what is promised of every answer is judged of every answer`}},
		{"readable, of XML", "xml: {root: a}, optional: true, readable: true", []string{`6:56: format "f": readable: it is for JSON that is optional: what is promised of every answer is judged of every answer`}},
		{"blame in XML", "xml: {root: a}, blame: /a/b", []string{`6:40: format "f": blame: it is for JSON, and this is XML`}},
		{"a pattern that does not compile", "text: '(a', status: b", []string{"6:24: format \"f\": text: missing closing ): `(a`"}},
		{"a pattern that closes what it did not open", "text: 'a)|(?:b'", []string{"6:24: format \"f\": text: unexpected ): `a)|(?:b`"}},
		{"a group that does not exist", "text: 'a (?P<code>b)', status: cod", []string{`6:47: format "f": status: the pattern has no group "cod"; did you mean "code"?`}},
		{"a group without a name", "text: 'a (b)', status: status", []string{`6:39: format "f": status: the pattern has no group "status": name one as in (?P<code>[0-9]+)`}},
		{"a separator that is part of a pair", "pairs: {separator: =}", []string{`6:32: format "f": pairs: "=" cannot separate pairs: it would be read as part of one`}},
		{"a name that no pair can have", "pairs: {required: [a=b]}", []string{`6:43: format "f": required: "a=b" is no name of a pair`}},
		{"a value of HTML", "html: {}, status: title", []string{`6:34: format "f": status: no value is read from HTML: leave it out, or describe the format as text`}},
		{"something in HTML", "html: {title: a}", []string{`6:31: unknown key "title"`}},
		{"one place that agrees with itself", "same: [{header: A}, {place: /a, optional: true}]", []string{
			`6:31: format "f": same: one place agrees with itself: give two or three of header, place and is`,
			`6:44: format "f": same: one place agrees with itself: give two or three of header, place and is`,
		}},
		{"places and fields that cannot be", "same: [{header: a b, place: c}]", []string{
			`6:31: format "f": same: "a b" is no name of a header field`,
			`6:31: format "f": same: "c" is not a JSON pointer: it starts with "/"`,
		}},
		{"what the status line does not say", "same: [{header: A, is: code}]", []string{`6:43: "is": want "status", "reason", got "code"`}},
		{"a suffix with a query, an Accept with a parameter", "suffix: \"?a\", accept: a/b;q=1", []string{
			`6:24: "suffix": want the end of a path, such as .json, got "?a"`,
			`6:38: format "f": "a/b;q=1" is no media type: write it like application/json, without parameters`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(head + "formats:\n  f: {media_type: a/b, " + tt.format + "}\n" + requirement("{format: f}"))
			wantMistakes(t, err, tt.want)
		})
	}
}

func TestExpectationMistakes(t *testing.T) {
	const formats = "formats: {json: {media_type: a/b}, xml: {media_type: a/b, xml: {root: a}}, html: {media_type: a/b, html: {}}}\n"
	tests := []struct {
		name, expect string
		want         []string
	}{
		{"none among others", "{format: [json, none]}", []string{`6:109: requirement "a": none stands for no format: it stands alone`}},
		{"a misspelt format among others", "{format: [json, xlm]}", []string{`6:109: requirement "a": no format is called "xlm"; did you mean "xml"?`}},
		{"no format in a list", "{format: []}", []string{`6:109: "format": want at least 1 item, got 0`}},
		{"a member that is no place in one of the formats", "{format: [json, xml, html], members: {/b: 1}}", []string{
			`6:146: requirement "a": members: format "xml": "/b" starts at "b", and the root element is "a"`,
		}},
		{"a member of HTML", "{format: html, members: {/b: 1}}", []string{
			`6:133: requirement "a": members: format "html": no value is read from HTML: leave it out, or describe the format as text`,
		}},
		{"values of no form", "{members: {/a: {not: {b: 1}}, /b: {not: []}, /c: {not: 1, one_of: [2]}}}", []string{
			`6:119: requirement "a": members: /a: write a value, {one_of: [...]} or {not: ...}`,
			`6:138: requirement "a": members: /b: write a value, {one_of: [...]} or {not: ...}`,
			`6:153: requirement "a": members: /c: write a value, {one_of: [...]} or {not: ...}`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(head + formats + requirement(tt.expect))
			wantMistakes(t, err, tt.want)
		})
	}
}

// wantMistakes compares the mistakes of the contract x.yaml, in any order.
func wantMistakes(t *testing.T, err error, want []string) {
	t.Helper()
	var got []string
	if err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			got = append(got, strings.TrimPrefix(line, "contracts/x.yaml:"))
		}
	}
	if diff := cmp.Diff(want, got, cmpopts.SortSlices(strings.Compare)); diff != "" {
		t.Error(diff)
	}
}
