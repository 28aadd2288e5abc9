package exchange

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// only2 starts a server over TLS that takes HTTP/2 and nothing else.
func only2(t *testing.T, ca *authority, handler http.HandlerFunc) *url.URL {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	config := ca.server(&x509.Certificate{})
	config.NextProtos = []string{"h2"}
	// Package tls lets an HTTP/1.1 client in where only h2 is on offer; other servers do not.
	refusing := config.Clone()
	refusing.NextProtos = []string{"other"}
	config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		for _, protocol := range hello.SupportedProtos {
			if protocol == "h2" {
				return nil, nil
			}
		}
		return refusing, nil
	}
	server.TLS, server.EnableHTTP2 = config, true
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	target, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

func TestHTTP2IsSpokenWhereNothingElseIs(t *testing.T) {
	ca := newAuthority(t)
	target := only2(t, ca, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Date", "")
		w.Header().Set("Trailer", "T")
		w.Header()["X-Seen"] = []string{r.Method + " " + r.RequestURI + " " + r.Host, r.UserAgent(), r.Header.Get("Accept-Encoding"), r.Header.Get("A")}
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusNotFound)
		w.Write(body)
		w.Header().Set("T", "u")
	})
	for _, wanted := range []bool{false, true} {
		c := client(t, Config{Target: target, TLS: ca.trust(), HTTP2: wanted})
		for range 2 {
			r := Request{Method: "p0st", Target: "//a/%2F?b=%q;c", Fields: Fields{{"a", "1"}}, Body: []byte("abc")}
			e := c.Send(t.Context(), r, Options{})
			if e.Failure != nil {
				t.Fatal(e.Failure)
			}
			seen := Field{"X-Seen", "p0st //a/%2F?b=%q;c " + target.Host}
			want := &Answer{Proto: "HTTP/2.0", Status: 404, Body: []byte("abc"), Interim: []int{103}, Trailer: Fields{{"T", "u"}},
				Fields: Fields{{"Content-Length", "3"}, {"Date", ""}, seen, {"X-Seen", ""}, {"X-Seen", ""}, {"X-Seen", "1"}}}
			e.Answer.Fields = slicesWithout(e.Answer.Fields, "Content-Type")
			if diff := cmp.Diff(want, e.Answer, byError); diff != "" {
				t.Error(diff)
			}
			if e.Start.IsZero() || e.Duration <= 0 {
				t.Errorf("start %v, duration %v", e.Start, e.Duration)
			}
		}
		if c.Requests() != 2 {
			t.Errorf("%d requests, want 2", c.Requests())
		}
	}
}

// slicesWithout takes the lines of name out.
func slicesWithout(fs Fields, name string) Fields {
	return Request{Fields: fs}.WithoutField(name).Fields
}

