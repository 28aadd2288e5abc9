package contract

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path"
	"slices"
	"strconv"
	"sync"

	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/pointer"
	"github.com/seed-e125e033/conform/internal/schema"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/schemas"
)

// Options are what Load needs beyond the file.
type Options struct {
	Shown     string            // the file as messages and reports show it; empty: its name
	Variables *target.Variables // of --set; nil: parameters of operations may be left without a value
	Unprobed  bool              // the operations are not probed, as the user listed others: their parameters may be left without a value
}

// Load reads the contract in the file name of fsys. The schemas that it names stand beside it or ship with conform. Probes
// are the names of all probes (family.defect). The errors are Mistakes, joined: all that is wrong with the file.
func Load(fsys fs.FS, name string, probes []string, options Options) (*Contract, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("contract %q cannot be read: %w", name, cause(err))
	}
	shown := options.Shown
	if shown == "" {
		shown = name
	}
	d, err := document.Parse(shown, data)
	if err != nil {
		return nil, err
	}
	form, err := form()
	if err != nil {
		return nil, err
	}
	l := &loader{d: d, probes: probes, read: reader(fsys, name), mistakes: d.Check(form)}
	sum := sha256.Sum256(data)
	l.c = &Contract{File: shown, Digest: hex.EncodeToString(sum[:])}
	if err := json.Unmarshal(d.JSON(""), l.c); err != nil && len(l.mistakes) == 0 {
		return nil, d.Mistake("", "%s", err)
	}
	l.misshapen = slices.Clone(l.mistakes)
	l.formats()
	l.requirements()
	around := target.Surroundings{Read: l.read, Variables: options.Variables}
	if options.Unprobed {
		around.Variables = nil
	}
	operations, mistakes := target.ParseOperations(d, "/operations", around)
	l.c.Operations = operations
	l.mistakes = append(l.mistakes, mistakes...)
	l.c.Login, mistakes = target.ParseLogin(d, target.Surroundings{Variables: options.Variables})
	l.mistakes = append(l.mistakes, mistakes...)
	if err := document.Join(l.mistakes); err != nil {
		return nil, err
	}
	return l.c, nil
}

// form returns the schema of contracts. It is compiled once: that takes as long as all else of loading one.
var form = sync.OnceValues(func() (*schema.Schema, error) {
	data, err := schemas.Files.ReadFile("contract.json")
	if err != nil {
		return nil, err
	}
	return schema.Compile("contract.json", data)
})

// reader reads files beside the contract, or those that ship.
func reader(fsys fs.FS, name string) func(string) ([]byte, error) {
	return func(file string) ([]byte, error) {
		data, err := fs.ReadFile(fsys, path.Join(path.Dir(name), file))
		if err == nil {
			return data, nil
		}
		if shipped, err := schemas.Files.ReadFile(file); err == nil {
			return shipped, nil
		}
		return nil, cause(err)
	}
}

// cause returns what went wrong with a file, without the path that the message has already.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// loader checks what the schema of contracts cannot say.
type loader struct {
	d        *document.Document
	c        *Contract
	probes   []string
	read     func(string) ([]byte, error)
	mistakes []document.Mistake

	misshapen []document.Mistake // those that the schema of contracts told
}

func (l *loader) wrong(at, format string, args ...any) {
	l.mistakes = append(l.mistakes, l.d.Mistake(at, format, args...))
}

// requirements checks each requirement and merges what always holds into it.
func (l *loader) requirements() {
	if value, _ := l.d.Get("/requirements"); value != nil && len(l.c.Requirements) == 0 && len(l.misshapen) == 0 {
		l.wrong("/requirements", "contract %q has no requirement: there is nothing to check", l.c.Name)
	}
	l.expectation("/always", "always", l.c.Always)
	if l.c.Always.Effects != "" {
		l.wrong("/always/effects", "always: effects is for a requirement of its own")
	}
	l.members("/always", "always", l.c.Always.Members, l.c.Always.Formats)
	first := map[string]int{}
	for i := range l.c.Requirements {
		r := &l.c.Requirements[i]
		at := pointer.Join("/requirements", strconv.Itoa(i))
		r.Contract, r.At = l.c, l.d.At(at)
		if line, twice := first[r.ID]; twice {
			l.wrong(at+"/id", "requirement %q stands here for the second time, first in line %d: give each its own id", r.ID, line)
		} else {
			first[r.ID] = r.At.Line
		}
		if l.sound(i) {
			l.requirement(at, r)
		}
	}
	l.c.Always.Formats = without(l.c.Always.Formats)
}

// sound reports whether a requirement has the right shape: of one that has not, half would be told twice.
func (l *loader) sound(i int) bool {
	from, to := l.c.Requirements[i].At.Line, math.MaxInt
	next := l.d.At(pointer.Join("/requirements", strconv.Itoa(i+1)))
	if next.Line > from {
		to = next.Line
	}
	return !slices.ContainsFunc(l.misshapen, func(m document.Mistake) bool { return from <= m.At.Line && m.At.Line < to })
}
