package suites

// Where tells what a probe makes cases of, in words that go on from "applies to". Why it makes none of a certain operation, its
// Gap says.
func (p Probe) Where() string {
	if where, ok := wheres[p.Name]; ok {
		return where
	}
	return wheres[p.Family()]
}

// wheres are by probe or, where all probes of a family are alike, by family.
var wheres = map[string]string{
	"route": "the target as a whole",

	"rate.burst": "the first operation that only reads, or the target as a whole, if the target states its limit",

	"method":            "operations",
	"method.lowercase":  "operations that only read",
	"method.trace":      "the target as a whole",
	"method.unknown":    "operations; with methods of WebDAV only those of a path whose methods are all known",
	"method.undeclared": "operations of a path whose methods are all known, with each that it does not take; DELETE only where the path has no identifier",
	"method.head-twin":  "the target as a whole, and operations that a GET asks for, as far as their GET can be refused",

	"credentials":                    "operations that carry a credential",
	"credentials.wrong-scheme":       "operations that carry a credential in Authorization",
	"credentials.twice":              "operations that carry a credential in Authorization, and only read",
	"credentials.in-query":           "operations that carry a credential, a bearer token",
	"credentials.tampered-signature": "operations that carry a credential, a JWT that is known before the run",
	"credentials.alg-none":           "operations that carry a credential, a JWT that is known before the run",
	"credentials.wrong-key":          "operations that carry a credential, a JWT that is known before the run",
	"credentials.expired-claim":      "operations that carry a credential, a JWT that is known before the run",
	"credentials.not-yet-valid":      "operations that carry a credential, a JWT that is known before the run",
	"credentials.wrong-audience":     "operations that carry a credential, a JWT that is known before the run",
	"credentials.wrong-issuer":       "operations that carry a credential, a JWT that is known before the run",
	"credentials.expired":            "operations that carry a credential, if the target gives an expired one",
	"credentials.insufficient":       "operations marked as privileged, if the target gives a limited credential",

	"content-type":           "operations with a body",
	"content-type.parameter": "operations with a body that is JSON:API",
	"content-type.charset":   "operations with a body that is JSON, but not JSON:API, or XML or other text",
	"content-type.boundary":  "operations with a body that is multipart",

	"accept":              "operations that only read",
	"accept.unacceptable": "operations that are no DELETE",
	"accept.parameter":    "operations that ask for JSON:API and are no DELETE",

	"syntax":                  "operations with a JSON body, an object or an array",
	"syntax.empty":            "operations with a JSON body of which something is required",
	"syntax.single-quotes":    "operations with a JSON body that has a string",
	"syntax.invalid-utf8":     "operations with a JSON body that has a string value",
	"syntax.duplicate-member": "operations with a JSON body, an object that has a member",
	"syntax.not-a-number":     "operations with a JSON body that has a value in it",

	"shape":              "operations with a JSON body, an object or an array, whose schema does not allow it",
	"shape.null":         "operations with a JSON body of which something is required",
	"shape.array":        "operations with a JSON body that is an object",
	"shape.empty-object": "operations with a JSON body of which something is required",

	"member.missing":           "operations with a JSON body, for each required member",
	"member.null":              "operations with a JSON body, for each member that is required or that its schema does not allow to be null",
	"member.wrong-type":        "operations with a JSON body, for each member whose type is known",
	"member.format":            "operations with a JSON body, for each member whose format is known",
	"member.enum":              "operations with a JSON body and its schema, for each value of which that has a list",
	"member.range":             "operations with a JSON body and its schema, for each number of which that has a range",
	"member.length":            "operations with a JSON body and its schema, for each string of which that has a length",
	"member.pattern":           "operations with a JSON body and its schema, for each string of which that has a pattern",
	"member.items":             "operations with a JSON body and its schema, for each array of which that has a number of items",
	"member.properties":        "operations with a JSON body and its schema, for each object of which that has a number of members",
	"member.control-character": "operations with a JSON body, for each string whose format is known, or of which the schema has a pattern or a list of values",
	"member.huge-number":       "operations with a JSON body and its schema, for each number of which that has a range or a format such as int64",
	"member.quoted":            "operations with a JSON body and its schema, for each number or boolean",
	"member.unknown":           "operations with a JSON body, for each object in it",
	"member.reference":         "operations with a JSON body, for each related resource of a JSON:API document and each member marked as a reference",

	"identifier":               "operations with an identifier in the path, which the body does not repeat",
	"identifier.malformed":     "operations with an identifier in the path, which the body does not repeat, whose format or values are known",
	"identifier.wrong-version": "operations with an identifier in the path, which the body does not repeat, that is a UUID of one version",
	"identifier.unknown":       "operations with an identifier in the path; not PUT, which may create, unless the target gives an unknown one",
	"identifier.deleted":       "operations that are a GET of one thing, which another operation makes and its undo deletes",
	"identifier.nil":           "operations with an identifier in the path, a UUID or a number with a minimum; not PUT, which may create",
	"identifier.overlong":      "operations with an identifier in the path, which the body does not repeat; not PUT, which may create, unless it is a UUID",
	"identifier.encoded-slash": "operations with an identifier in the path, which the body does not repeat; not PUT, which may create, unless it is a UUID",

	"query.malformed":    "operations with a query parameter whose format or values are known",
	"query.missing":      "operations with a query parameter that is required",
	"query.unknown":      "operations that only read",
	"query.twice":        "operations that only read, with a query parameter in their good request whose format or values are known",
	"query.out-of-range": "operations with a query parameter whose minimum or maximum is known",

	"header":           "the target as a whole",
	"header.missing":   "operations whose file says which header fields they require",
	"header.malformed": "operations whose file says of what format their header fields are",
	"header.twice":     "operations whose good request has a Content-Type",

	"size": "operations with a JSON body whose greatest length the file gives",

	"precondition":            "operations that are a GET, PUT or PATCH, if the answer to the control, or to a GET of what it writes, has an ETag",
	"precondition.stale-etag": "operations that are a GET, PUT, PATCH or DELETE, if the answer to the control, or to a GET of what it writes, has an ETag",
	"precondition.missing":    "operations whose file says which precondition they require",

	"conflict.duplicate": "operations that create, with POST or PUT, something that has a member marked as unique",
	"conflict.identity":  "operations with an identifier in the path, which the JSON body repeats",
	"conflict.type":      "operations with a JSON body that is a JSON:API document with a resource",
	"conflict.client-id": "operations that create, with POST, a JSON:API resource without an id",

	"canary.path":         "the target as a whole, and operations with an identifier in the path that are no PUT",
	"canary.query":        "operations that only read",
	"canary.header":       "operations that only read",
	"canary.member-name":  "operations with a JSON body that has a required member",
	"canary.member-value": "operations with a JSON body that has a member which does not take any text",
	"canary.line-break":   "the target as a whole, and operations that only read",

	"rate":    "the target as a whole, if its file says how to reach the limit",
	"framing": "the target as a whole, over HTTP/1.1",
	"server":  "the target as a whole, if its file says how to make it fail so",
}
