package check

import (
	"testing"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
)

func TestBearer(t *testing.T) {
	testHeader(t, "401", "WWW-Authenticate", "bearer", "a parameter after Bearer, such as realm", []headerTest{
		{"a realm", []string{`Bearer realm="api"`}, ""},
		{"an error and a scope", []string{`bearer error="invalid_token", error_description="The token has expired (1/2)", scope="a b:c"`}, ""},
		{"another scheme without a parameter", []string{"Negotiate"}, ""},
		{"a parameter that RFC 6750 does not know", []string{`Bearer resource_metadata="https://example.com/é"`}, ""},
		{"no field", nil, ""},
		{"a field that cannot be read", []string{`Bearer realm="`}, ""},
		{"the scheme alone", []string{"Bearer"}, "Bearer"},
		{"the scheme alone beside another", []string{`Basic realm="a"`, "Bearer"}, `Basic realm="a", Bearer`},
		{"a token68", []string{"Bearer abc="}, "Bearer abc="},
	})
	testHeader(t, "401", "WWW-Authenticate", "bearer", "in error_description of Bearer no character but those of RFC 6750", []headerTest{
		{"a letter beyond ASCII", []string{`Bearer error_description="abgelaufen: ü"`}, "abgelaufen: ü"},
		{"a quotation mark", []string{`Bearer error_description="the \"token\""`}, `the "token"`},
	})
	testHeader(t, "401", "WWW-Authenticate", "bearer", "in error_uri of Bearer no character but those of RFC 6750", []headerTest{
		{"a space", []string{`Bearer error_uri="https://example.com/a b"`}, "https://example.com/a b"},
	})
}

func TestBearerSilent(t *testing.T) {
	testHeader(t, "401", "WWW-Authenticate", "bearer-silent", "no error where there was no credential", []headerTest{
		{"a realm and a scope", []string{`Bearer realm="api", scope="a"`}, ""},
		{"an error of another scheme", []string{`DPoP error="use_dpop_nonce", Bearer realm="a"`}, ""},
		{"no field", nil, ""},
		{"an error", []string{`Bearer realm="api", error="invalid_token"`}, "invalid_token"},
	})
	testHeader(t, "401", "WWW-Authenticate", "bearer-silent", "no error_description where there was no credential", []headerTest{
		{"a description", []string{`Bearer Error_Description="no token"`}, "no token"},
	})
}

func TestBearerError(t *testing.T) {
	testHeader(t, "401", "WWW-Authenticate", "bearer-error", "status 403 with insufficient_scope", []headerTest{
		{"the error of the status", []string{`Bearer error="invalid_token"`}, ""},
		{"an error of another specification", []string{`Bearer error="insufficient_user_authentication"`}, ""},
		{"no error", []string{`Bearer realm="a"`}, ""},
		{"the error of another status", []string{`Bearer error="insufficient_scope"`}, "401"},
	})
}

func TestNotPublic(t *testing.T) {
	testHeader(t, "401", "Cache-Control", "not-public", "no public", []headerTest{
		{"no field", nil, ""},
		{"no-store", []string{"no-store"}, ""},
		{"public, but nothing is stored", []string{"Public, no-cache", "No-Store"}, ""},
		{"public and private", []string{"public, private"}, ""},
		{"public, but one field is private", []string{`public, private="Set-Cookie"`}, `public, private="Set-Cookie"`},
		{"a word that has it in it", []string{`private="public", x-public`, "max-age=0"}, ""},
		{"what cannot be read", []string{"???, public"}, ""},
		{"public", []string{"max-age=60, Public"}, "max-age=60, Public"},
		{"public on the second line", []string{"max-age=60", "public"}, "max-age=60, public"},
	})
}

func TestFeatures(t *testing.T) {
	for _, tt := range []struct{ name, method, answer, want string }{
		{"a list", "OPTIONS", "204\nAllow: GET, OPTIONS", ""},
		{"a list on several lines", "OPTIONS", "200\nAllow: GET\nAllow: POST", ""},
		{"a refusal", "OPTIONS", "405", ""},
		{"another method", "GET", "200", ""},
		{"no list", "OPTIONS", "204", "headers: Allow: want a list of methods, got none"},
		{"a list without what works", "OPTIONS", "204\nAllow: PUT", "headers: Allow: want a list of methods with GET, which works, got PUT"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var want []string
			if tt.want != "" {
				want = []string{tt.want}
			}
			wantFindings(t, contract.Expect{Headers: map[string]string{"Allow": "features"}}, exchanged(t, tt.method, tt.answer), Defect{Works: "GET"}, want...)
		})
	}
}

func TestOtherTag(t *testing.T) {
	const same = `headers: ETag: want 304 for a GET, 412 for others, where If-None-Match has the tag, got a success with `
	for _, tt := range []struct{ name, sent, answer, want string }{
		{"not modified", `"a"`, "304\nETag: \"a\"", ""},
		{"refused", `"a"`, "412\nETag: \"a\"", ""},
		{"another tag meanwhile", `"a"`, "200\nETag: \"b\"", ""},
		{"no tag any more", `"a"`, "200", ""},
		{"no condition", ``, "200\nETag: \"a\"", ""},
		{"the same tag", `"a"`, "200\nETag: \"a\"", same + `"a"`},
		{"the same tag but weak", `"a"`, "200\nETag: W/\"a\"", same + `W/"a"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ex := exchanged(t, "GET", tt.answer)
			if tt.sent != "" {
				ex.Request.Fields = append(ex.Request.Fields, exchange.Field{Name: "If-None-Match", Value: tt.sent})
			}
			var want []string
			if tt.want != "" {
				want = []string{tt.want}
			}
			wantFindings(t, contract.Expect{Headers: map[string]string{"ETag": "other-tag"}}, ex, Defect{}, want...)
		})
	}
}
