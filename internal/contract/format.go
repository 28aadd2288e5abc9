package contract

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/element"
	"github.com/seed-e125e033/conform/internal/pointer"
	"github.com/seed-e125e033/conform/internal/schema"
)

// Format is what an error body is. It is of one kind: that of SchemaFile, XML, Text, Pairs or HTML, or JSON where there is none of them.
//
// Where an expectation names several formats, the request says which of them an answer has to be of: the first in the list whose Suffix the
// path ends with; else the first whose Accept the request accepts first; else the first that has neither; else the first.
type Format struct {
	Name       string     `json:"-"`
	MediaTypes OneOrMore  `json:"media_type"` // any of these; parameters are not compared
	SchemaFile string     `json:"schema"`     // JSON: name in schemas/, or a path beside the contract
	XML        *XML       `json:"xml"`        // XML with these elements
	Text       string     `json:"text"`       // text: a pattern (RE2) of the whole body, which one line end may follow; its named groups are the values
	Pairs      *Pairs     `json:"pairs"`      // text with a line of name="value"
	HTML       *HTML      `json:"html"`       // written html: {}
	Suffix     string     `json:"suffix"`     // asked for by paths that end so: .json
	Accept     string     `json:"accept"`     // asked for by requests whose Accept has this media type first
	Optional   bool       `json:"optional"`   // judged only where the answer has one of the media types
	Readable   bool       `json:"readable"`   // JSON, where it is optional: judged only where the content is JSON, and whole
	Status     *Repeat    `json:"status"`     // where the body repeats the HTTP status
	Same       []Channels `json:"same"`       // where the answer says one thing several times
	Blame      *Blame     `json:"blame"`      // JSON: where the body names the part of the request at fault

	Schema  *schema.Schema `json:"-"` // compiled SchemaFile
	Pattern *regexp.Regexp `json:"-"` // compiled Text

	order int // in the file
}

// Kind is how a body is read, and with that how a place in it is written.
type Kind string

// The kinds of body, and what a place is in each.
const (
	KindJSON  Kind = "JSON"  // a JSON pointer (RFC 6901)
	KindXML   Kind = "XML"   // an element path: /resource/info/field[@name='X-RESTfm-Status']; the value is the element's text
	KindText  Kind = "text"  // the name of a group in the pattern
	KindPairs Kind = "pairs" // the name of a pair
	KindHTML  Kind = "HTML"  // nothing: no value is read from it
)

// XML is an XML body: well-formed XML 1.0 in UTF-8 without a document type, so that no entity but the five of XML is known. Paths
// are absolute, without prefixes, and may ask for attributes: /name/name[@attribute='value']. Where several elements are of
// a path, the first counts.
type XML struct {
	Root      string      `json:"root"`      // name of the root element
	Namespace string      `json:"namespace"` // of the root and of all elements that paths name; empty: any
	Required  []OneOrMore `json:"required"`  // paths of elements that are there; of a list within the list, one is
}

// Pairs is a text that has a line like name="value"&name="value", in any order. A backslash in a value takes what follows it as
// it is. Nothing else is read of the text.
type Pairs struct {
	After     string      `json:"after"`     // the line stands next after the first line that is this one; empty: it is the first
	Separator string      `json:"separator"` // between pairs; empty: &
	Required  []OneOrMore `json:"required"`  // names of pairs that are there; of a list within the list, one is
}

// HTML is a document of HTML: after comments comes a document type or an element of that name.
type HTML struct{}

// Repeat is where a body repeats the HTTP status, as a number or as a string of digits (the schema says which). In the file a place
// alone stands for a Repeat of that Pointer.
type Repeat struct {
	Each    string `json:"each"`    // JSON: pointer of an array of errors; empty: the body itself
	Pointer string `json:"pointer"` // place; in JSON a pointer within each entry
	Single  bool   `json:"single"`  // JSON: judged only where the array has one entry: several may differ (JSON:API)
}

// Channels are where an answer says one thing several times: two or three of Header, Place and Is. Each has to be there,
// and all are equal as text.
type Channels struct {
	Header   string `json:"header"`   // name of a header field
	Place    string `json:"place"`    // place in the body
	Is       string `json:"is"`       // what the status line says: status, its code, or reason, its phrase
	Optional bool   `json:"optional"` // header and place may both be missing, and so may the reason phrase
}

