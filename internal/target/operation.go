package target

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/pointer"
	"github.com/seed-e125e033/conform/internal/schema"
	"github.com/seed-e125e033/conform/schemas"
)

// Surroundings are what operations refer to beyond their own text.
type Surroundings struct {
	Read        func(name string) ([]byte, error) // the file that body_file or schema names
	Variables   *Variables                        // of --set; nil: parameters may be left without a value
	Listed      bool                              // the operations stand in the user's own file
	Credentials []string                          // names that credential may use; nil: any
}

// ParseOperations reads the list of operations at a JSON pointer of a document whose shape was held to its schema before,
// and returns them in the file's order with everything that is wrong with them. What has the wrong shape is passed over.
func ParseOperations(d *document.Document, at string, s Surroundings) ([]Operation, []document.Mistake) {
	p := &parser{d: d, around: s}
	items, _ := get[[]any](d, at)
	operations := slices.Grow([]Operation(nil), len(items))
	places := slices.Grow([]string(nil), len(items))
	first := map[string]int{}
	for i := range items {
		here := pointer.Join(at, strconv.Itoa(i))
		if _, ok := get[map[string]any](d, here); !ok {
			continue
		}
		o := p.operation(here)
		if line, twice := first[o.ID]; twice && o.ID != "" {
			p.wrong(here+"/id", "operation id %q stands here for the second time, first in line %d: give each its own", o.ID, line)
		} else {
			first[o.ID] = o.At.Line
		}
		operations, places = append(operations, o), append(places, here)
	}
	p.sources(operations, places)
	p.reads(operations, places)
	return operations, p.mistakes
}

// get returns the value at a JSON pointer, if it is of this type.
func get[T any](d *document.Document, at string) (T, bool) {
	value, _ := d.Get(at)
	typed, ok := value.(T)
	return typed, ok
}

type parser struct {
	d        *document.Document
	around   Surroundings
	folder   string // beside which the files of credentials are
	mistakes []document.Mistake
}

func (p *parser) wrong(at, format string, args ...any) {
	p.mistakes = append(p.mistakes, p.d.Mistake(at, format, args...))
}

// reserved is the id under which the target as a whole stands in plans and reports.
const reserved = "target"

func (p *parser) operation(at string) Operation {
	o := Operation{At: p.d.At(at), Listed: p.around.Listed}
	o.ID, _ = get[string](p.d, at+"/id")
	if o.ID == reserved {
		p.wrong(at+"/id", "operation id %q stands for the target as a whole: choose another", reserved)
	}
	if line, ok := get[string](p.d, at+"/request"); ok {
		var err error
		if o.Method, o.Path, err = requestLine(line); err != nil {
			p.wrong(at+"/request", "operation %q: %s", o.ID, err)
		}
	}
	o.Params = p.params(at, &o)
	o.Query = p.query(at, &o)
	o.Fields = p.fields(at, fmt.Sprintf("operation %q", o.ID))
	o.Methods = p.strings(at + "/methods")
	for i, method := range o.Methods {
		if err := checkMethod(method); err != nil {
			p.wrong(pointer.Join(at, "methods", strconv.Itoa(i)), "operation %q: %s", o.ID, err)
		}
	}
	if len(o.Methods) > 0 && o.Method != "" && !slices.Contains(o.Methods, o.Method) {
		p.wrong(at+"/methods", "operation %q: methods lists all that the path takes, but not %s", o.ID, o.Method)
	}
	p.body(at, &o)
	p.known(at, &o)
	o.Read, _ = get[string](p.d, at+"/read")
	o.Privileged, _ = get[bool](p.d, at+"/privileged")
	o.Credential, _ = get[string](p.d, at+"/credential")
	if known := p.around.Credentials; known != nil && o.Credential != "" && o.Credential != "none" && !slices.Contains(known, o.Credential) {
		p.wrong(at+"/credential", "operation %q: no credential is called %q%s", o.ID, o.Credential, document.Meant(o.Credential, append(known, "none")))
	}
	if undo, ok := get[string](p.d, at+"/undo"); ok {
		_, path, err := lineLike(undo, "DELETE /buyers/{/id}, where {/id} is a value of the answer")
		if err == nil {
			err = undoable(path, o.Params)
		}
		if err != nil {
			p.wrong(at+"/undo", "operation %q: undo: %s", o.ID, err)
		}
		o.Undo = o.filled(undo)
	}
	return o
}

