package target

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/pointer"
	"github.com/seed-e125e033/conform/internal/schema"
)

// Login is how a token is fetched: by a request of the API's own or, where OAuth2 is set, by the grant of client
// credentials.
type Login struct {
	With  Credential // who logs in; Kind is empty where a contract leaves that to the user
	Use   Kind       // how the token travels afterwards
	Name  string     // of the header field, query parameter or cookie that it travels in
	At    document.Position
	Unset []string // variables in paths that --set gives no value for

	Method  string
	Path    string // below the target's base path; may have a query
	Fields  exchange.Fields
	Body    []byte
	Secrets map[string]Credential // by JSON pointer: what of the body is a secret
	Header  string                // the answer's field that has the token
	Pointer string                // or where in its body the token is
	Logout  string                // "DELETE /sessions/{token}"; empty: none

	OAuth2 *OAuth2
}

// OAuth2 is the grant of client credentials (RFC 6749, section 4.4).
type OAuth2 struct {
	TokenURL string // absolute, or a path below the target's base path
	Scopes   []string
	Params   map[string]string // further parameters of the token request, audience among them
	InBody   bool              // client id and secret travel in the body, not in Authorization
}

// Title names the request for people: "POST /sessions".
func (l *Login) Title() string {
	if l.OAuth2 != nil {
		return "POST " + l.OAuth2.TokenURL
	}
	return l.Method + " " + l.Path
}

// Fetched returns the credential of that name that l fetches. Its Value is a sample that stands for the token in a plan;
// the shell takes the token from a variable of its own, or says where it is to be had.
func (l *Login) Fetched(name string) Credential {
	variable := "TOKEN"
	if name != "default" {
		letters := func(r rune) rune {
			if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
				return r
			}
			return '_'
		}
		variable = "CREDENTIAL_" + strings.Map(letters, strings.ToUpper(name)) + "_TOKEN"
	}
	shell := "$" + variable
	if title := l.Title(); strings.IndexFunc(title, func(r rune) bool { return r <= ' ' && r != ' ' || r >= 0x7f || strings.ContainsRune("\"'$`\\{}!", r) }) < 0 {
		shell = "${" + variable + ":?it comes from " + title + "}"
	}
	return Credential{Kind: l.Use, Name: l.Name, Value: "conform-token-" + digest("token " + name)[:24], Shell: shell, Login: l, At: l.At}
}

// Incomplete reports whether l names no request: a contract has to.
func (l *Login) Incomplete() bool { return l.OAuth2 == nil && l.Method == "" }

// Secrets returns every secret that the credential is, or is fetched with; those that are not there yet have no Value.
func (c Credential) Secrets() []Credential {
	if c.Login == nil {
		return []Credential{c}
	}
	secrets := []Credential{c.Login.With}
	for _, at := range slices.Sorted(maps.Keys(c.Login.Secrets)) {
		secrets = append(secrets, c.Login.Secrets[at])
	}
	if l := c.Login; l.OAuth2 != nil {
		// The two are form-encoded before they are put together (RFC 6749, section 2.3.1), so base64 looks another way.
		id, secret, _ := strings.Cut(l.With.Value, ":")
		if encoded := url.QueryEscape(id) + ":" + url.QueryEscape(secret); encoded != l.With.Value && l.With.Value != "" {
			secrets = append(secrets, Credential{Kind: Basic, Value: encoded})
		}
	}
	return secrets
}

// ParseLogin reads how a contract's API logs in, from login or oauth2 at the top of the document, whose shape was held to
// its schema before; nil if it does not say.
func ParseLogin(d *document.Document, s Surroundings) (*Login, []document.Mistake) {
	p := &parser{d: d, around: s}
	for _, key := range loginKinds {
		if _, ok := get[map[string]any](d, "/"+key); ok {
			l := p.login("/"+key, key, "")
			if l.OAuth2 != nil && l.OAuth2.TokenURL != "" && l.OAuth2.TokenURL[0] != '/' {
				p.wrong("/oauth2/token_url", "oauth2: token_url leads away from the target: a contract may not send the user's secret there; write a path, or leave it to --token-url")
			}
			return l, p.mistakes
		}
	}
	return nil, nil
}

// The two ways to fetch a token.
var loginKinds = []string{"login", "oauth2"}

