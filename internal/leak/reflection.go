package leak

import (
	"bytes"
	"mime"
	"strings"

	"github.com/seed-e125e033/conform/internal/exchange"
)

// Mark returns the text that marks a place in a request: every character that HTML escapes around a token, which nobody else has.
func Mark(token string) string { return "<" + markName + token + `"'>` }

// markName begins the name of the element that a mark is where it is taken for markup.
const markName = "conform-"

// Injected is the name of the header field that a request tries to put into its answer.
const Injected = "Conform-Injected"

// reflected returns whether a mark stands in the body as it was sent, where a browser takes it for markup. What escapes markup
// at least escapes the sign that it begins with.
func reflected(a *exchange.Answer, mark string) []Finding {
	name, _, ok := strings.Cut(mark, `"`)
	if !ok || !bytes.Contains(a.Body, []byte(name)) {
		return nil
	}
	markup, what := browsed(a.Fields)
	switch markup {
	case "":
		return nil
	case "xml":
		if !bytes.Contains(withoutCDATA(a.Body), []byte(name)) {
			return nil
		}
	}
	return []Finding{{Class: Named(Reflection), What: "the marked text of the request, unescaped, in " + what, Excerpt: "<" + markName + "...>"}}
}

// browsed returns as what a browser reads an answer, html or xml, and how that is told; empty for what it does not take for
// markup. A type that is missing or unknown is guessed from the content, unless that is forbidden (MIME Sniffing Standard, section 7).
func browsed(fields exchange.Fields) (markup, what string) {
	value, there := fields.Get("Content-Type")
	mediaType, _, err := mime.ParseMediaType(value)
	switch {
	case mediaType == "text/html":
		return "html", mediaType
	case mediaType == "application/xhtml+xml", mediaType == "text/xml", mediaType == "application/xml", strings.HasSuffix(mediaType, "+xml"):
		return "xml", mediaType
	case there && err == nil && mediaType != "*/*" && mediaType != "unknown/unknown" && mediaType != "application/unknown":
		return "", ""
	}
	if options, _ := fields.Get("X-Content-Type-Options"); strings.EqualFold(strings.TrimSpace(options), "nosniff") {
		return "", ""
	}
	return "html", "content whose type a browser guesses"
}

// withoutCDATA returns an XML text without the sections in which nothing is markup.
func withoutCDATA(body []byte) []byte {
	var rest []byte
	for {
		before, after, found := bytes.Cut(body, []byte("<![CDATA["))
		rest = append(rest, before...)
		if !found {
			return rest
		}
		_, body, _ = bytes.Cut(after, []byte("]]>"))
	}
}

// injected returns whether the request has put a header field into the answer.
func injected(a *exchange.Answer) []Finding {
	for _, fields := range [2]exchange.Fields{a.Fields, a.Trailer} {
		for _, f := range fields {
			if is(f.Name, Injected) {
				return []Finding{{Class: Named(HeaderInjection), What: "a header field that the request made", At: f.Name, Excerpt: Injected}}
			}
		}
	}
	return nil
}
