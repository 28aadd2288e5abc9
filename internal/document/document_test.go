package document

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/schema"
)

func mustParse(t *testing.T, text string) *Document {
	t.Helper()
	d, err := Parse("x.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestParse(t *testing.T) {
	tests := []struct {
		name, text string
		want       any
	}{
		{"scalars", "[text, 1, -2.50, 1e3, 99999999999999999999, true, null, ~, ]", []any{
			"text", json.Number("1"), json.Number("-2.50"), json.Number("1e3"), json.Number("99999999999999999999"), true, nil, nil,
		}},
		{"what looks like something else is text", "[1.0.0, 2027-03-31, yes, 31740ac6, 12:30, '7', \"true\"]", []any{
			"1.0.0", "2027-03-31", "yes", "31740ac6", "12:30", "7", "true",
		}},
		{"nested mappings", "a:\n  b: {c: [1]}\n  d:\n", map[string]any{
			"a": map[string]any{"b": map[string]any{"c": []any{json.Number("1")}}, "d": nil},
		}},
		{"a key with a question mark", "? a\n: b\n", map[string]any{"a": "b"}},
		{"block texts", "a: |\n  one\n  two\nb: >-\n  one\n  two\n", map[string]any{"a": "one\ntwo\n", "b": "one two"}},
		{"anchors and aliases", "a: &x [1]\nb: *x\nc: {d: *x}\n", map[string]any{
			"a": []any{json.Number("1")}, "b": []any{json.Number("1")}, "c": map[string]any{"d": []any{json.Number("1")}},
		}},
		{"a document with its marks", "---\na: 1\n...\n", map[string]any{"a": json.Number("1")}},
		{"an empty mapping and an empty list", "{a: {}, b: []}", map[string]any{"a": map[string]any{}, "b": []any{}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, mustParse(t, tt.text).Value); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	bomb := "a: &a [" + strings.Repeat("x,", 100) + "]\nb: &b [" + strings.Repeat("*a,", 100) + "]\nc: [" + strings.Repeat("*b,", 100) + "]\n"
	tests := []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", []string{"x.yaml:1:1: the file is empty"}},
		{"comments alone", "# later\n", []string{"x.yaml:1:1: the file is empty"}},
		{"ten megabytes", strings.Repeat("a", 10<<20), []string{"x.yaml:1:1: the file has 10485760 bytes: at most 8388608 are read"}},
		{"not UTF-8", "a: 1\nbé: \xff", []string{"x.yaml:2:5: not UTF-8: save the file in that encoding"}},
		{"a list that does not end", "a: [1,", []string{"x.yaml:2:1: not YAML: the file ends within brackets: close them"}},
		{"two colons", "a: b: c", []string{"x.yaml:1:5: not YAML: mapping values are not allowed in this context"}},
		{"a tab for indentation", "a:\n\tb: 1", []string{"x.yaml:2:1: not YAML: no value starts like this: indent with spaces, never with tabs, and put text in quotes"}},
		{"two documents", "a: 1\n---\nb: 2\n", []string{"x.yaml:2:1: a second document begins here: keep one document in a file"}},
		{"keys that stand twice, each told", "a: 1\nb: {c: 1, c: 2}\na: 3\n", []string{
			`x.yaml:2:11: key "c" stands here for the second time, first in line 2: keep one`,
			`x.yaml:3:1: key "a" stands here for the second time, first in line 1: keep one`,
		}},
		{"keys that are not text", "1: a\ntrue: b\n~: c\n", []string{
			"x.yaml:1:1: key 1 is not text: put it in quotes",
			"x.yaml:2:1: key true is not text: put it in quotes",
			"x.yaml:3:1: key ~ is not text: put it in quotes",
		}},
		{"a key that is a list", "? [a]\n: b\n", []string{"x.yaml:1:3: this key is a list, a mapping or an alias: write it as text"}},
		{"a key with an anchor", "&a b: 1\nc: *a\n", []string{
			`x.yaml:1:1: key "b" has a tag or an anchor: write it without`,
			`x.yaml:2:4: alias "a" has no anchor at a value before it`,
		}},
		{"a text that does not end", "a: \"b\n", []string{"x.yaml:2:1: not YAML: while scanning a quoted scalar: found unexpected end of stream"}},
		{"a second document that is none", "a: 1\n---\n]\n", []string{"x.yaml:3:1: not YAML: while parsing a block node: did not find expected node content"}},
		{"a line that names the version", "%YAML 1.2\n---\na: 1\n", []string{"x.yaml:1:1: not YAML as it is read here: take the line that starts with %YAML out"}},
		{"a control character", "a: \x01\n", []string{"x.yaml:1:1: not YAML: control characters are not allowed (value: 1)"}},
		{"a merge key", "a: &a {b: 1}\nc:\n  <<: *a\n", []string{"x.yaml:3:3: merge keys are not taken: write the members out"}},
		{"a tag", "a: !!str 5\n", []string{`x.yaml:1:4: tag "!!str": write the value without a tag, in quotes if it is text`}},
		{"an alias without an anchor", "a: *b\n", []string{`x.yaml:1:4: alias "b" has no anchor before it`}},
		{"an alias within its own anchor", "a: &b [*b]\n", []string{`x.yaml:1:8: alias "b" stands within its own anchor`}},
		{"aliases that multiply", bomb, []string{"x.yaml:2:305: aliases stand for more than 10000 values: write out fewer"}},
		{"numbers that JSON writes otherwise", "[0x1F, 007, .inf, +1, .5]", []string{
			"x.yaml:1:2: 0x1F is no number as JSON writes it: put it in quotes if it is text",
			"x.yaml:1:8: 007 is no number as JSON writes it: put it in quotes if it is text",
			"x.yaml:1:13: .inf is no number as JSON writes it: put it in quotes if it is text",
			"x.yaml:1:19: +1 is no number as JSON writes it: put it in quotes if it is text",
			"x.yaml:1:23: .5 is no number as JSON writes it: put it in quotes if it is text",
		}},
		{"more values than any file has", "[" + strings.Repeat("a,", 400_000) + "]", []string{"x.yaml:1:1: the file has 400000 lines and commas: at most 300000 are read"}},
		{"more mistakes than anybody reads", strings.Repeat("a:\n", 200), repeated(100)},
		{"deep brackets", strings.Repeat("[", 1<<19), []string{"x.yaml:1:101: nested more than 100 levels deep"}},
		{"deep dashes", strings.Repeat("- ", 1<<19), []string{"x.yaml:1:201: nested more than 100 levels deep"}},
		{"tags upon tags", strings.Repeat("!a ", 1<<18), []string{"x.yaml:1:4: not YAML: did not find expected <document start>"}},
		{"deep indentation", deep(102), []string{"x.yaml:101:102: nested more than 100 levels deep"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := Parse("x.yaml", []byte(tt.text))
			if err == nil {
				t.Fatalf("parses as %v", d.Value)
			}
			if diff := cmp.Diff(tt.want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// repeated returns the mistakes of a key that stands in each line.
func repeated(mistakes int) []string {
	var all []string
	for i := range mistakes {
		all = append(all, fmt.Sprintf("x.yaml:%d:1: key \"a\" stands here for the second time, first in line 1: keep one", i+2))
	}
	return all
}

// deep returns mappings within mappings.
func deep(levels int) string {
	var b strings.Builder
	for i := range levels {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func TestAt(t *testing.T) {
	d := mustParse(t, "# head\na: 1\nlist:\n  - id: x\n    body: {data: {id: 1}, \"a/b\": 2}\n  - second\nuse: &u {v: 1}\nagain: *u\n")
	tests := []struct{ name, at, want string }{
		{"the whole file", "", "x.yaml:2:1"},
		{"a member is where its key is", "/list", "x.yaml:3:1"},
		{"an item is where its value is", "/list/1", "x.yaml:6:5"},
		{"a mapping in a list is where its first key is", "/list/0", "x.yaml:4:5"},
		{"a member in braces", "/list/0/body/data/id", "x.yaml:5:19"},
		{"a quoted key, escaped", "/list/0/body/a~1b", "x.yaml:5:27"},
		{"what is not there is where its parent is", "/list/0/body/missing/deep", "x.yaml:5:5"},
		{"a member that an alias stands for is where the alias's key is", "/again", "x.yaml:8:1"},
		{"within an alias, the anchor's place", "/again/v", "x.yaml:7:10"},
		{"no pointer is the whole file", "x", "x.yaml:2:1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := d.At(tt.at).String(); got != tt.want {
				t.Errorf("want %s, got %s", tt.want, got)
			}
		})
	}
}

func TestJSONKeepsTheOrder(t *testing.T) {
	d := mustParse(t, "body:\n  type: \"<b>&é\"\n  id: 1.50\n  attributes: {z: [1, {b: null, a: true}], a: ''}\n")
	const want = `{"type":"<b>&é","id":1.50,"attributes":{"z":[1,{"b":null,"a":true}],"a":""}}`
	if got := string(d.JSON("/body")); got != want {
		t.Errorf("\nwant %s\n got %s", want, got)
	}
	if got := d.JSON("/none"); got != nil {
		t.Errorf("for nothing got %s", got)
	}
	if diff := cmp.Diff([]string{"type", "id", "attributes"}, d.Keys("/body")); diff != "" {
		t.Error(diff)
	}
	if got := d.Keys("/body/type"); got != nil {
		t.Errorf("keys of a text: %q", got)
	}
	if got := d.Keys("/none"); got != nil {
		t.Errorf("keys of nothing: %q", got)
	}
}

func TestCheck(t *testing.T) {
	s, err := schema.Compile("kind.json", []byte(`{
		"type":"object","required":["name","requirements"],"additionalProperties":false,
		"properties":{
			"name":{"type":"string","pattern":"^[a-z-]+$","title":"small letters and hyphens"},
			"level":{"enum":["must","should","may"]},
			"requirements":{"type":"array","items":{"$ref":"#/definitions/r"}}},
		"definitions":{"r":{"type":"object","required":["id"],"additionalProperties":false,
			"properties":{"id":{"type":["string","null"]},"probes":{"type":"array","items":{"type":"string","minLength":1}},"x":{"type":"object","additionalProperties":false}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, text string
		want       []string
	}{
		{"nothing to tell", "name: a\nrequirements: [{id: b}]\n", nil},
		{"a misspelt key, and the one it should be", "name: a\nrequirments: []\n", []string{
			`x.yaml:1:1: "requirements" is missing`,
			`x.yaml:2:1: unknown key "requirments"; did you mean "requirements"?`,
		}},
		{"a key like no other", "name: a\nrequirements:\n  - id: b\n    colour: red\n", []string{
			`x.yaml:4:5: unknown key "colour": known here are id, probes, x`,
		}},
		{"a key where none is known", "name: a\nrequirements: [{id: a, x: {y: 1}}]\n", []string{`x.yaml:2:28: unknown key "y"`}},
		{"a misspelt value", "name: a\nlevel: shoud\nrequirements: []\n", []string{
			`x.yaml:2:1: "level": want "must", "should", "may", got "shoud"; did you mean "should"?`,
		}},
		{"a number for a text", "name: 1\nrequirements: [{id: true}]\n", []string{
			`x.yaml:1:1: "name": want text, got number: put it in quotes`,
			`x.yaml:2:17: "id": want text or nothing, got boolean: put it in quotes`,
		}},
		{"an item is told by its list", "name: a\nrequirements: [{id: b, probes: ['', x]}]\n", []string{
			`x.yaml:2:33: "probes": want at least 1 letter, got ""`,
		}},
		{"a pattern is told by its title", "name: A B\nrequirements: []\n", []string{
			`x.yaml:1:1: "name": want small letters and hyphens, got "A B"`,
		}},
		{"a list where a mapping should be", "- a\n", []string{`x.yaml:1:1: want mapping, got list`}},
		{"a number out of all proportion", "name: 1e99999999\n", []string{`x.yaml:1:1: a number with an exponent beyond 1000`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, m := range mustParse(t, tt.text).Check(s) {
				got = append(got, m.Error())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestJoin(t *testing.T) {
	if err := Join(nil); err != nil {
		t.Errorf("no mistakes are an error: %v", err)
	}
	at := func(line, column int) Position { return Position{"x.yaml", line, column} }
	err := Join([]Mistake{{at(2, 1), "later"}, {at(1, 9), "right"}, {at(1, 2), "left"}, {at(1, 2), "left"}})
	const want = "x.yaml:1:2: left\nx.yaml:1:9: right\nx.yaml:2:1: later"
	if err.Error() != want {
		t.Errorf("\nwant %s\n got %s", want, err)
	}
	var m Mistake
	if !errors.As(err, &m) || m.Text != "left" {
		t.Errorf("errors.As finds %v", m)
	}
}

func TestNearest(t *testing.T) {
	words := []string{"credentials.missing", "credentials.garbage", "method.undeclared", "id", "must"}
	tests := []struct{ name, word, want string }{
		{"one letter is missing", "credentials.mising", "credentials.missing"},
		{"letters are swapped", "crednetials.missing", "credentials.missing"},
		{"case does not count", "MUST", "must"},
		{"a short word takes one mistake", "ip", "id"},
		{"a short word takes no two", "at", ""},
		{"nothing is near", "syntax.deep", ""},
		{"nothing is nothing", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := Nearest(tt.word, words)
			if got != tt.want || ok != (tt.want != "") {
				t.Errorf("want %q, got %q, %t", tt.want, got, ok)
			}
		})
	}
	if got := Meant("mist", words); got != `; did you mean "must"?` {
		t.Errorf("Meant gives %q", got)
	}
}

// FuzzParse holds what parses to be values that JSON can write, with a place for each.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"a: 1\nb: [x, {c: ~}]\n", "&a [*a]", "a: &x 1\nb: *x", "- - -", "? a\n: b", "<<: 1", "!!str a", "---\n---", "a: |\n x\n", "{a: 1, a: 2}", "%YAML 1.2\n---\na",
		"\xef\xbb\xbfa: 1", "a: \"\\ud83d\"", "'", "[", ": :", "- a: b\n  c", "1: 2", "a: 0x1",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Parse("fuzz.yaml", data)
		if err != nil {
			var m Mistake
			if !errors.As(err, &m) || m.At.Line < 1 || m.At.Column < 1 {
				t.Fatalf("no place: %v", err)
			}
			return
		}
		got, err := schema.JSON(d.JSON(""))
		if err != nil {
			if strings.Contains(err.Error(), "a number") {
				return
			}
			t.Fatalf("%s: %v", d.JSON(""), err)
		}
		if diff := cmp.Diff(d.Value, got); diff != "" {
			t.Error(diff)
		}
	})
}