// login reads a log-in or an OAuth 2 grant, all but who logs in. Whose it is, is for messages.
func (p *parser) login(at, kind, whose string) *Login {
	what := kind
	if whose != "" {
		what = fmt.Sprintf("credential %q: %s", whose, kind)
	}
	l := &Login{Use: Bearer, At: p.d.At(at)}
	p.use(at+"/use", what, l)
	if kind == "oauth2" {
		p.oauth2(at, what, l)
		return l
	}
	line, ok := get[string](p.d, at+"/request")
	if !ok {
		for _, key := range p.d.Keys(at) {
			if slices.Contains([]string{"headers", "body", "secrets", "token", "use", "logout"}, key) {
				p.wrong(pointer.Join(at, key), "%s: %s says nothing without request, such as POST /sessions", what, key)
			}
		}
		return l
	}
	method, path, err := requestLine(line)
	if err != nil {
		p.wrong(at+"/request", "%s: %s", what, err)
	}
	l.Method, l.Path = method, p.filled(at+"/request", what, path, l, "")
	l.Fields = p.fields(at, what)
	p.loginBody(at, what, l)
	p.token(at+"/token", what, l)
	if line, ok := get[string](p.d, at+"/logout"); ok {
		method, path, err := requestLine(line)
		if err != nil {
			p.wrong(at+"/logout", "%s: logout: %s", what, err)
			return l
		}
		l.Logout = method + " " + p.filled(at+"/logout", what, path, l, "token")
	}
	return l
}

// filled puts what --set gives into a path; a name that is kept may stand in it as it is.
func (p *parser) filled(at, what, path string, l *Login, kept string) string {
	names, err := placeholders(path)
	if err != nil {
		p.wrong(at, "%s: %s", what, err)
		return path
	}
	for _, name := range names {
		if name == kept && name != "" {
			continue
		}
		if !isParameter(name) {
			p.wrong(at, "%s: path %q: {%s} is no name: use letters, digits and underscores", what, path, name)
		}
		if value, ok := p.around.Variables.value(name); ok {
			path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(value))
		} else if !slices.Contains(l.Unset, name) {
			l.Unset = append(l.Unset, name)
		}
	}
	return path
}

// loginBody reads the body, and which of its members are secrets.
func (p *parser) loginBody(at, what string, l *Login) {
	switch inline, ok := p.d.Get(at + "/body"); text := inline.(type) {
	case string:
		l.Body = []byte(text)
	case nil:
		if ok {
			p.wrong(at+"/body", "%s: the body is empty: take the key out, or write {}", what)
		}
	default:
		l.Body = p.d.JSON(at + "/body")
	}
	body, err := schema.JSON(l.Body)
	for _, member := range p.d.Keys(at + "/secrets") {
		here := pointer.Join(at, "secrets", member)
		if err != nil {
			p.wrong(here, "%s: secrets names %s, but the body is not JSON", what, member)
			continue
		}
		if _, ok := pointer.Get(body, member); !ok || member == "" {
			p.wrong(here, "%s: secrets names %s, which the body does not have: write it there as \"\"", what, member)
			continue
		}
		c := Credential{At: p.d.At(here)}
		p.secret(here, what, &c)
		if l.Secrets == nil {
			l.Secrets = map[string]Credential{}
		}
		l.Secrets[member] = c
	}
}

// token reads where in the answer the token is.
func (p *parser) token(at, what string, l *Login) {
	l.Header, _ = get[string](p.d, at+"/header")
	l.Pointer, _ = get[string](p.d, at+"/pointer")
	switch {
	case (l.Header == "") == (l.Pointer == ""):
		p.wrong(at, "%s: say where in the answer the token is, by one of header and pointer, such as token: {pointer: /token}", what)
	case l.Header != "" && !httpguts.ValidHeaderFieldName(l.Header):
		p.wrong(at+"/header", "%s: %q is no name of a header field", what, l.Header)
	case l.Pointer != "":
		if _, err := pointer.Parse(l.Pointer); err != nil {
			p.wrong(at+"/pointer", "%s: %s", what, err)
		}
	}
}

// use reads how the token travels: bearer, or {header: NAME} and the like.
func (p *parser) use(at, what string, l *Login) {
	value, ok := p.d.Get(at)
	if !ok || value == string(Bearer) {
		return
	}
	keys := p.d.Keys(at)
	if len(keys) == 1 && slices.Contains([]string{"header", "query", "cookie"}, keys[0]) {
		l.Use = Kind(keys[0])
		l.Name, _ = get[string](p.d, pointer.Join(at, keys[0]))
	}
	if l.Name == "" || l.Use != Query && !httpguts.ValidHeaderFieldName(l.Name) {
		p.wrong(at, "%s: use: write bearer, or the name of what the token travels in, such as {header: X-Session}", what)
	}
}

