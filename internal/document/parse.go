package document

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Limits of what Parse takes. The parser calls itself for each level, so that a file of brackets alone would end the process.
const (
	maxBytes   = 1 << 20
	maxLevels  = 100
	maxAliased = 10_000 // nodes that aliases stand for
)

// Parse reads data; name is the file as messages show it. Its errors are Mistakes, joined.
// Refused, each with its place: more than 1 MiB, not UTF-8, not YAML, several documents, duplicate keys,
// keys that are not strings, merge keys, tags, aliases that expand to more than 10,000 nodes, nesting over 100 levels, numbers that
// JSON would write otherwise (0x1F, 007, .inf).
func Parse(name string, data []byte) (d *Document, err error) {
	start := Position{name, 1, 1}
	if len(data) > maxBytes {
		return nil, Mistake{start, fmt.Sprintf("the file has %d bytes: at most %d are read", len(data), maxBytes)}
	}
	if at := invalidUTF8(name, data); at != nil {
		return nil, Mistake{*at, "not UTF-8: save the file in that encoding"}
	}
	defer func() {
		if p := recover(); p != nil {
			d, err = nil, Mistake{start, fmt.Sprintf("the YAML parser gave up: %v", p)}
		}
	}()
	tokens := lexer.Tokenize(string(data))
	r := builder{file: name, anchors: map[string]*node{}}
	if deep := tooDeep(tokens); deep != nil {
		return nil, Mistake{r.place(deep), fmt.Sprintf("nested more than %d levels deep", maxLevels)}
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		var syntax yaml.Error
		if errors.As(err, &syntax) && syntax.GetToken() != nil {
			return nil, Mistake{r.place(syntax.GetToken()), "not YAML: " + syntax.GetMessage()}
		}
		return nil, Mistake{start, "not YAML: " + err.Error()}
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil, Mistake{start, "the file is empty"}
	}
	root := r.build(file.Docs[0].Body, 0)
	for _, more := range file.Docs[1:] {
		at := start
		if more.Start != nil {
			at = r.place(more.Start)
		}
		r.mistakes = append(r.mistakes, Mistake{at, "a second document begins here: keep one document in a file"})
	}
	if len(r.mistakes) > 0 {
		return nil, Join(r.mistakes)
	}
	return &Document{root.value, root}, nil
}

// invalidUTF8 returns the place of the first byte that is not UTF-8, or nil.
func invalidUTF8(name string, data []byte) *Position {
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

// tooDeep returns the token at which the parser would go deeper than maxLevels, or nil. It counts more than real levels where
// tags or empty items follow each other, never fewer, but for the indentation of mappings, which the file's size bounds.
func tooDeep(tokens token.Tokens) *token.Token {
	brackets, run := 0, 0
	column := 0
	for _, t := range tokens {
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			brackets++
			run++
		case token.MappingEndType, token.SequenceEndType:
			brackets--
			run = 0
		case token.SequenceEntryType, token.MappingKeyType, token.TagType, token.AnchorType:
			if t.Position.Column <= column && t.Type == token.SequenceEntryType {
				run = 0
			}
			run++
			column = t.Position.Column
		default:
			run = 0
		}
		if brackets > maxLevels || run > maxLevels {
			return t
		}
	}
	return nil
}

// builder turns the parser's tree into ours.
type builder struct {
	file     string
	anchors  map[string]*node // nil while the anchor's own value is being built
	aliased  int
	mistakes []Mistake
}

func (b *builder) place(t *token.Token) Position {
	if t == nil || t.Position == nil {
		return Position{b.file, 1, 1}
	}
	return Position{b.file, max(t.Position.Line, 1), max(t.Position.Column, 1)}
}

func (b *builder) wrong(n ast.Node, format string, args ...any) {
	b.mistakes = append(b.mistakes, Mistake{b.place(n.GetToken()), fmt.Sprintf(format, args...)})
}

