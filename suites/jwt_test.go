package suites

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/target"
)

// parts returns header and claims of a token, its members as JSON texts, and its signature.
func parts(t *testing.T, token string) (header, claims map[string]json.RawMessage, text string, signature []byte) {
	t.Helper()
	segments := strings.Split(token, ".")
	if len(segments) != 3 {
		t.Fatalf("%q has %d segments", token, len(segments))
	}
	for i, into := range []*map[string]json.RawMessage{&header, &claims} {
		decoded, err := base64.RawURLEncoding.DecodeString(segments[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(decoded, into); err != nil {
			t.Fatalf("%s: %v", decoded, err)
		}
	}
	signature, err := base64.RawURLEncoding.DecodeString(segments[2])
	if err != nil {
		t.Fatal(err)
	}
	return header, claims, segments[0] + "." + segments[1], signature
}

// forgedBy returns the tokens that the cases of a probe carry, by variant.
func forgedBy(t *testing.T, name string, g Good) map[string]string {
	t.Helper()
	tokens := map[string]string{}
	cases, gap := probe(t, "credentials."+name).Cases(g)
	if len(cases) == 0 {
		t.Fatalf("no case: %s", gap.Why)
	}
	for _, c := range cases {
		value, _ := c.Request.Fields.Get("Authorization")
		tokens[c.Variant] = strings.TrimPrefix(value, "Bearer ")
	}
	return tokens
}

func TestATokenDiffersFromTheGoodOneInWhatIsWrongWithIt(t *testing.T) {
	good := profile(t)
	goodHeader, goodClaims, _, goodSignature := parts(t, good.Credential.Value)
	tests := []struct {
		probe, variant string
		header, claims map[string]string // what is other than in the good token
		signed         bool
	}{
		{"tampered-signature", "", nil, nil, true},
		{"alg-none", "none", map[string]string{"alg": `"none"`}, nil, false},
		{"alg-none", "mixed-case", map[string]string{"alg": `"nOnE"`}, nil, false},
		{"wrong-key", "unknown", nil, nil, true},
		{"expired-claim", "", nil, map[string]string{"exp": "1262304000", "iat": "1262300400"}, true},
		{"not-yet-valid", "", nil, map[string]string{"nbf": "4102444800", "exp": "4102448400"}, true},
		{"wrong-audience", "", nil, map[string]string{"aud": `"https://conform.invalid/aud"`}, true},
		{"wrong-issuer", "", nil, map[string]string{"iss": `"https://conform.invalid/iss"`}, true},
	}
	for _, test := range tests {
		t.Run(test.probe+" "+test.variant, func(t *testing.T) {
			header, claims, _, signature := parts(t, forgedBy(t, test.probe, good)[test.variant])
			for _, part := range []struct {
				good, got map[string]json.RawMessage
				other     map[string]string
			}{{goodHeader, header, test.header}, {goodClaims, claims, test.claims}} {
				want := map[string]string{}
				for name, value := range part.good {
					want[name] = string(value)
				}
				for name, value := range part.other {
					want[name] = value
				}
				got := map[string]string{}
				for name, value := range part.got {
					got[name] = string(value)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}
			if want := len(goodSignature); test.signed && len(signature) != want || !test.signed && len(signature) != 0 {
				t.Errorf("a signature of %d bytes, of the good token %d", len(signature), want)
			}
		})
	}
}

// Each algorithm, with its public key: what the API would need to take the token, and does not have.
func TestTokensAreSignedWithOurOwnKey(t *testing.T) {
	ec := func(curve elliptic.Curve) *ecdsa.PublicKey {
		key, err := ownECDSA(curve)
		if err != nil {
			t.Fatal(err)
		}
		return &key.PublicKey
	}
	es := func(curve elliptic.Curve, hash crypto.Hash) func(text string, signature []byte) bool {
		return func(text string, signature []byte) bool {
			h := hash.New()
			h.Write([]byte(text))
			half := len(signature) / 2
			return ecdsa.Verify(ec(curve), h.Sum(nil), new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:]))
		}
	}
	tests := map[string]struct {
		size     int
		verifies func(text string, signature []byte) bool
	}{
		"HS256": {32, func(text string, signature []byte) bool {
			mac := hmac.New(sha256.New, ownSecret[:])
			mac.Write([]byte(text))
			return hmac.Equal(mac.Sum(nil), signature)
		}},
		"HS512": {64, func(text string, signature []byte) bool {
			mac := hmac.New(sha512.New, ownSecret[:])
			mac.Write([]byte(text))
			return hmac.Equal(mac.Sum(nil), signature)
		}},
		"RS384": {256, func(text string, signature []byte) bool {
			sum := sha512.Sum384([]byte(text))
			return rsa.VerifyPKCS1v15(&ownRSA().PublicKey, crypto.SHA384, sum[:], signature) == nil
		}},
		"ES256": {64, es(elliptic.P256(), crypto.SHA256)},
		"ES384": {96, es(elliptic.P384(), crypto.SHA384)},
		"ES512": {132, es(elliptic.P521(), crypto.SHA512)},
		"EdDSA": {64, func(text string, signature []byte) bool {
			public := ed25519.NewKeyFromSeed(ownSecret[:]).Public().(ed25519.PublicKey)
			return ed25519.Verify(public, []byte(text), signature)
		}},
	}
	for algorithm, test := range tests {
		t.Run(algorithm, func(t *testing.T) {
			good := profile(t)
			*good.Credential = good.Credential.With(tokenOf(`{"alg":"`+algorithm+`"}`, `{"sub":"mary@example.com"}`, make([]byte, test.size)))
			for probe, variant := range map[string]string{"wrong-key": "unknown", "wrong-issuer": ""} {
				_, _, text, signature := parts(t, forgedBy(t, probe, good)[variant])
				if len(signature) != test.size || !test.verifies(text, signature) {
					t.Errorf("%s: a signature of %d bytes that our key did not make", probe, len(signature))
				}
				if again := forgedBy(t, probe, good)[variant]; again != text+"."+encode(signature) {
					t.Errorf("%s: another token the second time", probe)
				}
			}
		})
	}
}

func TestTheKeyThatATokenBringsAlongVerifiesIt(t *testing.T) {
	header, _, text, signature := parts(t, forgedBy(t, "wrong-key", profile(t))["embedded"])
	var key struct{ Kty, Crv, X, Y string }
	if err := json.Unmarshal(header["jwk"], &key); err != nil {
		t.Fatal(err)
	}
	if key.Kty != "EC" || key.Crv != "P-256" || string(header["alg"]) != `"ES256"` {
		t.Errorf("header: %s", header)
	}
	coordinate := func(text string) []byte {
		b, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	sum := sha256.Sum256([]byte(text))
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), slices.Concat([]byte{4}, coordinate(key.X), coordinate(key.Y)))
	if err != nil {
		t.Fatal(err)
	}
	if !ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		t.Error("the key did not make the signature")
	}
}

// A signature that cannot be made the same twice is left out; the others are made in another way.
func TestAnAlgorithmThatWeCannotSignWith(t *testing.T) {
	good := profile(t)
	*good.Credential = good.Credential.With(tokenOf(`{"alg":"PS256"}`, `{"sub":"mary@example.com"}`, make([]byte, 256)))
	if tokens := forgedBy(t, "wrong-key", good); len(tokens) != 1 || tokens["embedded"] == "" {
		t.Errorf("wrong-key: %q", tokens)
	}
	if header, _, _, _ := parts(t, forgedBy(t, "expired-claim", good)[""]); string(header["alg"]) != `"HS256"` {
		t.Errorf("expired-claim: header %s", header)
	}
	if _, _, _, signature := parts(t, forgedBy(t, "tampered-signature", good)[""]); len(signature) != 256 || signature[0] > 127 {
		t.Errorf("tampered-signature: %x", signature)
	}
}

// No four bytes of the good signature, and no eight digits of it, are in what is sent.
func TestNoBadTokenHasAPartOfTheGoodSignature(t *testing.T) {
	for _, kind := range []target.Credential{{Kind: target.Bearer}, {Kind: target.Header, Name: "Authorization"}, {Kind: target.Cookie, Name: "session"}, {Kind: target.Query, Name: "token"}} {
		g := profile(t)
		token := g.Credential.Value
		g.Request = g.Credential.Remove(g.Request)
		kind.Value = token
		if kind.Kind == target.Header {
			kind.Value = "JWT " + token
		}
		g = authorized(g, kind)
		for _, p := range Named("credentials") {
			if p.Name == "credentials.twice" {
				continue // the good one, as in every control
			}
			cases, _ := p.Cases(g)
			for _, c := range cases {
				wire := fmt.Sprint(c.Request)
				digits := token[strings.LastIndexByte(token, '.')+1:]
				for at := 0; at+8 <= len(digits); at++ {
					if strings.Contains(wire, digits[at:at+8]) {
						t.Fatalf("%s %s by %s has a part of the good signature: %s", p.Name, c.Variant, kind.Kind, wire)
					}
				}
			}
		}
	}
}

