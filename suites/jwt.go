package suites

import (
	"bytes"
	"cmp"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/target"
)

// The laboratory: bad tokens that are made from a good one that is a JWT (RFC 7519). The good signature is in none of them,
// not in part either, so that nobody can make the good token again from what we send. What has claims of its own is
// signed with our own key, for we have no other: an API may refuse it for the one as for the other, and has to refuse it.

// The instants of claims, far from any run: 1 January of 2010 and of 2100.
const (
	longPast  = 1262304000
	farFuture = 4102444800
)

var tamperedSignature = Probe{
	Name: "credentials.tampered-signature",
	Doc:  "sends the good token, a JWT, with a made-up signature of the same length",
	Cases: onJWT("tampered-signature", func(t jwt) []forged {
		return []forged{{sent: "a made-up signature", token: t.signedText() + "." + encode(madeUpBytes(t.signedText(), len(t.signature)))}}
	}),
}

var algNone = Probe{
	Name: "credentials.alg-none",
	Doc:  "sends the good token, a JWT, as one that is not signed",
	Cases: onJWT("alg-none", func(t jwt) []forged {
		var all []forged
		for _, f := range []struct{ variant, alg string }{{"none", "none"}, {"mixed-case", "nOnE"}} { // what looks for "none" alone misses the second
			unsigned := t.with(t.header, "alg", f.alg)
			all = append(all, forged{f.variant, "alg " + f.alg + " and no signature", encodeJSON(unsigned) + "." + t.payload + "."})
		}
		return all
	}),
}

var wrongKey = Probe{
	Name: "credentials.wrong-key",
	Doc:  "sends the good token, a JWT, signed with a key that the API does not know",
	Cases: onJWT("wrong-key", func(t jwt) []forged {
		var all []forged
		if signature, err := ownSignature(t.algorithm, t.signedText()); err == nil {
			all = append(all, forged{"unknown", "a signature by another key", t.signedText() + "." + encode(signature)})
		}
		// The token brings the key along that it is signed with (RFC 7515, section 4.1.3): who trusts it trusts anybody.
		if key, err := ownECDSA(elliptic.P256()); err == nil {
			if point, err := key.PublicKey.Bytes(); err == nil { // 4, x and y
				header := t.with(t.header, "jwk", map[string]string{"kty": "EC", "crv": "P-256", "x": encode(point[1:33]), "y": encode(point[33:])})
				header["alg"] = "ES256"
				text := encodeJSON(header) + "." + t.payload
				if signature, err := ownSignature("ES256", text); err == nil {
					all = append(all, forged{"embedded", "a signature by another key, which its header brings along,", text + "." + encode(signature)})
				}
			}
		}
		return all
	}),
}

// claimDefects are the claims that are altered, one in each token.
var claimDefects = []struct{ defect, claim, which string }{
	{"expired-claim", "exp", "that expired in 2010"},
	{"not-yet-valid", "nbf", "that is not valid before 2100"},
	{"wrong-audience", "aud", "for another audience"},
	{"wrong-issuer", "iss", "by another issuer"},
}

var expiredClaim, notYetValid, wrongAudience, wrongIssuer = claimProbe(0), claimProbe(1), claimProbe(2), claimProbe(3)

// claimProbe returns a probe of tokens whose claims are those of the good one but for one.
func claimProbe(i int) Probe {
	bad := claimDefects[i]
	return Probe{
		Name: "credentials." + bad.defect,
		Doc:  "sends a token like the good one, a JWT, " + bad.which + ", signed with a key that the API does not know",
		Cases: onJWT(bad.defect, func(t jwt) []forged {
			token, ok := t.claiming(bad.claim)
			if !ok {
				return nil
			}
			return []forged{{sent: "a token " + bad.which, token: token}}
		}),
	}
}

// TokenDefects lists what can be wrong with the claims of a token: "wrong-audience" for credentials.wrong-audience.
func TokenDefects() []string {
	var defects []string
	for _, d := range claimDefects {
		defects = append(defects, d.defect)
	}
	return defects
}

// BadToken returns the token that the probe of one of the TokenDefects sends, made from a good one. The error does not show
// the good one.
func BadToken(defect, good string) (string, error) {
	for _, d := range claimDefects {
		if d.defect != defect {
			continue
		}
		if t, ok := readJWT(good); ok {
			if token, ok := t.claiming(d.claim); ok {
				return token, nil
			}
		}
		return "", errors.New("the good token is no JWT that is signed: give header, claims and signature, with dots between")
	}
	return "", fmt.Errorf("no token is made for %q%s", defect, document.Meant(defect, TokenDefects()))
}

// claim returns the payload with one claim that makes it a bad one. The times around it stay in order: a token that
// expires before it was issued would be bad in two ways.
func (t jwt) claim(name string) string {
	var with map[string]any
	switch name {
	case "exp":
		with = t.with(t.claims, "exp", longPast)
		for _, earlier := range []string{"iat", "nbf"} {
			if _, ok := with[earlier]; ok {
				with[earlier] = longPast - 3600
			}
		}
	case "nbf":
		with = t.with(t.claims, "nbf", farFuture)
		with["exp"] = farFuture + 3600
	default: // RFC 2606, section 2: nobody's
		with = t.with(t.claims, name, "https://conform.invalid/"+name)
	}
	return encodeJSON(with)
}

