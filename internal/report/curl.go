package report

import (
	"encoding/base64"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-e125e033/conform/internal/exchange"
)

// expectSize is the size from which curl asks before it sends a body (Expect: 100-continue).
const expectSize = 1 << 20

// TLSFiles names PEM files as the user gave them: roots, client certificate and its key. Empty names are left out.
type TLSFiles struct{ CACert, Cert, Key string }

// Curl returns a POSIX shell line that sends the bytes of r to the authority of base; its path is not used. Secrets become the
// shell expressions that give them, and [redacted] where there is none. Fields that curl would add by itself are taken away, and
// only flags that r needs are given.
//
// What curl cannot send (another request line, no Host or two, a wrong length, its own chunks, NUL or newline in a header section,
// a field of 100,000 bytes) is printed into nc or openssl instead.
func Curl(base *url.URL, r exchange.Request, secrets *Redactor, files TLSFiles) string {
	c := curl{base, r, shell{secrets.load()}, files}
	if !c.sendable() {
		return c.rawLine()
	}
	return c.line()
}

type curl struct {
	base  *url.URL
	r     exchange.Request
	sh    shell
	files TLSFiles
}

// sendable reports whether curl can send r as it is.
func (c curl) sendable() bool {
	host, _ := c.r.Fields.Get("Host")
	switch lengths := c.r.Fields.Values("Content-Length"); {
	case c.r.Line != "" || c.r.NoHost || c.r.Method == "" || c.r.Target == "",
		host == exchange.TheHost || len(c.r.Fields.Values("Host")) > 1,
		slices.ContainsFunc(lengths, func(length string) bool { return length != strconv.Itoa(len(c.r.Body)) }),
		len(c.r.Fields.Values("Transfer-Encoding")) > 0:
		return false
	}
	arguments := []string{c.r.Method, c.r.Target}
	for _, f := range c.r.Fields {
		if f.Name == "" || f.Name[0] == '@' || strings.ContainsAny(f.Name, ": \t") {
			return false
		}
		arguments = append(arguments, f.Name+": "+f.Value)
	}
	return !slices.ContainsFunc(arguments, func(s string) bool { return len(s) > argLimit || strings.ContainsAny(s, "\x00\n") })
}

func (c curl) line() string {
	var args []string
	add := func(words ...string) { args = append(args, words...) }
	body := c.r.Body != nil
	if c.r.Method == "HEAD" && !body {
		add("-I")
	} else {
		add("-i")
	}
	plain := c.plainTarget()
	if plain && dotSegments(c.r.Path()) {
		add("--path-as-is")
	}
	if plain && strings.ContainsAny(c.r.Target, "[]{}") {
		add("-g")
	}
	if c.base.Scheme == "https" {
		add("--http1.1") // HTTP/2 would send fields in lower case, and could not send some at all
	}
	for _, file := range [][2]string{{"--cacert", c.files.CACert}, {"--cert", c.files.Cert}, {"--key", c.files.Key}} {
		if file[1] != "" {
			add(file[0], c.sh.word(file[1]))
		}
	}
	switch {
	case c.r.Method == "HEAD" && body:
		add("-X", "HEAD", "-m", "10") // the only way to give HEAD a body; curl then waits for content that never comes
	case c.r.Method != "HEAD" && (c.r.Method != "GET" || body):
		add("-X", c.method())
	}
	origin := c.base.Scheme + "://" + c.base.Host
	if plain {
		add(c.sh.word(origin + c.r.Target))
	} else {
		add(c.sh.word(origin), "--request-target", c.sh.word(c.r.Target))
	}
	add(c.fields()...)
	if !body {
		return "curl " + strings.Join(args, " ")
	}
	text := string(c.r.Body)
	if len(text) <= argLimit && line(text) == text {
		return "curl " + strings.Join(append(args, "--data-raw", c.sh.word(text)), " ")
	}
	return c.sh.print(text) + " | curl " + strings.Join(append(args, "--data-binary", "@-"), " ")
}

