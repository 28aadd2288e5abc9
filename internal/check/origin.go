package check

import "bytes"

// origin says whose own error page or body this looks like: the question is then not what the API does, but which layer answered
// in its stead. It goes by what these programs send unless told otherwise, and says nothing where in doubt. One of
// text and value is given.
func origin(text []byte, value any) string {
	name := pageOf(text)
	if object, ok := value.(map[string]any); ok {
		name = objectOf(object)
	}
	if name == "" {
		return ""
	}
	return "looks like " + name + "'s own"
}

func pageOf(text []byte) string {
	for _, p := range []struct{ mark, name string }{
		{"<center>nginx", "nginx"},
		{"<center>openresty", "OpenResty"},
		{"<center>cloudflare", "Cloudflare"},
		{"<center>awselb", "the AWS load balancer"},
		{"<address>Apache", "Apache httpd"},
		{"Apache Tomcat", "Tomcat"},
		{"Powered by Jetty", "Jetty"},
		{"Whitelabel Error Page", "Spring Boot"},
		{"<pre>Cannot ", "Express"},
		{"upstream connect error or disconnect", "Envoy"},
		{"no healthy upstream", "Envoy"},
	} {
		if bytes.Contains(text, []byte(p.mark)) {
			return p.name
		}
	}
	switch string(text) {
	case "404 page not found\n", "Method Not Allowed\n":
		return "Go net/http"
	}
	return ""
}

func objectOf(object map[string]any) string {
	has := func(names ...string) bool {
		for _, n := range names {
			if _, there := object[n]; !there {
				return false
			}
		}
		return true
	}
	switch {
	case has("timestamp", "status", "error", "path"):
		return "Spring Boot"
	case len(object) == 1 && has("detail"):
		return "FastAPI or Django REST framework"
	case has("title", "status", "traceId"):
		return "ASP.NET Core"
	case has("statusCode", "error", "message"):
		return "Fastify or NestJS"
	case has("message", "exception", "file", "line", "trace"):
		return "Laravel"
	}
	return ""
}