// oauth2 reads the grant of client credentials.
func (p *parser) oauth2(at, what string, l *Login) {
	o := &OAuth2{Params: map[string]string{}}
	l.OAuth2 = o
	text, _ := get[string](p.d, at+"/token_url")
	var err error
	if o.TokenURL, err = tokenURL(p.filled(at+"/token_url", what, text, l, "")); err != nil {
		p.wrong(at+"/token_url", "%s: token_url %s", what, err)
	}
	for i, scope := range p.strings(at + "/scopes") {
		if strings.ContainsFunc(scope, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '"' || r == '\\' }) {
			p.wrong(pointer.Join(at, "scopes", strconv.Itoa(i)), "%s: %q is no scope: list each on its own, without spaces", what, scope)
		}
		o.Scopes = append(o.Scopes, scope)
	}
	for _, name := range p.d.Keys(at + "/params") {
		value, ok := scalar(p.d, pointer.Join(at, "params", name))
		if slices.Contains([]string{"client_id", "client_secret", "scope", "grant_type"}, name) {
			p.wrong(pointer.Join(at, "params", name), "%s: params: %q is sent already: give it by basic, scopes", what, name)
		}
		if ok {
			o.Params[name] = value
		}
	}
	if audience, ok := get[string](p.d, at+"/audience"); ok {
		o.Params["audience"] = audience
	}
	style, _ := get[string](p.d, at+"/style")
	o.InBody = style == "body"
}

// tokenURL checks the address of a token endpoint: absolute, or a path below the target's base path.
func tokenURL(text string) (string, error) {
	if strings.HasPrefix(text, "/") && !strings.HasPrefix(text, "//") {
		return text, literal(strings.NewReplacer("{", "", "}", "").Replace(text))
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return "", errors.New("is neither a path such as /oauth2/token nor a URL such as https://auth.example.com/oauth2/token")
	case u.User != nil:
		return "", errors.New("has a user in it: give client id and secret by basic")
	case u.Fragment != "":
		return "", errors.New("has a fragment: take it out") // RFC 6749, section 3.2
	}
	return text, nil
}

// NewOAuth2 returns the grant of client credentials at a token endpoint, with whatever credential. The error begins with
// what is wrong with it.
func NewOAuth2(tokenEndpoint string) (*Login, error) {
	address, err := tokenURL(tokenEndpoint)
	if err != nil {
		return nil, err
	}
	return &Login{Use: Bearer, OAuth2: &OAuth2{TokenURL: address}}, nil
}

// resolve returns the log-in with its secrets fetched.
func (l *Login) resolve(ctx context.Context, lookup func(string) (string, bool)) (*Login, error) {
	resolved := *l
	if l.With.Kind != "" {
		with, err := l.With.Resolve(ctx, lookup)
		if err != nil {
			return l, err
		}
		resolved.With = with
	}
	resolved.Secrets = map[string]Credential{}
	for _, at := range slices.Sorted(maps.Keys(l.Secrets)) {
		c, err := l.Secrets[at].Resolve(ctx, lookup)
		if err != nil {
			return l, err
		}
		resolved.Secrets[at] = c
	}
	return &resolved, nil
}

// CompleteLogins gives every log-in that names no request the one of a contract; from is nil where no contract says how to
// log in. What the default credential is fetched with becomes the credential of the operation that logs in, unless the user
// gave one. The errors are Mistakes where the credential stands in a file, joined.
func (t *Target) CompleteLogins(from *Login) error {
	var mistakes []document.Mistake
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(t.Credentials)) {
		c := t.Credentials[name]
		if c.Login == nil {
			continue
		}
		if c.Login.Incomplete() {
			if err := c.Login.completable(from); err != nil {
				err = fmt.Errorf("credential %q: %w", name, err)
				if c.At.File != "" {
					mistakes = append(mistakes, document.Mistake{At: c.At, Text: err.Error()})
				} else {
					errs = append(errs, err)
				}
				continue
			}
			all := *from
			all.With, all.At = c.Login.With, c.Login.At
			t.Credentials[name] = all.Fetched(name)
		}
	}
	_, given := t.Credentials[LoginCredential]
	if l := t.Credentials["default"].Login; !given && l != nil && l.OAuth2 == nil && l.With.Kind != "" {
		t.Credentials[LoginCredential] = l.With
	}
	return errors.Join(document.Join(mistakes), errors.Join(errs...))
}

// completable tells why a log-in cannot be done the way a contract says.
func (l *Login) completable(from *Login) error {
	switch {
	case from == nil:
		return errors.New("no contract says how to log in: give the request, such as request: POST /sessions")
	case len(from.Unset) > 0:
		return fmt.Errorf("logging in needs a value for {%s}: give --set %s=VALUE", from.Unset[0], from.Unset[0])
	case from.OAuth2 != nil && l.With.Kind != Basic:
		return errors.New("the contract's API takes client_id:client_secret: give it by basic")
	}
	return nil
}
