package exchange

import (
	"context"
	"errors"
	"math"
	"net"
	"net/url"
	"os"
	"syscall"
	"testing"
)

func TestNoConnection(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	e := client(t, Config{Target: &url.URL{Scheme: "http", Host: l.Addr().String()}}).Send(t.Context(), get, Options{})
	if e.Failure == nil || e.Failure.Kind != Refused || e.Failure.Error() != "refused: "+l.Addr().String()+": connection refused" {
		t.Errorf("got %v, want a refused connection", e.Failure)
	}
	if e.Start.IsZero() || e.Request.Method != "GET" {
		t.Errorf("got %+v, want start and request", e)
	}
}

func TestWhyThereIsNoConnection(t *testing.T) {
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"a name without address", dial(&net.DNSError{Err: "no such host", Name: "nowhere.test", Server: "192.0.2.1:53"}), `unresolved: no address for host "nowhere.test": no such host`},
		{"a deadline", dial(context.DeadlineExceeded), "timeout: api.test:80: no connection within the deadline"},
		{"a run that was ended", dial(context.Canceled), "interrupted: the run was ended"},
		{"a network that is not there", dial(os.NewSyscallError("connect", syscall.ENETUNREACH)), "refused: api.test:80: network is unreachable"},
		{"another cause", dial(errors.New("no route")), "refused: api.test:80: no route"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := unconnected(test.err, "api.test:80").Error(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestConfigIsChecked(t *testing.T) {
	proxy := func(text string, err error) func(*url.URL) (*url.URL, error) {
		return func(*url.URL) (*url.URL, error) {
			u, _ := url.Parse(text)
			return u, err
		}
	}
	here := &url.URL{Scheme: "http", Host: "api.test"}
	tests := []struct {
		name   string
		config Config
		want   string
	}{
		{"no target", Config{}, "target: no host: give the base URL of the API under test"},
		{"a port alone", Config{Target: &url.URL{Scheme: "http", Host: ":80"}}, "target: no host: give the base URL of the API under test"},
		{"another scheme", Config{Target: &url.URL{Scheme: "ftp", Host: "x"}}, `target: scheme "ftp" is not known: take http or https`},
		{"a password", Config{Target: &url.URL{Scheme: "http", Host: "x", User: url.UserPassword("u", "hush")}},
			"target: user and password in the URL are not sent: give them as a credential"},
		{"a negative limit", Config{Target: here, MaxBody: -1}, "a limit of the client is negative: take 0 for its default"},
		{"a rate that is none", Config{Target: here, Rate: math.NaN()}, "rate NaN is not a number of requests per second: take 0 for no limit"},
		{"a proxy of another kind", Config{Target: here, Proxy: proxy("socks5://u:hush@x", nil)}, `proxy: scheme "socks5" is not known: take an http or https proxy`},
		{"a proxy nowhere", Config{Target: here, Proxy: proxy("http://", nil)}, "proxy: no host in its URL"},
		{"a proxy setting that fails", Config{Target: here, Proxy: proxy("", &url.Error{Op: "parse", URL: "http://u:hush@x", Err: errors.New("bad port")})}, "proxy: bad port"},
		{"HTTP/2 through a plain proxy", Config{Target: here, HTTP2: true, Proxy: proxy("http://x", nil)},
			"HTTP/2 without TLS does not go through a proxy: take HTTP/1.1, an https target or no proxy"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, err := NewClient(test.config)
			if err == nil || err.Error() != test.want || c != nil {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
	if _, err := NewClient(Config{Target: here, Proxy: proxy("http://x", nil)}); err != nil {
		t.Errorf("a good configuration: %v", err)
	}
}
