package suites

import (
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
	untyped := with(get(t), func(g *Good) { g.Operation.Params = map[string]target.Value{"guid": {}} })
	put := with(get(t), func(g *Good) {
		g.Operation.Method, g.Request.Method, g.Request.Body = "PUT", "PUT", []byte(`{"name": "x"}`)
	})
	repeated := with(put, func(g *Good) { g.Request.Body = []byte(`{"id": "31740ac6-e39d-59cd-9179-634bcecf4143"}`) })
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
		"route.unknown": {whole(t), []refusal{{"an operation", get(t), false}}},
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
		"content-type.missing":     {create(t), noBody},
		"content-type.unsupported": {create(t), noBody},
		"content-type.malformed": {create(t), append([]refusal{
			{"a good type that is none", with(create(t), func(g *Good) { g.Request = g.Request.WithField("Content-Type", "json") }), false},
		}, noBody...)},
		"accept.unacceptable":     {get(t), []refusal{{"the target as a whole", whole(t), false}}},
		"syntax.empty":            {create(t), and(refusal{"a body that may be left out", bare, true}, refusal{"a body of which nothing is required", lax, false})},
		"syntax.truncated":        {array, notJSON},
		"syntax.trailing-comma":   {array, notJSON},
		"syntax.single-quotes":    {array, and(refusal{"no string", body(bare, `{}`), false})},
		"syntax.bare-word":        {array, notJSON},
		"syntax.trailing-bytes":   {array, notJSON},
		"syntax.not-a-number":     {array, and(refusal{"no scalar", body(bare, `{"a": {}}`), false})},
		"syntax.invalid-utf8":     {array, and(refusal{"no string", body(bare, `{"a": 1}`), false})},
		"syntax.duplicate-member": {bare, and(refusal{"an array", array, false}, refusal{"no member", body(bare, `{}`), false})},
		"syntax.byte-order-mark":  {array, notJSON},
		"syntax.deep":             {array, notJSON},
		"shape.null":              {create(t), and(refusal{"a body that may be left out", bare, true})},
		"shape.array":             {bare, and(refusal{"an array", array, false})},
		"shape.scalar":            {array, notJSON},
		"shape.empty-object":      {array, and(refusal{"an object of which nothing is required", bare, true})},
		"member.missing":          {create(t), and(refusal{"nothing known to be required", bare, true}, refusal{"nothing required", lax, false})},
		"member.null":             {create(t), and(refusal{"nothing known of the members", bare, true})},
		"member.wrong-type":       {create(t), and(refusal{"nothing known of the members", bare, true})},
		"member.format":           {create(t), and(refusal{"no format", bare, false})},
		"member.unknown":          {bare, and(refusal{"no object", body(bare, `["a", "b"]`), false})},
		"identifier.malformed": {get(t), []refusal{
			{"the target as a whole", whole(t), false},
			{"a path without parameters", noParams, false},
			{"an identifier of any form", untyped, true},
			{"a body that repeats the identifier", repeated, false},
		}},
		"identifier.wrong-version": {get(t), []refusal{
			{"the target as a whole", whole(t), false},
			{"a path without parameters", noParams, false},
			{"a UUID of any version", with(get(t), func(g *Good) { g.Operation.Params = map[string]target.Value{"guid": {Format: "uuid"}} }), false},
		}},
		"identifier.unknown": {get(t), []refusal{
			{"the target as a whole", whole(t), false},
			{"a path without parameters", noParams, false},
			{"an identifier of any form", untyped, true},
			{"a PUT, which may create", put, false},
			{"a body that repeats the identifier", repeated, false},
		}},
		"query.malformed": {list(t), []refusal{
			{"the target as a whole", whole(t), false},
			{"no query parameter", get(t), false},
			{"a parameter of any form", with(list(t), func(g *Good) { g.Operation.Query = map[string]target.Value{"limit": {Good: "20"}} }), true},
		}},
		"query.missing": {list(t), []refusal{
			{"the target as a whole", whole(t), false},
			{"no query parameter", get(t), false},
			{"no required parameter", with(list(t), func(g *Good) { g.Operation.Query = map[string]target.Value{"limit": {Good: "20"}} }), false},
		}},
		"conflict.duplicate": {create(t), []refusal{
			{"the target as a whole", whole(t), false},
			{"a GET", get(t), false},
			{"a POST without unique members", bare, true},
			{"a PUT without unique members", put, false},
		}},
		"rate.limited": {whole(t), []refusal{
			{"an operation", get(t), false},
			{"no way to reach the limit", with(whole(t), func(g *Good) { g.Provoke = nil }), true},
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