func TestWhatIsAJWT(t *testing.T) {
	header, claims := `{"alg":"HS256"}`, `{"sub":"x"}`
	good := tokenOf(header, claims, []byte("signature"))
	for value, want := range map[string]bool{
		good:            true,
		"Token " + good: true,
		good + ".":      false,
		strings.TrimSuffix(good, good[len(good)-12:]): false, // no signature
		"conform-token-0123456789abcdef":              false,
		"a.b.c":                                       false,
		"":                                            false,
		tokenOf(`{}`, claims, []byte("x")):            false, // no algorithm
		tokenOf(`{"alg": 5}`, claims, []byte("x")):             false,
		tokenOf(header, `null`, []byte("x")):                   false,
		tokenOf(header, `["claims"]`, []byte("x")):             false,
		strings.ReplaceAll(good, ".", "=."):                    false, // padding
		encode([]byte(header)) + "." + good:                    false,
		encode([]byte(header)) + ".." + encode([]byte("five")): false,
	} {
		if _, got := readJWT(value); got != want {
			t.Errorf("%q: want %t, got %t", value, want, got)
		}
	}
}

func FuzzReadJWT(f *testing.F) {
	f.Add(tokenOf(`{"alg":"ES256"}`, `{"sub":"x","exp":1e9}`, []byte("signature")))
	f.Add("Token a.b.c")
	f.Add(tokenOf(`{"alg":"HS"}`, `{"iat":null}`, []byte{0}))
	f.Fuzz(func(t *testing.T, value string) {
		token, ok := readJWT(value)
		if !ok {
			return
		}
		if !strings.HasPrefix(value, token.before+token.signedText()+".") {
			t.Errorf("%q was read as %q", value, token)
		}
		for _, d := range claimDefects {
			made, ok := token.claiming(d.claim)
			if _, again := readJWT(made); !ok || !again {
				t.Errorf("%q with %s is no JWT: %q", value, d.claim, made)
			}
		}
	})
}

func TestTheClaimsOfTokensAreSecrets(t *testing.T) {
	c := *profile(t).Credential
	secrets := TokenSecrets(c)
	value := func(s target.Credential) string { return s.Value }
	all := ""
	for _, s := range secrets {
		all += value(s) + "\n"
	}
	for _, name := range []string{"tampered-signature", "alg-none", "wrong-key", "expired-claim", "not-yet-valid", "wrong-audience", "wrong-issuer"} {
		for variant, token := range forgedBy(t, name, profile(t)) {
			if claims := strings.Split(token, ".")[1]; !strings.Contains(all, claims+"\n") {
				t.Errorf("%s %s: its claims are not among the secrets", name, variant)
			}
		}
	}
	for _, defect := range TokenDefects() {
		token := forgedBy(t, defect, profile(t))[""]
		i := slices.IndexFunc(secrets, func(s target.Credential) bool { return s.Value == token })
		if want := `$(printf %s "$API_TOKEN" | conform token ` + defect + `)`; i < 0 || secrets[i].Shell != want {
			t.Errorf("%s is not among the secrets with %s", defect, want)
		}
		if made, err := BadToken(defect, c.Value); err != nil || made != token {
			t.Errorf("%s: want the token that is sent, got %s, %v", defect, made, err)
		}
	}
	if want := `$(printf %s "$API_TOKEN" | cut -d. -f2)`; secrets[0].Shell != want {
		t.Errorf("shell: want %s, got %s", want, secrets[0].Shell)
	}
	for _, c := range []target.Credential{{Kind: target.Bearer, Value: "opaque"}, {Kind: target.Basic, Value: "user:" + c.Value}, {Kind: target.Bearer, Value: tokenOf(`{"alg":"HS256"}`, `{}`, []byte("x"))}} {
		if secrets := TokenSecrets(c); len(secrets) != 0 {
			t.Errorf("%s %s: want no secrets, got %+v", c.Kind, c.Value, secrets)
		}
	}
}

func TestBadTokenTellsMistakes(t *testing.T) {
	for _, test := range []struct{ defect, good, want string }{
		{"wrong-issuer", "opaque", "the good token is no JWT that is signed"},
		{"wrong-isuer", profile(t).Credential.Value, `no token is made for "wrong-isuer"; did you mean "wrong-issuer"?`},
	} {
		if _, err := BadToken(test.defect, test.good); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("want %q, got %v", test.want, err)
		}
	}
}
