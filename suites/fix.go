package suites

// Fix tells how an API that fails a probe is usually mended, in a sentence or two; empty for a family that needs none.
func (p Probe) Fix() string { return fixes[p.Family()] }

// fixes are by family: what goes wrong there goes wrong in one place of an API.
var fixes = map[string]string{
	"route":        "Give the router, and the gateway before it, a handler for paths that it does not know: theirs answer in a format of their own.",
	"method":       "Have the router tell a path that it does not know (404) from a method that the path does not take (405), and list the others in Allow. Answer in the error format there, too.",
	"credentials":  "Check credentials in one place before any handler runs, answer 401 with WWW-Authenticate for those that are missing or not valid, and 403 only for those that are valid and not enough.",
	"content-type": "Compare the media type, without its parameters, before the body is read, and refuse what the operation does not take, a missing one included.",
	"accept":       "Negotiate before the work is done: where nothing that Accept lists can be given, refuse with 406 in the error format.",
	"syntax":       "Read the whole body with a strict parser: one value, nothing after it, UTF-8. Turn its errors into the error format instead of letting them become a 500.",
	"shape":        "Check that the body is of the type that the operation takes before its members are looked at: null, a list or a number must not reach them.",
	"member":       "Validate the body against its schema before anything is done, and name the member at fault by its place in the request.",
	"identifier":   "Check the form of an identifier before it reaches the database, and turn what is not found there into a 404 in the error format.",
	"query":        "Parse query parameters with their types in one place, and refuse those that do not parse rather than falling back to a default.",
	"header":       "Give the server and the gateway before it limits for header fields, and have what is beyond them refused with a 4xx; check the fields that an operation needs before it runs.",
	"size":         "Limit the length of bodies before they are read, and answer 413 in the error format.",
	"conflict":     "Compare the type and the id in the body with those of the URL before anything is written, catch the database's error for a value that is taken, and answer 409 in the error format.",
	"precondition": "Evaluate If-Match and If-None-Match after the other checks and before anything is done, against the same entity tag that answers carry.",
	"canary":       "Escape what an answer repeats of the request for the place where it stands, or do not repeat it; give errors a type that no browser renders, with X-Content-Type-Options: nosniff.",
	"rate":         "Let the limiter, often a gateway, answer 429 in the error format, with Retry-After if it knows when to come back.",
	"framing":      "Have the server, and every proxy before it, refuse what it cannot tell the end of and close the connection; where a switch for strict parsing is off, turn it on. All of them have to read a message alike.",
	"server":       "Catch what no handler caught at the outermost place, and answer in the error format without a word of what went wrong inside.",
}
