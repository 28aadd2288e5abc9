package exchange

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"time"

	"golang.org/x/net/http/httpguts"
)

// route is how the target is reached.
type route struct {
	target  *url.URL
	proxy   *url.URL    // nil: none
	session *tls.Config // with the target
	hop     *tls.Config // with the proxy
	maxHead int
}

// newRoute returns the route to config's target through proxy, which may be nil.
func newRoute(config Config, proxy *url.URL) route {
	session := config.TLS.Clone()
	if session == nil {
		session = &tls.Config{}
	}
	if session.ClientSessionCache == nil {
		session.ClientSessionCache = tls.NewLRUClientSessionCache(0) // malformed requests cost a connection each
	}
	hop := session.Clone()
	hop.Certificates, hop.GetClientCertificate = nil, nil // the client certificate is for the target
	hop.ServerName, hop.NextProtos = "", []string{"http/1.1"}
	return route{config.Target, proxy, session, hop, config.MaxHead}
}

// dial connects to the target, to the proxy where that forwards requests, with TLS where the target wants it. There it
// offers protocol alone (ALPN), and returns errNoHTTP1 where the target does not take it. Both connections returned are
// the same without TLS.
func (r route) dial(ctx context.Context, protocol string) (tcp, conn net.Conn, err error) {
	first := r.target
	if r.proxy != nil {
		first = r.proxy
	}
	address := dialAddress(first)
	tcp, err = (&net.Dialer{KeepAlive: -1}).DialContext(ctx, "tcp", address) // a deadline tells sooner who has gone
	if err != nil {
		f := unconnected(err, address)
		if r.proxy != nil {
			f = ofProxy(f, "no connection to the proxy")
		}
		return nil, nil, f
	}
	if conn, err = r.climb(ctx, tcp, protocol); err != nil {
		tcp.Close()
		return nil, nil, err
	}
	return tcp, conn, nil
}

// errNoHTTP1 says that the target speaks TLS but no HTTP/1.1.
var errNoHTTP1 = errors.New("no HTTP/1.1")

// climb puts what the route needs on a TCP connection: TLS with the proxy, its tunnel, TLS with the target.
func (r route) climb(ctx context.Context, tcp net.Conn, protocol string) (net.Conn, error) {
	conn := tcp
	if r.proxy != nil && r.proxy.Scheme == "https" {
		session, err := handshake(ctx, conn, r.hop, r.proxy)
		if err != nil {
			return nil, ofProxy(noSession(err), "no TLS with the proxy")
		}
		conn = session
	}
	if r.target.Scheme != "https" {
		return conn, nil
	}
	if r.proxy != nil {
		if f := r.tunnel(ctx, conn); f != nil {
			return nil, interrupted(ctx, f)
		}
	}
	config := r.session.Clone()
	config.NextProtos = []string{protocol}
	session, err := handshake(ctx, conn, config, r.target)
	switch {
	case err == nil:
		return session, nil
	case protocol == "http/1.1" && refusesHTTP1(err):
		return nil, errNoHTTP1
	}
	return nil, noSession(err)
}

// handshake starts TLS with the host of to.
func handshake(ctx context.Context, conn net.Conn, config *tls.Config, to *url.URL) (*tls.Conn, error) {
	if config.ServerName == "" {
		config = config.Clone()
		config.ServerName = hostname(to)
	}
	session := tls.Client(conn, config)
	return session, session.HandshakeContext(ctx)
}

// tunnel asks the proxy for a tunnel to the target (RFC 9110, section 9.3.6).
func (r route) tunnel(ctx context.Context, conn net.Conn) *Failure {
	deadline, _ := ctx.Deadline()
	conn.SetDeadline(deadline)
	defer context.AfterFunc(ctx, func() { conn.SetDeadline(past) })()
	address := dialAddress(r.target)
	request := Request{Method: "CONNECT", Target: address}
	if _, err := conn.Write(request.appendHead(nil, way{authority: address, proxyAuth: basic(r.proxy.User)})); err != nil {
		return failure(Proxy, "the proxy did not take a CONNECT: %s", plain(err))
	}
	in := answers{Reader: bufio.NewReader(conn), maxHead: r.maxHead}
	for range maxInterim {
		head, f := in.head(true)
		var answer Answer
		if f == nil {
			answer.setStatus(head)
		}
		switch {
		case f != nil:
			return ofProxy(f, "no answer from the proxy to a CONNECT")
		case answer.Status/100 == 1:
			continue
		case answer.Status/100 != 2:
			return failure(Proxy, "the proxy answered %d to a CONNECT", answer.Status)
		case in.Buffered() > 0:
			return failure(Proxy, "the proxy said more than its answer to a CONNECT")
		}
		conn.SetDeadline(time.Time{})
		return nil
	}
	return failure(Proxy, "no answer from the proxy to a CONNECT: more than %d interim responses", maxInterim)
}

// ofProxy makes a failure the proxy's. A deadline that passed and a run that was ended stay what they are.
func ofProxy(f *Failure, what string) *Failure {
	kind := Proxy
	if f.Kind == Timeout || f.Kind == Interrupted {
		kind = f.Kind
	}
	return failure(kind, "%s: %w", what, f.Err)
}

// dialAddress returns the host and port of u.
func dialAddress(u *url.URL) string {
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	return net.JoinHostPort(hostname(u), port)
}

// hostname returns the host of u in ASCII.
func hostname(u *url.URL) string {
	if name, err := httpguts.PunycodeHostPort(u.Hostname()); err == nil {
		return name
	}
	return u.Hostname()
}
