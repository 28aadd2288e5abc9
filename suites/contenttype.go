package suites

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
)

var missingContentType = Probe{
	Name: "content-type.missing",
	Doc:  "sends the good body without Content-Type",
	Cases: onBody(func(g Good, _ string) ([]Case, Gap) {
		return []Case{contentTypeCase("", "missing", "no Content-Type field", g.Request.WithoutField("Content-Type"))}, Gap{}
	}),
}

var unsupportedContentType = Probe{
	Name: "content-type.unsupported",
	Doc:  "sends the good body labelled with a media type that it is not of",
	Cases: onBody(func(g Good, contentType string) ([]Case, Gap) {
		good, parameters, found := strings.Cut(contentType, ";")
		if found {
			parameters = ";" + parameters // they stay as they are: the type alone is wrong
		}
		good = strings.TrimSpace(good)
		others := []struct{ variant, mediaType string }{
			{"text/plain", "text/plain"},
			{"application/xml", "application/xml"},
			{"made-up", "application/x-conform"},
			{"near-miss", good + "x"},
		}
		cases := make([]Case, 0, len(others))
		for _, t := range others {
			if strings.EqualFold(t.mediaType, good) {
				continue
			}
			// An XML media type is near enough to application/xml for a server to take it.
			if t.variant == "application/xml" && isXML(strings.ToLower(good)) {
				continue
			}
			cases = append(cases, g.labelled(t.variant, "unsupported", t.mediaType+parameters))
		}
		return cases, Gap{}
	}),
}

var malformedContentType = Probe{
	Name: "content-type.malformed",
	Doc:  "sends the good body with a Content-Type that is no media type",
	Cases: onBody(func(g Good, _ string) ([]Case, Gap) {
		mainType, subtype, ok := strings.Cut(g.label().mediaType, "/")
		if g.label().err != nil || !ok {
			return nil, Gap{Why: "the good Content-Type is no media type itself"}
		}
		// Left out: two types in one field, of which recipients may take the last (RFC 9110, section 8.3).
		return []Case{
			contentTypeCase("empty", "malformed", "an empty Content-Type field", g.Request.WithField("Content-Type", "")),
			g.labelled("no-subtype", "malformed", mainType+"/"),
			g.labelled("no-slash", "malformed", subtype),
		}, Gap{}
	}),
}

var contentTypeParameter = Probe{
	Name: "content-type.parameter",
	Doc:  "sends a good JSON:API document with a parameter of the media type that no server supports",
	Cases: onBody(func(g Good, contentType string) ([]Case, Gap) {
		if !g.isJSONAPI() {
			return nil, Gap{Why: "other media types than JSON:API's may have any parameter"}
		}
		var cases []Case
		for _, p := range unsupported() {
			cases = append(cases, g.labelled(p.variant, "parameter", withMediaTypeParameter(contentType, p.name, p.value)))
		}
		return cases, Gap{}
	}),
}

var otherCharset = Probe{
	Name: "content-type.charset",
	Doc:  "sends a JSON body in UTF-16, and says so, or text in a charset that nobody has",
	Cases: onBody(func(g Good, contentType string) ([]Case, Gap) {
		switch mediaType := g.label().mediaType; {
		case g.label().err != nil:
			return nil, Gap{Why: "the good Content-Type is no media type itself"}
		case g.isJSONAPI():
			return nil, Gap{Why: "JSON:API forbids the parameter charset itself: see content-type.parameter"}
		case g.isJSON():
			// RFC 8259, section 8.1: JSON is UTF-8 between systems. An unknown charset would be none (section 11): it means nothing.
			return onJSON(inUTF16)(g)
		case isXML(mediaType) || strings.HasPrefix(mediaType, "text/"):
			return []Case{g.labelled("unknown", "charset", withMediaTypeParameter(contentType, "charset", "x-conform"))}, Gap{}
		}
		return nil, Gap{Why: "the media type of the body has no charset"}
	}),
}

// inUTF16 returns the case of a JSON body in UTF-16.
func inUTF16(g Good, body text) ([]Case, Gap) {
	contentType, _ := g.Request.Fields.Get("Content-Type")
	label := withMediaTypeParameter(contentType, "charset", "utf-16")
	c := contentTypeCase("utf-16", "charset", "the good body in UTF-16, Content-Type: "+label,
		g.withBody(utf16Of(body.bytes)).WithField("Content-Type", label))
	c.Defect.Blame = append(c.Defect.Blame, check.Place{In: "body"})
	return []Case{c}, Gap{}
}

