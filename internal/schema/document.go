package schema

import (
	"encoding/json"

	"github.com/seed-e125e033/conform/internal/pointer"
)

// Document is a JSON text that has been read: its values in one list, each with where it stands in the text. Another text takes the room of
// the one before, so that to read one of 250 bytes takes 0.3 us and no allocation, where its values as maps take 1 us and 10. It
// refers to the text, which may not change as long as its values are looked at.
type Document struct {
	text   []byte
	plain  []byte // what does not stand in the text as it is: strings without their escapes
	nodes  []node // each before what is in it; a member is two, its name, which is a string, and its value
	values int    // nodes that are no names
	beyond error  // a limit that JSON sets and a decoded value may not keep
}

// node is a value or a name of a Document.
type node struct {
	is         Type
	inPlain    bool // else in text
	start, end int  // of a string or number
	next       int  // the node after it and all that is in it
}

// Type is what a Value is.
type Type uint8

// The types of values.
const (
	Null Type = iota
	False
	True
	Number
	String
	Array
	Object
)

// roomy is how many bytes and nodes of room a Document keeps for the next text: one large answer shall not take its memory for ever.
const roomy = 4096

// empty makes room for another text.
func (d *Document) empty(text []byte) {
	d.text, d.plain, d.nodes, d.values, d.beyond = text, d.plain[:0], d.nodes[:0], 0, nil
	if cap(d.nodes) > roomy || cap(d.plain) > roomy {
		d.plain, d.nodes = nil, nil
	}
}

// Take makes d a Document of a decoded value (map[string]any, []any, string, json.Number, bool, nil), which is not kept.
func (d *Document) Take(value any) {
	d.empty(nil)
	d.beyond = judgeableAll(value, 0)
	d.take(value)
}

func (d *Document) take(value any) {
	d.values++
	at := len(d.nodes)
	switch value := value.(type) {
	case nil:
		d.word(Null)
	case bool:
		if value {
			d.word(True)
		} else {
			d.word(False)
		}
	case json.Number:
		d.copied(Number, string(value))
	case string:
		d.copied(String, value)
	case []any:
		d.word(Array)
		for _, item := range value {
			d.take(item)
		}
	case map[string]any:
		d.word(Object)
		for name, member := range value {
			d.copied(String, name)
			d.take(member)
		}
	}
	d.nodes[at].next = len(d.nodes)
}

// word adds a node that has no text, perhaps yet.
func (d *Document) word(is Type) {
	d.nodes = append(d.nodes, node{is: is, next: len(d.nodes) + 1})
}

// copied adds a string or number whose text stands nowhere else.
func (d *Document) copied(is Type, text string) {
	start := len(d.plain)
	d.plain = append(d.plain, text...)
	d.nodes = append(d.nodes, node{is, true, start, len(d.plain), len(d.nodes) + 1})
}

// Top returns the value that a text is.
func (d *Document) Top() Value { return Value{d, 0} }

// Value is a value in a Document, until that is made one of another text.
type Value struct {
	document *Document
	at       int // of its node
}

// Type returns what the value is.
func (v Value) Type() Type { return v.document.nodes[v.at].is }

// Text returns a number as it is written, or what a string stands for; nothing of other values. It may not be changed, nor kept.
func (v Value) Text() []byte { return v.document.textOf(&v.document.nodes[v.at]) }

func (d *Document) textOf(n *node) []byte {
	if n.inPlain {
		return d.plain[n.start:n.end]
	}
	return d.text[n.start:n.end]
}

// Member returns the member of an object that has a name. What is no object has none.
func (v Value) Member(name string) (Value, bool) {
	nodes := v.document.nodes
	if nodes[v.at].is != Object {
		return Value{}, false
	}
	for at, end := v.at+1, nodes[v.at].next; at < end; at = nodes[at+1].next {
		if n := &nodes[at]; n.end-n.start == len(name) && string(v.document.textOf(n)) == name {
			return Value{v.document, at + 1}, true
		}
	}
	return Value{}, false
}

// Members yields the members of an object, each with its name. What is no object has none.
func (v Value) Members(yield func(name []byte, member Value) bool) {
	nodes := v.document.nodes
	if nodes[v.at].is != Object {
		return
	}
	for at, end := v.at+1, nodes[v.at].next; at < end; at = nodes[at+1].next {
		if !yield(v.document.textOf(&nodes[at]), Value{v.document, at + 1}) {
			return
		}
	}
}

// Items yields the items of an array. What is no array has none.
func (v Value) Items(yield func(Value) bool) {
	nodes := v.document.nodes
	if nodes[v.at].is != Array {
		return
	}
	for at, end := v.at+1, nodes[v.at].next; at < end; at = nodes[at].next {
		if !yield(Value{v.document, at}) {
			return
		}
	}
}

// Len returns how many items an array has; 0 of what is none.
func (v Value) Len() int {
	n := 0
	for range v.Items {
		n++
	}
	return n
}

// At returns the value at a JSON pointer into v, and whether there is one.
func (v Value) At(at string) (Value, bool) {
	for at != "" {
		token, rest, ok := pointer.Cut(at)
		if !ok {
			return Value{}, false
		}
		switch v.Type() {
		case Object:
			v, ok = v.Member(token)
		case Array:
			v, ok = v.item(token)
		default:
			ok = false
		}
		if !ok {
			return Value{}, false
		}
		at = rest
	}
	return v, true
}

// item returns the item of an array that a reference token names.
func (v Value) item(token string) (Value, bool) {
	left, ok := pointer.Index(token)
	if !ok {
		return Value{}, false
	}
	for item := range v.Items {
		if left == 0 {
			return item, true
		}
		left--
	}
	return Value{}, false
}

// Any returns the value decoded: as map[string]any, []any, string, json.Number, bool or nil. It may be kept.
func (v Value) Any() any {
	switch v.Type() {
	case String:
		return string(v.Text())
	case Number:
		return json.Number(v.Text())
	}
	return v.document.decoded(v.at, string(v.document.text), string(v.document.plain))
}

// decoded returns the value of a node. Its strings are parts of text and plain, which are those of the Document: copied one by one they would
// be an allocation each.
func (d *Document) decoded(at int, text, plain string) any {
	n := &d.nodes[at]
	switch n.is {
	case False, True:
		return n.is == True
	case String:
		return n.part(text, plain)
	case Number:
		return json.Number(n.part(text, plain))
	case Array:
		items := []any{}
		for at++; at < n.next; at = d.nodes[at].next {
			items = append(items, d.decoded(at, text, plain))
		}
		return items
	case Object:
		members := map[string]any{}
		for at++; at < n.next; at = d.nodes[at+1].next {
			members[d.nodes[at].part(text, plain)] = d.decoded(at+1, text, plain)
		}
		return members
	}
	return nil
}

// part returns the text of a string or number as a part of one of the two of its Document.
func (n *node) part(text, plain string) string {
	if n.inPlain {
		text = plain
	}
	return text[n.start:n.end]
}