func TestHTTP2IsBounded(t *testing.T) {
	ca := newAuthority(t)
	ended, arrived := make(chan struct{}), make(chan struct{})
	target := only2(t, ca, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/endless":
			for block := make([]byte, 4096); ; {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		case "/head":
			w.Header().Set("A", strings.Repeat("x", 200<<10))
		case "/fields":
			w.Header()["A"] = slices.Repeat([]string{strings.Repeat("x", 100)}, 1000) // small on the wire, large unpacked
		case "/interim":
			for range 100 {
				w.WriteHeader(http.StatusProcessing)
			}
		case "/cut":
			io.WriteString(w, "abc")
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		case "/dead":
			panic(http.ErrAbortHandler)
		case "/half":
			io.WriteString(w, "abc")
			w.(http.Flusher).Flush()
			<-ended
		case "/silent":
			<-ended
		case "/cancelled":
			close(arrived)
			<-ended
		case "/redirect":
			http.Redirect(w, r, "/endless", http.StatusFound)
		}
	})
	t.Cleanup(func() { close(ended) })
	for path, want := range map[string]string{
		"/endless": "200 too-long", "/head": "too-long", "/fields": "too-long", "/interim": "too-long", "/cut": "200 cut", "/dead": "closed",
		"/half": "200 timeout", "/silent": "timeout", "/redirect": "302",
	} {
		t.Run(path, func(t *testing.T) {
			config := Config{Target: target, TLS: ca.trust(), HTTP2: true, MaxBody: 100 << 10}
			if strings.HasSuffix(want, "timeout") {
				config.Timeout = 2 * short
			}
			e := client(t, config).Send(t.Context(), get.WithTarget(path), Options{})
			if got := outcome(e); got != want {
				t.Errorf("got %s (%v), want %s", got, e.Failure, want)
			}
			if e.Answer != nil && len(e.Answer.Body) > config.MaxBody {
				t.Errorf("%d bytes of content, want %d at most", len(e.Answer.Body), config.MaxBody)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	c := client(t, Config{Target: target, TLS: ca.trust(), HTTP2: true})
	go func() {
		<-arrived
		cancel()
	}()
	if got := outcome(c.Send(ctx, get.WithTarget("/cancelled"), Options{})); got != "interrupted" {
		t.Errorf("a cancelled context: got %s, want interrupted", got)
	}
}

func TestStreamThatIsResetIsTheEnd(t *testing.T) {
	ca := newAuthority(t)
	// The server cannot parse the target, which it says with a PROTOCOL_ERROR that net/http would send again for.
	target := only2(t, ca, func(w http.ResponseWriter, r *http.Request) {})
	for _, test := range []struct {
		request Request
		want    string
	}{
		{get.WithTarget("/%zz"), "closed: the server reset the stream or left the connection 2 times in a row"},
		{Request{Method: "POST", Target: "/%zz", Body: []byte("x")}, "closed: before an answer: stream error: stream ID 1; PROTOCOL_ERROR; received from peer"},
	} {
		e := client(t, Config{Target: target, TLS: ca.trust(), HTTP2: true}).Send(t.Context(), test.request, Options{})
		if e.Failure == nil || e.Failure.Error() != test.want {
			t.Errorf("%s: got %v, want %q", test.request.Method, e.Failure, test.want)
		}
	}
}

func TestHTTP2Fails(t *testing.T) {
	ca, other := newAuthority(t), newAuthority(t)
	only1 := secure(t, ca.server(&x509.Certificate{}), ok)
	stranger := other.server(&x509.Certificate{})
	stranger.NextProtos = []string{"h2"}
	silent := ca.server(&x509.Certificate{})
	silent.NextProtos = nil
	for name, test := range map[string]struct {
		target *url.URL
		want   string
	}{
		"where only HTTP/1.1 is spoken":       {only1, "tls: the server ended the TLS handshake: no application protocol"},
		"where no protocol is negotiated":     {secure(t, silent, ok), "tls: the server does not speak HTTP/2"},
		"where the certificate is a stranger": {secure(t, stranger, ok), "tls: the server's certificate is signed by an authority that is not trusted: give its CA file"},
	} {
		t.Run(name, func(t *testing.T) {
			e := client(t, Config{Target: test.target, TLS: ca.trust(), HTTP2: true}).Send(t.Context(), get, Options{})
			if e.Failure == nil || e.Failure.Error() != test.want {
				t.Errorf("got %v, want %q", e.Failure, test.want)
			}
		})
	}
}

func TestHTTP2WithoutTLS(t *testing.T) {
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Proto) }))
	server.Config.Protocols = &protocols
	server.Start()
	t.Cleanup(server.Close)
	target, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	e := client(t, Config{Target: target, HTTP2: true}).Send(t.Context(), get, Options{})
	if outcome(e) != "200" || string(e.Answer.Body) != "HTTP/2.0" {
		t.Errorf("got %s: %v", outcome(e), e.Failure)
	}
}

func TestHTTP2ThroughTunnel(t *testing.T) {
	ca := newAuthority(t)
	target := only2(t, ca, func(w http.ResponseWriter, r *http.Request) {})
	asked := make(chan *http.Request, 4)
	proxy := tunnelling(t, asked, func(c net.Conn) net.Conn { return c })
	e := client(t, Config{Target: target, TLS: ca.trust(), Proxy: through(proxy, nil)}).Send(t.Context(), get, Options{})
	if outcome(e) != "200" || len(asked) != 2 { // one tunnel for each protocol
		t.Errorf("got %s (%v) through %d tunnels", outcome(e), e.Failure, len(asked))
	}
}