// utf16Of returns a text in UTF-16, the byte order mark first (RFC 2781, section 3.2).
func utf16Of(text []byte) []byte {
	encoded := append(make([]byte, 0, 2+2*len(text)), 0xFE, 0xFF)
	for _, unit := range utf16.Encode([]rune(string(text))) {
		encoded = binary.BigEndian.AppendUint16(encoded, unit)
	}
	return encoded
}

var unknownEncoding = Probe{
	Name: "content-type.encoding",
	Doc:  "sends the good body with a Content-Encoding that nobody has, or one that it is not in",
	Cases: onBody(func(g Good, _ string) ([]Case, Gap) {
		if _, ok := g.Request.Fields.Get("Content-Encoding"); ok {
			return nil, Gap{Why: "the good body has a Content-Encoding"}
		}
		cases := append(make([]Case, 0, 2), g.encoded("unknown", "unknown", "x-conform"))
		if !bytes.HasPrefix(g.Request.Body, []byte{0x1F, 0x8B}) { // RFC 1952, section 2.3.1: what gzip begins with
			plain := g.encoded("not-gzip", "not-encoded", "gzip")
			plain.Defect.Blame = append(plain.Defect.Blame, check.Place{In: "body"})
			cases = append(cases, plain)
		}
		return cases, Gap{}
	}),
}

// encoded returns a case whose body is labelled with a coding.
func (g Good) encoded(variant, kind, coding string) Case {
	const name = "Content-Encoding"
	return labelCase(name, variant, kind, name+": "+coding+" of the good body as it is", g.Request.WithField(name, coding))
}

var wrongBoundary = Probe{
	Name: "content-type.boundary",
	Doc:  "sends a good multipart body without the boundary of its parts, or with one that it has not got",
	Cases: onBody(func(g Good, contentType string) ([]Case, Gap) {
		if l := g.label(); l.err != nil || !strings.HasPrefix(l.mediaType, "multipart/") || l.parameters["boundary"] == "" {
			return nil, Gap{Why: "the operation's body is not multipart"}
		}
		cases := []Case{
			g.labelled("missing", "missing", withoutMediaTypeParameter(contentType, "boundary")),
			g.labelled("other", "boundary", withMediaTypeParameter(contentType, "boundary", "conform-"+madeUp("boundary", g.Operation.ID))),
		}
		for i := range cases {
			cases[i].Defect.Blame = append(cases[i].Defect.Blame, check.Place{In: "body"})
		}
		return cases, Gap{}
	}),
}

// isXML reports whether a media type, in small letters, is XML by its name (RFC 7303, section 4).
func isXML(mediaType string) bool { return strings.HasSuffix(mediaType, "xml") }

// withMediaTypeParameter returns a Content-Type in which a parameter has this one value, and all else is as it was.
func withMediaTypeParameter(contentType, name, value string) string {
	return withoutMediaTypeParameter(contentType, name) + "; " + name + "=" + value
}

// withoutMediaTypeParameter returns a Content-Type without a parameter, and all else as it was.
func withoutMediaTypeParameter(contentType, name string) string {
	var kept []string
	for i, part := range splitOutsideQuotes(contentType) {
		attribute, _, _ := strings.Cut(part, "=")
		if i == 0 || !strings.EqualFold(strings.TrimSpace(attribute), name) {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, ";")
}

// splitOutsideQuotes splits a Content-Type at its semicolons, but for those in a quoted string.
func splitOutsideQuotes(contentType string) []string {
	var parts []string
	start, quoted := 0, false
	for i := 0; i < len(contentType); i++ {
		switch c := contentType[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == ';' && !quoted:
			parts = append(parts, contentType[start:i])
			start = i + 1
		}
	}
	return append(parts, contentType[start:])
}

// labelled returns a case whose body is the good one, under another Content-Type.
func (g Good) labelled(variant, kind, contentType string) Case {
	return contentTypeCase(variant, kind, "Content-Type: "+contentType, g.Request.WithField("Content-Type", contentType))
}

// contentTypeCase returns a case whose Content-Type is the thing broken.
func contentTypeCase(variant, kind, sent string, r exchange.Request) Case {
	return labelCase("Content-Type", variant, kind, sent, r)
}
