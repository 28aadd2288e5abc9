package contracts

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/target"
)

// maxFile bounds a contract's file before it is read; the parser has a lower bound of its own.
const maxFile = 16 << 20

// Names lists the contracts that ship.
func Names() []string {
	entries, err := Files.ReadDir(".")
	if err != nil {
		panic(err) // it is embedded
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = strings.TrimSuffix(entry.Name(), ".yaml")
	}
	return names
}

// Load reads contracts, each by the name of one that ships or by the path of a file. Probes are the names of all
// probes. The error names every mistake in all of them.
func Load(names, probes []string, options contract.Options) ([]*contract.Contract, error) {
	var loaded []*contract.Contract
	var mistakes []error
	for _, name := range names {
		c, err := load(name, probes, options)
		switch {
		case err != nil:
			mistakes = append(mistakes, err)
		case slices.ContainsFunc(loaded, func(other *contract.Contract) bool { return other.Name == c.Name }):
			mistakes = append(mistakes, fmt.Errorf("contract %q is named twice: name it once", c.Name))
		default:
			loaded = append(loaded, c)
		}
	}
	return loaded, errors.Join(mistakes...)
}

func load(name string, probes []string, options contract.Options) (*contract.Contract, error) {
	if target.IsFile(name) {
		return LoadFile(name, probes, options)
	}
	if !slices.Contains(Names(), name) {
		return nil, fmt.Errorf("no contract is called %q%s; conform contracts lists them, and a file is named by its path", name, document.Meant(name, Names()))
	}
	options.Shown = "contracts/" + name + ".yaml"
	return contract.Load(Files, name+".yaml", probes, options)
}

// LoadFile reads a contract of the user's own.
func LoadFile(name string, probes []string, options contract.Options) (*contract.Contract, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err // the name is told already
		}
		return nil, fmt.Errorf("contract %q cannot be read: %w", name, err)
	case info.IsDir():
		return nil, fmt.Errorf("contract %q is a folder: name the file in it", name)
	case info.Size() > maxFile:
		return nil, fmt.Errorf("contract %q has %d bytes: a contract has a few thousand", name, info.Size())
	}
	options.Shown = filepath.ToSlash(name)
	return contract.Load(os.DirFS(filepath.Dir(name)), filepath.Base(name), probes, options)
}
