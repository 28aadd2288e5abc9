package target

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

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

// Load reads a conform.yaml; name is its path, beside which contracts, body_file, schema and the files of credentials are looked for.
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
	p := &parser{d: d, around: Surroundings{Variables: options.Variables}, folder: filepath.Dir(name), mistakes: d.Check(form)}
	t := &Target{Provoke: map[string]string{}}
	if text, ok := get[string](d, "/target"); ok {
		if t.URL, err = ParseURL(text); err != nil {
			p.wrong("/target", "%s", err)
		}
	}
	for _, c := range p.strings("/contracts") {
		if IsFile(c) && p.folder != "." {
			c = beside(p.folder, c)
		}
		t.Contracts = append(t.Contracts, c)
	}
	t.Hosts = p.strings("/hosts")
	t.AllowHosts = p.strings("/allow_hosts")
	t.RateLimit = p.rateLimit()
	if value, ok := scalar(d, "/wrong_passwords"); ok {
		t.WrongPasswords, _ = strconv.Atoi(value) // the schema takes small numbers alone
	}
	t.Credentials = p.credentials()
	named := d.Keys("/credentials")
	if named != nil {
		named = append(named, LoginCredential)
	}
	operations, mistakes := ParseOperations(d, "/operations", Surroundings{
		Read:        readBeside(filepath.Dir(name)),
		Variables:   options.Variables,
		Listed:      true,
		Credentials: named,
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

// form returns the schema of conform.yaml. It is compiled once: that takes as long as all else of loading one.
var form = sync.OnceValues(func() (*schema.Schema, error) {
	data, err := schemas.Files.ReadFile("target.json")
	if err != nil {
		return nil, err
	}
	return schema.Compile("target.json", data)
})

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

// IsFile reports whether a contract is named by the path of a file, and not by the name of one that ships.
func IsFile(contract string) bool {
	return strings.ContainsAny(contract, `/\`) || slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(contract))
}

func beside(folder, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(folder, name)
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
