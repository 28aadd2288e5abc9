package exchange

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/net/http/httpguts"
)

// maxTries2 bounds how often net/http sends a request again that the server says it has not processed: one such answer
// is the ordinary end of a connection.
const maxTries2 = 2

// newTransport returns the HTTP/2 lane. Its connections are dialled like all others; it adds, follows and unpacks
// nothing.
func (c *Client) newTransport() *http.Transport {
	var protocols http.Protocols
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true)
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, c.config.Timeout)
		defer cancel()
		_, conn, err := c.route.dial(ctx, "h2")
		if session, ok := conn.(*tls.Conn); ok && session.ConnectionState().NegotiatedProtocol != "h2" {
			conn.Close()
			return nil, failure(TLS, "the server does not speak HTTP/2")
		}
		return conn, err
	}
	return &http.Transport{
		Protocols:              &protocols,
		DialContext:            dial,
		DialTLSContext:         dial,
		DisableCompression:     true,
		MaxResponseHeaderBytes: int64(c.config.MaxHead),
	}
}

// over2 sends e's request over HTTP/2. Order and case of field names are lost there, in both directions; answers give
// their fields sorted by name.
func (c *Client) over2(ctx context.Context, deadline time.Time, e *Exchange, o Options) (*Answer, *Failure) {
	defer func() { e.Duration = time.Since(e.Start) }()
	request, err := e.Request.for2(c.config.Target.Scheme, c.way.authority)
	if err != nil {
		return nil, &Failure{Unsendable, err}
	}
	a := &Answer{}
	var tooMany, broke atomic.Bool
	var tries int
	limited, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	traced := httptrace.WithClientTrace(limited, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) {
			if tries++; tries > maxTries2 {
				cancel()
				return
			}
			if !c.config.Budget.take(o.Undoes) {
				broke.Store(true)
				cancel()
				return
			}
			e.Start = time.Now()
			c.requests.Add(1)
		},
		Got1xxResponse: func(code int, _ textproto.MIMEHeader) error {
			if a.Interim = append(a.Interim, code); len(a.Interim) > maxInterim {
				tooMany.Store(true)
				return errTooLong
			}
			return nil
		},
	})
	response, err := c.http2.RoundTrip(request.WithContext(traced))
	switch {
	case broke.Load():
		if err == nil {
			response.Body.Close()
		}
		return nil, spent()
	case err == nil:
	case tooMany.Load():
		return nil, failure(TooLong, "more than %d interim responses", maxInterim)
	case tries > maxTries2:
		return nil, failure(Closed, "the server reset the stream or left the connection %d times in a row", maxTries2)
	default:
		return nil, interrupted(ctx, failed2(err, Closed, "before an answer"))
	}
	defer response.Body.Close()
	a.Proto, a.Status, a.Fields = response.Proto, response.StatusCode, sorted(response.Header)
	in := answers{maxBody: c.config.MaxBody}
	a.Body, err = io.ReadAll(io.LimitReader(response.Body, int64(in.maxBody)+1))
	switch {
	case err != nil:
		a.Flaw = interrupted(ctx, failed2(err, Cut, "within the content"))
	case len(a.Body) > in.maxBody:
		a.Flaw = in.stopped(errTooLong, "")
	}
	a.Body = a.Body[:min(len(a.Body), in.maxBody)]
	a.Trailer = sorted(response.Trailer)
	return a, nil
}

// failed2 says why there is no answer over HTTP/2, or no whole one: a failure of kind where nothing closer is known.
func failed2(err error, kind Kind, where string) *Failure {
	var f *Failure
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, context.Canceled):
		return failure(Interrupted, "the run was ended")
	case timedOut(err):
		return failure(Timeout, "the deadline passed %s", where)
	case strings.Contains(err.Error(), "header list larger"), strings.Contains(err.Error(), "COMPRESSION_ERROR"): // they have no exported name
		return failure(TooLong, "the header section is longer than the client's limit, or cannot be unpacked")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return failure(kind, "the connection ended %s", where)
	}
	text := plain(err)
	if _, cause, ok := strings.Cut(text, "cannot retry err ["); ok { // net/http's advice to its caller is not for users
		text, _, _ = strings.Cut(cause, "]")
	}
	return failure(kind, "%s: %s", where, text)
}

// sorted returns header as fields, by name.
func sorted(header http.Header) Fields {
	var fields Fields
	for name, values := range header {
		for _, value := range values {
			fields = append(fields, Field{name, value})
		}
	}
	slices.SortStableFunc(fields, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	return fields
}

// for2 returns the request for net/http's HTTP/2, or the reason why it would not be sent there as written. What
// HTTP/2 has no place for is refused, not repaired (RFC 9113, section 8.2).
func (r Request) for2(scheme, authority string) (*http.Request, error) {
	switch {
	case r.Line != "" || r.NoHost:
		return nil, errors.New("over HTTP/2 there is no request line, and no Host field")
	case !httpguts.ValidHeaderFieldName(r.Method):
		return nil, errors.New("over HTTP/2 a method must be a token")
	case r.Method == http.MethodConnect:
		return nil, errors.New("over HTTP/2 CONNECT is another kind of request")
	case r.Target != "*" && !strings.HasPrefix(r.Target, "/"):
		return nil, errors.New("over HTTP/2 a request-target must be a path or *")
	case strings.ContainsFunc(r.Target, func(c rune) bool { return c <= ' ' || c >= 0x7f }):
		return nil, errors.New("over HTTP/2 a request-target must be visible ASCII")
	}
	header := make(http.Header, len(r.Fields)+1)
	for _, f := range r.Fields {
		if err := f.for2(); err != nil {
			return nil, err
		}
		header.Add(f.Name, f.Value)
	}
	switch agent := header["User-Agent"]; {
	case agent == nil:
		header["User-Agent"] = []string{""} // or net/http adds its own
	case len(agent) > 1 || agent[0] == "":
		return nil, errors.New("over HTTP/2 User-Agent must stand once, and not be empty: net/http drops the rest")
	}
	request := &http.Request{
		Method: r.Method,
		URL:    &url.URL{Scheme: scheme, Host: authority, Opaque: "//" + authority + r.Target}, // written as it is
		Host:   authority,
		Header: header,
	}
	if len(r.Body) > 0 {
		request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(r.Body)), int64(len(r.Body))
	}
	return request, nil
}

// for2 returns why the field would not be sent over HTTP/2 as written.
func (f Field) for2() error {
	switch name := strings.ToLower(f.Name); {
	case !httpguts.ValidHeaderFieldName(f.Name):
		return errors.New("over HTTP/2 a field name must be a token")
	case !httpguts.ValidHeaderFieldValue(f.Value):
		return errors.New("over HTTP/2 a value of " + f.Name + " must have no control character")
	case trimSpace(f.Value) != f.Value:
		return errors.New("over HTTP/2 a value of " + f.Name + " must not begin or end with whitespace")
	case slices.Contains([]string{"host", "content-length", "transfer-encoding"}, name):
		return errors.New("over HTTP/2 " + f.Name + " is not written by hand: the protocol says the same in its own way")
	case slices.Contains([]string{"connection", "proxy-connection", "keep-alive", "upgrade", "http2-settings"}, name),
		name == "te" && f.Value != "trailers":
		return errors.New("over HTTP/2 there is no " + f.Name + ": it speaks of a connection")
	}
	return nil
}