func TestUnsendableOverHTTP2(t *testing.T) {
	ca := newAuthority(t)
	target := only2(t, ca, func(w http.ResponseWriter, r *http.Request) {})
	tests := []struct {
		name    string
		request Request
		want    string // empty: it is sent
	}{
		{"a plain request", get, ""},
		{"TE: trailers", get.WithField("TE", "trailers"), ""},
		{"OPTIONS *", Request{Method: "OPTIONS", Target: "*"}, ""},
		{"an empty value", get.WithField("Accept", ""), ""},
		{"no method", Request{Target: "/"}, "over HTTP/2 a method must be a token"},
		{"a method with a space", get.WithMethod("G T"), "over HTTP/2 a method must be a token"},
		{"CONNECT", get.WithMethod("CONNECT"), "over HTTP/2 CONNECT is another kind of request"},
		{"an absolute target", get.WithTarget("http://x/"), "over HTTP/2 a request-target must be a path or *"},
		{"an empty target", get.WithTarget(""), "over HTTP/2 a request-target must be a path or *"},
		{"a target with a space", get.WithTarget("/a b"), "over HTTP/2 a request-target must be visible ASCII"},
		{"a target with raw bytes", get.WithTarget("/\xff"), "over HTTP/2 a request-target must be visible ASCII"},
		{"a name with a space", get.WithField("a b", "c"), "over HTTP/2 a field name must be a token"},
		{"a value with a line end", get.WithField("A", "b\r\nc"), "over HTTP/2 a value of A must have no control character"},
		{"a value with a space around it", get.WithField("A", " b"), "over HTTP/2 a value of A must not begin or end with whitespace"},
		{"a Host of its own", get.WithField("host", "x"), "over HTTP/2 host is not written by hand: the protocol says the same in its own way"},
		{"a length of its own", get.WithField("Content-Length", "3"), "over HTTP/2 Content-Length is not written by hand: the protocol says the same in its own way"},
		{"a coding of its own", get.WithField("Transfer-Encoding", "chunked"), "over HTTP/2 Transfer-Encoding is not written by hand: the protocol says the same in its own way"},
		{"Connection", get.WithField("Connection", "close"), "over HTTP/2 there is no Connection: it speaks of a connection"},
		{"TE: gzip", get.WithField("TE", "gzip"), "over HTTP/2 there is no TE: it speaks of a connection"},
		{"two agents", get.WithAddedField("User-Agent", "a").WithAddedField("user-agent", "b"), "over HTTP/2 User-Agent must stand once, and not be empty: net/http drops the rest"},
	}
	c := client(t, Config{Target: target, TLS: ca.trust()})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := c.Requests()
			e := c.Send(t.Context(), test.request, Options{})
			got := ""
			if e.Failure != nil {
				got = e.Failure.Error()
			}
			if test.want != "" {
				test.want = "unsendable: " + test.want
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if want := map[bool]int64{true: 1, false: 0}[test.want == ""]; c.Requests()-before != want {
				t.Errorf("%d requests were written, want %d", c.Requests()-before, want)
			}
		})
	}
}

func TestManySendersOverHTTP2(t *testing.T) {
	ca := newAuthority(t)
	target := only2(t, ca, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.Path) })
	c := client(t, Config{Target: target, TLS: ca.trust()})
	var all sync.WaitGroup
	for sender := range 32 {
		all.Go(func() {
			path := "/" + strings.Repeat("x", sender)
			for range 10 {
				if e := c.Send(context.Background(), get.WithTarget(path), Options{}); e.Failure != nil || string(e.Answer.Body) != path {
					t.Errorf("%s: %v", path, e.Failure)
				}
			}
		})
	}
	all.Wait()
}
