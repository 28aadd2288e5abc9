package exchange

import (
	"encoding/base64"
	"net/url"
	"strconv"
	"strings"
)

// way is what the way to the target adds to a request.
type way struct {
	authority string // value of Host
	prefix    string // before an origin-form target: http://authority, where a proxy takes the absolute form
	proxyAuth string // value of Proxy-Authorization, where that proxy wants it
}

// newWay returns the way to authority. Only a plain http target makes a proxy part of the exchange; to an https
// target the proxy gives a tunnel (RFC 9110, section 9.3.6).
func newWay(scheme, authority string, proxy *url.URL) way {
	w := way{authority: withoutZone(authority)}
	if proxy != nil && scheme == "http" {
		w.prefix = "http://" + w.authority
		w.proxyAuth = basic(proxy.User)
	}
	return w
}

// withoutZone takes the zone out of an IPv6 address: it means nothing to the other side (RFC 6874, section 4).
func withoutZone(authority string) string {
	start, end := strings.IndexByte(authority, '%'), strings.IndexByte(authority, ']')
	if authority[0] != '[' || start < 0 || start > end {
		return authority
	}
	return authority[:start] + authority[end:]
}

// basic returns a Basic credential for user, empty where there is none.
func basic(user *url.Userinfo) string {
	if user == nil {
		return ""
	}
	password, _ := user.Password()
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password))
}

// Bytes returns the request as it is written on a direct connection to authority.
func (r Request) Bytes(authority string) []byte { return r.AppendTo(nil, authority) }

// AppendTo appends what Bytes returns.
func (r Request) AppendTo(out []byte, authority string) []byte {
	return append(r.appendHead(out, way{authority: authority}), r.Body...)
}

// appendHead appends the request up to the empty line that ends its header section.
func (r Request) appendHead(out []byte, w way) []byte {
	out = r.appendLine(out, w.prefix)
	host := r.NoHost
	var length, proxyAuth bool
	for _, f := range r.Fields {
		switch {
		case f.Is("Host"):
			host = true
		case f.Is("Content-Length"), f.Is("Transfer-Encoding"):
			length = true
		case f.Is("Proxy-Authorization"):
			proxyAuth = true
		}
	}
	if !host {
		out = appendField(out, "Host", w.authority)
	}
	if w.proxyAuth != "" && !proxyAuth {
		out = appendField(out, "Proxy-Authorization", w.proxyAuth)
	}
	for _, f := range r.Fields {
		if f.Value == TheHost && f.Is("Host") {
			f.Value = w.authority
		}
		out = appendField(out, f.Name, f.Value)
	}
	if r.Body != nil && !length {
		out = append(out, "Content-Length: "...)
		out = strconv.AppendInt(out, int64(len(r.Body)), 10)
		out = append(out, "\r\n"...)
	}
	return append(out, "\r\n"...)
}

// appendLine appends the request line. A proxy takes its target with prefix before it.
func (r Request) appendLine(out []byte, prefix string) []byte {
	switch {
	case r.Line != "":
		out = append(out, r.Line...)
	case prefix != "":
		out = append(out, r.Method+" "+absolute(prefix, r.Target)+" HTTP/1.1"...)
	default:
		out = append(out, r.Method...)
		out = append(out, ' ')
		out = append(out, r.Target...)
		out = append(out, " HTTP/1.1"...)
	}
	return append(out, "\r\n"...)
}

func appendField(out []byte, name, value string) []byte {
	out = append(out, name...)
	out = append(out, ": "...)
	out = append(out, value...)
	return append(out, "\r\n"...)
}

// absolute puts prefix before a target in origin-form; the asterisk-form is the prefix alone (RFC 9112, section 3.2.4).
// Every other target stays as written.
func absolute(prefix, target string) string {
	switch {
	case target == "*":
		return prefix
	case strings.HasPrefix(target, "/"), strings.HasPrefix(target, "?"):
		return prefix + target
	}
	return target
}