func (p *parser) strings(at string) []string {
	items, _ := get[[]any](p.d, at)
	var texts []string
	for _, item := range items {
		if text, ok := item.(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// fields reads the header fields of what is named in messages, in the file's order.
func (p *parser) fields(at, what string) exchange.Fields {
	var fields exchange.Fields
	for _, name := range p.d.Keys(at + "/headers") {
		here := pointer.Join(at, "headers", name)
		value, ok := scalar(p.d, here)
		if !ok {
			continue
		}
		switch strings.ToLower(name) {
		case "authorization", "proxy-authorization":
			p.wrong(here, "%s: %q is a secret: put it under credentials, which no report shows", what, name)
		case "content-length", "transfer-encoding", "connection", "host":
			p.wrong(here, "%s: %q is written by conform: take it out", what, name)
		}
		if !httpguts.ValidHeaderFieldName(name) {
			p.wrong(here, "%s: %q is no name of a header field", what, name)
		}
		if strings.ContainsAny(value, "\r\n\x00") || strings.TrimSpace(value) != value {
			p.wrong(here, "%s: header %q has a line break or space around it", what, name)
		}
		if before, twice := fields.Get(name); twice {
			p.wrong(here, "%s: header %q is there already as %q: names compare without case", what, name, before)
		}
		fields = append(fields, exchange.Field{Name: name, Value: value})
	}
	return fields
}

// body reads the body and what is said about its members.
func (p *parser) body(at string, o *Operation) {
	inline, hasInline := p.d.Get(at + "/body")
	file, hasFile := get[string](p.d, at+"/body_file")
	switch text, isText := inline.(string); {
	case hasInline && hasFile:
		p.wrong(at+"/body_file", "operation %q has body and body_file: keep one", o.ID)
	case hasFile:
		data, err := p.around.Read(file)
		if err != nil {
			p.wrong(at+"/body_file", "operation %q: body_file %q cannot be read: %s", o.ID, file, cause(err))
			return
		}
		o.Body = append([]byte{}, data...)
	case isText:
		o.Body = []byte(text)
	case hasInline && inline == nil:
		p.wrong(at+"/body", "operation %q: the body is empty: take the key out, or write {}", o.ID)
	case hasInline:
		o.Body = p.d.JSON(at + "/body")
	}
	value, err := schema.JSON(o.Body)
	o.Required = p.pointers(at, "required", o, value, err)
	o.Unique = p.pointers(at, "unique", o, value, err)
	o.References = p.pointers(at, "references", o, value, err)
	for _, key := range p.d.Keys(at + "/formats") {
		here := pointer.Join(at, "formats", key)
		format, _ := get[string](p.d, here)
		member, ok := p.member(here, "formats", key, o, value, err)
		if !ok {
			continue
		}
		if o.Formats == nil {
			o.Formats = map[string]string{}
		}
		o.Formats[key] = format
		if text, ok := scalarText(member); !ok {
			p.wrong(here, "operation %q: formats: %s is no text", o.ID, key)
		} else if err := Fits(format, text); err != nil {
			p.wrong(here, "operation %q: the good value of %s: %s", o.ID, key, err)
		}
	}
	p.schema(at, o, value, err)
}

// pointers reads a list of JSON pointers of members of the good body.
func (p *parser) pointers(at, key string, o *Operation, body any, notJSON error) []string {
	var found []string
	for i, member := range p.strings(at + "/" + key) {
		if _, ok := p.member(pointer.Join(at, key, strconv.Itoa(i)), key, member, o, body, notJSON); ok {
			found = append(found, member)
		}
	}
	return found
}

// member returns the member of the good body that a JSON pointer names.
func (p *parser) member(at, key, member string, o *Operation, body any, notJSON error) (any, bool) {
	switch _, err := pointer.Parse(member); {
	case err != nil:
		p.wrong(at, "operation %q: %s: %s", o.ID, key, err)
		return nil, false
	case o.Body == nil:
		p.wrong(at, "operation %q: %s names %s, but there is no body", o.ID, key, member)
		return nil, false
	case notJSON != nil:
		p.wrong(at, "operation %q: %s names %s, but the body is not JSON: %s", o.ID, key, member, notJSON)
		return nil, false
	}
	value, ok := pointer.Get(body, member)
	if !ok {
		p.wrong(at, "operation %q: %s names %s, which the good body does not have", o.ID, key, member)
	}
	return value, ok
}

// schema reads the schema of the body, one beside the file or one that ships, and holds the good body to it.
func (p *parser) schema(at string, o *Operation, body any, notJSON error) {
	file, ok := get[string](p.d, at+"/schema")
	if !ok {
		return
	}
	at += "/schema"
	data, err := p.around.Read(file)
	if shipped, notShipped := schemas.Files.ReadFile(file); err != nil && notShipped == nil {
		data, err = shipped, nil
	}
	if err != nil {
		p.wrong(at, "operation %q: schema %q cannot be read: %s", o.ID, file, cause(err))
		return
	}
	compiled, err := schema.Compile(file, data)
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			p.wrong(at, "operation %q: schema %s", o.ID, strings.TrimSuffix(line, "\n"))
		}
		return
	}
	if notJSON != nil {
		p.wrong(at, "operation %q has a schema, but no body that is JSON", o.ID)
		return
	}
	o.Schema = compiled
	o.SchemaJSON, _ = schema.JSON(data) // Compile has read it already
	violations, err := compiled.ValidateValue(body)
	if err != nil {
		p.wrong(at, "operation %q: the good body cannot be judged: %s", o.ID, err)
	}
	for _, v := range violations {
		place := v.At
		if place == "" {
			place = "as a whole"
		}
		p.wrong(at, "operation %q: the good body does not fit %s: %s: %s", o.ID, file, place, v.Text)
	}
}

// Sources returns the values of other operations' answers that the good request needs, in the order of their parameters.
func (o *Operation) Sources() []From {
	var sources []From
	for _, values := range []Values{o.Params, o.Query} {
		for _, p := range values {
			if p.From != nil {
				sources = append(sources, *p.From)
			}
		}
	}
	return sources
}

// sources checks that values come from operations that exist, and not from each other in a circle.
func (p *parser) sources(operations []Operation, places []string) {
	byID := map[string]*Operation{}
	for i := range operations {
		byID[operations[i].ID] = &operations[i]
	}
	ids := slices.Sorted(maps.Keys(byID))
	for i := range operations {
		o := &operations[i]
		for _, from := range o.Sources() {
			if byID[from.Operation] == nil {
				p.wrong(places[i], "operation %q takes a value from %q, which is no operation%s", o.ID, from.Operation, document.Meant(from.Operation, ids))
			} else if reaches(byID, from.Operation, o.ID, map[string]bool{}) {
				p.wrong(places[i], "operation %q takes a value from %q, which in turn needs one from %q: break the circle", o.ID, from.Operation, o.ID)
			}
		}
	}
}

// reads checks that what shows the changes of an operation is an operation that reads.
func (p *parser) reads(operations []Operation, places []string) {
	var ids []string
	for i := range operations {
		if operations[i].Method == http.MethodGet {
			ids = append(ids, operations[i].ID)
		}
	}
	for i := range operations {
		switch o := &operations[i]; {
		case o.Read == "":
		case !o.Writes():
			p.wrong(places[i]+"/read", "operation %q changes nothing that a read could show: take read out", o.ID)
		case !slices.Contains(ids, o.Read):
			p.wrong(places[i]+"/read", "operation %q: read: %q is no operation that is a GET%s", o.ID, o.Read, document.Meant(o.Read, ids))
		}
	}
}

// reaches reports whether an operation is the goal, or needs values from it.
func reaches(byID map[string]*Operation, id, goal string, seen map[string]bool) bool {
	if id == goal {
		return true
	}
	o := byID[id]
	if o == nil || seen[id] {
		return false
	}
	seen[id] = true
	for _, from := range o.Sources() {
		if reaches(byID, from.Operation, goal, seen) {
			return true
		}
	}
	return false
}

// scalar returns a scalar of the document as text.
func scalar(d *document.Document, at string) (string, bool) {
	value, ok := d.Get(at)
	if !ok {
		return "", false
	}
	return scalarText(value)
}

// scalarText writes a scalar as it is sent in a parameter or header.
func scalarText(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return fmt.Sprint(v), true
	}
	return "", false
}
