package suites

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-e125e033/conform/internal/pointer"
	"github.com/seed-e125e033/conform/internal/schema"
)

// text is a sound JSON text and where its values stand, so that one can be changed and every other byte stays as it was.
type text struct {
	bytes  []byte
	values []value // in the order of the text, the top level first
}

// value is where a value stands: bytes[start:end]. A member of an object has its name, in quotes, at bytes[name:nameEnd];
// for other values name is -1.
type value struct {
	pointer, parent string
	name, nameEnd   int
	start, end      int
}

// read finds the values of a JSON text; the caller has made sure that it is JSON.
func read(body []byte) text {
	most := 1 + bytes.Count(body, []byte(",")) + bytes.Count(body, []byte("{")) + bytes.Count(body, []byte("["))
	r := textReader{body: body, values: make([]value, 0, most)}
	r.value(value{name: -1})
	return text{body, r.values}
}

// at returns the value at a JSON pointer; of two members with one name the first.
func (t text) at(pointer string) (value, bool) {
	for i := range t.values {
		if t.values[i].pointer == pointer {
			return t.values[i], true
		}
	}
	return value{}, false
}

// raw returns the text of a value.
func (t text) raw(v value) []byte { return t.bytes[v.start:v.end] }

// kind returns the JSON type of a value: object, array, string, number, boolean or null.
func (t text) kind(v value) string {
	switch t.bytes[v.start] {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	}
	return "number"
}

// scalar returns a string or number as text.
func (t text) scalar(v value) (string, bool) {
	switch t.kind(v) {
	case "string":
		return unquote(t.raw(v)), true
	case "number":
		return string(t.raw(v)), true
	}
	return "", false
}

// items returns the items of an array.
func (t text) items(array value) []value {
	var items []value
	for _, v := range t.values {
		if v.name < 0 && v.parent == array.pointer && v.start > array.start && v.end < array.end {
			items = append(items, v)
		}
	}
	return items
}

// members returns the members of an object.
func (t text) members(object value) []value {
	var members []value
	for _, v := range t.values {
		if v.name > object.start && v.end < object.end && v.parent == object.pointer {
			members = append(members, v)
		}
	}
	return members
}

// first returns the first value below the top level of one of the JSON types.
func (t text) first(kinds ...string) (value, bool) {
	for _, v := range t.values[1:] {
		if slices.Contains(kinds, t.kind(v)) {
			return v, true
		}
	}
	return value{}, false
}

// replace returns the text with other bytes at the place of a value.
func (t text) replace(v value, with string) []byte {
	return splice(t.bytes, v.start, v.end, with)
}

// replaceLike returns the text with another string or number at the place of one; nil where a number would have to be what is none.
func (t text) replaceLike(v value, with string) []byte {
	if t.kind(v) == "string" {
		return t.replace(v, inQuotes(with))
	}
	if n, err := schema.JSON([]byte(with)); err == nil {
		if _, isNumber := n.(json.Number); isNumber {
			return t.replace(v, with)
		}
	}
	return nil
}

// insert returns the text with one more member, the last of an object.
func (t text) insert(object value, member string) []byte {
	if len(bytes.TrimSpace(t.bytes[object.start+1:object.end-1])) > 0 {
		member = "," + member
	}
	return splice(t.bytes, object.end-1, object.end-1, member)
}

// remove returns the text without a member of an object: its name, its value, and one comma beside it.
func (t text) remove(member value) []byte {
	var before, after *value
	for i := range t.values {
		switch sibling := &t.values[i]; {
		case sibling.parent != member.parent || sibling.name < 0:
		case sibling.start < member.start:
			before = sibling
		case sibling.start > member.start && after == nil:
			after = sibling
		}
	}
	switch {
	case before != nil:
		return splice(t.bytes, before.end, member.end, "")
	case after != nil:
		return splice(t.bytes, member.name, after.name, "")
	}
	return splice(t.bytes, member.name, member.end, "")
}

// splice returns a copy of b in which with stands in place of b[start:end].
func splice(b []byte, start, end int, with string) []byte {
	out := make([]byte, 0, len(b)-(end-start)+len(with))
	return append(append(append(out, b[:start]...), with...), b[end:]...)
}

// inQuotes returns a text as a JSON string, its markup as it is.
func inQuotes(text string) string {
	if plain(text) {
		return `"` + text + `"`
	}
	var quoted strings.Builder
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		return `""` // a string always has a JSON form
	}
	return strings.TrimSuffix(quoted.String(), "\n")
}

// unquote returns the text of a string in a sound JSON text.
func unquote(quoted []byte) string {
	if text := string(quoted[1 : len(quoted)-1]); plain(text) {
		return text
	}
	var text string
	if err := json.Unmarshal(quoted, &text); err != nil {
		panic("suites: a string that is not JSON: " + err.Error()) // the caller made sure that the text is JSON
	}
	return text
}

// plain reports whether a text stands in a JSON string as it is, as most do: of ASCII, and nothing of it escaped.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// textReader walks a JSON text from front to back.
type textReader struct {
	body   []byte
	at     int
	values []value
}

// value reads the value that starts at or after r.at, and adds its place to v, which says what it is the value of.
func (r *textReader) value(v value) {
	r.space()
	v.start = r.at
	i := len(r.values)
	r.values = append(r.values, v)
	switch r.body[r.at] {
	case '{':
		r.each('}', func(int) {
			member := value{parent: v.pointer, name: r.at}
			r.string()
			member.nameEnd = r.at
			member.pointer = below(v.pointer, unquote(r.body[member.name:member.nameEnd]))
			r.space()
			r.at++ // the colon
			r.value(member)
		})
	case '[':
		r.each(']', func(i int) {
			r.value(value{pointer: v.pointer + "/" + strconv.Itoa(i), parent: v.pointer, name: -1})
		})
	case '"':
		r.string()
	default:
		if n := bytes.IndexAny(r.body[r.at:], ",]} \t\r\n"); n >= 0 {
			r.at += n
		} else {
			r.at = len(r.body)
		}
	}
	r.values[i].end = r.at
}

// below returns the pointer to a member of an object.
func below(object, name string) string {
	if strings.ContainsAny(name, "~/") { // few have a letter that a pointer escapes
		return pointer.Join(object, name)
	}
	return object + "/" + name
}

// each reads an object or array up to its closing bracket, and calls read at the start of each item.
func (r *textReader) each(closing byte, read func(i int)) {
	r.at++
	for i := 0; ; i++ {
		r.space()
		if r.body[r.at] == ',' {
			r.at++
			r.space()
		}
		if r.body[r.at] == closing {
			r.at++
			return
		}
		read(i)
	}
}

// string reads a string, from quote to quote.
func (r *textReader) string() {
	for r.at++; r.body[r.at] != '"'; r.at++ {
		if r.body[r.at] == '\\' {
			r.at++
		}
	}
	r.at++
}

func (r *textReader) space() {
	for r.at < len(r.body) && bytes.IndexByte([]byte(" \t\r\n"), r.body[r.at]) >= 0 {
		r.at++
	}
}