// Blame is where a body names the part of the request at fault. All members but Each are JSON pointers within an entry. In the
// file a pointer alone stands for a Blame of that Pointer.
type Blame struct {
	Each      string `json:"each"`      // JSON pointer of the array of errors; empty: the body itself
	Pointer   string `json:"pointer"`   // where a JSON pointer into the request body stands (or a name, where Location says what of)
	Parameter string `json:"parameter"` // where the name of a query parameter stands
	Header    string `json:"header"`    // where the name of a header field stands
	Location  string `json:"location"`  // where the kind of place stands: body, query, path, header, unknown
}

// OneOrMore are texts of which the file may give one without a list.
type OneOrMore []string

// Kind returns the kind of the format.
func (f Format) Kind() Kind {
	switch {
	case f.XML != nil:
		return KindXML
	case f.Text != "":
		return KindText
	case f.Pairs != nil:
		return KindPairs
	case f.HTML != nil:
		return KindHTML
	}
	return KindJSON
}

// FormatsInOrder returns the formats in the order of the file.
func (c *Contract) FormatsInOrder() []Format {
	formats := make([]Format, 0, len(c.Formats))
	for _, f := range c.Formats {
		formats = append(formats, f)
	}
	slices.SortFunc(formats, func(a, b Format) int { return a.order - b.order })
	return formats
}

// isMediaType reports whether a text is a media type without parameters: two tokens (RFC 9110, section 8.3.1).
func isMediaType(text string) bool {
	kind, sub, _ := strings.Cut(text, "/")
	return httpguts.ValidHeaderFieldName(kind) && httpguts.ValidHeaderFieldName(sub)
}

func (l *loader) formats() {
	if l.c.Formats == nil {
		l.c.Formats = map[string]Format{}
	}
	for i, name := range l.d.Keys("/formats") {
		f := l.c.Formats[name]
		f.Name, f.order = name, i
		l.format(pointer.Join("/formats", name), &f)
		l.c.Formats[name] = f
	}
}

// format checks a format and compiles what it names.
func (l *loader) format(at string, f *Format) {
	wrong := func(where, format string, args ...any) {
		l.wrong(at+where, "format %q: %s", f.Name, fmt.Sprintf(format, args...))
	}
	if f.Name == none {
		l.wrong(at, "format %q stands for no format: choose another name", none)
	}
	for _, t := range f.MediaTypes {
		if !isMediaType(t) {
			wrong("/media_type", "%q is no media type: write it like application/json, without parameters", t)
		}
	}
	if f.Accept != "" && !isMediaType(f.Accept) {
		wrong("/accept", "%q is no media type: write it like application/json, without parameters", f.Accept)
	}
	if kinds := f.kinds(); len(kinds) > 1 {
		wrong("", "%s: a format is of one kind", strings.Join(kinds, " and "))
		return
	}
	f.compile(l, at, wrong)
	if s := f.Status; s != nil {
		places := []string{s.Pointer}
		if f.Kind() == KindJSON {
			places = append(places, s.Each)
		} else if s.Each != "" || s.Single {
			wrong("/status", "status: each and single are for JSON: give the place alone")
		}
		for _, p := range places {
			if err := f.place(p); err != nil {
				wrong("/status", "status: %s", err)
			}
		}
	}
	for i, c := range f.Same {
		f.channels(c, func(format string, args ...any) {
			wrong(fmt.Sprintf("/same/%d", i), "same: %s", fmt.Sprintf(format, args...))
		})
	}
	if f.Readable && (!f.Optional || f.Kind() != KindJSON) {
		wrong("/readable", "readable: it is for JSON that is optional: what is promised of every answer is judged of every answer")
	}
	if b := f.Blame; b != nil {
		if f.Kind() != KindJSON {
			wrong("/blame", "blame: it is for JSON, and this is %s", f.Kind())
			return
		}
		for _, p := range []string{b.Each, b.Pointer, b.Parameter, b.Header, b.Location} {
			if err := f.place(p); err != nil {
				wrong("/blame", "blame: %s", err)
			}
		}
		if b.Pointer == "" && b.Parameter == "" && b.Header == "" {
			wrong("/blame", "blame names no place: give pointer, parameter or header")
		}
	}
}

