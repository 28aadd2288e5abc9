package suites

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/target"
)

// The golden files show what each probe sends; the tests here are about what it must not send, and what it says.

func TestUndeclaredMethodsDoNoHarm(t *testing.T) {
	collection, thing := create(t), get(t)
	collection.Declared, thing.Declared = []string{"POST"}, []string{"GET"}
	tests := []struct {
		name string
		good Good
		want []string
	}{
		{"a collection is sent all that it does not declare", collection, []string{"DELETE", "GET", "PATCH", "PUT"}},
		{"a thing is never deleted", thing, []string{"PATCH", "POST", "PUT"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, slices.Sorted(maps.Keys(sent(t, "method.undeclared", test.good)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	cases, _ := undeclaredMethod.Cases(collection)
	for _, c := range cases {
		if _, ok := c.Request.Fields.Get("Content-Type"); ok || len(c.Request.Body) > 0 {
			t.Errorf("%s has content", c.Variant)
		}
		if wantsLength := c.Variant == "PUT" || c.Variant == "PATCH"; wantsLength != (c.Request.Body != nil) {
			t.Errorf("%s: body %#v", c.Variant, c.Request.Body)
		}
	}
}

func TestMadeUpMethodsAreTokensThatNobodyRegistered(t *testing.T) {
	for _, m := range madeUpMethods {
		if strings.ContainsFunc(m.method, func(r rune) bool { return !unicode.IsUpper(r) }) || !strings.HasPrefix(m.method, "CONFORM") {
			t.Errorf("%s: %q", m.variant, m.method)
		}
	}
}

func TestCredentialsByKind(t *testing.T) {
	type told = map[string]map[string]string
	const secret = "conform-c65d7fb84f18e0e5"
	want := []told{
		{
			"missing":      {"": "no Authorization field"},
			"malformed":    {"scheme-only": "Authorization: Bearer", "no-space": "Authorization: Bearer" + secret, "bad-characters": "Authorization: Bearer <" + secret + ">"},
			"wrong-scheme": {"basic": "Authorization: Basic Y29uZm9ybTpjb25mb3JtLWM2NWQ3ZmI4NGYxOGUwZTU=", "made-up": "Authorization: Conform " + secret},
		},
		{
			"missing": {"": "no Authorization field"},
			"malformed": {
				"scheme-only": "Authorization: Basic", "no-space": "Authorization: BasicY29uZm9ybTpjb25mb3JtLWM2NWQ3ZmI4NGYxOGUwZTU=",
				"bad-base64": "Authorization: Basic <" + secret + ">", "no-colon": "Authorization: Basic Y29uZm9ybS1jNjVkN2ZiODRmMThlMGU1",
			},
			"wrong-scheme": {"bearer": "Authorization: Bearer " + secret, "made-up": "Authorization: Conform " + secret},
		},
		{"missing": {"": "no X-Api-Key field"}, "malformed": {"empty": "an empty X-Api-Key field"}, "wrong-scheme": {}},
		{"missing": {"": "no Authorization field"}, "malformed": {"empty": "an empty Authorization field"}, "wrong-scheme": {"made-up": "Authorization: Conform " + secret}},
		{"missing": {"": "no api_key parameter"}, "malformed": {"empty": "an empty api_key parameter"}, "wrong-scheme": {}},
		{"missing": {"": "no session cookie"}, "malformed": {"empty": "an empty session cookie"}, "wrong-scheme": {}},
	}
	for i, want := range want {
		g := everyKind(t)[i]
		t.Run(string(g.Credential.Kind)+" "+g.Credential.Name, func(t *testing.T) {
			for defect, want := range want {
				if diff := cmp.Diff(want, sent(t, "credentials."+defect, g)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", defect, diff)
				}
			}
		})
	}
}

func TestAnExpiredCredentialOfAnotherKindReplacesTheGoodOne(t *testing.T) {
	g := get(t)
	g.Expired = &target.Credential{Kind: target.Cookie, Name: "session", Value: "the-expired-secret"}
	cases, _ := expiredCredential.Cases(g)
	want := exchange.Fields{{Name: "Accept", Value: "application/vnd.api+json"}, {Name: "Cookie", Value: "session=the-expired-secret"}}
	if diff := cmp.Diff(want, cases[0].Request.Fields); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestContentTypesThatAServerMayTakeAreNotSent(t *testing.T) {
	tests := []struct {
		good string
		want map[string]string
	}{
		{"application/json; charset=utf-8", map[string]string{
			"text/plain":      "Content-Type: text/plain; charset=utf-8",
			"application/xml": "Content-Type: application/xml; charset=utf-8",
			"made-up":         "Content-Type: application/x-conform; charset=utf-8",
			"near-miss":       "Content-Type: application/jsonx; charset=utf-8",
		}},
		{"Text/Plain", map[string]string{
			"application/xml": "Content-Type: application/xml",
			"made-up":         "Content-Type: application/x-conform",
			"near-miss":       "Content-Type: Text/Plainx",
		}},
		{"application/atom+xml", map[string]string{
			"text/plain": "Content-Type: text/plain",
			"made-up":    "Content-Type: application/x-conform",
			"near-miss":  "Content-Type: application/atom+xmlx",
		}},
	}
	for _, test := range tests {
		t.Run(test.good, func(t *testing.T) {
			g := create(t)
			g.Request = g.Request.WithField("Content-Type", test.good)
			if diff := cmp.Diff(test.want, sent(t, "content-type.unsupported", g)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestABodyThatIsNotTheGoodOneHasNotItsLength(t *testing.T) {
	g := create(t)
	g.Request = g.Request.WithField("Content-Length", "153")
	for _, family := range []string{"syntax", "shape", "member"} {
		for _, p := range Named(family) {
			cases, _ := p.Cases(g)
			for _, c := range cases {
				if length, ok := c.Request.Fields.Get("Content-Length"); ok {
					t.Errorf("%s %s: Content-Length: %s", p.Name, c.Variant, length)
				}
			}
		}
	}
}

func TestWhatServersMayTakeIsSentAlone(t *testing.T) {
	for name, want := range map[string]bool{
		"syntax.duplicate-member": true, "syntax.byte-order-mark": true, "conflict.duplicate": true,
		"syntax.truncated": false, "member.missing": false,
	} {
		cases, _ := probe(t, name).Cases(create(t))
		if cases[0].Effects != want {
			t.Errorf("%s: want effects %t, got %t", name, want, cases[0].Effects)
		}
	}
}

func TestShapesThatTheSchemaAllowsAreNotSent(t *testing.T) {
	g := create(t)
	g.Operation.Schema = compile(t, `{"type": ["object", "array", "null", "string"]}`)
	for name, want := range map[string]map[string]string{
		"shape.null":         {},
		"shape.array":        {},
		"shape.scalar":       {"number": "42 as the whole body", "boolean": "true as the whole body"},
		"shape.empty-object": {},
	} {
		if diff := cmp.Diff(want, sent(t, name, g)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestMembersOfWhichOnlyTheUserSaidThatTheyAreRequired(t *testing.T) {
	g := create(t)
	g.Request.Body = []byte(`{"o": {"x": 1}, "a": [1], "s": "x", "n": 1, "b": true, "z": null, "more": 1}`)
	g.Operation.Schema, g.Operation.SchemaJSON, g.Operation.Formats = nil, nil, nil
	g.Operation.Body = g.Request.Body
	g.Operation.Required = []string{"/o", "/a", "/s", "/n", "/b", "/z", "/absent"}

	want := map[string]string{ // changes of structure alone: an API may read 1 as "1"
		"/o:string": `/o = "conform"`, "/a:string": `/a = "conform"`, "/s:object": "/s = {}", "/n:object": "/n = {}", "/b:object": "/b = {}",
	}
	if diff := cmp.Diff(want, sent(t, "member.wrong-type", g)); diff != "" {
		t.Errorf("wrong-type (-want +got):\n%s", diff)
	}
	want = map[string]string{"/o": "/o = null", "/a": "/a = null", "/s": "/s = null", "/n": "/n = null", "/b": "/b = null"}
	if diff := cmp.Diff(want, sent(t, "member.null", g)); diff != "" {
		t.Errorf("null (-want +got):\n%s", diff)
	}
	want = map[string]string{"/o": "no /o", "/a": "no /a", "/s": "no /s", "/n": "no /n", "/b": "no /b", "/z": "no /z"}
	if diff := cmp.Diff(want, sent(t, "member.missing", g)); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
}

func TestMembersOfWhichTheSchemaTakesAnythingAreNotBroken(t *testing.T) {
	g := create(t)
	g.Request.Body = []byte(`{"any": 1, "nullable": [1]}`)
	text := `{"type": "object", "required": ["any"], "properties": {"any": {}, "nullable": {"type": ["array", "null"]}}}`
	g.Operation.Body, g.Operation.Schema, g.Operation.SchemaJSON, g.Operation.Formats = g.Request.Body, compile(t, text), map[string]any{}, nil
	if cases, gap := nullMember.Cases(g); len(cases) > 0 || gap.Needs {
		t.Errorf("null: got %+v and %+v", cases, gap)
	}
	for variant := range sent(t, "member.wrong-type", g) {
		if !strings.HasPrefix(variant, "/nullable:") {
			t.Errorf("wrong-type: the schema allows %s", variant)
		}
	}
}

func TestAnItemIsNotMissed(t *testing.T) {
	g := create(t)
	g.Request.Body = []byte(`{"list": [1, 2]}`)
	g.Operation.Body, g.Operation.Schema, g.Operation.SchemaJSON, g.Operation.Formats = g.Request.Body, nil, nil, nil
	g.Operation.Required = []string{"/list", "/list/0"}
	want := map[string]string{"/list": "no /list"} // without the first item the second one is the first
	if diff := cmp.Diff(want, sent(t, "member.missing", g)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOnlyAQueryParameterThatIsThereCanBeLeftOut(t *testing.T) {
	g := list(t)
	i := slices.IndexFunc(g.Operation.Query, func(p target.Parameter) bool { return p.Name == "offset" })
	g.Operation.Query[i].Value = target.Value{Absent: true, Required: true}
	want := map[string]string{"to": "no to parameter"}
	if diff := cmp.Diff(want, sent(t, "query.missing", g)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWrongTypesAreThoseThatTheSchemaLeavesOut(t *testing.T) {
	all := []string{"string", "number", "fraction", "boolean", "object", "array"}
	without := func(slugs ...string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(slugs, s) })
	}
	tests := []struct {
		name  string
		types []string
		want  []string
	}{
		{"an integer may be 42, and not 1.5", []string{"integer"}, without("number")},
		{"a number may be either", []string{"number"}, without("number", "fraction")},
		{"a string", []string{"string"}, without("string", "fraction")},
		{"several types", []string{"object", "array", "null"}, without("object", "array", "fraction")},
		{"no type told", nil, without("string", "fraction")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, other := range otherTypes(target.Member{FromSchema: true, Types: test.types}, "string") {
				got = append(got, other.slug)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestMalformedIdentifiersOfAWriteAreNotMadeFromTheGoodOne(t *testing.T) {
	g := get(t)
	g.Operation.Method, g.Request.Method = "DELETE", "DELETE"
	cases, _ := malformedIdentifier.Cases(g)
	if len(cases) == 0 {
		t.Fatal("no case")
	}
	for _, c := range cases {
		if strings.Contains(c.Request.Target, "31740ac6") {
			t.Errorf("%s could delete the good thing: %s", c.Variant, c.Request.Target)
		}
	}
}

func TestAnUnknownIdentifierIsPutWhereTheUserGaveOne(t *testing.T) {
	g := get(t)
	g.Operation.Method, g.Request.Method = "PUT", "PUT"
	g.Operation.Params = target.Values{{Name: "guid", Value: target.Value{Format: "uuid5", Unknown: "00000000-0000-5000-8000-000000000000"}}}
	want := map[string]string{"guid": `{guid} = "00000000-0000-5000-8000-000000000000"`}
	if diff := cmp.Diff(want, sent(t, "identifier.unknown", g)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMalformedValuesOfEveryFormat(t *testing.T) {
	for _, format := range target.Formats {
		seen := map[string]bool{}
		for _, b := range slices.Concat(malformed(format, sampleUUID), lenient(format, sampleUUID)) {
			// A digest's form has no length; its algorithm has.
			if err := target.Fits(format, b.text); err == nil && format != "digest" {
				t.Errorf("%s: %s is not malformed: %q", format, b.slug, b.text)
			}
			if seen[b.slug] || b.slug == "" || b.text == "" || strings.ContainsAny(b.text, `"\`) {
				t.Errorf("%s: %+v", format, b)
			}
			seen[b.slug] = true
		}
		if len(seen) == 0 {
			t.Errorf("%s: nothing is malformed", format)
		}
	}
	if got := malformed("", "x"); got != nil {
		t.Errorf("any text: got %v", got)
	}
}

func TestUUIDsOfAnotherVersion(t *testing.T) {
	tests := []struct{ name, format, good, want string }{
		{"version 4 becomes 5", "uuid4", "31740ac6-e39d-49cd-9179-634bcecf4143", "31740ac6-e39d-59cd-9179-634bcecf4143"},
		{"version 5 becomes 4", "uuid5", "968cb508-803c-593c-8ff2-9e397dadb83c", "968cb508-803c-493c-8ff2-9e397dadb83c"},
		{"version 7 becomes 4", "uuid7", "01890a5d-ac96-774b-bcce-b302099a8057", "01890a5d-ac96-474b-bcce-b302099a8057"},
		{"a UUID of any version has no other", "uuid", "31740ac6-e39d-49cd-9179-634bcecf4143", ""},
		{"no UUID", "integer", "42", ""},
		{"a good value not yet known", "uuid5", "{create-subscription}", "6d1d6f0e-3c5b-4b57-9f51-2f7a8d0c41e9"},
		{"a good value of the length alone", "uuid5", strings.Repeat("x", 36), "6d1d6f0e-3c5b-4b57-9f51-2f7a8d0c41e9"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := wrongVersionOf(test.format, test.good)
			if got != test.want {
				t.Errorf("want %q, got %q", test.want, got)
			}
			if got != "" && (target.Fits("uuid", got) != nil || target.Fits(test.format, got) == nil) {
				t.Errorf("%q is not a UUID of another version than %s", got, test.format)
			}
		})
	}
}

func TestADuplicateIsNoRepetition(t *testing.T) {
	g := create(t)
	g.Request = g.Request.WithAddedField("Idempotency-Key", "good")
	cases, _ := duplicateCreation.Cases(g)
	before, _ := cases[0].Before[0].Fields.Get("Idempotency-Key")
	again, _ := cases[0].Request.Fields.Get("Idempotency-Key")
	if before != "good" || again == "good" || again == "" {
		t.Errorf("Idempotency-Key %q, then %q", before, again)
	}
}

func TestAHeadTwinIsOfEveryRefusal(t *testing.T) {
	tests := []struct {
		name string
		good Good
		want []string
	}{
		{"an operation with a credential and an identifier", get(t), []string{"no-credential", "unknown:guid"}},
		{"an operation with a credential", list(t), []string{"no-credential"}},
		{"the target as a whole", whole(t), []string{"unknown-route:deep", "unknown-route:segment"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, slices.Sorted(maps.Keys(sent(t, "method.head-twin", test.good)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestWhatAnErrorMayRightlyBlame has the places that an error may name for each kind of defect.
func TestWhatAnErrorMayRightlyBlame(t *testing.T) {
	body := func(at string) check.Place { return check.Place{In: "body", At: at} }
	tests := []struct {
		probe, variant string
		good           Good
		want           []check.Place
	}{
		{"route.unknown", "deep", whole(t), nil},
		{"method.unknown", "made-up", get(t), nil},
		{"credentials.missing", "", create(t), []check.Place{{In: "header", At: "Authorization"}}},
		{"credentials.missing", "", everyKind(t)[4], []check.Place{{In: "query", At: "api_key"}}},
		{"credentials.missing", "", everyKind(t)[5], []check.Place{{In: "header", At: "Cookie"}}},
		{"credentials.insufficient", "", create(t), nil},
		{"content-type.missing", "", create(t), []check.Place{{In: "header", At: "Content-Type"}}},
		{"syntax.truncated", "half", create(t), nil},
		{"shape.array", "", create(t), []check.Place{body(""), body("/data")}},
		{"member.missing", "/data/id", create(t), []check.Place{body("/data/id"), body("/data")}},
		{"member.missing", "/data", create(t), []check.Place{body("/data"), body("")}},
		{"member.null", "/data/id", create(t), []check.Place{body("/data/id")}},
		{"member.wrong-type", "/data/id:object", create(t), []check.Place{body("/data/id")}},
		{"member.format", "/data/id:wrong-version", create(t), []check.Place{body("/data/id")}},
		{"identifier.unknown", "guid", get(t), []check.Place{{In: "path", At: "guid"}}},
		{"query.malformed", "limit:word", list(t), []check.Place{{In: "query", At: "limit"}}},
		{"conflict.duplicate", "", create(t), []check.Place{body("/data/id")}},
		{"server.fault", "", whole(t), nil},
	}
	for _, test := range tests {
		t.Run(strings.TrimSpace(test.probe+" "+test.variant), func(t *testing.T) {
			cases, _ := probe(t, test.probe).Cases(test.good)
			i := slices.IndexFunc(cases, func(c Case) bool { return c.Variant == test.variant })
			if i < 0 {
				t.Fatalf("no variant %q", test.variant)
			}
			if diff := cmp.Diff(test.want, cases[i].Defect.Blame); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
