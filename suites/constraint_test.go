package suites

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/target"
)

// constrained returns a good request with one member and its schema.
func constrained(t *testing.T, good, schema string) Good {
	t.Helper()
	g := order(t)
	g.Request.Body = []byte(`{"m": ` + good + `}`)
	g.Operation.Body, g.Operation.SchemaJSON = g.Request.Body, map[string]any{}
	g.Operation.Schema = compile(t, `{"properties": {"m": `+schema+`}, "definitions": {"short": {"maxLength": 3}}}`)
	return g
}

// The schema is asked what is wrong with each case: one thing, of the kind that the probe is for.
func TestACaseBreaksOneKeywordAlone(t *testing.T) {
	keywords := map[string][]string{
		"enum":    {"enum", "const"},
		"range":   {"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"},
		"length":  {"minLength", "maxLength"},
		"pattern": {"pattern"},
		"items":   {"minItems", "maxItems", "uniqueItems"},

		"properties":        {"minProperties", "maxProperties"},
		"control-character": {"pattern", "format", "enum", "const"},
		"huge-number":       {"minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"},
		"quoted":            {"type", "enum", "const"},
	}
	tests := []struct {
		name, probe, good, schema string
		want                      map[string]string // by variant: what stands there
	}{
		{"a list of strings", "enum", `"a"`, `{"enum": ["a", "b"]}`, map[string]string{"/m": `"conform"`}},
		{"a list of codes that have a form", "enum", `"AUD"`, `{"enum": ["AUD", "USD"], "pattern": "^[A-Z]{3}$"}`, map[string]string{"/m": `"AUA"`}},
		{"a list of all that the form allows", "enum", `"a"`, `{"enum": ["a", "b"], "pattern": "^[ab]$"}`, nil},
		{"a list in which conform is", "enum", `"a"`, `{"enum": ["a", "conform"]}`, map[string]string{"/m": `"conform unknown"`}},
		{"a list of numbers", "enum", `1`, `{"enum": [1, 2, 3]}`, map[string]string{"/m": `0`}},
		{"one value", "enum", `"a"`, `{"const": "a"}`, map[string]string{"/m": `"conform"`}},
		{"true alone", "enum", `true`, `{"const": true}`, map[string]string{"/m": `false`}},
		{"a list of objects", "enum", `{}`, `{"enum": [{}]}`, nil},
		{"a list for one alternative", "enum", `"a"`, `{"anyOf": [{"enum": ["a"]}, {"type": "string"}]}`, nil},
		{"a list in every alternative, which is more than one keyword", "enum", `"a"`, `{"anyOf": [{"enum": ["a"]}, {"enum": ["b"]}]}`, nil},
		{"a list that holds for certain", "enum", `"a"`, `{"allOf": [{"enum": ["a"]}, {"enum": ["a", "b"]}]}`, map[string]string{"/m": `"conform"`}},
		{"a value that may be null", "enum", `null`, `{"enum": ["a", null]}`, nil},

		{"both ends of a range", "range", `5`, `{"minimum": 1, "maximum": 10}`, map[string]string{"/m:below": "0", "/m:above": "11"}},
		{"ends that are not in it", "range", `5`, `{"exclusiveMinimum": 1, "exclusiveMaximum": 10}`, map[string]string{"/m:below": "1", "/m:above": "10"}},
		{"fractions", "range", `0.5`, `{"minimum": 0.25, "maximum": 1e2}`, map[string]string{"/m:below": "-0.75", "/m:above": "101"}},
		{"steps", "range", `10`, `{"minimum": 5, "multipleOf": 5}`, map[string]string{"/m:below": "0", "/m:between": "12.5"}},
		{"steps of integers", "range", `10`, `{"type": "integer", "multipleOf": 5}`, map[string]string{"/m:between": "11"}},
		{"integers, of which the end is between two", "range", `10`, `{"type": "integer", "exclusiveMaximum": 10.5}`, nil},
		{"a number that is very large", "range", `1`, `{"maximum": 9007199254740993}`, map[string]string{"/m:above": "9007199254740994"}},
		{"a string", "range", `"a"`, `{"minimum": 1}`, nil},

		{"both ends of a length", "length", `"ab"`, `{"minLength": 2, "maxLength": 4}`, map[string]string{"/m:short": `"a"`, "/m:long": `"abbbb"`}},
		{"no letter at all", "length", `"ab"`, `{"minLength": 1}`, map[string]string{"/m:short": `""`}},
		{"letters, not bytes", "length", `"äö"`, `{"maxLength": 2}`, map[string]string{"/m:long": `"äöö"`}},
		{"a form that allows other lengths", "length", `"A1"`, `{"minLength": 2, "maxLength": 3, "pattern": "^[A-Z]*[0-9]$"}`, map[string]string{"/m:short": `"1"`}},
		{"a form that allows no other length", "length", `"AUD"`, `{"minLength": 3, "maxLength": 3, "pattern": "^[A-Z]{3}$"}`, nil},
		{"a length by reference", "length", `"AUD"`, `{"$ref": "#/definitions/short"}`, map[string]string{"/m:long": `"AUDD"`}},
		{"more letters than a request should have", "length", `"a"`, `{"maxLength": 1000000}`, nil},
		{"a number", "length", `1`, `{"maxLength": 3}`, nil},

		{"any other text", "pattern", `"a-1"`, `{"pattern": "^[a-z]-[0-9]$"}`, map[string]string{"/m": `"conform"`}},
		{"another text of the same length", "pattern", `"AUD"`, `{"pattern": "^[A-Z]{3}$", "minLength": 3, "maxLength": 3}`, map[string]string{"/m": `"aud"`}},
		{"a pattern that every text has", "pattern", `"a"`, `{"pattern": ""}`, nil},
		{"a pattern beside a list", "pattern", `"a"`, `{"pattern": "a", "enum": ["a"]}`, nil},

		{"both ends", "items", `[1]`, `{"minItems": 1, "maxItems": 2}`, map[string]string{"/m:few": `[]`, "/m:many": `[1,1,1]`}},
		{"items that differ", "items", `[1, 2]`, `{"maxItems": 2, "uniqueItems": true}`, map[string]string{"/m:many": `[1,2,4]`, "/m:equal": `[1,1]`}},
		{"objects that differ", "items", `[{}]`, `{"maxItems": 2, "uniqueItems": true}`, map[string]string{"/m:equal": `[{},{}]`}},
		{"items of another form", "items", `["a"]`, `{"minItems": 1, "items": {"pattern": "a"}}`, map[string]string{"/m:few": `[]`}},
		{"no item to make others of", "items", `[]`, `{"maxItems": 1}`, nil},
		{"a string", "items", `"a"`, `{"maxItems": 1}`, nil},

		{"both ends", "properties", `{"a": 1, "b": 2}`, `{"minProperties": 2, "maxProperties": 3}`, map[string]string{
			"/m:few": `{"a": 1}`, "/m:many": `{"a": 1,"b": 2,"conform_unknown_3":"conform","conform_unknown_4":"conform"}`}},
		{"what is required stays", "properties", `{"a": 1, "b": {}}`, `{"minProperties": 2, "required": ["b"]}`, map[string]string{"/m:few": `{"b": {}}`}},
		{"more is required than the number", "properties", `{"a": 1, "b": 2}`, `{"minProperties": 2, "required": ["a", "b"]}`, nil},
		{"members of one form", "properties", `{"a": 1}`, `{"maxProperties": 2, "additionalProperties": {"type": "integer"}}`, map[string]string{
			"/m:many": `{"a": 1,"conform_unknown_2":1,"conform_unknown_3":1}`}},
		{"no other members", "properties", `{"a": 1}`, `{"maxProperties": 1, "properties": {"a": {}}, "additionalProperties": false}`, nil},
		{"none of many", "properties", `{}`, `{"maxProperties": 0}`, map[string]string{"/m:many": `{"conform_unknown_1":"conform"}`}},
		{"an array", "properties", `[1]`, `{"maxProperties": 1}`, nil},

		{"a pattern of a length", "control-character", `"AUD"`, `{"pattern": "^[A-Z]{3}$"}`, map[string]string{"/m:nul": `"A\u0000UD"`, "/m:lines": `"AUD\nAUD"`}},
		{"a length beside it", "control-character", `"AUD"`, `{"pattern": "^[A-Z]+$", "maxLength": 3}`, map[string]string{"/m:nul": `"A\u0000D"`}},
		{"a pattern that takes any letters", "control-character", `"AUD"`, `{"pattern": "^A"}`, nil},
		{"a pattern that takes any letters of a line", "control-character", `"AUD"`, `{"pattern": "^A.*$"}`, map[string]string{"/m:lines": `"AUD\nAUD"`}},
		{"a list of values", "control-character", `"ab"`, `{"enum": ["ab", "cd"]}`, map[string]string{"/m:nul": `"a\u0000b"`, "/m:lines": `"ab\nab"`}},
		{"a format", "control-character", `"2025-05-25"`, `{"format": "date"}`, map[string]string{"/m:nul": `"2025-\u000005-25"`, "/m:lines": `"2025-05-25\n2025-05-25"`}},
		{"a length alone", "control-character", `"AUD"`, `{"maxLength": 3}`, nil},
		{"a pattern for one alternative", "control-character", `"AUD"`, `{"anyOf": [{"pattern": "^[A-Z]+$"}, {}]}`, nil},
		{"a number", "control-character", `1`, `{"enum": [1]}`, nil},

		{"a range of integers", "huge-number", `5`, `{"type": "integer", "maximum": 10}`, map[string]string{"/m:64-bit": "18446744073709551621"}},
		{"a range without an end", "huge-number", `5`, `{"type": "integer", "minimum": 0}`, map[string]string{"/m:64-bit": "-18446744073709551611"}},
		{"a range of numbers", "huge-number", `5`, `{"type": "number", "maximum": 10}`, map[string]string{"/m:double": "1e400"}},
		{"a range of fractions", "huge-number", `0.5`, `{"exclusiveMinimum": 0}`, map[string]string{"/m:double": "-1e400"}},
		{"a range and steps", "huge-number", `6`, `{"type": "integer", "maximum": 10, "multipleOf": 3}`, nil},
		{"integers", "huge-number", `5`, `{"type": "integer"}`, nil},
		{"a range for one alternative", "huge-number", `5`, `{"anyOf": [{"maximum": 10}, {}]}`, nil},

		{"an integer", "quoted", `5`, `{"type": "integer"}`, map[string]string{"/m": `"5"`}},
		{"a fraction that may be null", "quoted", `0.5`, `{"type": ["number", "null"]}`, map[string]string{"/m": `"0.5"`}},
		{"a boolean", "quoted", `true`, `{"type": "boolean"}`, map[string]string{"/m": `"true"`}},
		{"one of a list", "quoted", `5`, `{"type": "integer", "enum": [5, 6]}`, map[string]string{"/m": `"5"`}},
		{"a number or a string", "quoted", `5`, `{"type": ["integer", "string"]}`, nil},
		{"a number, or a string by an alternative", "quoted", `5`, `{"anyOf": [{"type": "integer"}, {"type": "string"}]}`, nil},
		{"a string", "quoted", `"5"`, `{"type": "string"}`, nil},
	}
	for _, test := range tests {
		t.Run(test.probe+": "+test.name, func(t *testing.T) {
			g := constrained(t, test.good, test.schema)
			cases, gap := probe(t, "member."+test.probe).Cases(g)
			if (len(cases) == 0) != (gap.Why != "") || gap.Needs {
				t.Errorf("%d cases and %+v", len(cases), gap)
			}
			got := map[string]string{}
			for _, c := range cases {
				var body struct{ M json.RawMessage }
				if err := json.Unmarshal(c.Request.Body, &body); err != nil {
					t.Fatal(err)
				}
				got[c.Variant] = string(body.M)
				violations, err := g.Operation.Schema.Validate(c.Request.Body)
				if err != nil || len(violations) == 0 {
					t.Errorf("%s: want a violation, got %v, %v", body.M, violations, err)
				}
				for _, v := range violations {
					if v.At != "/m" || !slices.Contains(keywords[test.probe], v.Rule) {
						t.Errorf("%s breaks something else: %+v", body.M, v)
					}
				}
			}
			want := test.want
			if want == nil {
				want = map[string]string{}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What the schema does not judge, the words int32, int64, float and double say.
func TestNumbersBeyondAMachineFormat(t *testing.T) {
	for _, test := range []struct {
		name, good, schema string
		want               map[string]string // by variant: what stands there
	}{
		{"64 bits", `5`, `{"type": "integer", "format": "int64"}`, map[string]string{"/m:64-bit": "/m = 18446744073709551621"}},
		{"32 bits", `5`, `{"type": "integer", "format": "int32"}`, map[string]string{"/m:32-bit": "/m = 4294967301", "/m:64-bit": "/m = 18446744073709551621"}},
		{"a double", `5`, `{"type": "number", "format": "double"}`, map[string]string{"/m:double": "/m = 1e400"}},
		{"a format and a range", `5`, `{"type": "integer", "format": "int64", "minimum": 1}`, map[string]string{"/m:64-bit": "/m = -18446744073709551611"}},
		{"a format that is no machine's", `5`, `{"type": "integer", "format": "uuid"}`, map[string]string{}},
		{"a format for one alternative", `5`, `{"anyOf": [{"type": "integer", "format": "int64"}, {"type": "number"}]}`, map[string]string{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, sent(t, "member.huge-number", constrained(t, test.good, test.schema))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Without a schema a format of the target file excludes them too.
func TestControlCharactersByTheFormatOfTheFile(t *testing.T) {
	g := create(t)
	g.Operation.Schema, g.Operation.SchemaJSON = nil, nil
	want := map[string]string{
		"/data/id:nul":   `/data/id = "968cb508-803c-593c\u0000-8ff2-9e397dadb83c"`,
		"/data/id:lines": `/data/id = "968cb508-803c-593c-8ff2-9e397dadb83c\n968cb508-803c-593c-8f... (76 characters)`,
	}
	if diff := cmp.Diff(want, sent(t, "member.control-character", g)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A number in quotes may be taken, and is sent alone where it writes; a text may be refused as a whole for a huge one.
func TestLaxReadersAreMinded(t *testing.T) {
	for _, name := range []string{"member.huge-number", "member.quoted"} {
		cases, _ := probe(t, name).Cases(order(t))
		for _, c := range cases {
			whole := slices.Contains(c.Defect.Blame, check.Place{In: "body"})
			if c.Effects != (name == "member.quoted") || whole != (name == "member.huge-number") {
				t.Errorf("%s %s: effects %t, may blame %v", name, c.Variant, c.Effects, c.Defect.Blame)
			}
		}
	}
}

func TestMethodsOfWebDAVAreOfPathsWhoseMethodsAreKnown(t *testing.T) {
	dav, unsure, put := get(t), get(t), replace(t)
	dav.Declared, unsure.Complete = []string{"GET", "LOCK", "PROPFIND"}, false
	for _, test := range []struct {
		name string
		good Good
		want []string
	}{
		{"all methods are known", get(t), []string{"LOCK", "MKCOL", "PROPFIND", "long", "made-up"}},
		{"some of them are declared", dav, []string{"MKCOL", "long", "made-up"}},
		{"not all methods are known", unsure, []string{"long", "made-up"}},
		{"a PUT, which may be to what is not there", put, []string{"LOCK", "PROPFIND", "long", "made-up"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, slices.Sorted(maps.Keys(sent(t, "method.unknown", test.good)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheFirstItemStandsForAll(t *testing.T) {
	g := order(t)
	g.Request.Body = []byte(`[{"n": 1, "1": "a"}, {"n": 2}]`)
	g.Operation.Body = g.Request.Body
	g.Operation.Schema = compile(t, `{"maxItems": 2, "items": {"properties": {"n": {"minimum": 1}}}}`)
	if diff := cmp.Diff(map[string]string{"/0/n:below": "/0/n = 0"}, sent(t, "member.range", g)); diff != "" {
		t.Errorf("range (-want +got):\n%s", diff)
	}
	want := map[string]string{"many": `[{"n": 1, "1": "a"},{"n": 2},{"n": 2}] as the whole body`}
	if diff := cmp.Diff(want, sent(t, "member.items", g)); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
}

func TestALongValueIsCutInWhatIsTold(t *testing.T) {
	g := constrained(t, `"a"`, `{"maxLength": 100}`)
	want := map[string]string{"/m:long": `/m = "` + strings.Repeat("a", 59) + "... (103 characters)"}
	if diff := cmp.Diff(want, sent(t, "member.length", g)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// FuzzConstraints gives the probes schemas and bodies that nobody has thought of.
func FuzzConstraints(f *testing.F) {
	f.Add(`{"minimum": 1, "multipleOf": 0.3}`, `2.1`)
	f.Add(`{"enum": ["\u0000", 1e400], "pattern": "[^a]"}`, `"\u0000"`)
	f.Add(`{"minLength": 3, "maxLength": 2}`, `"äöü"`)
	f.Add(`{"minItems": 4, "uniqueItems": true}`, `[1, [2], {"3": 4}, "5"]`)
	f.Add(`{"maximum": 1e1000, "exclusiveMinimum": -1e-1000}`, `-0.0e-7`)
	f.Fuzz(func(t *testing.T, schema, good string) {
		if !json.Valid([]byte(schema)) || !json.Valid([]byte(good)) || len(schema) > 300 || len(good) > 300 {
			return
		}
		g, ok := compiled(t, schema, good)
		if !ok {
			return
		}
		for _, name := range []string{"enum", "range", "length", "pattern", "items", "properties", "quoted"} {
			cases, gap := probe(t, "member."+name).Cases(g)
			if (len(cases) == 0) != (gap.Why != "") {
				t.Errorf("%s: %d cases and %+v", name, len(cases), gap)
			}
			for _, c := range cases {
				if v, err := g.Operation.Schema.Validate(c.Request.Body); err != nil || len(v) == 0 {
					t.Errorf("%s: the schema allows %s: %v", name, c.Request.Body, err)
				}
			}
		}
	})
}

// compiled returns a good request with a member of the schema, if it is one and the member fits it.
func compiled(t *testing.T, schema, good string) (Good, bool) {
	t.Helper()
	g := order(t)
	compiled, err := compileSchema(fmt.Sprintf(`{"properties": {"m": %s}}`, schema))
	if err != nil {
		return g, false
	}
	g.Request.Body = []byte(fmt.Sprintf(`{"m": %s}`, good))
	g.Operation.Body, g.Operation.Schema = g.Request.Body, compiled
	violations, err := compiled.Validate(g.Request.Body)
	return g, err == nil && len(violations) == 0
}

func TestNumbersNextToARange(t *testing.T) {
	tests := []struct {
		name             string
		minimum, maximum json.Number
		want             []bad
	}{
		{"both ends", "1", "100", []bad{{"below", "0"}, {"above", "101"}}},
		{"one end", "", "100", []bad{{"above", "101"}}},
		{"fractions and exponents", "-0.5", "1e2", []bad{{"below", "-1.5"}, {"above", "101"}}},
		{"a large number", "", "18446744073709551615", []bad{{"above", "18446744073709551616"}}},
		{"no range", "", "", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := beyond(test.minimum, test.maximum)
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(bad{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, b := range got {
				if v := (target.Value{Minimum: test.minimum, Maximum: test.maximum}); !v.Outside(b.text) {
					t.Errorf("%s is in the range", b.text)
				}
			}
		})
	}
}
