package target

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/schema"
	"github.com/seed-e125e033/conform/internal/waiver"
)

// folder returns a folder with the files that the targets of these tests name.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"body.json":   `{"a": 1}`,
		"schema.json": `{"type":"object","required":["a"],"properties":{"a":{"type":"integer"}}}`,
		"other.json":  `{"properties":{"a":{"type":"string"}},"required":["b"]}`,
		"broken.json": `{"pattern":"(?=a)","nullable":true}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLoad(t *testing.T) {
	dir := folder(t)
	name := filepath.Join(dir, "conform.yaml")
	got, err := Load(name, []byte(`version: 1
target: https://staging.example.com/api/
contracts: [openpodcast, http]
credentials:
  default: {bearer: {env: API_TOKEN}}
  limited: {header: {name: X-Api-Key, file: key.txt}}
  expired: {cookie: {name: session, command: pass show old}}
operations:
  - id: get-subscription
    request: GET /v1/subscriptions/{guid}
    methods: [GET, DELETE]
    params: {guid: {good: 31740ac6-e39d-49cd-9179-634bcecf4143, format: uuid4, unknown: 31740ac6-e39d-49cd-9179-634bcecf4144}}
    query:
      limit: {good: 20, format: integer, minimum: 1, maximum: 1e2}
      exact: {good: true, format: boolean, required: true}
      sort: {good: asc, one_of: [asc, desc, 1]}
      since: {format: date}
    headers: {X-Zone: 7, Accept: application/vnd.api+json}
    credential: none
  - id: create-subscription
    request: POST /v1/subscriptions
    body: {z: 1, data: {type: subscription, id: 968cb508-803c-493c-8ff2-9e397dadb83c}}
    required: [/data/type, /data/id]
    formats: {/data/id: uuid}
    unique: [/data/id]
    references: [/data/type]
    undo: DELETE /v1/subscriptions/{/data/id}
    privileged: true
    credential: limited
  - {id: put-file, request: PUT /files/a%20b, body_file: body.json, schema: schema.json}
  - {id: text, request: POST /text, body: "as it is\n"}
provoke:
  server.fault: {request: GET /debug/fail?now=1}
waivers:
  - {requirement: http.allow-on-405, operation: get-subscription, reason: gateway strips Allow, owner: platform, expires: 2027-03-31}
