package target

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/seed-e125e033/conform/internal/pointer"
)

// ParseURL reads the base URL of a target. The error never has the URL's password in it.
func ParseURL(text string) (*url.URL, error) {
	const example = "https://api.example.com/v1"
	if text == "" {
		return nil, fmt.Errorf("the target is empty: give the base URL of the API under test, such as %s", example)
	}
	u, err := url.Parse(text)
	if err != nil {
		var parse *url.Error
		if errors.As(err, &parse) && !strings.Contains(text, "@") {
			return nil, fmt.Errorf("target %q is no URL: %w", text, parse.Err)
		}
		return nil, fmt.Errorf("the target is no URL: write it like %s", example)
	}
	// localhost:8080 reads as scheme localhost.
	if u.Scheme == "" || u.Host == "" && u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("target %q has no scheme: write it like %s", redacted(u, text), example)
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("target %q: scheme %q is not spoken here: http and https are", redacted(u, text), u.Scheme)
	case u.Hostname() == "":
		return nil, fmt.Errorf("target %q has no host: write it like %s", redacted(u, text), example)
	case u.User != nil:
		return nil, fmt.Errorf("target %q has a user in it: give credentials in conform.yaml, or by --bearer-env", redacted(u, text))
	case !isPort(u.Port()):
		return nil, fmt.Errorf("target %q: port %s is out of range: ports are 1 to 65535", text, u.Port())
	case u.RawQuery != "" || u.ForceQuery:
		return nil, fmt.Errorf("target %q has a query: give the base URL alone", text)
	case u.Fragment != "" || strings.HasSuffix(text, "#"):
		return nil, fmt.Errorf("target %q has a fragment: give the base URL alone", text)
	}
	if err := literal(u.EscapedPath()); err != nil {
		return nil, fmt.Errorf("target %q: %w", text, err)
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/")
	return u, nil
}

// isPort reports whether text is the number of a port, or nothing.
func isPort(text string) bool {
	n, err := strconv.Atoi(text)
	return text == "" || err == nil && n >= 1 && n <= 65535
}

// redacted returns the URL for messages, without user and password.
func redacted(u *url.URL, text string) string {
	if !strings.Contains(text, "@") {
		return text
	}
	shown := *u
	shown.User = nil
	if u.Opaque != "" {
		return "..."
	}
	return shown.String()
}

// requestLine reads METHOD /path, as request and provoke have it.
func requestLine(text string) (method, path string, err error) {
	return lineLike(text, "GET /buyers/{id}")
}

// lineLike reads METHOD /path, where one such as the example could stand.
func lineLike(text, example string) (method, path string, err error) {
	parts := strings.Split(text, " ")
	if len(parts) != 2 || !strings.HasPrefix(parts[1], "/") {
		return "", "", fmt.Errorf("%q: write METHOD /path, such as %s", text, example)
	}
	method, path = parts[0], parts[1]
	if err := checkMethod(method); err != nil {
		return "", "", err
	}
	return method, path, nil
}

func checkMethod(method string) error {
	switch {
	case !httpguts.ValidHeaderFieldName(method): // a token as well (RFC 9110, section 9.1)
		return fmt.Errorf("%q is no method: write one such as GET", method)
	case method != strings.ToUpper(method):
		return fmt.Errorf("method %q: methods are case-sensitive, write %s", method, strings.ToUpper(method))
	case method == http.MethodConnect:
		return fmt.Errorf("method %q asks for a tunnel, which is no operation of an API", method)
	}
	return nil
}

// placeholders returns what stands in braces in a path template, in order.
func placeholders(path string) ([]string, error) {
	var names []string
	for rest := path; ; {
		before, after, open := strings.Cut(rest, "{")
		if strings.Contains(before, "}") {
			return nil, fmt.Errorf("path %q has a } without a {", path)
		}
		if err := literal(before); err != nil {
			return nil, fmt.Errorf("path %q: %w", path, err)
		}
		if !open {
			return names, nil
		}
		name, next, closed := strings.Cut(after, "}")
		if !closed || strings.Contains(name, "{") {
			return nil, fmt.Errorf("path %q has a { without a }", path)
		}
		if slices.Contains(names, name) {
			return nil, fmt.Errorf("path %q has {%s} twice: give each parameter a name of its own", path, name)
		}
		names = append(names, name)
		rest = next
	}
}

// isParameter reports whether a text may stand in braces in the path of an operation.
func isParameter(text string) bool {
	return text != "" && text[0] != '.' && text[0] != '-' &&
		strings.IndexFunc(text, func(r rune) bool { return !isLetter(r) && !isDigit(r) && !strings.ContainsRune("_.-", r) }) < 0
}

func isLetter(r rune) bool { return 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' }

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// parameters returns the path parameters of a template.
func parameters(path string) ([]string, error) {
	if strings.ContainsAny(path, "?#") {
		return nil, fmt.Errorf("path %q has a query: put its parameters under query", path)
	}
	names, err := placeholders(path)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if !isParameter(name) {
			return nil, fmt.Errorf("path %q: {%s} is no name: use letters, digits and underscores", path, name)
		}
	}
	return names, nil
}

// undoable tells what is wrong with an undo template: each {/pointer} names a value of the answer, each {name} a path
// parameter of the operation.
func undoable(path string, params Values) error {
	names, err := placeholders(path)
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, ok := params.Get(name); ok {
			continue
		}
		if name == "" || name[0] != '/' {
			return fmt.Errorf("{%s} is no JSON pointer into the answer: write it like {/data/id}", name)
		}
		if _, err := pointer.Parse(name); err != nil {
			return err
		}
	}
	return nil
}

// filled returns an undo template with the operation's path parameters in it.
func (o *Operation) filled(undo string) string {
	for _, p := range o.Params {
		undo = strings.ReplaceAll(undo, "{"+p.Name+"}", url.PathEscape(p.text()))
	}
	return undo
}

// literal tells what cannot stand in a path as it is (RFC 3986, section 3.3).
func literal(path string) error {
	for i := 0; i < len(path); i++ {
		c := path[i]
		if c == '%' && (i+2 >= len(path) || !isHex(path[i+1]) || !isHex(path[i+2])) {
			return fmt.Errorf("%q needs two hexadecimal digits after it", "%")
		}
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			return fmt.Errorf("byte %q cannot stand in a path: percent-encode it", c)
		}
	}
	return nil
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }
