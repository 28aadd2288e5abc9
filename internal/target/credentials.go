package target

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/seed-e125e033/conform/internal/pointer"
)

// LoginCredential is the name of what the default credential is fetched with, for the operation that logs in.
const LoginCredential = "login"

// IsVariable reports whether a shell takes a text as the name of an environment variable.
func IsVariable(text string) bool {
	return text != "" && !isDigit(rune(text[0])) && strings.IndexFunc(text, func(r rune) bool { return !isLetter(r) && !isDigit(r) && r != '_' }) < 0
}

// credentials reads how each credential travels and where its secret is. No message shows a value: people put secrets in
// the wrong place.
func (p *parser) credentials() map[string]Credential {
	credentials := map[string]Credential{}
	for _, name := range p.d.Keys("/credentials") {
		here := pointer.Join("/credentials", name)
		if name == "none" {
			p.wrong(here, `credential "none" stands for no credential: choose another name`)
		}
		known := append(slices.Clone(Kinds), loginKinds...)
		kinds := slices.DeleteFunc(p.d.Keys(here), func(kind string) bool { return !slices.Contains(known, kind) })
		if len(kinds) != 1 {
			p.wrong(here, "credential %q: say how it travels, by one of %s", name, strings.Join(known, ", "))
			continue
		}
		if slices.Contains(loginKinds, kinds[0]) {
			if c, ok := p.fetched(here, kinds[0], name); ok {
				credentials[name] = c
			}
			continue
		}
		if c, ok := p.credential(here, kinds[0], "credential "+strconv.Quote(name)); ok {
			c.At = p.d.At(here)
			credentials[name] = c
		}
	}
	return credentials
}

// credential reads a credential of a kind. Whose it is, is for messages.
func (p *parser) credential(here, kind, whose string) (Credential, bool) {
	c := Credential{Kind: Kind(kind), At: p.d.At(here)}
	here = pointer.Join(here, kind)
	if _, ok := get[map[string]any](p.d, here); !ok {
		p.wrong(here, "%s: a secret is not written into a file: say where it is, such as {env: API_TOKEN}", whose)
		return c, false
	}
	p.secret(here, whose, &c)
	switch c.Kind {
	case Header, Query, Cookie:
		c.Name, _ = get[string](p.d, here+"/name")
		if c.Name == "" || c.Kind != Query && !httpguts.ValidHeaderFieldName(c.Name) {
			p.wrong(here, "%s: give the name of the %s, such as {name: %s, env: API_TOKEN}", whose, c.Kind, exampleName(c.Kind))
		}
	}
	return c, true
}

// fetched reads a credential that is fetched by a log-in or an OAuth 2 grant.
func (p *parser) fetched(here, kind, name string) (Credential, bool) {
	at := pointer.Join(here, kind)
	if _, ok := get[map[string]any](p.d, at); !ok {
		return Credential{}, false // its shape is told already
	}
	if name == "expired" {
		p.wrong(here, "credential %q: one that is fetched has not expired: say where one is that has, such as bearer: {env: OLD_TOKEN}", name)
	}
	l := p.login(at, kind, name)
	whose := "credential " + strconv.Quote(name) + ": " + kind
	if p.around.Variables != nil {
		for _, variable := range l.Unset {
			p.wrong(at, "%s: no value for {%s}: give --set %s=VALUE", whose, variable, variable)
		}
	}
	kinds := Kinds
	if kind == "oauth2" {
		kinds = []string{string(Basic)} // client_id:client_secret
	}
	given := slices.DeleteFunc(p.d.Keys(at), func(kind string) bool { return !slices.Contains(kinds, kind) })
	switch {
	case len(given) == 1:
		l.With, _ = p.credential(at, given[0], whose)
	case len(given) > 1 || len(l.Secrets) == 0:
		p.wrong(at, "%s: say who logs in, such as basic: {env: API_LOGIN}", whose)
	}
	return l.Fetched(name), true
}

func exampleName(k Kind) string {
	switch k {
	case Header:
		return "X-Api-Key"
	case Cookie:
		return "session"
	}
	return "api_key"
}

// secret reads where a secret is.
func (p *parser) secret(at, whose string, c *Credential) {
	c.Secret.Env, _ = get[string](p.d, at+"/env")
	c.Secret.File, _ = get[string](p.d, at+"/file")
	c.Secret.Command, _ = get[string](p.d, at+"/command")
	sources := 0
	for _, source := range []string{c.Secret.Env, c.Secret.File, c.Secret.Command} {
		if source != "" {
			sources++
		}
	}
	if sources != 1 {
		p.wrong(at, "%s: say where the secret is, by one of env, file, command", whose)
	}
	if c.Secret.Env != "" && !IsVariable(c.Secret.Env) {
		p.wrong(at+"/env", "%s: env is not the name of an environment variable, such as API_TOKEN", whose)
	}
	if c.Secret.File != "" {
		c.Secret.File = beside(p.folder, c.Secret.File)
	}
	c.Shell = c.Secret.Shell()
}
