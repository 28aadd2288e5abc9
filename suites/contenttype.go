package suites

import (
	"mime"
	"strings"

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
		var cases []Case
		for _, t := range []struct{ variant, mediaType string }{
			{"text/plain", "text/plain"},
			{"application/xml", "application/xml"},
			{"made-up", "application/x-conform"},
			{"near-miss", good + "x"},
		} {
			if strings.EqualFold(t.mediaType, good) {
				continue
			}
			// An XML media type is near enough to application/xml for a server to take it.
			if t.variant == "application/xml" && strings.HasSuffix(strings.ToLower(good), "xml") {
				continue
			}
			value := t.mediaType + parameters
			cases = append(cases, contentTypeCase(t.variant, "unsupported", "Content-Type: "+value, g.Request.WithField("Content-Type", value)))
		}
		return cases, Gap{}
	}),
}

var malformedContentType = Probe{
	Name: "content-type.malformed",
	Doc:  "sends the good body with a Content-Type that is no media type",
	Cases: onBody(func(g Good, contentType string) ([]Case, Gap) {
		good, _, err := mime.ParseMediaType(contentType)
		mainType, subtype, ok := strings.Cut(good, "/")
		if err != nil || !ok {
			return nil, Gap{Why: "the good Content-Type is no media type itself"}
		}
		// Left out: two types in one field, of which recipients may take the last (RFC 9110, section 8.3).
		return []Case{
			contentTypeCase("empty", "malformed", "an empty Content-Type field", g.Request.WithField("Content-Type", "")),
			contentTypeCase("no-subtype", "malformed", "Content-Type: "+mainType+"/", g.Request.WithField("Content-Type", mainType+"/")),
			contentTypeCase("no-slash", "malformed", "Content-Type: "+subtype, g.Request.WithField("Content-Type", subtype)),
		}, Gap{}
	}),
}

// contentTypeCase returns a case whose Content-Type is the thing broken.
func contentTypeCase(variant, kind, sent string, r exchange.Request) Case {
	at := check.Place{In: "header", At: "Content-Type"}
	return Case{Variant: variant, Sent: sent, Request: r, Defect: check.Defect{Place: at, Kind: kind, Blame: []check.Place{at}}}
}
