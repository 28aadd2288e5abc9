package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Limits of what Parse takes. A target file of 27,000 operations has 6 MB and 260,000 lines and commas. The parser takes up to a kilobyte
// for each value of a list in brackets, and calls itself for each level.
const (
	maxBytes    = 8 << 20
	maxParts    = 300_000 // lines and commas, without which no value follows another
	maxLevels   = 100
	maxAliased  = 10_000 // nodes that aliases stand for
	maxMistakes = 100    // that are told at once
)

// Parse reads data; name is the file as messages show it. Its errors are Mistakes, joined.
// Refused, each with its place: more than 8 MiB or 300,000 lines and commas, not UTF-8, not YAML, several documents, duplicate keys,
// keys that are not strings, merge keys, tags, aliases that expand to more than 10,000 nodes, nesting over 100 levels, numbers that
// JSON would write otherwise (0x1F, 007, .inf).
func Parse(name string, data []byte) (d *Document, err error) {
	b := builder{file: name, anchors: map[*yaml.Node]*node{}}
	start := b.place(1, 1)
	if len(data) > maxBytes {
		return nil, Mistake{start, fmt.Sprintf("the file has %d bytes: at most %d are read", len(data), maxBytes)}
	}
	if parts := bytes.Count(data, []byte(",")) + bytes.Count(data, []byte("\n")); parts > maxParts {
		return nil, Mistake{start, fmt.Sprintf("the file has %d lines and commas: at most %d are read", parts, maxParts)}
	}
	if at := invalidUTF8(name, data); at != nil {
		return nil, Mistake{*at, "not UTF-8: save the file in that encoding"}
	}
	defer func() {
		if p := recover(); p != nil { // the parser has panics for what it takes to be impossible
			d, err = nil, Mistake{start, fmt.Sprintf("the YAML parser gave up: %v", p)}
		}
	}()
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithPlugin(limits{}))
	if err != nil {
		return nil, Mistake{start, err.Error()}
	}
	var document, second yaml.Node
	switch err := loader.Load(&document); {
	case err == io.EOF:
		return nil, Mistake{start, "the file is empty"}
	case err != nil:
		return nil, b.notYAML(err, len(data))
	}
	root := b.build(document.Content[0], 0)
	switch err := loader.Load(&second); {
	case err == nil:
		b.wrong(&second, "a second document begins here: keep one document in a file")
	case err != io.EOF:
		return nil, b.notYAML(err, len(data))
	}
	if len(b.mistakes) > 0 {
		return nil, Join(b.mistakes)
	}
	return &Document{root.value, name, root}, nil
}

// limits has the parser give up on files that are nested too deep.
type limits struct{}

var errDeep = fmt.Errorf("nested more than %d levels deep", maxLevels)

func (limits) CheckDepth(depth int, _ *yaml.DepthContext) error {
	if depth > maxLevels {
		return errDeep
	}
	return nil
}

func (limits) CheckAlias(int, int) error { return nil } // aliases are counted here, not there

// invalidUTF8 returns the place of the first byte that is not UTF-8, or nil.
func invalidUTF8(name string, data []byte) *Position {
	if utf8.Valid(data) {
		return nil
	}
	at := Position{name, 1, 1}
	for len(data) > 0 {
		letter, size := utf8.DecodeRune(data)
		switch {
		case letter == utf8.RuneError && size == 1:
			return &at
		case letter == '\n':
			at.Line, at.Column = at.Line+1, 1
		default:
			at.Column++
		}
		data = data[size:]
	}
	return nil
}

// builder turns the parser's tree into ours.
type builder struct {
	file     string
	anchors  map[*yaml.Node]*node // by the parser's node; nil while the anchor's own value is being built
	aliased  int
	mistakes []Mistake
}

func (b *builder) place(line, column int) Position {
	return Position{b.file, max(line, 1), max(column, 1)}
}

func (b *builder) wrong(n *yaml.Node, format string, args ...any) {
	if len(b.mistakes) < maxMistakes {
		b.mistakes = append(b.mistakes, Mistake{b.place(n.Line, n.Column), fmt.Sprintf(format, args...)})
	}
}

// notYAML tells what the parser stumbled over, in a file of so many bytes.
func (b *builder) notYAML(err error, size int) error {
	var e *yaml.LoadError
	if !errors.As(err, &e) {
		return Mistake{b.place(1, 1), "not YAML: " + err.Error()}
	}
	at, text := b.place(e.Mark.Line, e.Mark.Column), e.Message
	switch anchor, unknown := strings.CutPrefix(text, "unknown anchor '"); {
	case text == errDeep.Error():
	case unknown:
		text = fmt.Sprintf("alias %q has no anchor before it", strings.TrimSuffix(anchor, "' referenced"))
	case text == "found incompatible YAML document":
		text = "not YAML as it is read here: take the line that starts with %YAML out"
	case text == "found character that cannot start any token":
		text = "not YAML: no value starts like this: indent with spaces, never with tabs, and put text in quotes"
	case strings.HasPrefix(e.ContextMsg, "while parsing a flow") && e.Mark.Index >= size:
		text = "not YAML: the file ends within brackets: close them"
	case strings.HasPrefix(e.ContextMsg, "while parsing"), strings.HasPrefix(e.ContextMsg, "while scanning a"):
		text = "not YAML: " + e.ContextMsg + ": " + text
	default:
		text = "not YAML: " + text
	}
	return Mistake{at, text}
}

