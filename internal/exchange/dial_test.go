package exchange

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// authority is a certificate authority and what it signs.
type authority struct {
	t    testing.TB
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string // its certificate
}

func newAuthority(t testing.TB) *authority {
	a := &authority{t: t, dir: t.TempDir()}
	a.file, _ = a.issue("ca", &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign})
	return a
}

// issue writes a certificate for 127.0.0.1 and its key to files.
func (a *authority) issue(name string, template *x509.Certificate) (certFile, keyFile string) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	template.SerialNumber, _ = rand.Int(rand.Reader, big.NewInt(1<<62))
	template.Subject = pkix.Name{CommonName: name}
	template.NotBefore = time.Now().Add(-time.Hour)
	if template.NotAfter.IsZero() {
		template.NotAfter = time.Now().Add(time.Hour)
	}
	if template.IPAddresses == nil && template.DNSNames == nil {
		template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	}
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		a.t.Fatal(err)
	}
	if a.cert == nil {
		a.key = key
		if a.cert, err = x509.ParseCertificate(der); err != nil {
			a.t.Fatal(err)
		}
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(a.dir, name+".pem"), filepath.Join(a.dir, name+"-key.pem")
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			a.t.Fatal(err)
		}
	}
	return certFile, keyFile
}

// server returns the configuration of a server with a certificate from template.
func (a *authority) server(template *x509.Certificate) *tls.Config {
	a.t.Helper()
	certificate, err := tls.LoadX509KeyPair(a.issue("server", template))
	if err != nil {
		a.t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"http/1.1"}}
}

// trust returns the configuration of a client that trusts a.
func (a *authority) trust() *tls.Config {
	a.t.Helper()
	config, err := TLSConfig(a.file, "", "")
	if err != nil {
		a.t.Fatal(err)
	}
	return config
}

// secure serves answer over TLS.
func secure(t testing.TB, config *tls.Config, answer string) *url.URL {
	target := listen(t, func(_ int, c net.Conn) {
		session := tls.Server(c, config)
		for in := bufio.NewReader(session); ; {
			if _, ok := receive(in); !ok {
				return
			}
			io.WriteString(session, answer)
		}
	})
	target.Scheme = "https"
	return target
}