// kinds returns the keys that give the format a kind.
func (f *Format) kinds() []string {
	var keys []string
	for _, k := range []struct {
		key   string
		given bool
	}{{"schema", f.SchemaFile != ""}, {"xml", f.XML != nil}, {"text", f.Text != ""}, {"pairs", f.Pairs != nil}, {"html", f.HTML != nil}} {
		if k.given {
			keys = append(keys, k.key)
		}
	}
	return keys
}

// compile reads the schema or the pattern, and checks what is required.
func (f *Format) compile(l *loader, at string, wrong func(where, format string, args ...any)) {
	var required []OneOrMore
	where := ""
	switch {
	case f.SchemaFile != "":
		f.Schema = l.schema(at+"/schema", f.Name, f.SchemaFile)
	case f.XML != nil:
		required, where = f.XML.Required, "/xml/required"
		if f.XML.Root == "" { // said to be missing already
			return
		}
		if p, err := element.Parse("/" + f.XML.Root); err != nil || len(p) > 1 || p[0].Attributes != nil {
			wrong("/xml/root", "xml: %q is no name of an element: leave out prefix and slash", f.XML.Root)
			return
		}
	case f.Text != "":
		// The groups are numbered and named as in the pattern itself.
		pattern, err := regexp.Compile(`\A(?:` + f.Text + `)(?:\r?\n)?\z`)
		if _, alone := regexp.Compile(f.Text); alone != nil {
			err = alone
		}
		if err != nil {
			wrong("/text", "text: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
			return
		}
		f.Pattern = pattern
	case f.Pairs != nil:
		required, where = f.Pairs.Required, "/pairs/required"
		if strings.ContainsAny(f.Pairs.Separator, "=\"\r\n") {
			wrong("/pairs/separator", "pairs: %q cannot separate pairs: it would be read as part of one", f.Pairs.Separator)
		}
	}
	for i, alternatives := range required {
		for _, p := range alternatives {
			if err := f.place(p); err != nil {
				wrong(fmt.Sprintf("%s/%d", where, i), "required: %s", err)
			}
		}
	}
}

// channels checks where an answer says one thing several times.
func (f *Format) channels(c Channels, wrong func(format string, args ...any)) {
	said := 0
	for _, given := range []bool{c.Header != "", c.Place != "", c.Is != ""} {
		if given {
			said++
		}
	}
	if said < 2 {
		wrong("one place agrees with itself: give two or three of header, place and is")
	}
	if c.Header != "" && !httpguts.ValidHeaderFieldName(c.Header) {
		wrong("%q is no name of a header field", c.Header)
	}
	if c.Place != "" {
		if err := f.place(c.Place); err != nil {
			wrong("%s", err)
		}
	}
}

// place returns what is wrong with a place in bodies of this format.
func (f Format) place(place string) error {
	switch f.Kind() {
	case KindXML:
		p, err := element.Parse(place)
		if err == nil && f.XML.Root != "" && p[0].Name != f.XML.Root {
			err = fmt.Errorf("%q starts at %q, and the root element is %q", place, p[0].Name, f.XML.Root)
		}
		return err
	case KindText:
		if f.Pattern == nil { // it does not compile, which is told already
			return nil
		}
		groups := slices.DeleteFunc(slices.Clone(f.Pattern.SubexpNames()), func(name string) bool { return name == "" })
		if place == "" || !slices.Contains(groups, place) {
			way := document.Meant(place, groups)
			if way == "" {
				way = ": name one as in (?P<code>[0-9]+)"
			}
			return fmt.Errorf("the pattern has no group %q%s", place, way)
		}
		return nil
	case KindPairs:
		if place == "" || strings.ContainsAny(place, "=\"\r\n") {
			return fmt.Errorf("%q is no name of a pair", place)
		}
		return nil
	case KindHTML:
		return errors.New("no value is read from HTML: leave it out, or describe the format as text")
	}
	_, err := pointer.Parse(place)
	return err
}

func (l *loader) schema(at, format, file string) *schema.Schema {
	data, err := l.read(file)
	if err != nil {
		l.wrong(at, "format %q: schema %q is neither beside the contract nor among those that ship: %s", format, file, err)
		return nil
	}
	s, err := schema.Compile(file, data)
	if err != nil {
		for line := range bytes.Lines([]byte(err.Error())) {
			l.wrong(at, "format %q: schema %s", format, bytes.TrimSuffix(line, []byte("\n")))
		}
	}
	return s
}
