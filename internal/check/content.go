package check

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/seed-e125e033/conform/internal/exchange"
)

// content finds content where there should be none, or content that is not what its label says.
func (j *judge) content() {
	switch j.expect.Content {
	case "":
	case "none":
		j.noContent()
	case "some":
		j.someContent()
	case "unique-names":
		if !j.reading.contentless() {
			j.uniqueNames()
		}
	case "as-labelled":
		if !j.reading.contentless() {
			j.asLabelled()
		}
	default:
		j.cannotTell(fmt.Errorf("no content is called %q", j.expect.Content))
	}
}

// noContent finds any content. Of content that only was announced a connection cut short tells as much.
func (j *judge) noContent() {
	body, flaw := j.answer.Body, j.answer.Flaw
	switch {
	case len(body) > 0:
		j.add(Finding{Rule: "content", Want: "no content", Got: fmt.Sprintf("%d bytes: %s", len(body), excerpt(string(body)))})
	case flaw == nil || j.reading.contentless():
	case flaw.Kind == exchange.Cut:
		j.readWhole()
	default:
		j.cannotTell(fmt.Errorf("the content was not read whole: %w", flaw))
	}
}

// someContent finds that there is none, where HTTP allows it. What was announced and cut short would have been some.
func (j *judge) someContent() {
	switch flaw := j.answer.Flaw; {
	case j.reading.contentless() || len(j.answer.Body) > 0 || flaw != nil && flaw.Kind == exchange.Cut:
	case flaw != nil:
		j.cannotTell(fmt.Errorf("the content was not read whole: %w", flaw))
	default:
		j.add(Finding{Rule: "content", Want: "content that explains the error", Got: "none"})
	}
}

// uniqueNames finds an object that has two members of one name (RFC 8259, section 4) in content of a JSON type that is JSON.
func (j *judge) uniqueNames() {
	if !isJSON(j.reading.contentType().name) {
		return
	}
	switch _, err := j.reading.asJSON(); {
	case err != nil:
		return // that is for as-labelled
	case j.reading.seen.strict:
		return
	}
	if name, twice := repeatedName(j.answer.Body); twice {
		j.add(Finding{Rule: "content", Want: "each member of an object once", Got: "two of the name " + excerpt(name)})
	}
}

// repeatedName returns the first name that two members of one object have. body is JSON.
func repeatedName(body []byte) (string, bool) {
	type level struct {
		names map[string]bool // nil: an array
		value bool            // a member's name was read, and its value comes next
	}
	var open []level
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	for {
		token, err := d.Token()
		if err != nil {
			return "", false
		}
		if top := len(open) - 1; top >= 0 && open[top].names != nil && token != json.Delim('}') {
			if name, isName := token.(string); isName && !open[top].value {
				// Every half of a surrogate pair is read as the same replacement character: two such names may differ.
				if open[top].names[name] && !strings.ContainsRune(name, utf8.RuneError) {
					return name, true
				}
				open[top].names[name], open[top].value = true, true
				continue
			}
			open[top].value = false
		}
		switch token {
		case json.Delim('{'):
			open = append(open, level{names: map[string]bool{}})
		case json.Delim('['):
			open = append(open, level{})
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		}
	}
}

// asLabelled finds content of a JSON type that is not exactly one JSON value in UTF-8 (RFC 8259), and content of an XML type that is
// no well-formed document. Members of the same name are not found: section 4 only advises against them. Other types
// are not judged, nor is content whose label is missing or unreadable: that is for the syntax media-type.
func (j *judge) asLabelled() {
	mediaType := j.reading.contentType().name
	asJSON := isJSON(mediaType)
	if !asJSON && !isXML(mediaType) || !j.readWhole() {
		return
	}
	body := j.answer.Body
	if asJSON {
		_, err := j.reading.asJSON()
		switch {
		case errors.Is(err, errDepth):
			j.cannotTell(err)
		case err != nil:
			j.add(Finding{Rule: "content", Want: "one JSON value, as " + mediaType + " says", Got: looksLike(body, err)})
		}
		return
	}
	if err := wellFormed(body); err != nil {
		got := "empty"
		if len(body) > 0 {
			got = excerpt(err.Error())
		}
		j.add(Finding{Rule: "content", Want: "well-formed XML, as " + mediaType + " says", Got: got})
	}
}

// wellFormed returns where body is not one well-formed XML element with what may stand around it. What encoding/xml does not know is not read,
// and found nothing wrong with: UTF-16, XML 1.1, and documents that declare entities.
func wellFormed(body []byte) error {
	if bytes.HasPrefix(body, []byte{0xfe, 0xff}) || bytes.HasPrefix(body, []byte{0xff, 0xfe}) || xml11().Match(body) {
		return nil
	}
	d := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(body, byteOrderMark)))
	d.Entity = xml.HTMLEntity // XHTML defines them in a document type that is not fetched
	d.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return latin1(input) }
	depth, roots := 0, 0
	for {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && roots == 0:
			return errors.New("no element")
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		switch token := token.(type) {
		case xml.Directive:
			if bytes.Contains(token, []byte("<!ENTITY")) {
				return nil
			}
		case xml.StartElement:
			if depth++; depth == 1 {
				roots++
			}
		case xml.EndElement:
			depth--
		case xml.CharData:
			if depth == 0 && len(bytes.TrimSpace(token)) > 0 {
				return fmt.Errorf("text outside the element: %s", excerpt(string(token)))
			}
		}
		if roots > 1 {
			return errors.New("more than one element at the top")
		}
	}
}

// xml11 is how a document of XML 1.1 starts.
var xml11 = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:\x{feff})?<\?xml\s+version\s*=\s*["']1\.1["']`) })

// latin1 reads each byte as the character of that number. For other sets that contain ASCII the characters come out wrong, but
// not the markup.
func latin1(input io.Reader) (io.Reader, error) {
	raw, err := io.ReadAll(input)
	if err != nil {
		return nil, err
	}
	var text strings.Builder
	for _, b := range raw {
		text.WriteRune(rune(b))
	}
	return strings.NewReader(text.String()), nil
}
