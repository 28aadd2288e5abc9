package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/contract"
)

// mediaType finds a Content-Type that is none of the format's. Type and subtype compare without case and without
// parameters (RFC 9110, section 8.3.1). A missing, repeated or unreadable field is a finding too.
func (j *judge) mediaType() {
	if j.format == nil || len(j.format.MediaTypes) == 0 {
		return
	}
	got := j.reading.contentType()
	if got.wrong == "" {
		for _, want := range j.format.MediaTypes {
			if strings.EqualFold(got.name, want) {
				return
			}
		}
		got.wrong = excerpt(got.name)
	}
	j.add(Finding{Rule: "media-type", Want: strings.Join(j.format.MediaTypes, " or "), Got: got.wrong})
}

// inFormat reports whether a format is to be judged: an optional one only where Content-Type is one of its media types.
func (r *Reading) inFormat(f *contract.Format) bool {
	if !f.Optional {
		return true
	}
	got := r.contentType()
	return got.wrong == "" && slices.ContainsFunc(f.MediaTypes, func(want string) bool { return strings.EqualFold(got.name, want) })
}

// label is what Content-Type lines say: a media type, or what is wrong with them.
type label struct {
	name  string // type/subtype in lower case
	wrong string
}

// oneMediaType reads the lines of Content-Type, which takes one value (RFC 9110, section 8.3).
func oneMediaType(lines []string) label {
	switch len(lines) {
	case 0:
		return label{wrong: "none"}
	case 1:
		name, ok := parseMediaType(lines[0])
		if !ok {
			return label{wrong: excerpt(lines[0])}
		}
		return label{name: name}
	}
	return label{wrong: severalLines(lines)}
}

// severalLines describes a field that has more lines than its syntax allows.
func severalLines(lines []string) string {
	return excerpt(fmt.Sprintf("%d lines: %s", len(lines), strings.Join(lines, " | ")))
}

// parseMediaType returns type/subtype in lower case of one media type with any parameters (RFC 9110, sections
// 8.3.1 and 5.6.6: a parameter may be left out after its semicolon, but has no space around its equals sign).
func parseMediaType(text string) (string, bool) {
	s := scanner{text: text}
	s.skip(ows)
	start := s.at
	main := s.token()
	slash := s.take('/')
	sub := s.token()
	if main == "" || !slash || sub == "" {
		return "", false
	}
	name := strings.ToLower(text[start:s.at])
	for {
		s.skip(ows)
		if s.done() {
			return name, true
		}
		if !s.take(';') {
			return "", false
		}
		s.skip(ows)
		if s.token() == "" {
			continue
		}
		if !s.take('=') || !s.word() {
			return "", false
		}
	}
}

// isJSON reports whether content of the media type is a JSON text: application/json or a +json type (RFC 6839, section 3.1).
func isJSON(mediaType string) bool {
	return mediaType == "application/json" || strings.HasSuffix(mediaType, "+json")
}

// isXML reports whether content of the media type is an XML document (RFC 7303, sections 4 and 9).
func isXML(mediaType string) bool {
	return mediaType == "application/xml" || mediaType == "text/xml" || strings.HasSuffix(mediaType, "+xml")
}
