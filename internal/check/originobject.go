package check

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/schema"
)

// ofObject is origin of a JSON object. Small ones are like those of many an API, so that their texts count, and what the header
// says of who has written it.
func ofObject(a *exchange.Answer, object schema.Value) string {
	text := func(name string) string {
		if member, _ := object.Member(name); is(member, schema.String) {
			return string(member.Text())
		}
		return ""
	}
	message, detail := text("message"), text("detail")
	switch {
	case only(object, "message") && (hasField(a, "X-Amzn-ErrorType:") || message == "Missing Authentication Token"):
		return "AWS API Gateway"
	case only(object, "message") && hasField(a, "Apigw-Requestid:") && slices.Contains(ofGatewayHTTP, message):
		return "AWS API Gateway"
	case message == "no Route matched with those values", only(object, "message", "request_id") && hasField(a, "Server: kong/"):
		return "Kong"
	case only(object, "statusCode", "message") && slices.ContainsFunc(ofManagement, func(start string) bool { return strings.HasPrefix(message, start) }):
		return "Azure API Management"
	case only(object, "fault") && ofApigee(object):
		return "Apigee"
	case only(object, "timestamp", "status", "error", "path", "message", "trace", "exception", "errors", "requestId") && has(object, "timestamp", "status", "error", "path"):
		return "Spring Boot"
	case has(object, "title", "status", "instance") && ofSpring().MatchString(detail):
		return "Spring"
	case has(object, "title", "status", "traceId") && strings.HasPrefix(text("type"), "https://tools.ietf.org/html/rfc"):
		return "ASP.NET Core"
	case strings.HasPrefix(text("Message"), "No HTTP resource was found that matches the request URI "),
		only(object, "Message") && strings.HasPrefix(text("Message"), "The requested resource does not support http method "):
		return "ASP.NET Web API"
	case only(object, "detail") && (slices.Contains(ofStarlette, detail) || ofPydantic(object)):
		return "FastAPI"
	case only(object, "detail") && ofREST().MatchString(detail):
		return "Django REST framework"
	case has(object, "message", "exception", "file", "line", "trace"), only(object, "message") && ofLaravel().MatchString(message):
		return "Laravel"
	case only(object, "message", "error", "statusCode", "code") && has(object, "message", "error", "statusCode") && isStatus(a, object, "statusCode") && text("error") == http.StatusText(a.Status):
		return ofNode(message)
	case has(object, "status", "error", "exception", "traces"),
		only(object, "status", "error") && has(object, "status", "error") && isStatus(a, object, "status") && text("error") == http.StatusText(a.Status) && hasField(a, "X-Runtime:"):
		return "Rails"
	case has(object, "servlet", "message", "url", "status"):
		return "Jetty"
	}
	return ""
}

var (
	ofGatewayHTTP = []string{"Not Found", "Forbidden", "Unauthorized", "Too Many Requests", "Internal Server Error", "Service Unavailable"}
	ofManagement  = []string{"Resource not found", "Access denied due to ", "Operation not found"}
	ofStarlette   = []string{"Not Found", "Method Not Allowed", "Not authenticated", "There was an error parsing the body"}
	ofSpring      = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(No static resource .*\.|No endpoint [A-Z]+ .*\.|Method '[^']*' is not supported\.|Content-Type '[^']*' is not supported\.|Failed to read request)$`)
	})
	ofREST = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(Not found\.|Method "[^"]*" not allowed\.|Authentication credentials were not provided\.|Could not satisfy the request Accept header\.|Unsupported media type "[^"]*" in request\.|JSON parse error - .*)$`)
	})
	ofLaravel = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(Unauthenticated\.|The route .* could not be found\.|The [A-Z]+ method is not supported for route .*)$`)
	})
)

// is reports whether there is a value, and of this type.
func is(v schema.Value, want schema.Type) bool { return v != schema.Value{} && v.Type() == want }

// has reports whether an object has members of these names.
func has(object schema.Value, names ...string) bool {
	return !slices.ContainsFunc(names, func(n string) bool {
		_, there := object.Member(n)
		return !there
	})
}

// only reports whether an object has the first of these members, and none but these.
func only(object schema.Value, names ...string) bool {
	for name := range object.Members {
		if !slices.Contains(names, string(name)) {
			return false
		}
	}
	return has(object, names[0])
}

// isStatus reports whether a member of an object is the answer's status.
func isStatus(a *exchange.Answer, object schema.Value, name string) bool {
	status, _ := object.Member(name)
	return is(status, schema.Number) && string(status.Text()) == strconv.Itoa(a.Status)
}

// ofPydantic reports whether an object's detail lists what the validator of FastAPI has found.
func ofPydantic(object schema.Value) bool {
	detail, _ := object.Member("detail")
	if !is(detail, schema.Array) {
		return false
	}
	for item := range detail.Items {
		if !has(item, "loc", "msg", "type") {
			return false
		}
	}
	return detail.Len() > 0
}

func ofApigee(object schema.Value) bool {
	code, _ := object.At("/fault/detail/errorcode")
	text, _ := object.At("/fault/faultstring")
	return code != schema.Value{} && text != schema.Value{}
}

// ofNode tells apart the frameworks that share a form.
func ofNode(message string) string {
	switch {
	case strings.HasPrefix(message, "Route ") && strings.HasSuffix(message, " not found"):
		return "Fastify"
	case strings.HasPrefix(message, "Cannot "):
		return "NestJS"
	}
	return "Fastify or NestJS"
}
