package suites

import (
	"mime"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/exchange"
)

// whole reports whether g stands for the target as a whole, not for one of its operations.
func (g Good) whole() bool { return g.Operation.ID == WholeTarget }

// onTarget makes cases of the target as a whole alone: they would be the same for every operation.
func onTarget(cases func(Good) ([]Case, Gap)) func(Good) ([]Case, Gap) {
	return func(g Good) ([]Case, Gap) {
		if !g.whole() {
			return nil, Gap{Why: "it is asked of the target as a whole"}
		}
		return cases(g)
	}
}

// onOperation makes cases of operations alone.
func onOperation(cases func(Good) ([]Case, Gap)) func(Good) ([]Case, Gap) {
	return func(g Good) ([]Case, Gap) {
		if g.whole() {
			return nil, Gap{Why: "it is asked of an operation, not of the target as a whole"}
		}
		return cases(g)
	}
}

// onReading makes cases of operations that only read: what nobody knows is often passed over, and a write would be done.
func onReading(cases func(Good) ([]Case, Gap)) func(Good) ([]Case, Gap) {
	return onOperation(func(g Good) ([]Case, Gap) {
		if g.Operation.Writes() {
			return nil, Gap{Why: "the request may be obeyed, and it writes"}
		}
		return cases(g)
	})
}

// onBody makes cases of operations whose good request has a body and says what it is.
func onBody(cases func(g Good, contentType string) ([]Case, Gap)) func(Good) ([]Case, Gap) {
	return onOperation(func(g Good) ([]Case, Gap) {
		if len(g.Request.Body) == 0 {
			return nil, Gap{Why: "the operation takes no body"}
		}
		contentType, ok := g.Request.Fields.Get("Content-Type")
		if !ok {
			return nil, Gap{Why: "the good request has no Content-Type"}
		}
		return cases(g, contentType)
	})
}

// onJSON makes cases of operations whose good body is a JSON object or array: a defect can be told from the rest only
// in a text that is sound. A scalar cut short, such as 42, may be sound still.
func onJSON(cases func(g Good, body text) ([]Case, Gap)) func(Good) ([]Case, Gap) {
	return onBody(func(g Good, _ string) ([]Case, Gap) {
		if gap := g.known().document.or(g.undocumented); gap.Why != "" {
			return nil, gap
		}
		body, _ := g.body()
		return cases(g, body)
	})
}

// undocumented returns why the good body is no sound JSON object or array that can be changed; nothing where it is.
func (g Good) undocumented() Gap {
	if !g.isJSON() {
		return Gap{Why: "the operation's body is not JSON"}
	}
	if name := g.digest(); name != "" {
		return Gap{Why: "the good request has a " + name + " of its body"}
	}
	body, err := g.body()
	if err != nil {
		return Gap{Why: "the good body is not JSON: " + err.Error()}
	}
	if kind := body.kind(body.values[0]); kind != "object" && kind != "array" {
		return Gap{Why: "the good body is neither an object nor an array"}
	}
	return Gap{}
}

// digest returns the field with a digest over the good body, which would no longer fit another: that is a second defect. It is empty
// where there is none.
func (g Good) digest() string {
	for _, name := range []string{"Content-Digest", "Digest", "Content-MD5"} {
		if _, ok := g.Request.Fields.Get(name); ok {
			return name
		}
	}
	return ""
}

// isJSON reports whether a media type is JSON by its name: application/json, or the suffix +json (RFC 6839, section 3.1).
func isJSON(contentType string) bool {
	mediaType, _, err := mime.ParseMediaType(contentType)
	return err == nil && (mediaType == "application/json" || mediaType == "text/json" || strings.HasSuffix(mediaType, "+json"))
}

// withBody returns the good request with another body, and without a length that was true of the good one alone.
func (g Good) withBody(body []byte) exchange.Request {
	return g.Request.WithBody(body).WithoutField("Content-Length")
}

// optionalBody is the gap of probes that need a required member where there is none.
func (g Good) optionalBody() Gap { return g.unknownMembers("no member of the body is required") }

// unknownMembers is the gap of probes that break members: why, where the body's schema says so; else the user can
// tell more about the body.
func (g Good) unknownMembers(why string) Gap {
	if g.Operation.SchemaJSON != nil || len(g.Operation.Required) > 0 {
		return Gap{Why: why}
	}
	return Gap{Why: "the body's required members: list them under required, or give its schema", Needs: true}
}

// accepts reports whether the schema of the operation's body, where there is one, allows a body: then it is not a bad one.
func (g Good) accepts(body []byte) bool {
	if g.Operation.Schema == nil {
		return false
	}
	violations, err := g.Operation.Schema.Validate(body)
	return err == nil && len(violations) == 0
}

// contentFields describe the content of a request, and mean nothing without it.
var contentFields = []string{"Content-Type", "Content-Length", "Content-Encoding", "Content-Language", "Content-Digest", "Digest", "Content-MD5", "Transfer-Encoding", "Expect"}

// withoutContent returns r without content and the fields about it: content that the method does not call for would be a
// second oddity.
func withoutContent(r exchange.Request) exchange.Request {
	r.Fields = slices.DeleteFunc(slices.Clone(r.Fields), func(f exchange.Field) bool {
		return slices.ContainsFunc(contentFields, f.Is)
	})
	return r.WithBody(noContent(r.Method))
}

// noContent returns the body of a request without content: a method that calls for content says that it has none (RFC 9110,
// section 8.6), by its length 0.
func noContent(method string) []byte {
	switch method {
	case "PUT", "PATCH", "POST":
		return []byte{}
	}
	return nil
}
