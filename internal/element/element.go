// Package element reads XML documents and the paths by which conform names elements in them. It reads what an error body has to be and no
// more: one well-formed document of XML 1.0 in UTF-8, without a document type, so that nothing is ever expanded or fetched.
package element

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The limits of what is read. They are the reader's own: what goes beyond may well be XML.
const (
	maxDepth    = 1_000
	maxElements = 100_000
)

// ErrLimit says that a document is larger or nested deeper than is read.
var ErrLimit = fmt.Errorf("the XML has more than %d elements, or more than %d levels", maxElements, maxDepth)

// Element is an element of a document.
type Element struct {
	Name       string            // without a prefix
	Namespace  string            // URI; empty: none
	Attributes map[string]string // those without a prefix, which are in no namespace
	Children   []*Element
	Text       string // all character data between its tags, that of its descendants included

	start, end int // of Text, in the character data of the document
}

// Read returns the root element of a document. A byte order mark may stand before it. The error says what is wrong, or is ErrLimit.
func Read(body []byte) (*Element, error) {
	r := reader{declared: map[string]bool{"": true, xmlNamespace: true}}
	r.decoder = xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff"))))
	encoding := ""
	r.decoder.CharsetReader = func(name string, _ io.Reader) (io.Reader, error) {
		encoding = name
		return nil, errors.New("not UTF-8")
	}
	for {
		err := r.next()
		switch {
		case errors.Is(err, io.EOF) && r.root == nil:
			return nil, errors.New("no element")
		case errors.Is(err, io.EOF):
			text := r.text.String()
			for _, e := range r.elements {
				e.Text = text[e.start:e.end]
			}
			return r.root, nil
		case encoding != "":
			return nil, fmt.Errorf("it declares the encoding %q, and UTF-8 is wanted", encoding)
		case err != nil:
			return nil, err
		}
	}
}

// xmlNamespace is that of the prefix xml, which nobody declares (Namespaces in XML, section 3).
const xmlNamespace = "http://www.w3.org/XML/1998/namespace"

// reader holds a document while it is read.
type reader struct {
	decoder  *xml.Decoder
	declared map[string]bool // namespaces that were declared so far
	root     *Element
	open     []*Element
	elements []*Element
	text     strings.Builder
}

// next reads one token. It adds the rules of XML that the decoder leaves to its user.
func (r *reader) next() error {
	at := r.decoder.InputOffset()
	token, err := r.decoder.Token()
	if err != nil {
		return err
	}
	switch token := token.(type) {
	case xml.Directive:
		return errors.New("it has a document type, which is never read")
	case xml.ProcInst:
		if token.Target == "xml" && at > 0 {
			return errors.New("the XML declaration does not stand at the start")
		}
	case xml.CharData:
		if len(r.open) == 0 && len(bytes.TrimSpace(token)) > 0 {
			return fmt.Errorf("text outside the element: %s", token)
		}
		r.text.Write(token)
	case xml.StartElement:
		return r.begin(token)
	case xml.EndElement:
		last := len(r.open) - 1
		r.open[last].end = r.text.Len()
		r.open = r.open[:last]
	}
	return nil
}

func (r *reader) begin(token xml.StartElement) error {
	if len(r.elements) == maxElements || len(r.open) == maxDepth {
		return ErrLimit
	}
	e := &Element{Name: token.Name.Local, Namespace: token.Name.Space, start: r.text.Len()}
	seen := map[xml.Name]bool{}
	for _, a := range token.Attr {
		if seen[a.Name] {
			return fmt.Errorf("<%s> has the attribute %s twice", e.Name, a.Name.Local)
		}
		seen[a.Name] = true
		switch {
		case a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns":
			r.declared[a.Value] = true
		case a.Name.Space == "":
			if e.Attributes == nil {
				e.Attributes = map[string]string{}
			}
			e.Attributes[a.Name.Local] = a.Value
		}
	}
	// The decoder leaves a prefix that nothing declares in the place of its namespace.
	if !r.declared[e.Namespace] {
		return fmt.Errorf("the prefix %s is not declared", e.Namespace)
	}
	for _, a := range token.Attr {
		if a.Name.Space != "xmlns" && !r.declared[a.Name.Space] {
			return fmt.Errorf("the prefix %s is not declared", a.Name.Space)
		}
	}
	switch {
	case len(r.open) > 0:
		parent := r.open[len(r.open)-1]
		parent.Children = append(parent.Children, e)
	case r.root != nil:
		return errors.New("more than one element at the top")
	default:
		r.root = e
	}
	r.elements = append(r.elements, e)
	r.open = append(r.open, e)
	return nil
}
