package target

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/seed-e125e033/conform/internal/document"
)

// Variables are the values that --set gives to parameters. They remember which names the operations read so far have, so
// that a name that none has can be told. They are used while files are loaded, by one goroutine.
type Variables struct {
	values map[string]string
	known  map[string]bool
}

// NewVariables returns Variables with these values.
func NewVariables(values map[string]string) *Variables {
	return &Variables{values, map[string]bool{}}
}

// value returns what --set gives for a name that an operation has.
func (v *Variables) value(name string) (string, bool) {
	if v == nil {
		return "", false
	}
	v.known[name] = true
	value, ok := v.values[name]
	return value, ok
}

// Unknown tells every --set whose name no operation has; call it when all files are loaded.
func (v *Variables) Unknown() error {
	names := slices.Sorted(maps.Keys(v.known))
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(v.values)) {
		if !v.known[name] {
			meant := document.Meant(name, names)
			if meant == "" {
				meant = ": remove it"
			}
			errs = append(errs, fmt.Errorf("--set %s: no operation has a parameter {%s}%s", name, name, meant))
		}
	}
	return errors.Join(errs...)
}