// build returns the node of n, never nil. Where something is wrong with n its value is nil and a mistake says so.
func (b *builder) build(n ast.Node, level int) *node {
	if n == nil {
		return &node{at: Position{b.file, 1, 1}, size: 1}
	}
	built := &node{at: b.place(n.GetToken()), size: 1}
	if level > maxLevels {
		b.wrong(n, "nested more than %d levels deep", maxLevels)
		return built
	}
	switch v := n.(type) {
	case *ast.MappingNode:
		if !v.IsFlowStyle && len(v.Values) > 0 {
			built.at = b.place(v.Values[0].Key.GetToken()) // the parser's place is that of the colon
		}
		b.mapping(built, v.Values, level)
	case *ast.MappingValueNode:
		built.at = b.place(v.Key.GetToken())
		b.mapping(built, []*ast.MappingValueNode{v}, level)
	case *ast.SequenceNode:
		items := make([]any, 0, len(v.Values))
		for _, item := range v.Values {
			child := b.build(item, level+1)
			items = append(items, child.value)
			built.nodes = append(built.nodes, child)
			built.size += child.size
		}
		built.value = items
	case *ast.AnchorNode:
		name := v.Name.GetToken().Value
		b.anchors[name] = nil
		built = b.build(v.Value, level)
		b.anchors[name] = built
	case *ast.AliasNode:
		return b.alias(built, v)
	case *ast.StringNode:
		built.value = plain(v)
	case *ast.LiteralNode:
		built.value = v.Value.Value
	case *ast.BoolNode:
		built.value = v.Value
	case *ast.NullNode:
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		text := v.GetToken().Value
		if !number.MatchString(text) {
			b.wrong(n, "%s is no number as JSON writes it: put it in quotes if it is text", text)
		}
		built.value = json.Number(text)
	case *ast.TagNode:
		b.wrong(n, "tag %q: write the value without a tag, in quotes if it is text", v.GetToken().Value)
	default:
		b.wrong(n, "a %s cannot stand here", n.Type().YAMLName())
	}
	return built
}

// number is a JSON number (RFC 8259, section 6).
var number = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// plain returns the value of a string: the parser leaves numbers that fit no machine word, and 1e3, as text.
func plain(n *ast.StringNode) any {
	if n.GetToken().Type == token.StringType && number.MatchString(n.Value) {
		return json.Number(n.Value)
	}
	return n.Value
}

func (b *builder) mapping(built *node, values []*ast.MappingValueNode, level int) {
	members := make(map[string]any, len(values))
	first := map[string]Position{}
	built.mapping = true
	for _, v := range values {
		key, ok := b.key(v.Key)
		child := b.build(v.Value, level+1)
		if !ok {
			continue
		}
		at := b.place(v.Key.GetToken())
		if before, twice := first[key]; twice {
			b.wrong(v.Key, "key %q stands here for the second time, first in line %d: keep one", key, before.Line)
			continue
		}
		first[key] = at
		member := *child // an aliased value has a place of its own at every key
		member.at = at
		members[key] = member.value
		built.keys = append(built.keys, key)
		built.nodes = append(built.nodes, &member)
		built.size += member.size
	}
	built.value = members
}

func (b *builder) key(n ast.MapKeyNode) (string, bool) {
	switch v := n.(type) {
	case *ast.StringNode:
		if value, ok := plain(v).(string); ok {
			return value, true
		}
	case *ast.MergeKeyNode:
		b.wrong(n, "merge keys are not taken: write the members out")
		return "", false
	case *ast.MappingKeyNode:
		b.wrong(n, `keys with "?" are not taken: write the key as text`)
		return "", false
	}
	b.wrong(n, "key %s is not text: put it in quotes", n.GetToken().Value)
	return "", false
}

func (b *builder) alias(built *node, v *ast.AliasNode) *node {
	name := v.Value.GetToken().Value
	target, ok := b.anchors[name]
	switch {
	case !ok:
		b.wrong(v, "alias %q has no anchor before it", name)
		return built
	case target == nil:
		b.wrong(v, "alias %q stands within its own anchor", name)
		return built
	}
	if b.aliased += target.size; b.aliased > maxAliased {
		if b.aliased-target.size <= maxAliased {
			b.wrong(v, "aliases stand for more than %d values: write out fewer", maxAliased)
		}
		return built
	}
	copied := *target
	copied.at = built.at
	return &copied
}
