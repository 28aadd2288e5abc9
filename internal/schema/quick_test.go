package schema

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xeipuuv/gojsonschema"
)

// schemasOfAllKinds use every keyword that has a rule, and some that have none.
func schemasOfAllKinds() []string {
	return []string{
		`true`, `false`, `{}`,
		`{"type":"object","required":["a"],"properties":{"a":{"type":["string","null"]},"b":{"type":"integer","minimum":1,"maximum":5}},"additionalProperties":false}`,
		`{"additionalProperties":{"type":"number"}}`,
		`{"items":{"enum":["a",1,null,true]},"minItems":1,"maxItems":2}`,
		`{"items":{"minLength":2,"maxLength":3,"pattern":"^[a-z]+$"}}`,
		`{"allOf":[{"if":{"properties":{"a":{"const":1}}},"then":{"required":["b"]},"else":{"required":["c"]}},{"if":{"type":"array"},"else":{"type":"object"}}]}`,
		`{"anyOf":[{"type":"string"},{"required":["a"],"type":"object"}]}`,
		`{"allOf":[{"if":{"properties":{"a":{"const":1}}},"then":{"required":["b"]}},{"if":{"properties":{"a":{"type":"string"}}},"then":{"properties":{"b":{"maxLength":1}}}}]}`,
		`{"allOf":[{"if":{"properties":{"b":false}},"then":{"type":"object"}},{"if":{"properties":{"b":{"type":"null"}}},"then":false}]}`,
		`{"oneOf":[{"type":"string"},{"required":["a"]},{"required":["b"]}]}`,
		`{"not":{"required":["a"]}}`,
		`{"properties":{"a":{"$ref":"#/definitions/x"},"b":{"$ref":"#"}},"definitions":{"x":{"format":"date-time"}}}`,
		`{"items":{"format":"uri-reference"}}`, `{"items":{"format":"uuid"}}`, `{"items":{"format":"int32"}}`,
		`{"const":{"a":1}}`, `{"const":null}`, `{"enum":[[1],{"a":"b"},"c"]}`,
		`{"properties":{"a":{"type":"string"}},"patternProperties":{"^[ac]$":{"maxLength":2},"b":{"type":"null"}},"additionalProperties":false}`,
		`{"patternProperties":{"^[ac]$":{"type":"string"}},"additionalProperties":{"type":"integer"}}`,
		`{"dependencies":{"a":["b"],"b":{"properties":{"a":{"type":"integer"}}}}}`,
		`{"not":{"const":0}}`, `{"items":{"not":{"enum":[0,-1]}}}`, `{"if":{"const":0},"then":false}`,
		`{"multipleOf":2}`, `{"uniqueItems":true}`, `{"items":[{"type":"string"}],"additionalItems":false}`,
	}
}

func valuesOfAllKinds() []string {
	var values []string
	scalars := []string{`null`, `true`, `1`, `1.0`, `0`, `-0`, `-1`, `5`, `6`, `1e0`, `-3`, `123456789012345678901`, `""`, `"a"`, `"ab"`, `"aé"`, `"abcd"`, `"2026-11-20T09:00:00Z"`, `"/x?y"`, `"%zz"`,
		`"3f2504e0-4f89-11d3-9a0c-0305e82c3301"`, `[]`, `{}`}
	for i, v := range scalars {
		next := scalars[(i+1)%len(scalars)]
		values = append(values, v, `[`+v+`]`, `[`+v+`,`+next+`]`, `{"a":`+v+`}`, `{"a":`+v+`,"b":`+next+`}`, `{"b":`+v+`}`, `{"c":`+v+`,"b":{"a":`+next+`}}`)
	}
	return values
}

// read returns a text that is JSON.
func read(tb testing.TB, text string) *Document {
	tb.Helper()
	var d Document
	if err := d.Read([]byte(text)); err != nil {
		tb.Fatal(err)
	}
	return &d
}

// agree fails where a rule is sure of something that gojsonschema denies.
func agree(t *testing.T, s *Schema, d *Document) answer {
	t.Helper()
	if s.quick == nil {
		return unsure
	}
	got := s.quick(d.Top())
	if got == unsure {
		return got
	}
	value := d.Top().Any()
	result, err := s.compiled.Validate(gojsonschema.NewRawLoader(value))
	if err != nil {
		t.Fatal(err)
	}
	if valid := result.Valid(); valid != (got == yes) {
		text, _ := json.Marshal(value)
		t.Errorf("%s of %s: want valid %t, got %d: %v", text, s.name, valid, got, result.Errors())
	}
	return got
}

func TestTheQuickAnswerIsGojsonschemas(t *testing.T) {
	sure := map[answer]int{}
	for _, source := range schemasOfAllKinds() {
		s, err := Compile(source, []byte(source))
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range valuesOfAllKinds() {
			sure[agree(t, s, read(t, text))]++
		}
	}
	if sure[yes] < 500 || sure[no] < 500 || sure[unsure] == 0 {
		t.Errorf("the values do not try all answers: %v", sure)
	}
}

// TestTheSchemasThatShipHaveAQuickAnswer holds the schemas to keywords that have a rule: with another one, judging an answer takes
// several times as long.
func TestTheSchemasThatShipHaveAQuickAnswer(t *testing.T) {
	files, err := filepath.Glob("../../schemas/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d schemas, %v", len(files), err)
	}
	for _, file := range files {
		switch filepath.Base(file) {
		case "contract.json", "target.json": // of our own files: read once a run
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Compile(file, data)
		if err != nil {
			t.Fatal(err)
		}
		if s.quick == nil {
			t.Errorf("%s has a keyword without a rule", file)
		}
		for _, text := range valuesOfAllKinds() {
			agree(t, s, read(t, text))
		}
	}
}

func TestTheQuickAnswerAllocatesNothing(t *testing.T) {
	s, err := Compile("s.json", []byte(`{"type":"object","required":["a"],"properties":{"a":{"enum":["b","c"]},"d":{"type":"integer","minimum":1}},"if":{"required":["d"]},"then":{"required":["a"]}}`))
	if err != nil {
		t.Fatal(err)
	}
	value := read(t, `{"a":"c","d":7,"e":[]}`).Top()
	if n := testing.AllocsPerRun(100, func() {
		if s.quick(value) != yes {
			t.Fatal("it is valid")
		}
	}); n > 0 {
		t.Errorf("want no allocation, got %v", n)
	}
}

// BenchmarkValidate compares the body of a refusal with the schema of a contract that ships.
func BenchmarkValidate(b *testing.B) {
	data, err := os.ReadFile("../../schemas/gr4vy-error.json")
	if err != nil {
		b.Fatal(err)
	}
	s, err := Compile("gr4vy-error.json", data)
	if err != nil {
		b.Fatal(err)
	}
	for name, text := range map[string]string{
		"valid":   `{"type":"error","code":"bad_request","status":400,"message":"a property is missing","details":[]}`,
		"invalid": `{"type":"error","code":"bad_request","status":"400","message":"a property is missing","details":[]}`,
	} {
		d := read(b, text)
		b.Run("body="+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.ValidateAnswer(d); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func FuzzQuick(f *testing.F) {
	for i, source := range schemasOfAllKinds() {
		f.Add(source, valuesOfAllKinds()[i])
	}
	f.Fuzz(func(t *testing.T, source, text string) {
		s, err := Compile("fuzz.json", []byte(source))
		if err != nil {
			return
		}
		var d Document
		if err := d.Read([]byte(text)); err != nil {
			return
		}
		defer func() { _ = recover() }() // gojsonschema panics at some values; see slowly
		agree(t, s, &d)
	})
}

func TestALargeAnswerIsValidatedInTime(t *testing.T) {
	const one, more = `{"a":1}`, `,{"a":1}`
	large := func(wrong string) string {
		return `{"errors":[` + one + strings.Repeat(more, 100_000) + wrong + "]}"
	}
	sure := `{"properties":{"errors":{"items":{"properties":{"a":{"type":"integer"}}}}}}`
	unsure := `{"properties":{"errors":{"items":{"properties":{"a":{"multipleOf":1}}}}}}`
	for _, tt := range []struct{ name, schema, text, want, err string }{
		{"valid", sure, large(""), "", ""},
		{"not valid", sure, large(`,{"a":"b"}`), "is not as the schema says; where is not looked for in more than 5000 values", ""},
		{"left to gojsonschema", unsure, large(""), "", "it holds more than 5000 values"},
		{"a small one", sure, `{"errors":[` + one + `,{"a":"b"}]}`, "want integer, got string", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Compile("s.json", []byte(tt.schema))
			if err != nil {
				t.Fatal(err)
			}
			violations, err := s.ValidateAnswer(read(t, tt.text))
			got, wrong := "", ""
			for _, v := range violations {
				got += v.Text
			}
			if err != nil {
				wrong = err.Error()
			}
			if got != tt.want || wrong != tt.err {
				t.Errorf("got %q and %q", got, wrong)
			}
		})
	}
}
