// Package document reads the YAML files that people write for conform, and remembers where everything stands in them,
// so that every mistake is told with file, line and column, and all mistakes are told at once.
package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/seed-e125e033/conform/internal/pointer"
)

// Position is a place in a file. Line and Column count from 1.
type Position struct {
	File   string
	Line   int
	Column int
}

// String returns file:line:column.
func (p Position) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// Mistake is something wrong in a file: the place, the thing, and the way out.
type Mistake struct {
	At   Position
	Text string
}

// Error returns the mistake as one line.
func (m Mistake) Error() string { return m.At.String() + ": " + m.Text }

// Join returns the mistakes as one error in the order of the file, each once; nil for none. errors.As finds the first Mistake.
func Join(mistakes []Mistake) error {
	mistakes = slices.Clone(mistakes)
	slices.SortStableFunc(mistakes, func(a, b Mistake) int {
		if a.At.Line != b.At.Line {
			return a.At.Line - b.At.Line
		}
		return a.At.Column - b.At.Column
	})
	errs := make([]error, 0, len(mistakes))
	for _, m := range slices.Compact(mistakes) {
		errs = append(errs, m)
	}
	return errors.Join(errs...)
}

// Document is a parsed YAML file as JSON values (map[string]any, []any, string, json.Number, bool, nil).
// It may be read by many goroutines.
type Document struct {
	Value any

	file string
	root *node
}

// node is a value and where it stands. A large file has a million, so it is kept small.
type node struct {
	line    int32 // of the key, for a member of a mapping
	column  int32
	size    int32 // of the tree, aliases expanded
	mapping bool
	value   any
	keys    []string // of a mapping, in the file's order
	nodes   []*node  // its members in the same order, or the items of a sequence
}

// child returns the member or item that a reference token names.
func (n *node) child(token string) *node {
	if n.mapping {
		if i := slices.Index(n.keys, token); i >= 0 {
			return n.nodes[i]
		}
		return nil
	}
	if i, ok := pointer.Index(token); ok && i < len(n.nodes) {
		return n.nodes[i]
	}
	return nil
}

// find returns the node at a JSON pointer, and the nearest one on the way there.
func (d *Document) find(at string) (found, nearest *node) {
	tokens, err := pointer.Parse(at)
	if err != nil {
		return nil, d.root
	}
	n := d.root
	for _, token := range tokens {
		child := n.child(token)
		if child == nil {
			return nil, n
		}
		n = child
	}
	return n, n
}

// At returns where the value at a JSON pointer stands (its key, for a member); for a pointer to nothing, its nearest parent.
func (d *Document) At(at string) Position {
	_, nearest := d.find(at)
	return Position{d.file, int(nearest.line), int(nearest.column)}
}

// Get returns the value at a JSON pointer, and whether there is one.
func (d *Document) Get(at string) (any, bool) { return pointer.Get(d.Value, at) }

// Keys returns the keys of the mapping at a JSON pointer in the file's order; nil where there is none.
func (d *Document) Keys(at string) []string {
	n, _ := d.find(at)
	if n == nil {
		return nil
	}
	return slices.Clone(n.keys)
}

// JSON returns the value at a JSON pointer as compact JSON with the members in the file's order; nil where there is none.
func (d *Document) JSON(at string) []byte {
	n, _ := d.find(at)
	if n == nil {
		return nil
	}
	var b bytes.Buffer
	n.json(&b)
	return b.Bytes()
}

func (n *node) json(b *bytes.Buffer) {
	switch n.value.(type) {
	case map[string]any:
		b.WriteByte('{')
		for i, key := range n.keys {
			if i > 0 {
				b.WriteByte(',')
			}
			scalar(b, key)
			b.WriteByte(':')
			n.nodes[i].json(b)
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for i, item := range n.nodes {
			if i > 0 {
				b.WriteByte(',')
			}
			item.json(b)
		}
		b.WriteByte(']')
	default:
		scalar(b, n.value)
	}
}

// scalar writes a scalar as JSON, letters as they are.
func scalar(b *bytes.Buffer, value any) {
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // only for types that no node holds
	}
	b.Truncate(b.Len() - 1) // Encode ends with a line feed
}

// Mistake returns a mistake about the value at a JSON pointer.
func (d *Document) Mistake(at, format string, args ...any) Mistake {
	return Mistake{d.At(at), fmt.Sprintf(format, args...)}
}