// claiming returns a token with one bad claim, signed with our own key; by HS256 where that cannot sign as the good one is
// signed.
func (t jwt) claiming(name string) (token string, ok bool) {
	payload := t.claim(name)
	text := t.head + "." + payload
	signature, err := ownSignature(t.algorithm, text)
	if err != nil {
		text = encodeJSON(t.with(t.header, "alg", "HS256")) + "." + payload
		signature, err = ownSignature("HS256", text)
	}
	return text + "." + encode(signature), err == nil
}

// jwt is a signed token in its compact form (RFC 7515, section 7.1).
type jwt struct {
	before         string // what stands before it in the value of the credential: "Token "
	head, payload  string // as they stand, in base64url
	signature      []byte
	algorithm      string
	header, claims map[string]any
}

// forged is a bad token.
type forged struct{ variant, sent, token string }

// onJWT makes cases of operations whose credential is a JWT that is known before the run.
func onJWT(kind string, forge func(jwt) []forged) func(Good) ([]Case, Gap) {
	return onCredential(func(g Good, c target.Credential) ([]Case, Gap) {
		switch {
		case c.Kind == target.Basic:
			return nil, Gap{Why: "the credential is a password, not a token"}
		case c.Login != nil:
			return nil, Gap{Why: "a good token that is a JWT and is there before the run: this one is fetched by " + c.Login.Title(), Needs: true}
		}
		t, ok := readJWT(c.Value)
		if !ok {
			return nil, Gap{Why: "a good token that is a JWT", Needs: true}
		}
		var cases []Case
		for _, f := range forge(t) {
			cases = append(cases, g.credentialCase(f.variant, kind, f.sent+" in the "+carrier(c), c.With(t.before+f.token).Apply(g.Request)))
		}
		if len(cases) == 0 {
			return nil, Gap{Why: "the good token is signed in a way that is not known"}
		}
		return cases, Gap{}
	})
}

// readJWT reads the value of a credential that ends in a JWT that is signed.
func readJWT(value string) (jwt, bool) {
	at := strings.LastIndexByte(value, ' ') + 1
	parts := strings.Split(value[at:], ".")
	if len(parts) != 3 {
		return jwt{}, false
	}
	t := jwt{before: value[:at], head: parts[0], payload: parts[1]}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || len(signature) == 0 {
		return jwt{}, false
	}
	t.signature = signature
	for _, part := range []struct {
		text string
		into *map[string]any
	}{{t.head, &t.header}, {t.payload, &t.claims}} {
		decoded, err := base64.RawURLEncoding.DecodeString(part.text)
		if err != nil {
			return jwt{}, false
		}
		d := json.NewDecoder(bytes.NewReader(decoded))
		d.UseNumber() // an id of twenty digits stays what it is
		if d.Decode(part.into) != nil || *part.into == nil {
			return jwt{}, false
		}
	}
	t.algorithm, _ = t.header["alg"].(string)
	return t, t.algorithm != ""
}

// signedText returns what the signature is made over.
func (t jwt) signedText() string { return t.head + "." + t.payload }

// with returns a copy of members with one of them set.
func (t jwt) with(members map[string]any, name string, value any) map[string]any {
	members = maps.Clone(members)
	members[name] = value
	return members
}

// encodeJSON returns members in base64url, sorted by name.
func encodeJSON(members map[string]any) string {
	text, err := json.Marshal(members)
	if err != nil {
		panic(err) // all of it was read from JSON, or is a text or a number of ours
	}
	return encode(text)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// madeUpBytes returns so many bytes made from a text, the same in every run. The first is below 128: of an RSA signature it
// is a number below the modulus then, so that it fails by its value and not by its size.
func madeUpBytes(from string, length int) []byte {
	var made []byte
	for len(made) < length {
		sum := sha256.Sum256(append([]byte(from), made...))
		made = append(made, sum[:]...)
	}
	made[0] &= 0x7f
	return made[:length]
}

// TokenSecrets returns what of the bad tokens that are made from a credential is as secret as the good one: the claims, which
// may be of a person, as the tokens have them. The header and our own signatures tell nothing. The list is empty for a
// credential that is no JWT.
func TokenSecrets(c target.Credential) []target.Credential {
	t, ok := readJWT(c.Value)
	if !ok || c.Kind == target.Basic || c.Login != nil || len(t.claims) == 0 {
		return nil
	}
	print := `printf %s "` + cmp.Or(c.Shell, "$SECRET") + `" | `
	secrets := []target.Credential{{Kind: c.Kind, Value: t.payload, Shell: "$(" + print + "cut -d. -f2)"}}
	for _, f := range claimDefects {
		if token, ok := t.claiming(f.claim); ok {
			secrets = append(secrets, target.Credential{Kind: c.Kind, Value: token, Shell: "$(" + print + "conform token " + f.defect + ")"})
		}
		secrets = append(secrets, target.Credential{Kind: c.Kind, Value: t.claim(f.claim)})
	}
	if decoded, err := base64.RawURLEncoding.DecodeString(t.payload); err == nil {
		secrets = append(secrets, target.Credential{Kind: c.Kind, Value: string(decoded)}) // an API may repeat them
	}
	return secrets
}