hosts: [10.0.0.7, api.internal]
wrong_passwords: 3
`), Options{Variables: NewVariables(nil), Probes: []string{"server.fault"}})
	if err != nil {
		t.Fatal(err)
	}
	at := func(line, column int) document.Position {
		return document.Position{File: name, Line: line, Column: column}
	}
	want := &Target{
		Contracts: []string{"openpodcast", "http"},
		Credentials: map[string]Credential{
			"default": {Kind: Bearer, Shell: "$API_TOKEN", Secret: Secret{Env: "API_TOKEN"}, At: at(5, 3)},
			"limited": {Kind: Header, Name: "X-Api-Key", Shell: "$(cat '" + filepath.Join(dir, "key.txt") + "')", Secret: Secret{File: filepath.Join(dir, "key.txt")}, At: at(6, 3)},
			"expired": {Kind: Cookie, Name: "session", Shell: "$(pass show old)", Secret: Secret{Command: "pass show old"}, At: at(7, 3)},
		},
		Operations: []Operation{
			{
				ID: "get-subscription", Method: "GET", Path: "/v1/subscriptions/{guid}", Methods: []string{"GET", "DELETE"},
				Params: Values{{Name: "guid", Value: Value{Good: "31740ac6-e39d-49cd-9179-634bcecf4143", Format: "uuid4", Unknown: "31740ac6-e39d-49cd-9179-634bcecf4144"}}},
				Query: Values{
					{Name: "exact", Value: Value{Good: "true", Format: "boolean", Required: true}},
					{Name: "limit", Value: Value{Good: "20", Format: "integer", Minimum: "1", Maximum: "1e2"}},
					{Name: "since", Value: Value{Format: "date", Absent: true}},
					{Name: "sort", Value: Value{Good: "asc", OneOf: []string{"asc", "desc", "1"}}},
				},
				Fields:     exchange.Fields{{Name: "X-Zone", Value: "7"}, {Name: "Accept", Value: "application/vnd.api+json"}},
				Credential: "none", Listed: true, At: at(9, 5),
			},
			{
				ID: "create-subscription", Method: "POST", Path: "/v1/subscriptions",
				Body:     []byte(`{"z":1,"data":{"type":"subscription","id":"968cb508-803c-493c-8ff2-9e397dadb83c"}}`),
				Required: []string{"/data/type", "/data/id"}, Formats: map[string]string{"/data/id": "uuid"}, Unique: []string{"/data/id"}, References: []string{"/data/type"},
				Undo: "DELETE /v1/subscriptions/{/data/id}", Privileged: true, Credential: "limited", Listed: true, At: at(20, 5),
			},
			{ID: "put-file", Method: "PUT", Path: "/files/a%20b", Body: []byte(`{"a": 1}`), Listed: true, At: at(30, 5)},
			{ID: "text", Method: "POST", Path: "/text", Body: []byte("as it is\n"), Listed: true, At: at(31, 5)},
		},
		Provoke: map[string]string{"server.fault": "GET /debug/fail?now=1"},
		Hosts:   []string{"10.0.0.7", "api.internal"}, WrongPasswords: 3,
		Waivers: []waiver.Waiver{{
			Requirement: "http.allow-on-405", Operation: "get-subscription", Reason: "gateway strips Allow", Owner: "platform",
			Expires: time.Date(2027, 3, 31, 0, 0, 0, 0, time.UTC), At: at(35, 5),
		}},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Target{}, "URL"), cmpopts.IgnoreFields(Operation{}, "Schema", "SchemaJSON")); diff != "" {
		t.Error(diff)
	}
	if got.URL.String() != "https://staging.example.com/api" {
		t.Errorf("target %s", got.URL)
	}
	if o := got.Operations[2]; o.Schema == nil || o.SchemaJSON == nil || got.Operations[0].Schema != nil {
		t.Error("a schema is missing, or there without a file")
	}
}

func TestLoadTakesAFileThatSaysNextToNothing(t *testing.T) {
	got, err := Load("conform.yaml", []byte("version: 1\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got.URL != nil || got.Operations != nil || len(got.Credentials) > 0 {
		t.Errorf("got %+v", got)
	}
}

func TestLoadLooksForContractsBesideTheFile(t *testing.T) {
	absolute := filepath.Join(t.TempDir(), "errors.yaml")
	text := fmt.Sprintf("version: 1\ncontracts: [http, ours.yaml, ./ours, ../theirs.yml, %q]\n", absolute)
	for name, want := range map[string][]string{
		"conform.yaml": {"http", "ours.yaml", "./ours", "../theirs.yml", absolute},
		filepath.Join("staging", "conform.yaml"): {
			"http", filepath.Join("staging", "ours.yaml"), filepath.Join("staging", "ours"), "theirs.yml", absolute,
		},
	} {
		got, err := Load(name, []byte(text), Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, got.Contracts); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestLoadTellsMistakes(t *testing.T) {
	dir := folder(t)
	tests := []struct {
		name, text string
		want       []string
	}{
		{"not YAML", "version: [\n", []string{`2:1: not YAML: the file ends within brackets: close them`}},
		{"misspelt keys", "version: 1\noperation: []\nwaiver: []\n", []string{
			`2:1: unknown key "operation"; did you mean "operations"?`,
			`3:1: unknown key "waiver"; did you mean "waivers"?`,
		}},
		{"another version", "version: 2\n", []string{`1:1: "version": want 1, got 2`}},
		{"a bad target", "version: 1\ntarget: staging.example.com\n", []string{`2:1: target "staging.example.com" has no scheme: write it like https://api.example.com/v1`}},
		{"sections of the wrong kind", "version: 1\noperations: {a: 1}\ncredentials: []\nwaivers: x\nprovoke: 1\n", []string{
			`2:1: "operations": want list, got mapping`, `3:1: "credentials": want mapping, got list`,
			`4:1: "waivers": want list, got text`, `5:1: "provoke": want mapping, got number`,
		}},
		{"provoking by no probe, by no request, and by a path that is none", "version: 1\nprovoke:\n  server.fualt: {request: GET /a}\n  server.fault: {request: /a}\n  server.unavailable: {request: GET /a b}\n  server.x: {request: \"GET /<\"}\n", []string{
			`3:3: provoke: no probe is called "server.fualt"; did you mean "server.fault"?`,
			`4:18: provoke: server.fault: "/a": write METHOD /path, such as GET /buyers/{id}`,
			`5:24: provoke: server.unavailable: "GET /a b": write METHOD /path, such as GET /buyers/{id}`,
			`6:3: provoke: no probe is called "server.x"`,
			`6:14: provoke: server.x: byte '<' cannot stand in a path: percent-encode it`,
		}},
		{"a waiver without what makes it one", "version: 1\nwaivers: [{requirement: http.date}]\n", []string{
			`2:11: "expires" is missing`, `2:11: "owner" is missing`, `2:11: "reason" is missing`,
		}},
		{"a waiver for ever", "version: 1\nwaivers: [{requirement: http.date, reason: r, owner: o, expires: never}]\n", []string{
			`2:57: waiver "http.date": expires "never": write the last day it holds, such as 2027-03-31`,
		}},
		{"a secret in the file", "version: 1\ncredentials:\n  default: {bearer: s3cret}\n  other: s3cret\n  third: {bearer: {token: s3cret}}\n  fourth: {bearer: {env: s3cret/value}}\n", []string{
			`3:13: credential "default": a secret is not written into a file: say where it is, such as {env: API_TOKEN}`,
			`4:3: "other": want mapping, got text`,
			`4:3: credential "other": say how it travels, by one of bearer, basic, header, query, cookie, login, oauth2`,
			`5:11: credential "third": say where the secret is, by one of env, file, command`,
			`5:20: unknown key "token": known here are command, env, file`,
			`6:21: credential "fourth": env is not the name of an environment variable, such as API_TOKEN`,
		}},
		{"credentials that say too little or too much", "version: 1\ncredentials:\n  a: {}\n  b: {bearer: {env: A}, basic: {env: B}}\n  c: {bearer: {env: A, file: b}}\n  d: {header: {env: A}}\n  e: {cookie: {name: a b, env: A}}\n  none: {bearer: {env: A}}\n", []string{
			`3:3: credential "a": say how it travels, by one of bearer, basic, header, query, cookie, login, oauth2`,
			`4:3: credential "b": say how it travels, by one of bearer, basic, header, query, cookie, login, oauth2`,
			`5:7: credential "c": say where the secret is, by one of env, file, command`,
			`6:7: credential "d": give the name of the header, such as {name: X-Api-Key, env: API_TOKEN}`,
			`7:7: credential "e": give the name of the cookie, such as {name: session, env: API_TOKEN}`,
			`8:3: credential "none" stands for no credential: choose another name`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name := filepath.Join(dir, "conform.yaml")
			_, err := Load(name, []byte(tt.text), Options{Variables: NewVariables(nil), Probes: []string{"server.fault", "server.unavailable"}})
			compareMistakes(t, name, tt.want, err)
			if err != nil && strings.Contains(err.Error(), "s3cret") {
				t.Error("the secret is shown")
			}
		})
	}
}

