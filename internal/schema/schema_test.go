package schema

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func mustCompile(t *testing.T, source string) *Schema {
	t.Helper()
	s, err := Compile("test.json", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestValidate(t *testing.T) {
	tests := []struct {
		name, schema, body string
		want               []Violation
	}{
		{
			"a body as promised has no violation",
			`{"type":"object","required":["error"],"properties":{"error":{"type":"string","minLength":1}}}`,
			`{"error":"x","more":1}`, nil,
		},
		{
			"a missing member is named by its own pointer",
			`{"properties":{"errors":{"items":{"required":["detail"]}}}}`, `{"errors":[{},{"detail":""}]}`,
			[]Violation{{"/errors/0/detail", "is required", "required", "detail"}},
		},
		{
			"an unknown member is named, escaped",
			`{"additionalProperties":false}`, `{"a/b~c.d":1}`,
			[]Violation{{"/a~1b~0c.d", "is not a member known here", "additionalProperties", "a/b~c.d"}},
		},
		{
			"a member's name may hold any letter",
			`{"additionalProperties":{"type":"string"}}`, `{"a\u0000b.c":1}`,
			[]Violation{{"/a\x00b.c", "want string, got number", "type", ""}},
		},
		{"a wrong type at the top", `{"type":"object"}`, `[]`, []Violation{{"", "want object, got array", "type", ""}}},
		{"one of several types", `{"type":["string","null","array"]}`, `true`, []Violation{{"", "want string, null or array, got boolean", "type", ""}}},
		{"null where an object is wanted", `{"type":"object"}`, `null`, []Violation{{"", "want object, got null", "type", ""}}},
		{"a number that is whole is an integer", `{"type":"integer"}`, `1.0`, nil},
		{"another constant", `{"const":"error"}`, `"err"`, []Violation{{"", `want "error", got "err"`, "const", ""}}},
		{"not one of the values", `{"enum":["a",1]}`, `"b"`, []Violation{{"", `want one of "a", 1, got "b"`, "enum", ""}}},
		{"too short a text", `{"minLength":1}`, `""`, []Violation{{"", `want at least 1 letter, got ""`, "minLength", ""}}},
		{"too long a text", `{"maxLength":2}`, `"äöü"`, []Violation{{"", "want at most 2 letters, got 3", "maxLength", ""}}},
		{"too few items", `{"minItems":1}`, `[]`, []Violation{{"", "want at least 1 item, got 0", "minItems", ""}}},
		{"too many items", `{"maxItems":1}`, `[1,2]`, []Violation{{"", "want at most 1 item, got 2", "maxItems", ""}}},
		{"items that are equal", `{"uniqueItems":true}`, `[1,2,1]`, []Violation{{"", "items 0 and 2 are equal", "uniqueItems", ""}}},
		{"too few members", `{"minProperties":2}`, `{"a":1}`, []Violation{{"", "want at least 2 members, got 1", "minProperties", ""}}},
		{"too many members", `{"maxProperties":0}`, `{"a":1}`, []Violation{{"", "want at most 0 members, got 1", "maxProperties", ""}}},
		{"more items than the list", `{"items":[true],"additionalItems":false}`, `[1,2]`, []Violation{{"", "has more items than are allowed", "additionalItems", ""}}},
		{"no item as wanted", `{"contains":{"const":1}}`, `[]`, []Violation{{"", "no item is as wanted", "contains", ""}}},
		{"too small", `{"minimum":400}`, `399`, []Violation{{"", "want at least 400, got 399", "minimum", ""}}},
		{"too large", `{"maximum":599}`, `600`, []Violation{{"", "want at most 599, got 600", "maximum", ""}}},
		{"on the lower bound that is excluded", `{"exclusiveMinimum":0}`, `0`, []Violation{{"", "want more than 0, got 0", "exclusiveMinimum", ""}}},
		{"on the upper bound that is excluded", `{"exclusiveMaximum":1}`, `1`, []Violation{{"", "want less than 1, got 1", "exclusiveMaximum", ""}}},
		{"not a multiple", `{"multipleOf":0.1}`, `0.25`, []Violation{{"", "want a multiple of 0.1, got 0.25", "multipleOf", ""}}},
		{"a multiple, in exact arithmetic", `{"multipleOf":0.1}`, `0.3`, nil},
		{"another pattern", `{"pattern":"^[0-9]+$"}`, `"x1"`, []Violation{{"", `want the pattern ^[0-9]+$, got "x1"`, "pattern", ""}}},
		{"no alternative", `{"anyOf":[{"type":"string"},{"type":"null"}]}`, `1`, []Violation{
			{"", "fits none of the alternatives", "anyOf", ""}, {"", "want string, got number", "type", ""},
		}},
		{"two alternatives at once", `{"oneOf":[{"type":"string"},{"minLength":1}]}`, `"x"`, []Violation{{"", "fits none of the alternatives, or more than one", "oneOf", ""}}},
		{"all of several tells what is missing, once", `{"allOf":[{"required":["a"]},{"required":["a"]}]}`, `{}`, []Violation{{"/a", "is required", "required", "a"}}},
		{"what is not allowed", `{"not":{"const":"0"}}`, `"0"`, []Violation{{"", `is what it is not allowed to be: "0"`, "not", ""}}},
		{"a value where none is allowed", `{"properties":{"a":false}}`, `{"a":1}`, []Violation{{"/a", "is not allowed here", "false", ""}}},
		{"a member that needs another", `{"dependencies":{"a":["b"]}}`, `{"a":1}`, []Violation{{"", `needs the member "b"`, "dependencies", ""}}},
		{"a name that is not allowed", `{"propertyNames":{"maxLength":1}}`, `{"ab":1}`, []Violation{
			{"", "want at most 1 letter, got 2", "maxLength", ""}, {"/ab", "is not a name allowed here", "propertyNames", "ab"},
		}},
		{"a condition", `{"if":{"required":["a"]},"then":{"required":["b"]},"else":{"required":["c"]}}`, `{"a":1}`, []Violation{{"/b", "is required", "required", "b"}}},
		{"items are sorted by number", `{"items":{"type":"string"}}`, `["",1,"","","","","","","","",2]`, []Violation{
			{"/1", "want string, got number", "type", ""}, {"/10", "want string, got number", "type", ""},
		}},
		{"a long value is cut", `{"const":1}`, `"` + strings.Repeat("x", 100) + `"`, []Violation{{"", `want 1, got "` + strings.Repeat("x", 40) + `"...`, "const", ""}}},
		{"a reference", `{"definitions":{"s":{"type":"string"}},"items":{"$ref":"#/definitions/s"}}`, `[1]`, []Violation{{"/0", "want string, got number", "type", ""}}},
		{"a reference that is percent-encoded", `{"definitions":{"a b":{"type":"string"}},"items":{"$ref":"#/definitions/a%20b"}}`, `[1]`, []Violation{{"/0", "want string, got number", "type", ""}}},
		{"a tree that contains itself by way of items", `{"items":{"$ref":"#"},"type":"array"}`, `[[[1]]]`, []Violation{{"/0/0/0", "want array, got number", "type", ""}}},
		{"$id at the top, and references all the same", `{"$id":"http://example.com/x.json","definitions":{"s":{"type":"string"}},"items":{"$ref":"#/definitions/s"}}`, `[1]`, []Violation{{"/0", "want string, got number", "type", ""}}},
		{"a member called $ref", `{"properties":{"$ref":{"type":"string"},"$id":{"type":"string"}},"examples":[{"$ref":"http://example.com","id":"x"}]}`, `{"$ref":1}`, []Violation{{"/$ref", "want string, got number", "type", ""}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := mustCompile(t, tt.schema)
			got, err := s.Validate([]byte(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFormats(t *testing.T) {
	tests := []struct {
		format string
		good   []string
		bad    []string
	}{
		{"date-time", []string{`"2027-03-31T12:00:00Z"`, `"2027-03-31t12:00:00.5+01:00"`, `"2016-12-31T23:59:60Z"`, `7`}, []string{`"2027-03-31"`, `"12:00:00"`, `"2027-02-30T12:00:00Z"`, `"2027-03-31T12:00:00"`, `"2027-03-31T12:00:00,5Z"`, `"2027-03-31T12:60:00Z"`, `"2027-03-31T12:00:00+01:60"`}},
		{"time", []string{`"12:00:00Z"`, `"12:00:00.25-05:00"`}, []string{`"12:00:00"`, `"25:00:00Z"`}},
		{"date", []string{`"2027-03-31"`}, []string{`"2027-02-30"`, `"31.03.2027"`}},
		{"uuid", []string{`"31740ac6-e39d-49cd-9179-634bcecf4143"`, `"31740AC6-E39D-49CD-9179-634BCECF4143"`}, []string{`"31740ac6e39d49cd9179634bcecf4143"`, `"x"`}},
		{"email", []string{`"a@example.com"`}, []string{`"A <a@example.com>"`, `"<a@example.com>"`, `"example.com"`}},
		{"uri", []string{`"https://example.com/feed"`}, []string{`"/feed"`, `"https://a\\b"`}},
		{"ipv4", []string{`"127.0.0.1"`}, []string{`"::1"`}},
		{"ipv6", []string{`"::1"`}, []string{`"127.0.0.1"`}},
		{"hostname", []string{`"example.com"`}, []string{`"-"`}},
		{"json-pointer", []string{`"/a/0"`, `""`}, []string{`"a"`}},
		{"int64", []string{`"any"`, `1`}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.format, func(t *testing.T) {
			s := mustCompile(t, fmt.Sprintf(`{"format":%q}`, tt.format))
			for _, body := range tt.good {
				if got, err := s.Validate([]byte(body)); err != nil || len(got) > 0 {
					t.Errorf("%s is refused: %v %v", body, got, err)
				}
			}
			for _, body := range tt.bad {
				got, err := s.Validate([]byte(body))
				want := []Violation{{"", fmt.Sprintf("want the format %s, got %s", tt.format, body), "format", ""}}
				if diff := cmp.Diff(want, got); err != nil || diff != "" {
					t.Errorf("%s: %v %s", body, err, diff)
				}
			}
		})
	}
}

// The six ways in which gojsonschema alone would pass what is wrong, fetch what is far, or end the process.

func TestMoreThanOneValueIsNotJudged(t *testing.T) {
	s := mustCompile(t, `{"type":"object"}`)
	for _, body := range []string{`{} trailing`, `{}{"a":1}`, `{"a":1,"a":2}`, "\xef\xbb\xbf{}", "{\"a\":\"\xff\"}"} {
		if got, err := s.Validate([]byte(body)); err == nil {
			t.Errorf("%q is judged: %v", body, got)
		}
	}
}

func TestAHugeNumberIsNotComputed(t *testing.T) {
	s := mustCompile(t, `{"maximum":10}`)
	if _, err := s.Validate([]byte(`1e9999999`)); err == nil {
		t.Error("the text is judged")
	}
	if _, err := s.ValidateValue(map[string]any{"a": []any{json.Number("1e9999999")}}); err == nil {
		t.Error("the value is judged")
	}
	if got, err := s.ValidateValue(json.Number("11")); err != nil || len(got) != 1 {
		t.Errorf("an ordinary number: %v, %v", got, err)
	}
}

func TestAPanicIsAnError(t *testing.T) {
	s := mustCompile(t, `{"maximum":10}`)
	if _, err := s.slowly(json.Number("1e9999999")); err == nil || !strings.HasPrefix(err.Error(), "test.json cannot be applied to this value: ") {
		t.Errorf("got %v", err)
	}
	if _, err := s.ValidateValue(struct{}{}); err == nil || err.Error() != "a struct {} is no decoded JSON value" {
		t.Errorf("got %v", err)
	}
}

func TestNothingIsFetched(t *testing.T) {
	fetched := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fetched <- r.URL.Path
		_, _ = w.Write([]byte(`{}`))
	}))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "x.json")
	if err := os.WriteFile(file, []byte(`{}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, ref := range []string{server.URL + "/x.json", "file://" + file, "x.json", "//" + strings.TrimPrefix(server.URL, "http://") + "/x"} {
		if _, err := Compile("test.json", fmt.Appendf(nil, `{"items":{"$ref":%q}}`, ref)); err == nil {
			t.Errorf("%q is taken", ref)
		}
		// Even where the guard did not look, the loader is sealed.
		if _, err := compile(map[string]any{"$ref": ref}); err == nil {
			t.Errorf("%q is loaded", ref)
		}
	}
	if len(fetched) > 0 {
		t.Errorf("fetched %q", <-fetched)
	}
}

func TestCompileTellsEveryMistake(t *testing.T) {
	tests := []struct {
		name, schema string
		want         []string
	}{
		{"not JSON", `{`, []string{`test.json: not JSON at byte 1: ends where a member's name in quotes should be`}},
		{"no schema", `[]`, []string{`test.json: top level: want a schema, got array`}},
		{"a schema that is its own", `{"$ref":"#"}`, []string{`test.json: top level: "$ref" goes round in a circle: the schema at "#" contains itself`}},
		{
			"a circle of two", `{"definitions":{"a":{"$ref":"#/definitions/b"},"b":{"allOf":[{"$ref":"#/definitions/a"}]}}}`,
			[]string{`test.json: /definitions/b/allOf/0: "$ref" goes round in a circle: the schema at "#/definitions/a" contains itself`},
		},
		{
			"a circle by way of a condition", `{"if":{"not":{"$ref":"#"}}}`,
			[]string{`test.json: /if/not: "$ref" goes round in a circle: the schema at "#" contains itself`},
		},
		{
			"a circle by way of dependencies", `{"dependencies":{"a":{"$ref":"#"},"b":["a"]}}`,
			[]string{`test.json: /dependencies/a: "$ref" goes round in a circle: the schema at "#" contains itself`},
		},
		{
			"keywords of later drafts and of OpenAPI",
			`{"$defs":{},"prefixItems":[],"unevaluatedProperties":false,"dependentRequired":{},"nullable":true,"minContains":1,"tpye":"string"}`,
			[]string{
				`test.json: top level: "$defs" is not a keyword that draft-07 checks: write "definitions"`,
				`test.json: top level: "dependentRequired" is not a keyword that draft-07 checks: write "dependencies"`,
				`test.json: top level: "minContains" is not a keyword that draft-07 checks: take it out`,
				`test.json: top level: "nullable" is not a keyword that draft-07 checks: add "null" to "type"`,
				`test.json: top level: "prefixItems" is not a keyword that draft-07 checks: write "items" as a list`,
				`test.json: top level: "tpye" is not a keyword that draft-07 checks: take it out or correct its spelling`,
				`test.json: top level: "unevaluatedProperties" is not a keyword that draft-07 checks: write "additionalProperties"`,
			},
		},
		{
			"another draft", `{"$schema":"https://json-schema.org/draft/2020-12/schema"}`,
			[]string{`test.json: top level: "$schema" is "https://json-schema.org/draft/2020-12/sc"...: write the schema in draft-07, "http://json-schema.org/draft-07/schema#"`},
		},
		{
			"draft-04's way with bounds", `{"maximum":1,"exclusiveMaximum":true}`,
			[]string{`test.json: top level: "exclusiveMaximum": want a number, got true`},
		},
		{
			"keywords beside $ref", `{"definitions":{"a":{}},"properties":{"x":{"$ref":"#/definitions/a","type":"string","title":"fine"}}}`,
			[]string{`test.json: /properties/x: "type" beside "$ref" would be ignored: put both into "allOf"`},
		},
		{
			"a reference to nothing", `{"items":{"$ref":"#/definitions/a"}}`,
			[]string{`test.json: /items: "$ref" is "#/definitions/a": there is no schema at this place of the document`},
		},
		{
			"a reference to no schema", `{"required":["a"],"items":{"$ref":"#/required"}}`,
			[]string{`test.json: /items: "$ref" is "#/required": there is no schema at this place of the document`},
		},
		{
			"a reference outside", `{"items":{"$ref":"other.json#/a"}}`,
			[]string{`test.json: /items: "$ref" is "other.json#/a": only references within the document are followed, such as "#/definitions/error"`},
		},
		{
			"an $id within", `{"items":{"$id":"http://example.com/"}}`,
			[]string{`test.json: /items: "$id" within a schema changes what references mean: take it out`},
		},
		{
			"a pattern that RE2 lacks", `{"pattern":"(?=a)","patternProperties":{"[":{}}}`,
			[]string{
				`test.json: top level: "pattern": "(?=a)" cannot be used, as patterns are RE2 (no look-around, no back-references): invalid or unsupported Perl syntax: ` + "`(?=`",
				`test.json: top level: "patternProperties": "[" cannot be used, as patterns are RE2 (no look-around, no back-references): missing closing ]: ` + "`[`",
			},
		},
		{
			"a format that nothing would check", `{"format":"uuid5"}`,
			[]string{`test.json: top level: "format" is "uuid5": known are date, time, date-time, hostname, email, ipv4, ipv6, uri, uri-reference, uri-template, uuid, regex, json-pointer, relative-json-pointer`},
		},
		{
			"values of the wrong kind",
			`{"type":"text","required":true,"minLength":-1,"multipleOf":0,"uniqueItems":1,"enum":[],"allOf":{},"anyOf":[],"properties":[],"items":1,"not":"x","maximum":"1","pattern":1,"dependencies":{"a":1}}`,
			[]string{
				`test.json: top level: "allOf": want a list of schemas, got object`,
				`test.json: top level: "anyOf" is empty: name a schema`,
				`test.json: /dependencies/a: want a schema, got number`,
				`test.json: top level: "enum": want a list of values, got an array`,
				`test.json: /items: want a schema, got number`,
				`test.json: top level: "maximum": want a number, got "1"`,
				`test.json: top level: "minLength": want a whole number from 0, got -1`,
				`test.json: top level: "multipleOf": want a number over 0, got 0`,
				`test.json: /not: want a schema, got string`,
				`test.json: top level: "pattern": want a regular expression, got 1`,
				`test.json: top level: "properties": want schemas by name, got array`,
				`test.json: top level: "required": want a list of names, got true`,
				`test.json: top level: "type": want null, boolean, object, array, number, string or integer, got "text"`,
				`test.json: top level: "uniqueItems": want true or false, got 1`,
			},
		},
		{
			"lists that repeat", `{"type":["string","string"],"required":["a","a",1]}`,
			[]string{
				`test.json: top level: "required" names "a" twice: take one out`,
				`test.json: top level: "required": want names, got 1`,
				`test.json: top level: "type" names "string" twice: take one out`,
			},
		},
		{"no type at all", `{"type":[]}`, []string{`test.json: top level: "type" is empty: name a type`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Compile("test.json", []byte(tt.schema))
			if err == nil {
				t.Fatal("compiles")
			}
			if diff := cmp.Diff(tt.want, strings.Split(err.Error(), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestViolationsAreBounded(t *testing.T) {
	s := mustCompile(t, `{"items":{"type":"string"}}`)
	got, err := s.Validate([]byte("[" + strings.Repeat("1,", 5000) + "1]"))
	if err != nil || len(got) != 20 || got[19].At != "/19" {
		t.Errorf("got %d, the last %v, error %v", len(got), got[len(got)-1], err)
	}
}

func TestOneSchemaServesManyGoroutines(t *testing.T) {
	s := mustCompile(t, `{"type":"object","required":["a"],"properties":{"a":{"format":"date-time"}}}`)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				if got, err := s.Validate([]byte(`{"a":"2027-03-31"}`)); err != nil || len(got) != 1 {
					t.Errorf("got %v, %v", got, err)
				}
				if _, err := Compile("other.json", []byte(`{"format":"uuid"}`)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

func TestAt(t *testing.T) {
	s := mustCompile(t, `{
		"definitions":{"name":{"type":"string","enum":["a","b"]}},
		"properties":{"data":{"allOf":[{"required":["id"]}],"anyOf":[{"properties":{"id":{"type":"null"}}},true],"properties":{"id":{"$ref":"#/definitions/name"}}}},
		"patternProperties":{"^x-":{"type":"number"}},
		"additionalProperties":{"type":"boolean"},
		"items":[{"title":"first"},{"const":2}],"additionalItems":{"const":3}}`)
	tests := []struct {
		name, at string
		want     []string
	}{
		{"by way of properties and references, alternatives unsure", "/data/id", []string{"true enum,type", "false type"}},
		{"through allOf, and anyOf unsure", "/data", []string{"true allOf,anyOf,properties", "true required", "false properties"}},
		{"by pattern", "/x-a", []string{"true type"}},
		{"what no name covers", "/other", []string{"true type"}},
		{"an item of a list of schemas", "/1", []string{"true type", "true const"}},
		{"an item beyond the list", "/7", []string{"true type", "true const"}},
		{"nothing is said", "/data/id/deep", nil},
		{"no pointer", "data", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, k := range s.At(tt.at) {
				var names []string
				for _, name := range []string{"allOf", "anyOf", "const", "enum", "properties", "required", "type"} {
					if _, ok := k.Values[name]; ok {
						names = append(names, name)
					}
				}
				got = append(got, fmt.Sprint(k.Sure, " ", strings.Join(names, ",")))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{
		`{"$ref":"#"}`, `{"definitions":true}`, `{"dependencies":{"a":true}}`, `{"properties":{"a":{"$ref":"#/properties/b"},"b":{"$ref":"#/properties/a"}}}`,
		`{"items":{"$ref":"#"}}`, `true`, `{"allOf":[{"if":{"$ref":"#/definitions/x"}}],"definitions":{"x":{"pattern":"a{1000}"}}}`, `{"$ref":"#%"}`,
		`{"multipleOf":1e-900,"enum":[1e400]}`,
	} {
		f.Add(seed, `{"a":[1,"x",null,{"b":2}]}`)
	}
	f.Fuzz(func(t *testing.T, source, body string) {
		s, err := Compile("fuzz.json", []byte(source))
		if err != nil {
			return
		}
		_, _ = s.Validate([]byte(body)) // no panic, no endless loop, no stack overflow
	})
}