// method returns the method, quoted where it is not plainly a word.
func (c curl) method() string {
	if strings.IndexFunc(c.r.Method, func(r rune) bool { return r != '-' && (r >= 0x80 || !isWord(byte(r))) }) < 0 && c.r.Method[0] != '-' {
		return c.r.Method
	}
	return c.sh.word(c.r.Method)
}

// plainTarget reports whether curl takes the target as part of a URL and sends it unchanged: it would encode what is not ASCII,
// refuse spaces and drop a fragment.
func (c curl) plainTarget() bool {
	return c.r.Target[0] == '/' && strings.IndexFunc(c.r.Target, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '#' }) < 0
}

// dotSegments reports whether a path has segments that curl would resolve, encoded ones included.
func dotSegments(path string) bool {
	path = strings.NewReplacer("%2e", ".", "%2E", ".").Replace(path)
	return slices.ContainsFunc(strings.Split(path, "/"), func(s string) bool { return s == "." || s == ".." })
}

// fields returns the arguments that make curl send the header fields of r and no other.
func (c curl) fields() []string {
	var args []string
	header := func(s string) { args = append(args, "-H", c.sh.word(s)) }
	for _, f := range c.r.Fields {
		switch {
		case f.Is("Host") && f.Value == c.ownHost():
		case f.Is("Content-Length") && c.r.Body != nil && f.Value == strconv.Itoa(len(c.r.Body)) &&
			len(c.r.Fields.Values("Content-Length")) == 1:
		case f.Name == "Authorization" && c.login(f.Value) != "":
			args = append(args, "-u", `"`+c.login(f.Value)+`"`)
		case strings.Trim(f.Value, " \t") == "":
			header(f.Name + ";")
		default:
			header(f.Name + ": " + f.Value)
		}
	}
	has := func(name string) bool { _, ok := c.r.Fields.Get(name); return ok }
	if !has("Host") && c.base.Host != c.ownHost() {
		header("Host: " + c.base.Host)
	}
	for _, name := range []string{"User-Agent", "Accept"} {
		if !has(name) {
			header(name + ":")
		}
	}
	if c.r.Body != nil && !has("Content-Type") {
		header("Content-Type:")
	}
	if len(c.r.Body) >= expectSize && !has("Expect") {
		header("Expect:")
	}
	return args
}

// ownHost returns the Host field that curl writes by itself: without the scheme's own port.
func (c curl) ownHost() string {
	own := map[string]string{"http": "80", "https": "443"}[c.base.Scheme]
	return strings.TrimSuffix(c.base.Host, ":"+own)
}

// login returns the expression to give to -u for the value of the only Authorization field, empty where it is not that of a basic
// credential.
func (c curl) login(value string) string {
	if c.sh.secrets == nil || len(c.r.Fields.Values("Authorization")) > 1 {
		return ""
	}
	for _, s := range c.sh.secrets.secrets {
		if s.Kind == "basic" && strings.Contains(s.Value, ":") && s.Shell != "" &&
			value == "Basic "+base64.StdEncoding.EncodeToString([]byte(s.Value)) {
			return s.Shell
		}
	}
	return ""
}

// rawLine returns a line that prints the request as it goes on the wire.
func (c curl) rawLine() string {
	printed := c.sh.print(string(c.r.Bytes(c.base.Host)))

	host, port := c.base.Hostname(), c.base.Port()
	if c.base.Scheme != "https" {
		if port == "" {
			port = "80"
		}
		return printed + " | nc -w 2 " + c.sh.word(host) + " " + port // where the server keeps the connection, nc would wait
	}
	if port == "" {
		port = "443"
	}
	command := printed + " | openssl s_client -quiet -connect " + c.sh.word(net.JoinHostPort(host, port)) + " -servername " + c.sh.word(host)
	for _, file := range [][2]string{{"-CAfile", c.files.CACert}, {"-cert", c.files.Cert}, {"-key", c.files.Key}} {
		if file[1] != "" {
			command += " " + file[0] + " " + c.sh.word(file[1])
		}
	}
	return command
}
