package contract

import (
	"encoding/json"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/leak"
	"github.com/seed-e125e033/conform/internal/schema"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/schemas"
)

func probes() []string {
	return []string{"credentials.missing", "credentials.garbage", "method.undeclared", "syntax.truncated", "server.fault"}
}

// load reads a contract and, beside it, the schema error.json.
func load(text string) (*Contract, error) {
	files := fstest.MapFS{
		"x.yaml":      {Data: []byte(text)},
		"error.json":  {Data: []byte(`{"required":["code"]}`)},
		"broken.json": {Data: []byte(`{"nullable":true,"$ref":"#"}`)},
		"draft4.json": {Data: []byte(`{"$schema":"http://json-schema.org/draft-04/schema#"}`)},
		"notes.json":  {Data: []byte(`none`)},
	}
	return Load(files, "x.yaml", probes(), Options{Shown: "contracts/x.yaml"})
}

const head = "contract: x\nversion: 1.0.0\ntitle: X\nsource: https://example.com/x\n"

// shipped are the contracts that ship; the package that embeds them imports this one.
var shipped = os.DirFS("../../contracts")

func TestLoad(t *testing.T) {
	c, err := load(head + `formats:
  error:
    media_type: application/json
    schema: error.json
    status: /status
    blame: {each: /details, pointer: /pointer, location: /location}
  page: {media_type: [text/html, application/xhtml+xml], optional: true, status: {each: /errors, pointer: /status, single: true}, blame: /at}
always: {format: error, members: {/type: error, /n: 1}, headers: {Date: date}}
requirements:
  - id: bad-token
    level: must
    basis: documented
    says: answers 401 to a bearer token that is not valid
    source: "#client-errors"
    probes: [credentials.garbage, method]
    where: {methods: [GET], operations: [get], at: [/id, q], variants: [basic]}
    expect: {status: [401], members: {/code: {one_of: [a, null, 1.50]}, /n: 2}, blames: true}
  - id: fault
    level: may
    basis: inferred
    says: keeps the error format
    source: "#server-errors"
    observed: {status: [5xx, 404]}
    expect: {format: none, status: [500, 502], headers: {Date: absent, Allow: methods}, content: as-labelled, connection: closed}
    because: either tells
operations:
  - id: get
    request: GET /things/{id}
    params: {id: {good: {from: create, pointer: /id}}}
  - {id: create, request: POST /things, body: {b: 1, a: 2}, required: [/a]}
untested: [{says: a, source: b, reason: c}]
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []Requirement{
		{
			ID: "bad-token", Level: Must, Basis: "documented", Says: "answers 401 to a bearer token that is not valid", Source: "#client-errors",
			Probes: []string{"credentials.garbage", "method"},
			Where:  Where{Methods: []string{"GET"}, Operations: []string{"get"}, At: []string{"/id", "q"}, Variants: []string{"basic"}},
			Expect: Expect{
				Status: []Status{"401"}, Formats: OneOrMore{"error"}, Blames: true,
				Members: map[string]Member{
					"/code": {OneOf: []any{"a", nil, json.Number("1.50")}}, "/type": {OneOf: []any{"error"}}, "/n": {OneOf: []any{json.Number("2")}},
				},
				Headers: map[string]string{"Date": "date"},
			},
		},
		{
			ID: "fault", Level: May, Basis: "inferred", Says: "keeps the error format", Source: "#server-errors",
			Observed: &Observed{[]Status{"5xx", "404"}},
			Expect: Expect{
				Status:  []Status{"500", "502"},
				Headers: map[string]string{"Date": "absent", "Allow": "methods"}, Content: "as-labelled", Connection: "closed",
			},
			Because: "either tells",
		},
	}
	if diff := cmp.Diff(want, c.Requirements, cmpopts.IgnoreFields(Requirement{}, "Contract", "At")); diff != "" {
		t.Error(diff)
	}
	formats := []Format{
		{Name: "error", MediaTypes: []string{"application/json"}, SchemaFile: "error.json", Status: &Repeat{Pointer: "/status"}, Blame: &Blame{Each: "/details", Pointer: "/pointer", Location: "/location"}},
		{Name: "page", MediaTypes: []string{"text/html", "application/xhtml+xml"}, Optional: true, Status: &Repeat{"/errors", "/status", true}, Blame: &Blame{Pointer: "/at"}},
	}
	if diff := cmp.Diff(formats, c.FormatsInOrder(), cmpopts.IgnoreUnexported(Format{}), cmpopts.IgnoreFields(Format{}, "Schema")); diff != "" {
		t.Error(diff)
	}
	if c.Formats["error"].Schema == nil || c.Formats["page"].Schema != nil {
		t.Error("a schema is missing, or there without a file")
	}
	if r := c.Requirements[1]; r.Name() != "x.fault" || r.At.String() != "contracts/x.yaml:22:5" {
		t.Errorf("requirement %s at %s", r.Name(), r.At)
	}
	if len(c.Operations) != 2 || c.Operations[0].ID != "get" || string(c.Operations[1].Body) != `{"b":1,"a":2}` || c.Operations[0].Listed {
		t.Errorf("operations: %+v", c.Operations)
	}
	if c.File != "contracts/x.yaml" || len(c.Digest) != 64 || len(c.Untested) != 1 {
		t.Errorf("%q %q %v", c.File, c.Digest, c.Untested)
	}
}

func TestLoadTellsMistakes(t *testing.T) {
	// good is a requirement without a mistake, on lines 6 to 12.
	const good = "requirements:\n  - id: a\n    level: must\n    basis: documented\n    says: answers 401\n    source: s\n    probes: [method]\n    expect: {status: [401]}\n"
	swap := func(old, with string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("%q is not in the requirement", old)
		}
		return head + strings.Replace(good, old, with, 1)
	}
	tests := []struct {
		name, text string
		want       []string
	}{
		{"not YAML", "a: [", []string{`contracts/x.yaml:2:1: not YAML: the file ends within brackets: close them`}},
		{"nothing that a contract needs", "contract: x\n", []string{
			`contracts/x.yaml:1:1: "requirements" is missing`, `contracts/x.yaml:1:1: "source" is missing`,
			`contracts/x.yaml:1:1: "title" is missing`, `contracts/x.yaml:1:1: "version" is missing`,
		}},
		{"a version that is a number, a name with capitals, a source that is no URL", "contract: X y\nversion: 1.0\ntitle: X\nsource: page 7\nrequirements: [{id: a, level: must, basis: documented, says: answers, source: s, probes: [method], expect: {}}]\n", []string{
			`contracts/x.yaml:1:1: "contract": want small letters, digits and hyphens, got "X y"`,
			`contracts/x.yaml:2:1: "version": want text, got number: put it in quotes`,
			`contracts/x.yaml:4:1: "source": want the URL of the document, got "page 7"`,
		}},
		{"a contract without a requirement", head + "requirements: []\n", []string{`contracts/x.yaml:5:1: contract "x" has no requirement: there is nothing to check`}},
		{"misspelt keys and values", swap("level: must\n    basis: documented", "levle: must\n    basis: documentd"), []string{
			`contracts/x.yaml:6:5: "level" is missing`,
			`contracts/x.yaml:7:5: unknown key "levle"; did you mean "level"?`,
			`contracts/x.yaml:8:5: "basis": want "documented", "inferred", got "documentd"; did you mean "documented"?`,
		}},
		{"a mistake of form in one place and of sense in another", strings.Replace(swap("level: must", "level: most"), "requirements:\n", "formats: {f: {media_type: json}}\nrequirements:\n", 1), []string{
			`contracts/x.yaml:5:15: format "f": "json" is no media type: write it like application/json, without parameters`,
			`contracts/x.yaml:8:5: "level": want "must", "should", "may", got "most"; did you mean "must"?`,
		}},
		{"a misspelt probe", swap("[method]", "[credentials.mising]"), []string{`contracts/x.yaml:11:14: requirement "a": no probe is called "credentials.mising"; did you mean "credentials.missing"?`}},
		{"a misspelt family", swap("[method]", "[methods]"), []string{`contracts/x.yaml:11:14: requirement "a": no probe is called "methods"; did you mean "method"?`}},
		{"a probe like no other", swap("[method]", "[teapot]"), []string{`contracts/x.yaml:11:14: requirement "a": no probe is called "teapot"`}},
		{"an id twice", head + good + strings.TrimPrefix(good, "requirements:\n"), []string{`contracts/x.yaml:13:5: requirement "a" stands here for the second time, first in line 6: give each its own id`}},
		{"inferred, and yet must", swap("documented", "inferred"), []string{`contracts/x.yaml:7:5: requirement "a": what is inferred is should at most: the document does not say it`}},
		{"a sentence with the level in it, a full stop, and too long", swap("answers 401", "should answer 401 to every request whose token is missing, or bad, or expired."), []string{
			`contracts/x.yaml:9:5: requirement "a": says: "should" is for the level to say: state a fact, such as "answers 404 to an unknown id"`,
			`contracts/x.yaml:9:5: requirement "a": says: 78 letters are too many for a line: use at most 70`,
			`contracts/x.yaml:9:5: requirement "a": says: write one line without a full stop`,
		}},
		{"nothing that would check it", swap("    probes: [method]\n", ""), []string{`contracts/x.yaml:6:5: requirement "a": neither probes nor observed: nothing would ever check it`}},
		{"statuses that are none", swap("[401]", "[99, 4x, 4xx]"), []string{
			`contracts/x.yaml:12:14: requirement "a": "4x" is no status: write a code such as 404, or a class such as 4xx`,
			`contracts/x.yaml:12:14: requirement "a": "99" is no status: write a code such as 404, or a class such as 4xx`,
			`contracts/x.yaml:12:14: requirement "a": several statuses satisfy it: say under because why each is right`,
		}},
		{"an observed status that is none", swap("probes: [method]", "observed: {status: [teapot]}"), []string{`contracts/x.yaml:11:16: requirement "a": "teapot" is no status: write a code such as 404, or a class such as 4xx`}},
		{"alternatives without a reason", swap("[401]", "[401, 403]"), []string{`contracts/x.yaml:12:14: requirement "a": several statuses satisfy it: say under because why each is right`}},
		{"several classes need none", swap("[401]", "[2xx, 4xx]"), nil},
		{"a format that nothing describes", swap("{status: [401]}", "{format: error}"), []string{`contracts/x.yaml:12:14: requirement "a": no format is called "error": describe it under formats`}},
		{"a misspelt format", head + "formats: {error: {media_type: application/json}}\nalways: {format: eror}\n" + good, []string{`contracts/x.yaml:6:10: always: no format is called "eror"; did you mean "error"?`}},
		{"a header syntax that nothing knows", swap("{status: [401]}", "{headers: {Allow: method}}"), []string{`contracts/x.yaml:12:24: "Allow": want "present", "absent", "challenge", "methods", "delay-or-date", "date", "media-type", "bearer", "bearer-silent", "bearer-error", "not-public", "features", "other-tag", "waited-out", "protocols", got "method"; did you mean "methods"?`}},
		{"a header name that is none", swap("{status: [401]}", "{headers: {a b: present}}"), []string{`contracts/x.yaml:12:24: requirement "a": "a b" is no name of a header field`}},
		{"members by no pointer, and without a value", swap("{status: [401]}", "{members: {code: x, /a: {b: 1}, /c: [1], /d: {one_of: []}}}"), []string{
			`contracts/x.yaml:12:24: requirement "a": members: "code" is not a JSON pointer: it starts with "/"`,
			`contracts/x.yaml:12:33: requirement "a": members: /a: write a value, {one_of: [...]} or {not: ...}`,
			`contracts/x.yaml:12:45: requirement "a": members: /c: write a value, {one_of: [...]} or {not: ...}`,
			`contracts/x.yaml:12:54: requirement "a": members: /d: write a value, {one_of: [...]} or {not: ...}`,
		}},
		{"blame that no format can tell", swap("{status: [401]}", "{blames: true}"), []string{`contracts/x.yaml:12:5: blames: no format here says where the error names what is at fault: add blame to the format`}},
		{"no content, and yet a body", swap("{status: [401]}", "{content: none, members: {/a: 1}}"), []string{`contracts/x.yaml:12:5: content is none, and yet a body is expected: write format: none, and no members`}},
		{"effects beside anything else, without refusals, and of what was accepted", strings.Replace(swap("{status: [401]}", "{status: [401], effects: none}")+strings.TrimPrefix(strings.Replace(swap("{status: [401]}", "{effects: none}\n    observed: {status: [4xx, 200]}"), "id: a", "id: b", 1), head+"requirements:\n"), "requirements:\n", "always: {effects: none}\nrequirements:\n", 1), []string{
			`contracts/x.yaml:5:10: always: effects is for a requirement of its own`,
			`contracts/x.yaml:13:5: requirement "a": effects stands alone: what the answer is like is for another requirement`,
			`contracts/x.yaml:7:5: requirement "a": effects: say under observed which statuses are refusals: [4xx]`,
			`contracts/x.yaml:21:16: requirement "b": effects: 200 is no refusal, so that the request may well change something`,
		}},
		{"a class of leaks that nothing finds", swap("{status: [401]}", "{hides: [stack-traces]}"), []string{`contracts/x.yaml:12:22: "hides": want "stack-trace", "sql-error", "debug-page", "private-key", "credential", "reflection", "header-injection", "exception", "sql-statement", "file-path", "internal-host", "access-key", "banner", got "stack-traces"; did you mean "stack-trace"?`}},
		{"HEAD compared with GET by no probe that sends both", swap("{status: [401]}", "{as_get: [status]}"), []string{`contracts/x.yaml:12:5: requirement "a": as_get: HEAD is compared with GET where method.head-twin sends both: name it alone, without observed`}},
		{"a leak that only a canary shows", swap("{status: [401]}", "{hides: [banner, reflection]}"), []string{`contracts/x.yaml:12:5: requirement "a": hides: reflection only shows in answers to probes of the family canary: name these alone, without observed`}},
		{"effects that no API has", swap("{status: [401]}", "{effects: some}"), []string{`contracts/x.yaml:12:14: "effects": want "none", got "some"; did you mean "none"?`}},
		{"an operation that the contract does not have", swap("    probes", "    where: {operations: [gett]}\n    probes") + "operations: [{id: get, request: GET /}]\n", []string{`contracts/x.yaml:11:13: requirement "a": the contract has no operation "gett"; did you mean "get"?`}},
		{"operations by patterns", swap("    probes", "    where: {operations: [\"g*\"], except: [\"*-x\", \"[\"]}\n    probes") + "operations: [{id: get, request: GET /}]\n", []string{
			`contracts/x.yaml:11:33: requirement "a": "[" is no pattern: write a name, or one like "get-*"`,
			`contracts/x.yaml:11:33: requirement "a": the contract has no operation "*-x"`,
		}},
		{"a method in small letters", swap("    probes", "    where: {methods: [get]}\n    probes"), []string{`contracts/x.yaml:11:13: requirement "a": method "get": methods are case-sensitive, write GET`}},
		{"operations with mistakes", head + good + "operations: [{id: a, request: get /}]\n", []string{`contracts/x.yaml:13:22: operation "a": method "get": methods are case-sensitive, write GET`}},
		{"a format called none, pointers that are none, blame without a place", head + `formats:
  none: {media_type: application/json}
  f: {media_type: application/json, status: status, blame: {each: x, location: /l}}
` + good, []string{
			`contracts/x.yaml:6:3: format "none" stands for no format: choose another name`,
			`contracts/x.yaml:7:37: format "f": status: "status" is not a JSON pointer: it starts with "/"`,
			`contracts/x.yaml:7:53: format "f": blame names no place: give pointer, parameter or header`,
			`contracts/x.yaml:7:53: format "f": blame: "x" is not a JSON pointer: it starts with "/"`,
		}},
		{"schemas that cannot be used", head + `formats:
  a: {media_type: a/b, schema: missing.json}
  b: {media_type: a/b, schema: broken.json}
  c: {media_type: a/b, schema: draft4.json}
  d: {media_type: a/b, schema: notes.json}
` + good, []string{
			`contracts/x.yaml:6:24: format "a": schema "missing.json" is neither beside the contract nor among those that ship: file does not exist`,
			`contracts/x.yaml:7:24: format "b": schema broken.json: top level: "nullable" is not a keyword that draft-07 checks: add "null" to "type"`,
			`contracts/x.yaml:8:24: format "c": schema draft4.json: top level: "$schema" is "http://json-schema.org/draft-04/schema#": write the schema in draft-07, "http://json-schema.org/draft-07/schema#"`,
			`contracts/x.yaml:9:24: format "d": schema notes.json: not JSON at byte 0: want a value, got "none"`,
		}},
		{"sections of the wrong kind", head + "formats: []\nalways: x\noperations: {}\nuntested: 1\n" + good, []string{
			`contracts/x.yaml:5:1: "formats": want mapping, got list`, `contracts/x.yaml:6:1: "always": want mapping, got text`,
			`contracts/x.yaml:7:1: "operations": want list, got mapping`, `contracts/x.yaml:8:1: "untested": want list, got number`,
		}},
		{"a list that is no contract", "- a\n", []string{`contracts/x.yaml:1:1: want mapping, got list`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(tt.text)
			var got []string
			if err != nil {
				got = strings.Split(err.Error(), "\n")
			}
			if diff := cmp.Diff(tt.want, got, cmpopts.SortSlices(strings.Compare)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAContractThatIsNotThere(t *testing.T) {
	_, err := Load(fstest.MapFS{}, "gone.yaml", probes(), Options{})
	const want = `contract "gone.yaml" cannot be read: file does not exist`
	if err == nil || err.Error() != want {
		t.Errorf("want %s, got %v", want, err)
	}
}

func TestStatusMatches(t *testing.T) {
	tests := []struct {
		status Status
		code   int
		want   bool
	}{
		{"404", 404, true}, {"404", 405, false}, {"4xx", 499, true}, {"4xx", 500, false}, {"5xx", 500, true}, {"404", 4040, false}, {"4xx", 40, false},
	}
	for _, tt := range tests {
		if got := tt.status.Matches(tt.code); got != tt.want {
			t.Errorf("%s and %d: want %t", tt.status, tt.code, tt.want)
		}
	}
}

// Which probes there are is for the suites to say; everything else about the contracts that ship is held here.
func TestShippedContractsLoad(t *testing.T) {
	names, err := fs.Glob(shipped, "*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatal("no contract ships", err)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			data, err := fs.ReadFile(shipped, name)
			if err != nil {
				t.Fatal(err)
			}
			var named []string
			for _, m := range regexp.MustCompile(`probes: \[(.*)\]`).FindAllStringSubmatch(string(data), -1) {
				for _, p := range strings.Split(m[1], ", ") {
					named = append(named, p, p+".any")
				}
			}
			c, err := Load(shipped, name, named, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if c.Name+".yaml" != name {
				t.Errorf("it is called %q", c.Name)
			}
			for _, o := range c.Operations {
				if o.Body != nil && o.Request("", "").Fields == nil {
					t.Errorf("%s has a body without a media type", o.ID)
				}
			}
		})
	}
}

// The two files that describe our own YAML say the same of operations.
func TestOperationsHaveOneForm(t *testing.T) {
	definitions := map[string]map[string]any{}
	for _, name := range []string{"contract.json", "target.json"} {
		data, err := schemas.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		value, err := schema.JSON(data)
		if err != nil {
			t.Fatal(err)
		}
		definitions[name], _ = value.(map[string]any)["definitions"].(map[string]any)
	}
	for _, name := range []string{"operation", "value", "values", "format", "name", "scalar", "pointers"} {
		if definitions["contract.json"][name] == nil {
			t.Errorf("no definition %q", name)
		}
		if diff := cmp.Diff(definitions["contract.json"][name], definitions["target.json"][name]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	formats, _ := definitions["target.json"]["format"].(map[string]any)["enum"].([]any)
	var names []string
	for _, f := range formats {
		names = append(names, f.(string))
	}
	if diff := cmp.Diff(target.Formats, names); diff != "" {
		t.Error(diff)
	}
	expect, _ := definitions["contract.json"]["expect"].(map[string]any)["properties"].(map[string]any)
	syntaxes, _ := expect["headers"].(map[string]any)["additionalProperties"].(map[string]any)["enum"].([]any)
	names = nil
	for _, s := range syntaxes {
		names = append(names, s.(string))
	}
	if diff := cmp.Diff(Syntaxes, names); diff != "" {
		t.Error(diff)
	}
	classes, _ := expect["hides"].(map[string]any)["items"].(map[string]any)["enum"].([]any)
	names = nil
	for _, c := range classes {
		names = append(names, c.(string))
	}
	if diff := cmp.Diff(leak.Names(), names); diff != "" {
		t.Error(diff)
	}
}

// A contract's operations take their values from --set.
func TestOperationsTakeVariables(t *testing.T) {
	files := fstest.MapFS{"x.yaml": {Data: []byte(head + "requirements: [{id: a, level: may, basis: inferred, says: answers, source: s, probes: [method], expect: {}}]\noperations: [{id: get, request: \"GET /layouts/{layout}/records/{record}\"}]\n")}}
	_, err := Load(files, "x.yaml", probes(), Options{Variables: target.NewVariables(map[string]string{"layout": "a b"})})
	const want = `x.yaml:6:14: operation "get": no value for {record}: give --set record=VALUE`
	if err == nil || err.Error() != want {
		t.Errorf("want %s, got %v", want, err)
	}
	variables := target.NewVariables(map[string]string{"layout": "a b", "record": "7"})
	c, err := Load(files, "x.yaml", probes(), Options{Variables: variables})
	if err != nil {
		t.Fatal(err)
	}
	wantRequest := exchange.Request{Method: "GET", Target: "/v1/layouts/a%20b/records/7"}
	if diff := cmp.Diff(wantRequest, c.Operations[0].Request("/v1", "")); diff != "" {
		t.Error(diff)
	}
	if err := variables.Unknown(); err != nil {
		t.Error(err)
	}
}

func FuzzLoad(f *testing.F) {
	names, err := fs.Glob(shipped, "*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(shipped, name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Add("requirements: [1]\nformats: {a: 1, b: {blame: 1, status: [], media_type: {}}}\nalways: {members: {/a: null}, status: [[]]}\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := load(text)
		if err == nil && len(c.Requirements) == 0 {
			t.Error("a contract without requirements")
		}
	})
}
