package target

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/pointer"
	"github.com/seed-e125e033/conform/internal/schema"
	"github.com/seed-e125e033/conform/internal/waiver"
	"github.com/seed-e125e033/conform/schemas"
)

// Options are what Load needs beyond the file.
type Options struct {
	Variables *Variables // of --set; nil: parameters may be left without a value, as lint leaves them
	Probes    []string   // names that provoke may use; nil: any
}

// maxFile bounds the files that a target names.
const maxFile = 10 << 20

// Load reads a conform.yaml; name is its path, beside which body_file, schema and the files of credentials are looked for.
// URL is nil where the file names no target. Secrets are not fetched: Resolve does that. The errors are Mistakes, joined: all
// that is wrong with the file and the files that it names.
func Load(name string, data []byte, options Options) (*Target, error) {
	d, err := document.Parse(name, data)
	if err != nil {
		return nil, err
	}
	form, err := form()
	if err != nil {
		return nil, err
	}
	p := &parser{d: d, mistakes: d.Check(form)}
	t := &Target{Provoke: map[string]string{}}
	if text, ok := get[string](d, "/target"); ok {
		if t.URL, err = ParseURL(text); err != nil {
			p.wrong("/target", "%s", err)
		}
	}
	t.Contracts = p.strings("/contracts")
	t.Credentials = p.credentials(filepath.Dir(name))
	operations, mistakes := ParseOperations(d, "/operations", Surroundings{
		Read:        readBeside(filepath.Dir(name)),
		Variables:   options.Variables,
		Listed:      true,
		Credentials: slices.Clone(d.Keys("/credentials")),
	})
	t.Operations = operations
	p.mistakes = append(p.mistakes, mistakes...)
	p.provoke(t, options.Probes)
	t.Waivers, mistakes = waiver.Parse(d, "/waivers")
	p.mistakes = append(p.mistakes, mistakes...)
	if err := document.Join(p.mistakes); err != nil {
		return nil, err
	}
	return t, nil
}

// form returns the schema of conform.yaml.
func form() (*schema.Schema, error) {
	data, err := schemas.Files.ReadFile("target.json")
	if err != nil {
		return nil, err
	}
	return schema.Compile("target.json", data)
}

// readBeside reads files by a path relative to a folder.
func readBeside(folder string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		path := beside(folder, name)
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if info.Size() > maxFile {
			return nil, fmt.Errorf("it has %d bytes, and at most %d are read", info.Size(), maxFile)
		}
		return os.ReadFile(path)
	}
}

func beside(folder, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(folder, name)
}

// variableName is what a shell takes as the name of an environment variable.
var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// credentials reads how each credential travels and where its secret is. No message shows a value: people put secrets in
// the wrong place.
func (p *parser) credentials(folder string) map[string]Credential {
	credentials := map[string]Credential{}
	for _, name := range p.d.Keys("/credentials") {
		here := pointer.Join("/credentials", name)
		kinds := slices.DeleteFunc(p.d.Keys(here), func(kind string) bool { return !slices.Contains(Kinds, kind) })
		if name == "none" {
			p.wrong(here, `credential "none" stands for no credential: choose another name`)
		}
		if len(kinds) != 1 {
			p.wrong(here, "credential %q: say how it travels, by one of %s", name, strings.Join(Kinds, ", "))
			continue
		}
		c := Credential{Kind: Kind(kinds[0]), At: p.d.At(here)}
		here = pointer.Join(here, kinds[0])
		if _, ok := get[map[string]any](p.d, here); !ok {
			p.wrong(here, "credential %q: a secret is not written into a file: say where it is, such as {env: API_TOKEN}", name)
			continue
		}
		p.secret(here, name, folder, &c)
		switch c.Kind {
		case Header, Query, Cookie:
			c.Name, _ = get[string](p.d, here+"/name")
			if c.Name == "" || c.Kind != Query && !token.MatchString(c.Name) {
				p.wrong(here, "credential %q: give the name of the %s, such as {name: %s, env: API_TOKEN}", name, c.Kind, exampleName(c.Kind))
			}
		}
		c.Shell = c.Secret.Shell()
		credentials[name] = c
	}
	return credentials
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
func (p *parser) secret(at, name, folder string, c *Credential) {
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
		p.wrong(at, "credential %q: say where the secret is, by one of env, file, command", name)
	}
	if c.Secret.Env != "" && !variableName.MatchString(c.Secret.Env) {
		p.wrong(at+"/env", "credential %q: env is not the name of an environment variable, such as API_TOKEN", name)
	}
	if c.Secret.File != "" {
		c.Secret.File = beside(folder, c.Secret.File)
	}
}

// provoke reads how the target is made to fail.
func (p *parser) provoke(t *Target, probes []string) {
	for _, probe := range p.d.Keys("/provoke") {
		here := pointer.Join("/provoke", probe)
		if probes != nil && !slices.Contains(probes, probe) {
			p.wrong(here, "provoke: no probe is called %q%s", probe, document.Meant(probe, probes))
		}
		line, ok := get[string](p.d, here+"/request")
		if !ok {
			continue
		}
		_, path, err := requestLine(line)
		if err == nil {
			err = literal(path)
		}
		if err != nil {
			p.wrong(here+"/request", "provoke: %s: %s", probe, err)
		}
		t.Provoke[probe] = line
	}
}
