package exchange

import (
	"bufio"
	"context"
	"crypto/tls"
	"net"
	"strings"
	"time"
)

const (
	// inline is how long a request may be to be written before its answer is read. A longer one is written while the
	// answer is read: the target may refuse it and stop reading.
	inline = 16 << 10

	// strayWait is how long a HEAD's answer is watched for content that must not follow. It comes in the same breath
	// or not at all.
	strayWait = 20 * time.Millisecond

	// closeWait is how long a target has to close a connection after its answer, where that is watched. It takes no round trip: the
	// end, or another answer, comes right behind the first. It is far less than servers keep idle connections.
	closeWait = 500 * time.Millisecond
)

// conn is a connection to the target, or to the proxy that speaks for it. One exchange at a time uses it.
type conn struct {
	net.Conn // what requests are written to: TCP, or TLS on it
	tcp      net.Conn
	in       answers
	out      []byte // the request, reused
	reused   bool
	closed   func()    // tells whoever counts connections; nil: nobody does
	done     time.Time // when the last byte of the answer had come
}

func newConn(tcp, to net.Conn, maxHead, maxBody int) *conn {
	in := answers{Reader: bufio.NewReaderSize(to, 8<<10), maxHead: maxHead, maxBody: maxBody}
	return &conn{Conn: to, tcp: tcp, in: in}
}

// drop closes the connection at once. TLS's farewell would wait for a peer that has stopped reading.
func (c *conn) drop() {
	c.tcp.Close()
	if c.closed != nil {
		c.closed()
	}
}

// guard sets the deadline of everything on to, and moves it into the past when the context is cancelled. The caller
// must call release; it returns false if that has happened.
func guard(ctx context.Context, to net.Conn, deadline time.Time) (release func() bool) {
	to.SetDeadline(deadline)
	if ctx.Done() == nil {
		return func() bool { return true }
	}
	return context.AfterFunc(ctx, func() { to.SetDeadline(time.Unix(1, 0)) })
}

// exchange writes the request and reads its answer before the deadline. The connection can be used again if keep.
func (c *conn) exchange(ctx context.Context, deadline time.Time, r Request, w way) (a *Answer, keep bool, f *Failure) {
	release := guard(ctx, c, deadline)
	c.out = r.appendHead(c.out[:0], w)
	length := len(c.out) + len(r.Body)
	if length <= inline {
		c.out = append(c.out, r.Body...)
		_, err := c.Write(c.out)
		// The answer is read even so: a target that refuses a request may close before it has read all of it.
		a, keep, f = c.in.read(r.Method)
		keep = keep && err == nil
	} else {
		written := make(chan error, 1)
		go func() { written <- c.write(c.out, r.Body) }()
		a, keep, f = c.in.read(r.Method)
		c.SetWriteDeadline(time.Unix(1, 0)) // an answer is final: what is not written by now need not be
		keep = <-written == nil && keep
		c.out = nil
	}
	c.done = time.Now()
	if a != nil && a.Flaw == nil && bodiless(a, r.Method) {
		a.Body = c.stray(r.Method, deadline)
	}
	keep = keep && c.in.Buffered() == 0 && !r.Fields.has("Connection", "close")
	if !release() {
		keep = false
	}
	if a != nil {
		a.Flaw = interrupted(ctx, a.Flaw)
	}
	return a, keep, interrupted(ctx, f)
}

// write writes the parts of a request.
func (c *conn) write(parts ...[]byte) error {
	for _, part := range parts {
		if _, err := c.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// bodiless reports whether no content may follow an answer to method (RFC 9112, section 6.3).
func bodiless(a *Answer, method string) bool {
	return method == "HEAD" || a.Status == 204 || a.Status == 304
}

// stray returns what came after an answer that has no content, nil for nothing. That is a defect of the target that
// nobody sees who stops reading where the answer should end.
func (c *conn) stray(method string, deadline time.Time) []byte {
	if c.in.Buffered() == 0 && method == "HEAD" {
		if soon := time.Now().Add(strayWait); soon.Before(deadline) {
			c.SetReadDeadline(soon)
		}
		_, _ = c.in.Peek(1) // what came shows in Buffered
	}
	if c.in.Buffered() == 0 {
		return nil
	}
	content, _ := c.in.Peek(c.in.Buffered())
	return append([]byte(nil), content...)
}

// after returns what the target does with the connection after its answer.
func (c *conn) after(ctx context.Context, deadline time.Time) *After {
	if soon := time.Now().Add(closeWait); soon.Before(deadline) {
		deadline = soon
	}
	defer guard(ctx, c, deadline)()
	if _, err := c.in.Peek(1); err != nil {
		return &After{Closed: !timedOut(err)}
	}
	head, f := c.in.head(true)
	if f != nil {
		return &After{Stray: true}
	}
	var another Answer
	line, _, _ := strings.Cut(head, "\n")
	another.parseStatus(strings.TrimSuffix(line, "\r")) // head has checked it
	return &After{Status: another.Status}
}

// farewell closes an idle connection the way its protocol wants it.
func (c *conn) farewell() {
	if session, ok := c.Conn.(*tls.Conn); ok {
		session.SetDeadline(time.Now().Add(time.Second))
		session.Close()
	}
	c.drop()
}