// placed returns a node without a value, in the place of the parser's. A file has fewer lines and columns than an int32 counts.
func placed(n *yaml.Node) *node {
	return &node{line: int32(max(n.Line, 1)), column: int32(max(n.Column, 1)), size: 1}
}

// build returns the node of n, never nil. Where something is wrong with n its value is nil and a mistake says so. The parser's tree is let go
// on the way: of a large file there are never two.
func (b *builder) build(n *yaml.Node, level int) *node {
	built := placed(n)
	if level > maxLevels {
		b.wrong(n, "%s", errDeep)
		return built
	}
	if n.Style&yaml.TaggedStyle != 0 {
		b.wrong(n, "tag %q: write the value without a tag, in quotes if it is text", n.Tag)
		return built
	}
	if n.Anchor != "" {
		b.anchors[n] = nil
	}
	switch n.Kind {
	case yaml.MappingNode:
		b.mapping(built, n.Content, level)
	case yaml.SequenceNode:
		items := make([]any, len(n.Content))
		built.nodes = make([]*node, len(n.Content))
		for i, item := range n.Content {
			child := b.build(item, level+1)
			items[i], built.nodes[i] = child.value, child
			built.size += child.size
			n.Content[i] = nil
		}
		built.value = items
	case yaml.AliasNode:
		return b.alias(built, n)
	case yaml.ScalarNode:
		value, ok := resolved(n)
		if !ok {
			b.wrong(n, "%s is no number as JSON writes it: put it in quotes if it is text", n.Value)
		}
		built.value = value
	}
	n.Content = nil
	if n.Anchor != "" {
		b.anchors[n] = built
	}
	return built
}

// resolved returns the value of a scalar as the core schema of YAML 1.2 has it (section 10.3.2), and false for a number that JSON would write
// otherwise.
func resolved(n *yaml.Node) (value any, ok bool) {
	const marked = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	if n.Style&marked != 0 {
		return n.Value, true
	}
	switch n.Value {
	case "", "~", "null", "Null", "NULL":
		return nil, true
	case "true", "True", "TRUE":
		return true, true
	case "false", "False", "FALSE":
		return false, true
	}
	switch {
	case strings.IndexByte("+-.0123456789", n.Value[0]) < 0:
		return n.Value, true
	case number().MatchString(n.Value):
		return json.Number(n.Value), true
	}
	return n.Value, !coreNumber().MatchString(n.Value)
}

// number is a JSON number (RFC 8259, section 6), coreNumber any of the core schema.
var (
	number     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`) })
	coreNumber = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$`)
	})
)

// mapping reads keys and values, which follow each other.
func (b *builder) mapping(built *node, content []*yaml.Node, level int) {
	members := make(map[string]any, len(content)/2)
	built.keys, built.nodes = make([]string, 0, len(content)/2), make([]*node, 0, len(content)/2)
	built.mapping = true
	for i := 0; i+1 < len(content); i += 2 {
		name := content[i]
		key, ok := b.key(name)
		child := b.build(content[i+1], level+1)
		content[i], content[i+1] = nil, nil
		if !ok {
			continue
		}
		if _, twice := members[key]; twice {
			if len(b.mistakes) < maxMistakes {
				first := built.nodes[slices.Index(built.keys, key)]
				b.wrong(name, "key %q stands here for the second time, first in line %d: keep one", key, first.line)
			}
			continue
		}
		child.line, child.column = int32(max(name.Line, 1)), int32(max(name.Column, 1))
		members[key] = child.value
		built.keys = append(built.keys, key)
		built.nodes = append(built.nodes, child)
		built.size += child.size
	}
	built.value = members
}

// key returns a key, which is text.
func (b *builder) key(n *yaml.Node) (string, bool) {
	switch {
	case n.Kind != yaml.ScalarNode:
		b.wrong(n, "this key is a list, a mapping or an alias: write it as text")
		return "", false
	case n.Tag == "!!merge":
		b.wrong(n, "merge keys are not taken: write the members out")
		return "", false
	case n.Style&yaml.TaggedStyle != 0 || n.Anchor != "":
		b.wrong(n, "key %q has a tag or an anchor: write it without", n.Value)
		return "", false
	}
	value, ok := resolved(n)
	if text, isText := value.(string); isText && ok {
		return text, true
	}
	b.wrong(n, "key %s is not text: put it in quotes", n.Value)
	return "", false
}

// alias returns what an alias stands for, in its own place.
func (b *builder) alias(built *node, n *yaml.Node) *node {
	target, known := b.anchors[n.Alias]
	switch {
	case !known: // its anchor is at a key, or at a value that is told to be wrong
		b.wrong(n, "alias %q has no anchor at a value before it", n.Value)
		return built
	case target == nil:
		b.wrong(n, "alias %q stands within its own anchor", n.Value)
		return built
	}
	if b.aliased += int(target.size); b.aliased > maxAliased {
		if b.aliased-int(target.size) <= maxAliased {
			b.wrong(n, "aliases stand for more than %d values: write out fewer", maxAliased)
		}
		return built
	}
	copied := *target
	copied.line, copied.column = built.line, built.column
	return &copied
}