func TestExchangeOverTLS(t *testing.T) {
	ca := newAuthority(t)
	target := secure(t, ca.server(&x509.Certificate{}), ok)
	c := client(t, Config{Target: target, TLS: ca.trust()})
	for _, method := range []string{"GET", "HEAD", "GET", "GET"} {
		if e := c.Send(t.Context(), get.WithMethod(method), Options{Repeatable: true, Malformed: method == "HEAD"}); e.Failure != nil {
			t.Fatal(method, e.Failure)
		}
		if len(c.pool.idle) != 1 { // the malformed HEAD has one of its own, which is not kept
			t.Errorf("after %s: %d idle connections, want 1", method, len(c.pool.idle))
		}
	}

	// Watching a HEAD's answer for content runs into a deadline, which TLS has to survive.
	head := client(t, Config{Target: secure(t, ca.server(&x509.Certificate{}), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"), TLS: ca.trust()})
	for range 2 {
		if e := head.Send(t.Context(), get.WithMethod("HEAD"), Options{Repeatable: true}); e.Failure != nil || len(head.pool.idle) != 1 {
			t.Fatal(e.Failure, len(head.pool.idle))
		}
	}
	before := c.pool.idle[0]
	if e := c.Send(t.Context(), get, Options{Repeatable: true}); e.Failure != nil || c.pool.idle[0] != before {
		t.Errorf("the connection was not used again: failure %v", e.Failure)
	}
	if large := (Request{Method: "POST", Target: "/", Body: make([]byte, 1<<20)}); outcome(c.Send(t.Context(), large, Options{Repeatable: true})) != "200" || len(c.pool.idle) != 1 {
		t.Errorf("a large request: %d idle connections, want 1", len(c.pool.idle))
	}
}

// refusing serves plain HTTP, and refuses whatever it gets.
func refusing(t testing.TB) *url.URL {
	return listen(t, func(_ int, c net.Conn) {
		c.Read(make([]byte, 1024))
		io.WriteString(c, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
		io.Copy(io.Discard, c)
	})
}

func TestNoSession(t *testing.T) {
	ca, other := newAuthority(t), newAuthority(t)
	plain := refusing(t)
	closing := listen(t, func(int, net.Conn) {})
	silent := listen(t, func(_ int, c net.Conn) { io.Copy(io.Discard, c) })
	for _, u := range []*url.URL{plain, closing, silent} {
		u.Scheme = "https"
	}
	old := ca.server(&x509.Certificate{})
	old.MaxVersion = tls.VersionTLS11
	old.MinVersion = tls.VersionTLS10
	mutual := ca.server(&x509.Certificate{})
	mutual.ClientAuth = tls.RequireAnyClientCert

	tests := []struct {
		name   string
		target *url.URL
		want   string // how the failure begins
	}{
		{"an unknown authority", secure(t, other.server(&x509.Certificate{}), ok),
			"tls: the server's certificate is signed by an authority that is not trusted: give its CA file"},
		{"another host", secure(t, ca.server(&x509.Certificate{DNSNames: []string{"other.test"}}), ok), "tls: cannot validate certificate for 127.0.0.1"},
		{"an expired certificate", secure(t, ca.server(&x509.Certificate{NotAfter: time.Now().Add(-time.Minute)}), ok), "tls: certificate has expired"},
		{"an old version", secure(t, old, ok), "tls: the server ended the TLS handshake: protocol version not supported"},
		{"a client certificate wanted", secure(t, mutual, ok), "tls: the server ended the TLS session: certificate required"},
		{"a server of plain HTTP", plain, "tls: the server does not speak TLS on this port: is it http?"},
		{"a server that closes", closing, "tls: the server closed the connection within the TLS handshake"},
		{"a silent server", silent, "timeout: the deadline passed within the TLS handshake"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			timeout := time.Duration(0)
			if test.target == silent {
				timeout = short
			}
			e := client(t, Config{Target: test.target, TLS: ca.trust(), Timeout: timeout}).Send(t.Context(), get, Options{})
			if e.Failure == nil || !strings.HasPrefix(e.Failure.Error(), test.want) {
				t.Errorf("got %v, want %q", e.Failure, test.want)
			}
		})
	}
}

func TestClientCertificate(t *testing.T) {
	ca := newAuthority(t)
	config := ca.server(&x509.Certificate{})
	config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
	config.ClientCAs.AddCert(ca.cert)
	target := secure(t, config, ok)

	cert, key := ca.issue("client", &x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	trust, err := TLSConfig(ca.file, cert, key)
	if err != nil {
		t.Fatal(err)
	}
	if got := outcome(client(t, Config{Target: target, TLS: trust}).Send(t.Context(), get, Options{})); got != "200" {
		t.Errorf("with the certificate: got %s, want 200", got)
	}
	if got := outcome(client(t, Config{Target: target, TLS: ca.trust()}).Send(t.Context(), get, Options{})); got != "tls" {
		t.Errorf("without: got %s, want tls", got)
	}
}

func TestTLSConfig(t *testing.T) {
	ca := newAuthority(t)
	cert, key := ca.issue("client", &x509.Certificate{})
	both := filepath.Join(ca.dir, "both.pem")
	var text []byte
	for _, file := range []string{cert, key} {
		part, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, part...)
	}
	empty := filepath.Join(ca.dir, "empty.pem")
	if err := os.WriteFile(both, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(empty, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	none := filepath.Join(ca.dir, "none.pem")

	good := []struct {
		name          string
		ca, cert, key string
		roots         bool
		certificates  int
	}{
		{"an authority", ca.file, "", "", true, 0},
		{"a certificate and its key", "", cert, key, false, 1},
		{"both in one file", ca.file, both, "", true, 1},
	}
	for _, test := range good {
		t.Run(test.name, func(t *testing.T) {
			config, err := TLSConfig(test.ca, test.cert, test.key)
			if err != nil {
				t.Fatal(err)
			}
			if (config.RootCAs != nil) != test.roots || len(config.Certificates) != test.certificates {
				t.Errorf("roots %t, %d certificates", config.RootCAs != nil, len(config.Certificates))
			}
		})
	}
	if config, err := TLSConfig("", "", ""); config != nil || err != nil {
		t.Errorf("without files: got %v, %v; want nothing", config, err)
	}

	bad := []struct{ name, ca, cert, key, want string }{
		{"a missing authority", none, "", "", "CA file: open " + none + ": no such file or directory"},
		{"an authority without certificate", empty, "", "", `CA file "` + empty + `": no certificate in it: give a PEM file`},
		{"a key alone", "", "", key, "client key without a certificate: give the certificate file too"},
		{"a certificate without a key in it", "", cert, "", `client certificate "` + cert + `", key "` + cert + `": tls: found a certificate rather than a key in the PEM for the private key`},
		{"another's key", "", cert, filepath.Join(ca.dir, "ca-key.pem"), `client certificate "` + cert + `", key "` + filepath.Join(ca.dir, "ca-key.pem") + `": tls: private key does not match public key`},
	}
	for _, test := range bad {
		t.Run(test.name, func(t *testing.T) {
			if _, err := TLSConfig(test.ca, test.cert, test.key); err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// through returns a proxy setting.
func through(proxy *url.URL, user *url.Userinfo) func(*url.URL) (*url.URL, error) {
	with := *proxy
	with.User = user
	return func(*url.URL) (*url.URL, error) { return &with, nil }
}

// tunnelling is a proxy that tunnels whatever is asked for, and tells of each CONNECT.
func tunnelling(t *testing.T, asked chan<- *http.Request, wrap func(net.Conn) net.Conn) *url.URL {
	return listen(t, func(_ int, c net.Conn) {
		c = wrap(c)
		r, err := http.ReadRequest(bufio.NewReader(c))
		if err != nil {
			return
		}
		asked <- r
		to, err := net.Dial("tcp", r.RequestURI)
		if err != nil {
			return
		}
		defer to.Close()
		io.WriteString(c, "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 Connection established\r\nX: y\r\n\r\n")
		go func() {
			io.Copy(to, c)
			to.Close()
		}()
		io.Copy(c, to)
	})
}

func TestTunnelThroughProxy(t *testing.T) {
	ca := newAuthority(t)
	target := secure(t, ca.server(&x509.Certificate{}), ok)
	session := ca.server(&x509.Certificate{})
	for scheme, wrap := range map[string]func(net.Conn) net.Conn{
		"http":  func(c net.Conn) net.Conn { return c },
		"https": func(c net.Conn) net.Conn { return tls.Server(c, session) },
	} {
		t.Run(scheme, func(t *testing.T) {
			asked := make(chan *http.Request, 1)
			proxy := tunnelling(t, asked, wrap)
			proxy.Scheme = scheme
			c := client(t, Config{Target: target, TLS: ca.trust(), Proxy: through(proxy, url.UserPassword("user", "hush"))})
			if e := c.Send(t.Context(), get, Options{}); e.Failure != nil {
				t.Fatal(e.Failure)
			}
			r := <-asked
			want := http.Header{"Proxy-Authorization": {"Basic dXNlcjpodXNo"}}
			if diff := cmp.Diff(want, r.Header); diff != "" || r.Method != "CONNECT" || r.Host != target.Host {
				t.Errorf("%s %s: %s", r.Method, r.Host, diff)
			}
			if e := c.Send(t.Context(), get, Options{}); e.Failure != nil || c.Requests() != 2 {
				t.Errorf("again: %v, %d requests", e.Failure, c.Requests())
			}
		})
	}
}

func TestForwardingProxy(t *testing.T) {
	seen := make(chan string, 1)
	proxy := listen(t, func(_ int, c net.Conn) {
		head := make([]byte, 1024)
		n, _ := c.Read(head)
		seen <- string(head[:n])
		io.WriteString(c, ok)
	})
	c := client(t, Config{Target: &url.URL{Scheme: "http", Host: "api.test"}, Proxy: through(proxy, nil)})
	if e := c.Send(t.Context(), get.WithTarget("/a?b"), Options{}); outcome(e) != "200" {
		t.Fatal(outcome(e), e.Failure)
	}
	if diff := cmp.Diff("GET http://api.test/a?b HTTP/1.1\r\nHost: api.test\r\n\r\n", <-seen); diff != "" {
		t.Error(diff)
	}
}

func TestProxyThatFails(t *testing.T) {
	gone := answering(t, ok)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	gone.Host = l.Addr().String()
	silent := listen(t, func(_ int, c net.Conn) { io.Copy(io.Discard, c) })
	plain := refusing(t)
	plain.Scheme = "https"
	tests := []struct {
		name   string
		scheme string // of the target
		proxy  *url.URL
		want   string
	}{
		{"a proxy that is not there", "http", gone, "proxy: no connection to the proxy: " + gone.Host + ": connection refused"},
		{"a tunnel refused", "https", answering(t, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"), "proxy: the proxy answered 407 to a CONNECT"},
		{"forwarding refused", "http", answering(t, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"), "proxy: the proxy answered 407: it wants other credentials"},
		{"a proxy that closes", "https", listen(t, func(int, net.Conn) {}), "proxy: no answer from the proxy to a CONNECT: the connection "},
		{"a proxy that is none", "https", answering(t, "hello\r\n"), `proxy: no answer from the proxy to a CONNECT: no status line: the answer starts with "hello"`},
		{"a proxy that says too much", "https", answering(t, "HTTP/1.1 200 OK\r\n\r\nhello"), "proxy: the proxy said more than its answer to a CONNECT"},
		{"a proxy that never ends", "https", answering(t, strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 100)), "proxy: no answer from the proxy to a CONNECT: more than 64 interim responses"},
		{"a silent proxy", "https", silent, "timeout: no answer from the proxy to a CONNECT: the deadline passed before the first byte of an answer"},
		{"a proxy without TLS", "http", plain, "proxy: no TLS with the proxy: the server does not speak TLS on this port: is it http?"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			config := Config{Target: &url.URL{Scheme: test.scheme, Host: "api.test"}, Proxy: through(test.proxy, url.UserPassword("user", "hush"))}
			if test.proxy == silent {
				config.Timeout = short
			}
			e := client(t, config).Send(t.Context(), get.WithTarget("/?key=hush"), Options{})
			if e.Failure == nil || !strings.HasPrefix(e.Failure.Error(), test.want) {
				t.Fatalf("got %v, want %q", e.Failure, test.want)
			}
			if strings.Contains(e.Failure.Error(), "hush") {
				t.Errorf("a secret in %q", e.Failure.Error())
			}
		})
	}
}

func TestProxyFromEnvironment(t *testing.T) {
	tests := []struct {
		name, variable, value, target string
		want                          string // URL or error
	}{
		{"of http", "HTTP_PROXY", "http://user:hush@proxy.test:3128", "http://api.test", "http://user:hush@proxy.test:3128"},
		{"of https", "HTTPS_PROXY", "proxy.test:3128", "https://api.test", "http://proxy.test:3128"},
		{"of the other scheme is none", "HTTPS_PROXY", "http://proxy.test", "http://api.test", ""},
		{"never of loopback", "HTTP_PROXY", "http://proxy.test", "http://127.0.0.1:80", ""},
		{"that is no URL", "HTTPS_PROXY", "http://user:hush@proxy.test:port", "https://api.test", "HTTPS_PROXY is neither a URL nor host:port: correct or unset it"},
		{"that is no URL, of the other scheme", "HTTPS_PROXY", "http://user:hush@proxy.test:port", "http://api.test", ""},
		{"there is none", "HTTP_PROXY", "", "http://api.test", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "REQUEST_METHOD"} {
				t.Setenv(name, "")
			}
			t.Setenv(test.variable, test.value)
			target, err := url.Parse(test.target)
			if err != nil {
				t.Fatal(err)
			}
			proxy, err := ProxyFromEnvironment()(target)
			got := ""
			switch {
			case err != nil:
				got = err.Error()
			case proxy != nil:
				got = proxy.String()
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	t.Setenv("HTTP_PROXY", "http://proxy.test")
	t.Setenv("NO_PROXY", ".test")
	if proxy, err := ProxyFromEnvironment()(&url.URL{Scheme: "http", Host: "api.test"}); proxy != nil || err != nil {
		t.Errorf("with NO_PROXY: got %v, %v; want none", proxy, err)
	}
}
