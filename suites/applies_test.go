package suites

import (
	"strings"
	"testing"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/target"
)

// TestWhereAProbeApplies has for every probe a good request that it breaks and those that it must leave alone, with the reason.
func TestWhereAProbeApplies(t *testing.T) {
	type refusal struct {
		name  string
		good  Good
		needs bool
	}
	with := func(g Good, change func(*Good)) Good {
		o := *g.Operation
		g.Operation = &o
		change(&g)
		return g
	}
	noCredential := with(get(t), func(g *Good) { g.Credential = nil })
	plain := with(create(t), func(g *Good) { g.Request = g.Request.WithField("Content-Type", "text/csv") })
	unlabelled := with(create(t), func(g *Good) { g.Request = g.Request.WithoutField("Content-Type") })
	digested := with(create(t), func(g *Good) { g.Request = g.Request.WithField("Content-Digest", "sha-256=:AAAA:") })
	bare := with(create(t), func(g *Good) { // a body about which nothing is known
		g.Operation.Schema, g.Operation.SchemaJSON, g.Operation.Formats, g.Operation.Unique = nil, nil, nil, nil
	})
	lax := with(bare, func(g *Good) { // a body of which it is known that nothing is required
		g.Operation.Schema, g.Operation.SchemaJSON = compile(t, `{"type": "object"}`), map[string]any{"type": "object"}
	})
	body := func(g Good, body string) Good {
		return with(g, func(g *Good) { g.Request.Body, g.Operation.Body = []byte(body), []byte(body) })
	}
	array, scalar, broken := body(bare, `["a/b", "c/d"]`), body(bare, `42`), body(bare, `{"data": `)
	noParams := list(t)
	untyped := with(get(t), func(g *Good) { g.Operation.Params = target.Values{{Name: "guid", Value: target.Value{}}} })
	put := with(get(t), func(g *Good) {
		g.Operation.Method, g.Request.Method, g.Request.Body = "PUT", "PUT", []byte(`{"name": "x"}`)
	})
	repeated := with(put, func(g *Good) { g.Request.Body = []byte(`{"id": "31740ac6-e39d-59cd-9179-634bcecf4143"}`) })
	ranged := func(v target.Value) Good { // one identifier, of which this is known
		return with(get(t), func(g *Good) { g.Operation.Params = target.Values{{Name: "guid", Value: v}} })
	}
	deletion := with(get(t), func(g *Good) { g.Operation.Method, g.Request.Method = "DELETE", "DELETE" })
	several := body(revise(t), strings.Replace(articleBody, `"id": "17", "attributes": {"title": "First"}`, `"id": "18", "attributes": {"title": "17"}`, 1))
	identified := with(publish(t), func(g *Good) { g.Request.Body = []byte(articleBody) })
	relationship := body(revise(t), `{"data": {"type": "people", "id": "17"}}`)
	schemaless := with(order(t), func(g *Good) { g.Operation.Schema, g.Operation.SchemaJSON, g.Operation.References = nil, nil, nil })
	free := with(order(t), func(g *Good) { g.Operation.Schema = compile(t, `{"properties": {"note": {}}}`) })
	csv := with(plain, func(g *Good) { g.Request = g.Request.WithField("Content-Type", "text/csv; header=present") })
	binary := with(plain, func(g *Good) { g.Request = g.Request.WithField("Content-Type", "application/octet-stream") })
	zipped := with(order(t), func(g *Good) { g.Request = g.Request.WithField("Content-Encoding", "gzip") })
	fielded := replace(t)
	notJSON := []refusal{
		{"the target as a whole", whole(t), false},
		{"no body", get(t), false},
		{"another media type", plain, false},
		{"no media type", unlabelled, false},
		{"a digest of the good body", digested, false},
		{"a scalar body", scalar, false},
		{"a good body that is not JSON", broken, false},
	}
	and := func(more ...refusal) []refusal { return append(more, notJSON...) }
	noBody := []refusal{{"the target as a whole", whole(t), false}, {"no body", get(t), false}, {"no media type", unlabelled, false}}
	credential := []refusal{{"the target as a whole", whole(t), false}, {"no credential", noCredential, false}}

	tests := map[string]struct {
		makes Good
		not   []refusal
	}{
		"route.unknown":          {whole(t), []refusal{{"an operation", get(t), false}}},
		"route.malformed-escape": {whole(t), []refusal{{"an operation", get(t), false}}},
		"route.overlong":         {whole(t), []refusal{{"an operation", get(t), false}}},
		"method.lowercase":       {get(t), []refusal{{"the target as a whole", whole(t), false}, {"a POST, which may be obeyed", create(t), false}}},
		"method.trace":           {whole(t), []refusal{{"an operation", get(t), false}}},
		"method.options": {create(t), []refusal{
			{"the target as a whole", whole(t), false},
			{"an OPTIONS", with(get(t), func(g *Good) { g.Request.Method = "OPTIONS" }), false},
		}},
		"header.missing": {fielded, []refusal{
			{"the target as a whole", whole(t), false},
			{"no field known to be required", get(t), true},
		}},
		"header.malformed": {fielded, []refusal{
			{"the target as a whole", whole(t), false},
			{"no field of a known format", get(t), true},
		}},
		"header.overlong":          {whole(t), []refusal{{"an operation", get(t), false}}},
		"header.many":              {whole(t), []refusal{{"an operation", get(t), false}}},
		"header.control-character": {whole(t), []refusal{{"an operation", get(t), false}}},
		"header.twice":             {create(t), []refusal{{"the target as a whole", whole(t), false}, {"no field that may stand once", get(t), false}}},
		"size.body": {with(create(t), func(g *Good) { g.Operation.MaxBody = 1000 }), and(
			refusal{"no limit that is known", create(t), true},
			refusal{"a good body beyond the limit", with(create(t), func(g *Good) { g.Operation.MaxBody = 10 }), false},
		)},
		"precondition.stale-etag": {get(t), []refusal{
			{"the target as a whole", whole(t), false},
			{"a POST", create(t), false},
			{"a precondition of its own", fielded, false},
		}},
		"precondition.missing": {fielded, []refusal{
			{"the target as a whole", whole(t), false},
			{"no precondition known to be required", get(t), true},
		}},
		"precondition.none-match": {put, []refusal{
			{"the target as a whole", whole(t), false},
			{"a POST", create(t), false},
			{"a precondition of its own", fielded, false},
		}},
		"method.undeclared": {get(t), []refusal{
			{"the target as a whole", whole(t), false},
			{"methods that are not all known", with(get(t), func(g *Good) { g.Complete = false }), true},
			{"a path that takes all but DELETE", with(get(t), func(g *Good) { g.Declared = []string{"GET", "PATCH", "POST", "PUT"} }), false},
		}},
		"method.unknown": {get(t), []refusal{{"the target as a whole", whole(t), false}}},
		"method.head-twin": {whole(t), []refusal{
			{"a POST", create(t), false},
			{"a GET that nothing refuses", with(list(t), func(g *Good) { g.Credential = nil }), false},
		}},
		"credentials.missing":   {get(t), credential},
		"credentials.garbage":   {get(t), credential},
		"credentials.malformed": {get(t), credential},
		"credentials.wrong-scheme": {list(t), append([]refusal{
			{"a header field of its own", get(t), false},
		}, credential...)},
		"credentials.expired": {get(t), append([]refusal{
			{"no expired credential", with(get(t), func(g *Good) { g.Expired = nil }), true},
		}, credential...)},
		"credentials.insufficient": {get(t), append([]refusal{
			{"no limited credential", with(get(t), func(g *Good) { g.Limited = nil }), true},
			{"an operation that the limited credential may do", list(t), false},
		}, credential...)},
		"credentials.twice": {list(t), append([]refusal{
			{"a header field of its own", get(t), false},
			{"a POST, which may be obeyed", create(t), false},
		}, credential...)},
		"credentials.in-query": {create(t), append([]refusal{
			{"no bearer token", list(t), false},
			{"a parameter of that name", with(profile(t), func(g *Good) { g.Operation.Query = target.Values{{Name: "access_token", Value: target.Value{}}} }), false},
		}, credential...)},
		"content-type.missing":     {create(t), noBody},
		"content-type.unsupported": {create(t), noBody},
		"content-type.malformed": {create(t), append([]refusal{
			{"a good type that is none", with(create(t), func(g *Good) { g.Request = g.Request.WithField("Content-Type", "json") }), false},
		}, noBody...)},
		"content-type.parameter": {create(t), append([]refusal{
			{"JSON that is not JSON:API", order(t), false},
		}, noBody...)},
		"content-type.charset": {order(t), append([]refusal{
			{"JSON:API, where the label is wrong already", create(t), false},
			{"a media type without charsets", binary, false},
			{"a good type that is none", with(create(t), func(g *Good) { g.Request = g.Request.WithField("Content-Type", "json") }), false},
			{"a digest of the good body", with(order(t), func(g *Good) { g.Request = g.Request.WithField("Content-Digest", "sha-256=:AAAA:") }), false},
		}, noBody...)},
		"content-type.encoding": {csv, append([]refusal{{"a body that is encoded", zipped, false}}, noBody...)},
		"content-type.boundary": {upload(t), append([]refusal{{"a body of one part", create(t), false}}, noBody...)},
		"accept.unacceptable":   {get(t), []refusal{{"the target as a whole", whole(t), false}, {"a DELETE, which may be obeyed", deletion, false}}},
		"accept.q-zero":         {get(t), []refusal{{"the target as a whole", whole(t), false}, {"a POST, which may be obeyed", create(t), false}}},
		"accept.malformed":      {get(t), []refusal{{"the target as a whole", whole(t), false}, {"a POST, which may be obeyed", create(t), false}}},
		"accept.parameter": {revise(t), []refusal{
			{"the target as a whole", whole(t), false},
			{"a DELETE, which may be obeyed", deletion, false},
			{"a request that does not ask for JSON:API", list(t), false},
		}},
		"syntax.empty":             {create(t), and(refusal{"a body that may be left out", bare, true}, refusal{"a body of which nothing is required", lax, false})},
		"syntax.truncated":         {array, notJSON},
		"syntax.trailing-comma":    {array, notJSON},
		"syntax.single-quotes":     {array, and(refusal{"no string", body(bare, `{}`), false})},
		"syntax.bare-word":         {array, notJSON},
		"syntax.trailing-bytes":    {array, notJSON},
		"syntax.not-a-number":      {array, and(refusal{"no scalar", body(bare, `{"a": {}}`), false})},
		"syntax.invalid-utf8":      {array, and(refusal{"no string", body(bare, `{"a": 1}`), false})},
		"syntax.duplicate-member":  {bare, and(refusal{"an array", array, false}, refusal{"no member", body(bare, `{}`), false})},
		"syntax.byte-order-mark":   {array, notJSON},
		"syntax.deep":              {array, notJSON},
		"shape.null":               {create(t), and(refusal{"a body that may be left out", bare, true})},
		"shape.array":              {bare, and(refusal{"an array", array, false})},
		"shape.scalar":             {array, notJSON},
		"shape.empty-object":       {array, and(refusal{"an object of which nothing is required", bare, true})},
		"member.missing":           {create(t), and(refusal{"nothing known to be required", bare, true}, refusal{"nothing required", lax, false})},
		"member.null":              {create(t), and(refusal{"nothing known of the members", bare, true})},
		"member.wrong-type":        {create(t), and(refusal{"nothing known of the members", bare, true})},
		"member.format":            {create(t), and(refusal{"no format", bare, false})},
		"member.unknown":           {bare, and(refusal{"no object", body(bare, `["a", "b"]`), false})},
		"member.enum":              {create(t), and(refusal{"no schema", schemaless, true}, refusal{"a schema without enumerations", free, false})},
		"member.range":             {order(t), and(refusal{"no schema", schemaless, true}, refusal{"a schema without ranges", create(t), false})},
		"member.length":            {order(t), and(refusal{"no schema", schemaless, true}, refusal{"a schema without lengths", create(t), false})},
		"member.pattern":           {order(t), and(refusal{"no schema", schemaless, true}, refusal{"a schema without patterns", create(t), false})},
		"member.items":             {order(t), and(refusal{"no schema", schemaless, true}, refusal{"a schema without arrays", create(t), false})},
		"member.properties":        {order(t), and(refusal{"no schema", schemaless, true}, refusal{"a schema without numbers of members", create(t), false})},
		"member.control-character": {create(t), and(refusal{"no rule for any text", schemaless, false}, refusal{"a schema that takes any text", free, false})},
		"member.huge-number":       {order(t), and(refusal{"no schema", schemaless, true}, refusal{"a schema that takes any number", create(t), false})},
		"member.quoted":            {order(t), and(refusal{"no schema", schemaless, true}, refusal{"a schema that takes any type", free, false})},
		"member.reference": {revise(t), and(
			refusal{"nothing known of what is a reference", schemaless, true},
			refusal{"a relationship by itself, of which no status is promised", relationship, true},
			refusal{"references whose form is not known", with(schemaless, func(g *Good) { g.Operation.References = []string{"/note"} }), true},
		)},
		"identifier.deleted": {get(t), []refusal{
			{"the target as a whole", whole(t), false},
			{"a path without parameters", noParams, false},
			{"a PUT, which may make it again", put, false},
			{"a DELETE, which may be done twice", deletion, false},
			{"a thing that nothing makes and deletes", with(get(t), func(g *Good) { g.Maker = "" }), true},
		}},
		"identifier.malformed": {get(t), []refusal{
			{"the target as a whole", whole(t), false},
			{"a path without parameters", noParams, false},
			{"an identifier of any form", untyped, true},
			{"a body that repeats the identifier", repeated, false},
		}},
		"identifier.wrong-version": {get(t), []refusal{
			{"the target as a whole", whole(t), false},
			{"a path without parameters", noParams, false},
			{"a UUID of any version", with(get(t), func(g *Good) { g.Operation.Params = target.Values{{Name: "guid", Value: target.Value{Format: "uuid"}}} }), false},
		}},
		"identifier.unknown": {get(t), []refusal{
			{"the target as a whole", whole(t), false},
			{"a path without parameters", noParams, false},
			{"an identifier of any form", untyped, true},
			{"a PUT, which may create", put, false},
			{"a PUT whose body repeats the identifier", repeated, false},
			{"a body that has the value in places that may be other things", several, false},
			{"a body that names another thing of the same id", relationship, false},
		}},
		"identifier.nil": {get(t), []refusal{
			{"the target as a whole", whole(t), false},
			{"a path without parameters", noParams, false},
			{"an identifier of any form", untyped, true},
			{"a number that may be 0", ranged(target.Value{Format: "integer"}), true},
			{"a number that may be below 0", ranged(target.Value{Format: "integer", Minimum: "-5"}), true},
			{"a PUT, which may create", put, false},
		}},
		"identifier.overlong": {untyped, []refusal{
			{"the target as a whole", whole(t), false},
			{"a path without parameters", noParams, false},
			{"a PUT, which may create", with(put, func(g *Good) { g.Operation.Params = nil }), false},
			{"a body that repeats the identifier", repeated, false},
		}},
		"identifier.encoded-slash": {untyped, []refusal{
			{"the target as a whole", whole(t), false},
			{"a path without parameters", noParams, false},
			{"a PUT, which may create", with(put, func(g *Good) { g.Operation.Params = nil }), false},
			{"an identifier that has a slash", with(untyped, func(g *Good) { g.Request.Target = "/api/v1/subscriptions/a%2Fb" }), false},
			{"a body that repeats the identifier", repeated, false},
		}},
		"query.unknown": {get(t), []refusal{
			{"the target as a whole", whole(t), false},
			{"a POST, which may be obeyed", create(t), false},
		}},
		"query.twice": {list(t), []refusal{
			{"a POST, which may be obeyed", with(list(t), func(g *Good) { g.Operation.Method = "POST" }), false},
			{"the target as a whole", whole(t), false},
			{"no query parameter", get(t), false},
			{"a parameter that may be a list", with(list(t), func(g *Good) { g.Operation.Query = target.Values{{Name: "limit", Value: target.Value{Good: "20"}}} }), true},
			{"a parameter that is not sent", with(list(t), func(g *Good) {
				g.Operation.Query = target.Values{{Name: "offset", Value: target.Value{Absent: true, Format: "integer"}}}
			}), true},
		}},
		"query.out-of-range": {list(t), []refusal{
			{"the target as a whole", whole(t), false},
			{"no query parameter", get(t), false},
			{"a parameter of any size", with(list(t), func(g *Good) {
				g.Operation.Query = target.Values{{Name: "limit", Value: target.Value{Good: "20", Format: "integer"}}}
			}), true},
		}},
		"query.malformed": {list(t), []refusal{
			{"the target as a whole", whole(t), false},
			{"no query parameter", get(t), false},
			{"a parameter of any form", with(list(t), func(g *Good) { g.Operation.Query = target.Values{{Name: "limit", Value: target.Value{Good: "20"}}} }), true},
		}},
		"query.missing": {list(t), []refusal{
			{"the target as a whole", whole(t), false},
			{"no query parameter", get(t), false},
			{"no required parameter", with(list(t), func(g *Good) { g.Operation.Query = target.Values{{Name: "limit", Value: target.Value{Good: "20"}}} }), false},
		}},
		"conflict.duplicate": {create(t), []refusal{
			{"the target as a whole", whole(t), false},
			{"a GET", get(t), false},
			{"a POST without unique members", bare, true},
			{"a PUT without unique members", put, false},
		}},
		"conflict.identity": {revise(t), []refusal{
			{"the target as a whole", whole(t), false},
			{"a path without parameters", noParams, false},
			{"no body", get(t), false},
			{"a body that has the value in places that may be other things", several, false},
			{"a body that names another thing of the same id", relationship, false},
			{"a digest of the good body", with(revise(t), func(g *Good) { g.Request = g.Request.WithField("Digest", "sha-256=AAAA") }), false},
		}},
		"conflict.type": {create(t), and(
			refusal{"JSON that is not JSON:API", order(t), false},
			refusal{"a relationship, whose type is another's", relationship, false},
		)},
		"conflict.client-id": {publish(t), and(
			refusal{"JSON that is not JSON:API", order(t), false},
			refusal{"a creation that has an id", identified, false},
			refusal{"an update", with(publish(t), func(g *Good) { g.Operation.Method = "PATCH" }), false},
		)},
		"canary.path": {whole(t), []refusal{
			{"a path without parameters", noParams, false},
			{"a PUT, which may create", put, false},
			{"a body that repeats the identifier", repeated, false},
		}},
		"canary.query":        {list(t), []refusal{{"the target as a whole", whole(t), false}, {"a POST, which may be obeyed", create(t), false}}},
		"canary.header":       {list(t), []refusal{{"the target as a whole", whole(t), false}, {"a POST, which may be obeyed", create(t), false}}},
		"canary.member-name":  {create(t), and(refusal{"nothing known to be required", bare, true}, refusal{"nothing required", lax, false})},
		"canary.member-value": {create(t), and(refusal{"members that may take any text", bare, true})},
		"canary.line-break":   {whole(t), []refusal{{"a POST, which may be obeyed", create(t), false}}},
		"rate.limited": {whole(t), []refusal{
			{"an operation", get(t), false},
			{"no way to reach the limit", with(whole(t), func(g *Good) { g.Provoke = nil }), true},
		}},
		"rate.burst": {list(t), []refusal{
			{"an operation that the limit is not tried with", get(t), false},
			{"no limit that is stated", whole(t), true},
		}},
		"server.fault": {whole(t), []refusal{
			{"an operation", get(t), false},
			{"no way to make it fail", with(whole(t), func(g *Good) { g.Provoke = nil }), true},
		}},
		"server.unavailable": {whole(t), []refusal{
			{"an operation", get(t), false},
			{"no way to make it unavailable", with(whole(t), func(g *Good) { g.Provoke = map[string]exchange.Request{"server.fault": {}} }), true},
		}},
	}
	for _, defect := range []string{"tampered-signature", "alg-none", "wrong-key", "expired-claim", "not-yet-valid", "wrong-audience", "wrong-issuer"} {
		row := tests["credentials."+defect]
		row.makes, row.not = profile(t), append([]refusal{
			{"a token that is no JWT", create(t), true},
			{"a password", list(t), false},
			{"a token that is fetched", with(profile(t), func(g *Good) { g.Credential.Login = &target.Login{} }), true},
		}, credential...)
		tests["credentials."+defect] = row
	}
	for _, p := range Named("framing") {
		row := tests[p.Name]
		row.makes, row.not = whole(t), []refusal{{"an operation", create(t), false}}
		tests[p.Name] = row
	}
	for _, p := range Catalog {
		test, ok := tests[p.Name]
		if !ok || len(test.not) == 0 {
			t.Errorf("%s: no test says where it applies and where it does not", p.Name)
			continue
		}
		t.Run(p.Name+" makes cases", func(t *testing.T) {
			if cases, gap := p.Cases(test.makes); len(cases) == 0 {
				t.Errorf("no case: %s", gap.Why)
			}
		})
		for _, refused := range test.not {
			t.Run(p.Name+" makes none of "+refused.name, func(t *testing.T) {
				cases, gap := p.Cases(refused.good)
				if len(cases) > 0 || gap.Why == "" || gap.Needs != refused.needs {
					t.Errorf("want no case and a gap with needs %t, got %d cases and %+v", refused.needs, len(cases), gap)
				}
			})
		}
	}
}

func TestWhatIsJSON(t *testing.T) {
	for contentType, want := range map[string]bool{
		"application/json":                  true,
		"application/json; charset=utf-8":   true,
		"Application/JSON":                  true,
		"application/vnd.api+json":          true,
		"application/problem+json;x=y":      true,
		"application/jsonx":                 false,
		"text/plain":                        false,
		"application/x-www-form-urlencoded": false,
		"":                                  false,
	} {
		if got := isJSON(contentType); got != want {
			t.Errorf("isJSON(%q): want %t, got %t", contentType, want, got)
		}
	}
}