// compareMistakes compares the lines of an error, without the name of the file, with those wanted.
func compareMistakes(t *testing.T, name string, want []string, err error) {
	t.Helper()
	var got []string
	if err != nil {
		for _, line := range strings.Split(err.Error(), "\n") {
			got = append(got, strings.TrimPrefix(line, name+":"))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOperationMistakes(t *testing.T) {
	dir := folder(t)
	tests := []struct {
		name, operations string
		want             []string
	}{
		{"nothing but a name", "- {id: a}", []string{`4:3: "request" is missing`}},
		{"no name", "- {request: GET /}", []string{`4:3: "id" is missing`}},
		{"a name with a blank", "- {id: a b, request: GET /}", []string{`4:4: "id": want letters, digits, dots, hyphens and underscores, got "a b"`}},
		{"the name of the target as a whole", "- {id: target, request: GET /}", []string{`4:4: operation id "target" stands for the target as a whole: choose another`}},
		{"a name twice", "- {id: a, request: GET /}\n- {id: a, request: PUT /}", []string{`5:4: operation id "a" stands here for the second time, first in line 4: give each its own`}},
		{"a misspelt key", "- {id: a, request: GET /, querry: {}}", []string{`4:27: unknown key "querry"; did you mean "query"?`}},
		{"a request without a method", "- {id: a, request: /x}", []string{`4:11: operation "a": "/x": write METHOD /path, such as GET /buyers/{id}`}},
		{"a method in small letters", "- {id: a, request: get /x}", []string{`4:11: operation "a": method "get": methods are case-sensitive, write GET`}},
		{"a method that is none", "- {id: a, request: \"G(T /x\"}", []string{`4:11: operation "a": "G(T" is no method: write one such as GET`}},
		{"CONNECT", "- {id: a, request: CONNECT /x}", []string{`4:11: operation "a": method "CONNECT" asks for a tunnel, which is no operation of an API`}},
		{"a query in the path", "- {id: a, request: \"GET /x?a=1\"}", []string{`4:11: operation "a": path "/x?a=1" has a query: put its parameters under query`}},
		{"braces that do not close", "- {id: a, request: \"GET /x/{id\"}", []string{`4:11: operation "a": path "/x/{id" has a { without a }`}},
		{"braces that do not open", "- {id: a, request: \"GET /x/id}\"}", []string{`4:11: operation "a": path "/x/id}" has a } without a {`}},
		{"braces around no name", "- {id: a, request: \"GET /x/{}\"}", []string{`4:11: operation "a": path "/x/{}": {} is no name: use letters, digits and underscores`}},
		{"a parameter twice", "- {id: a, request: \"GET /{x}/{x}\"}", []string{`4:11: operation "a": path "/{x}/{x}" has {x} twice: give each parameter a name of its own`}},
		{"a path that is not percent-encoded", "- {id: a, request: GET /käse}\n- {id: b, request: GET /100%}", []string{
			`4:11: operation "a": path "/käse": byte 'Ã' cannot stand in a path: percent-encode it`,
			`5:11: operation "b": path "/100%": "%" needs two hexadecimal digits after it`,
		}},
		{"a path parameter without an entry", "- {id: a, request: \"GET /{guid}\"}", []string{`4:11: operation "a": {guid} has no entry under params: add one with its good value`}},
		{"a path parameter without a value", "- {id: a, request: \"GET /{guid}\", params: {guid: {format: uuid}}}", []string{`4:44: operation "a": no value for {guid}: give --set guid=VALUE`}},
		{"a path parameter that --set should give by another name", "- {id: a, request: \"GET /{guid}\", params: {guid: {good: {set: podcast}}}}", []string{`4:44: operation "a": no value for {guid}: give --set podcast=VALUE`}},
		{"an empty path parameter", "- {id: a, request: \"GET /{guid}\", params: {guid: ''}}", []string{`4:44: operation "a": the good value of {guid} is empty, which makes another path`}},
		{"keys of a value beside it", "- {id: a, request: \"GET /{guid}\", params: {guid: {from: b, pointer: /id}}}", []string{
			`4:44: operation "a": no value for {guid}: give --set guid=VALUE`,
			`4:51: unknown key "from": it belongs under "good"`, `4:60: unknown key "pointer": it belongs under "good"`,
		}},
		{"an entry for no parameter", "- {id: a, request: \"GET /{guid}\", params: {guid: 1, giud: 2}}", []string{`4:53: operation "a": the path has no {giud}; did you mean "guid"?`}},
		{"a required query parameter without a value", "- {id: a, request: GET /, query: {q: {required: true}}}", []string{`4:35: operation "a": no value for the query parameter "q", which is required: give --set q=VALUE`}},
		{"a good value that is not of its format", "- {id: a, request: GET /, query: {q: {good: x, format: uuid}}}", []string{`4:35: operation "a": the good value of "q": "x" is not of the format uuid`}},
		{"an unknown value that is not of its format", "- {id: a, request: GET /, query: {q: {good: 1, format: integer, unknown: x}}}", []string{`4:65: operation "a": the unknown value of "q": "x" is not of the format integer`}},
		{"a format that nothing knows", "- {id: a, request: GET /, query: {q: {good: 1, format: uuidv4}}}", []string{
			`4:48: "format": want "uuid", "uuid4", "uuid5", "uuid7", "integer", "number", "boolean", "date", "date-time", "uri", "email", "digest", got "uuidv4"; did you mean "uuid4"?`,
		}},
		{"a good value that is not allowed", "- {id: a, request: GET /, query: {q: {good: acs, one_of: [asc, desc]}}}", []string{`4:35: operation "a": the good value of "q", "acs", is not among its one_of; did you mean "asc"?`}},
		{"a good value that is out of range", "- {id: a, request: GET /, query: {q: {good: 101, format: integer, minimum: 1, maximum: 100}, r: {good: 0.5, format: number, minimum: 0.6}}}", []string{
			`4:35: operation "a": the good value of "q", "101", is not between its minimum and its maximum`,
			`4:94: operation "a": the good value of "r", "0.5", is not between its minimum and its maximum`,
		}},
		{"a range of what is no number", "- {id: a, request: GET /, query: {q: {good: 1, maximum: 100}}}", []string{
			`4:35: operation "a": "q" has a minimum or a maximum: give format, integer or number`,
		}},
		{"a value from an operation that is not there", "- {id: get, request: GET /, query: {q: {good: {from: crate, pointer: /id}}}}\n- {id: create, request: POST /}", []string{`4:3: operation "get" takes a value from "crate", which is no operation; did you mean "create"?`}},
		{"a read by what reads nothing, and of what changes nothing", "- {id: get, request: GET /, read: get}\n- {id: create, request: POST /, read: create}\n- {id: change, request: PUT /, read: gett}", []string{
			`4:29: operation "get" changes nothing that a read could show: take read out`,
			`5:33: operation "create": read: "create" is no operation that is a GET`,
			`6:32: operation "change": read: "gett" is no operation that is a GET; did you mean "get"?`,
		}},
		{"a value from itself", "- {id: a, request: GET /, query: {q: {good: {from: a, pointer: /id}}}}", []string{`4:3: operation "a" takes a value from "a", which in turn needs one from "a": break the circle`}},
		{"values in a circle", "- {id: a, request: GET /, query: {q: {good: {from: b, pointer: /id}}}}\n- {id: b, request: GET /, query: {q: {good: {from: a, pointer: /id}}}}", []string{
			`4:3: operation "a" takes a value from "b", which in turn needs one from "a": break the circle`,
			`5:3: operation "b" takes a value from "a", which in turn needs one from "b": break the circle`,
		}},
		{"a value from nowhere in particular", "- {id: a, request: GET /, query: {q: {good: {from: b}}, r: {good: {from: b, pointer: id}}}}\n- {id: b, request: GET /}", []string{
			`4:39: operation "a": the good value of "q": write {from: operation, pointer: /id}, or {set: name}`,
			`4:77: operation "a": the good value of "r": "id" is not a JSON pointer: it starts with "/"`,
		}},
		{"header fields that do not belong there", "- id: a\n  request: GET /\n  headers: {Authorization: x, Content-Length: 5, a b: c, X: \"a\\nb\", x: d}", []string{
			`6:13: operation "a": "Authorization" is a secret: put it under credentials, which no report shows`,
			`6:31: operation "a": "Content-Length" is written by conform: take it out`,
			`6:50: operation "a": "a b" is no name of a header field`,
			`6:58: operation "a": header "X" has a line break or space around it`,
			`6:69: operation "a": header "x" is there already as "a\nb": names compare without case`,
		}},
		{"methods without the operation's own, in small letters", "- {id: a, request: GET /, methods: [put, HEAD]}", []string{
			`4:27: operation "a": methods lists all that the path takes, but not GET`,
			`4:37: operation "a": method "put": methods are case-sensitive, write PUT`,
		}},
		{"two bodies", "- {id: a, request: POST /, body: {}, body_file: body.json}", []string{`4:38: operation "a" has body and body_file: keep one`}},
		{"a body that is not written", "- {id: a, request: POST /, body: }", []string{`4:28: operation "a": the body is empty: take the key out, or write {}`}},
		{"a body file that is not there", "- {id: a, request: POST /, body_file: gone.json}", []string{`4:28: operation "a": body_file "gone.json" cannot be read: no such file or directory`}},
		{"members that the body does not have", "- {id: a, request: POST /, body: {a: {}}, required: [/b, a], unique: [/c], formats: {/d: uuid, /a: uuid}}", []string{
			`4:54: operation "a": required names /b, which the good body does not have`,
			`4:58: operation "a": required: "a" is not a JSON pointer: it starts with "/"`,
			`4:71: operation "a": unique names /c, which the good body does not have`,
			`4:86: operation "a": formats names /d, which the good body does not have`,
			`4:96: operation "a": formats: /a is no text`,
		}},
		{"members without a body", "- {id: a, request: POST /, required: [/b]}", []string{`4:39: operation "a": required names /b, but there is no body`}},
		{"members of a body that is not JSON", "- {id: a, request: POST /, body: hello, required: [/b]}", []string{`4:52: operation "a": required names /b, but the body is not JSON: not JSON at byte 0: want a value, got "hello"`}},
		{"a member that is not of its format", "- {id: a, request: POST /, body: {a: x}, formats: {/a: date}}", []string{`4:52: operation "a": the good value of /a: "x" is not of the format date`}},
		{"a schema that is not there", "- {id: a, request: POST /, body: {}, schema: gone.json}", []string{`4:38: operation "a": schema "gone.json" cannot be read: no such file or directory`}},
		{"a schema that ships", "- {id: a, request: POST /, body: {display_name: x}, schema: gr4vy-buyer.json}", nil},
		{"a schema that cannot be used", "- {id: a, request: POST /, body: {}, schema: broken.json}", []string{
			`4:38: operation "a": schema broken.json: top level: "nullable" is not a keyword that draft-07 checks: add "null" to "type"`,
			`4:38: operation "a": schema broken.json: top level: "pattern": "(?=a)" cannot be used, as patterns are RE2 (no look-around, no back-references): invalid or unsupported Perl syntax: ` + "`(?=`",
		}},
		{"a schema and no body", "- {id: a, request: POST /, schema: schema.json}", []string{`4:28: operation "a" has a schema, but no body that is JSON`}},
		{"a good body that does not fit its schema", "- {id: a, request: POST /, body: {a: 1}, schema: other.json}", []string{
			`4:42: operation "a": the good body does not fit other.json: /a: want string, got number`,
			`4:42: operation "a": the good body does not fit other.json: /b: is required`,
		}},
		{"undoing by no request, and by what is no pointer", "- {id: a, request: POST /, undo: \"/x\"}\n- {id: b, request: POST /, undo: \"DELETE /x/{id}\"}\n- {id: c, request: POST /, undo: \"DELETE /x/{/~}\"}", []string{
			`4:28: operation "a": undo: "/x": write METHOD /path, such as DELETE /buyers/{/id}, where {/id} is a value of the answer`,
			`5:28: operation "b": undo: {id} is no JSON pointer into the answer: write it like {/data/id}`,
			`6:28: operation "c": undo: "/~" is not a JSON pointer: write "~" as "~0"`,
		}},
		{"a credential that is not given", "- {id: a, request: GET /, credential: defualt}", []string{`4:27: operation "a": no credential is called "defualt"; did you mean "default"?`}},
		{"things of the wrong kind", "- 7\n- {id: a, request: GET /, params: [], query: 1, headers: x, required: /a, formats: [], schema: 1, undo: 1, privileged: yes}", []string{
			`4:3: "operations": want mapping, got number`,
			`5:27: "params": want mapping, got list`, `5:39: "query": want mapping, got number`, `5:49: "headers": want mapping, got text`,
			`5:61: "required": want list, got text`, `5:75: "formats": want mapping, got list`, `5:88: "schema": want text, got number: put it in quotes`,
			`5:99: "undo": want text, got number: put it in quotes`, `5:108: "privileged": want boolean, got text`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name := filepath.Join(dir, "conform.yaml")
			text := "version: 1\ncredentials: {default: {bearer: {env: A}}}\noperations:\n" + tt.operations + "\n"
			_, err := Load(name, []byte(text), Options{Variables: NewVariables(nil)})
			compareMistakes(t, name, tt.want, err)
		})
	}
}

func TestVariables(t *testing.T) {
	const operations = `version: 1
operations:
  - {id: a, request: "GET /{db}/{layout}", params: {db: {good: x}, layout: {good: {set: view}}}, query: {q: {good: {from: b, pointer: /id}}, r: {required: true}}}
  - {id: b, request: "GET /{db}", params: {db: {good: y, format: uuid}}}
`
	const id = "31740ac6-e39d-49cd-9179-634bcecf4143"
	variables := NewVariables(map[string]string{"db": id, "view": "v", "q": "set", "r": "s", "veiw": "1", "other": "2"})
	got, err := Load("conform.yaml", []byte(operations), Options{Variables: variables})
	if err != nil {
		t.Fatal(err)
	}
	want := []Operation{
		{Params: Values{{Name: "db", Value: Value{Good: id}}, {Name: "layout", Value: Value{Good: "v"}}}, Query: Values{{Name: "q", Value: Value{Good: "set"}}, {Name: "r", Value: Value{Good: "s", Required: true}}}},
		{Params: Values{{Name: "db", Value: Value{Good: id, Format: "uuid"}}}},
	}
	for i := range want {
		if diff := cmp.Diff(want[i].Params, got.Operations[i].Params); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(want[i].Query, got.Operations[i].Query); diff != "" {
			t.Error(diff)
		}
	}
	const unknown = "--set other: no operation has a parameter {other}: remove it\n--set veiw: no operation has a parameter {veiw}; did you mean \"view\"?"
	if err := variables.Unknown(); err == nil || err.Error() != unknown {
		t.Errorf("\nwant %s\n got %v", unknown, err)
	}
	_, err = Load("conform.yaml", []byte(operations), Options{Variables: NewVariables(map[string]string{"db": "x", "view": "v", "r": "s"})})
	compareMistakes(t, "conform.yaml", []string{`4:44: operation "b": the good value of "db": "x" is not of the format uuid`}, err)
	if _, err := Load("conform.yaml", []byte(strings.Replace(operations, "y, format: uuid", "y", 1)), Options{}); err != nil {
		t.Errorf("lint does not need the values: %v", err)
	}
}

func TestParseURL(t *testing.T) {
	tests := []struct{ name, text, want, mistake string }{
		{"a host alone", "https://api.example.com", "https://api.example.com", ""},
		{"slashes at the end go", "http://localhost:8080/api//", "http://localhost:8080/api", ""},
		{"an escaped path stays as it is", "http://[::1]/a%2Fb/", "http://[::1]/a%2Fb", ""},
		{"capitals in the scheme", "HTTPS://api.example.com/V1", "https://api.example.com/V1", ""},
		{"nothing", "", "", "the target is empty: give the base URL of the API under test, such as https://api.example.com/v1"},
		{"a path", "/api", "", `target "/api" has no scheme: write it like https://api.example.com/v1`},
		{"a host without a scheme", "api.example.com/v1", "", `target "api.example.com/v1" has no scheme: write it like https://api.example.com/v1`},
		{"a host and port without a scheme", "localhost:8080", "", `target "localhost:8080" has no scheme: write it like https://api.example.com/v1`},
		{"another scheme", "ftp://example.com", "", `target "ftp://example.com": scheme "ftp" is not spoken here: http and https are`},
		{"no host", "https:///v1", "", `target "https:///v1" has no host: write it like https://api.example.com/v1`},
		{"a port and no host", "https://:8080", "", `target "https://:8080" has no host: write it like https://api.example.com/v1`},
		{"a password", "https://ann:s3cret@example.com/v1", "", `target "https://example.com/v1" has a user in it: give credentials in conform.yaml, or by --bearer-env`},
		{"a password and another scheme", "ftp://ann:s3cret@example.com", "", `target "ftp://example.com": scheme "ftp" is not spoken here: http and https are`},
		{"a password and no scheme", "ann:s3cret@example.com", "", `target "..." has no scheme: write it like https://api.example.com/v1`},
		{"a password in what is no URL", "https://ann:s3cret%@example.com", "", "the target is no URL: write it like https://api.example.com/v1"},
		{"a query", "https://example.com/?a=1", "", `target "https://example.com/?a=1" has a query: give the base URL alone`},
		{"an empty query", "https://example.com/?", "", `target "https://example.com/?" has a query: give the base URL alone`},
		{"a fragment", "https://example.com/#top", "", `target "https://example.com/#top" has a fragment: give the base URL alone`},
		{"a port that is none", "https://example.com:http", "", `target "https://example.com:http" is no URL: invalid port ":http" after host`},
		{"a control character", "https://example.com/\n", "", `target "https://example.com/\n" is no URL: net/url: invalid control character in URL`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u, err := ParseURL(tt.text)
			got, mistake := "", ""
			if err != nil {
				mistake = err.Error()
			} else {
				got = u.String()
			}
			if got != tt.want || mistake != tt.mistake {
				t.Errorf("\nwant %s %s\n got %s %s", tt.want, tt.mistake, got, mistake)
			}
			if strings.Contains(mistake, "s3cret") {
				t.Error("the password is shown")
			}
		})
	}
}

func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"version: 1\ntarget: http://a\noperations: [{id: a, request: 'GET /{x}', params: {x: {good: {from: b, pointer: /i}}}, undo: 'DELETE /{/a}'}]\n",
		"version: 1\noperations: [{id: a, request: POST /, body: {a: [1]}, required: [/a/0], formats: {/a/0: integer}, headers: {X: 1}}]\n",
		"version: 1\ncredentials: {a: {header: {name: X, env: Y}}}\nprovoke: {server.fault: {request: GET /}}\nwaivers: [{requirement: a.b, reason: c, owner: d, expires: 2027-01-01}]\n",
		"operations: [1, {id: [], request: {}, params: 1, query: {a: [], b: {good: []}}, headers: {a: []}, body: ~}]\ncredentials: {a: 1}\nprovoke: {a: 1}\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Load("nowhere/conform.yaml", []byte(text), Options{Variables: NewVariables(nil)})
		if err != nil {
			return
		}
		for _, o := range got.Operations {
			r := o.Request("/api", "application/json")
			if !strings.HasPrefix(r.Target, "/api/") || strings.ContainsAny(r.Target, " {}\r\n\x00") {
				t.Errorf("request-target %q", r.Target)
			}
			if _, err := schema.JSON(o.Body); err != nil && len(o.Members()) > 0 {
				t.Error("members of what is not JSON")
			}
		}
	})
}
