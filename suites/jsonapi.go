package suites

import (
	"mime"
	"strings"
)

// jsonAPI is the media type of JSON:API 1.1, which forbids in parameters, queries and resource objects what other APIs may take.
const jsonAPI = "application/vnd.api+json"

// speaksJSONAPI reports whether the good request sends a JSON:API document, or asks for one.
func (g Good) speaksJSONAPI() bool { return g.isJSONAPI() || g.asksForJSONAPI() }

// asksForJSONAPI reports whether an Accept field of the good request names the media type.
func (g Good) asksForJSONAPI() bool {
	return g.known().asksJSONAPI.or(func() bool {
		for _, line := range g.Request.Fields.Values("Accept") {
			for item := range strings.SplitSeq(line, ",") {
				if mediaType, _, err := mime.ParseMediaType(item); err == nil && mediaType == jsonAPI {
					return true
				}
			}
		}
		return false
	})
}

// mediaTypeParameter is a parameter that a media type has not got.
type mediaTypeParameter struct{ variant, name, value string }

// unsupported are parameters for which a server refuses the media type of JSON:API: of any but ext and profile the first two, and
// an extension that no server has.
func unsupported() []mediaTypeParameter {
	return []mediaTypeParameter{
		{"made-up", "conform", "unknown"},
		{"charset", "charset", "utf-8"},
		{"ext", "ext", `"https://conform.invalid/ext/unknown"`}, // RFC 2606, section 2: no such host can exist
	}
}

// resource returns the resource object of the body: its primary data, with a type. A resource identifier object, which has neither
// attributes nor relationships, is none: what it names is another thing.
func resource(body text) (data, kind value, ok bool) {
	data, _ = body.at("/data")
	kind, typed := body.at("/data/type")
	_, attributes := body.at("/data/attributes")
	_, relationships := body.at("/data/relationships")
	return data, kind, typed && body.kind(kind) == "string" && (attributes || relationships)
}

// onDocument makes cases of operations whose good body is a JSON:API document with a resource object.
func onDocument(cases func(g Good, body text, data, kind value) ([]Case, Gap)) func(Good) ([]Case, Gap) {
	return onJSON(func(g Good, body text) ([]Case, Gap) {
		if !g.isJSONAPI() {
			return nil, Gap{Why: "the operation's body is not JSON:API"}
		}
		data, kind, ok := resource(body)
		if !ok {
			return nil, Gap{Why: "the body has no resource object"}
		}
		return cases(g, body, data, kind)
	})
}
