package exchange

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"time"
)

const (
	// inline is how long a request may be to be written before its answer is read. A longer one is written while the
	// answer is read: the target may refuse it and stop reading.
	inline = 16 << 10

	// A HEAD's answer is watched for content that must not follow, strayTrips times as long as the connection took to open, within
	// these bounds: it comes in the same breath or not at all, and the connection can do nothing else meanwhile.
	strayTrips = 4
	strayLeast = 2 * time.Millisecond
	strayMost  = 20 * time.Millisecond

	// closeWait is how long a target has to close a connection after its answer, where that is watched. It takes no round trip: the
	// end, or another answer, comes right behind the first. It is far less than servers keep idle connections.
	closeWait = 500 * time.Millisecond

	// steadyFor is how long after an answer a connection is not given up for being idle: servers keep them for seconds.
	steadyFor = 200 * time.Millisecond
)

// conn is a connection to the target, or to the proxy that speaks for it. One exchange at a time uses it.
type conn struct {
	net.Conn // what requests are written to: TCP, or TLS on it
	tcp      net.Conn
	socket   *socket // of tcp; nil where it has none
	in       answers
	out      []byte          // the request, reused
	unsent   []byte          // the request that goes out before the next read; nil: none
	lost     error           // why it did not go out whole
	bound    <-chan struct{} // of the context that it ends with; nil: of none
	unbind   func() bool     // false if that context has ended; nil where bound is
	ended    <-chan struct{} // closed once the end of the context has moved the deadline
	opening  time.Duration   // what it took to open: a round trip at least
	kept     int             // exchanges that it was kept after
	closed   func()          // tells whoever counts connections; nil: nobody does
	done     time.Time       // when the last byte of the last answer had come
}

func newConn(tcp, to net.Conn, maxHead, maxBody int) *conn {
	c := &conn{Conn: to, tcp: tcp, socket: newSocket(tcp)}
	c.in = answers{Reader: bufio.NewReaderSize(c, 8<<10), maxHead: maxHead, maxBody: maxBody}
	return c
}

// drop closes the connection at once. TLS's farewell would wait for a peer that has stopped reading.
func (c *conn) drop() {
	c.tcp.Close()
	if c.unbind != nil {
		c.unbind()
	}
	if c.closed != nil {
		c.closed()
	}
}

// past is a deadline that ends what waits on a connection.
var past = time.Unix(1, 0)

// bind has the connection end with the context from now on, in place of another. It stays bound between exchanges, for most of them
// have the same one: to bind it for each takes 0.6 us of 8, and four allocations of nine.
func (c *conn) bind(ctx context.Context) {
	done := ctx.Done()
	if done == c.bound {
		return
	}
	if c.bound != nil && !c.unbind() {
		<-c.ended // or it would move a deadline that is not its own
	}
	if c.bound, c.unbind = done, nil; done != nil {
		ended := make(chan struct{})
		c.ended = ended
		c.unbind = context.AfterFunc(ctx, func() {
			c.SetDeadline(past)
			close(ended)
		})
	}
}

// limit sets the deadline of everything on the connection, which is bound to the context.
func (c *conn) limit(ctx context.Context, deadline time.Time) {
	c.SetDeadline(deadline)
	if ctx.Err() != nil { // perhaps it ended before
		c.SetDeadline(past)
	}
}

// steady reports whether the target surely leaves the connection open while one more request is on its way: it has done so after
// an answer before, and the last one was given just now.
func (c *conn) steady() bool { return c.kept > 1 && time.Since(c.done) < steadyFor }

// stale is the failure of an exchange that did not begin, on a connection that was kept: the target has closed it, or has said something
// on it that nobody asked for.
var stale = &Failure{Closed, errors.New("the connection cannot be used again")}

// quiet reports whether the connection can be used for an exchange, as every fresh one can.
func (c *conn) quiet() bool { return c.kept == 0 || c.socket != nil && c.socket.quiet() }

// Read reads what has come; before that it sends the request that is not sent yet.
func (c *conn) Read(b []byte) (n int, err error) {
	if c.unsent == nil {
		return c.Conn.Read(b)
	}
	rest := c.unsent
	c.unsent, c.lost = nil, nil
	if c.Conn == c.tcp && c.socket != nil {
		rest, n, err = c.socket.ask(rest, b)
	} else if !c.quiet() {
		return 0, stale
	}
	came := n > 0 || err != nil
	switch {
	case len(rest) == 0:
		return n, err
	case came && c.kept > 0:
		return 0, stale
	}
	// Whatever comes of it, the answer is read: a target that refuses a request may close before it has read all of it.
	_, c.lost = c.Conn.Write(rest)
	if came {
		return n, err
	}
	return c.Conn.Read(b)
}

// exchange writes the request and reads its answer into answer before the deadline. The connection can be used again if keep.
func (c *conn) exchange(ctx context.Context, deadline time.Time, r Request, w way, answer *Answer) (a *Answer, keep bool, f *Failure) {
	c.bind(ctx)
	c.limit(ctx, deadline)
	c.out = r.appendHead(c.out[:0], w)
	switch length := len(c.out) + len(r.Body); {
	case length <= inline:
		c.out = append(c.out, r.Body...)
		c.unsent = c.out
		a, keep, f = c.in.read(answer, r.Method)
		keep = keep && c.lost == nil
	case !c.quiet():
		f = stale
	default:
		written := make(chan error, 1)
		go func() { written <- c.write(c.out, r.Body) }()
		a, keep, f = c.in.read(answer, r.Method)
		c.SetWriteDeadline(past) // an answer is final: what is not written by now need not be
		keep = <-written == nil && keep
	}
	c.done = time.Now()
	if a != nil && a.Flaw == nil && bodiless(a, r.Method) {
		a.Body = c.stray(r.Method, deadline)
	}
	keep = keep && !c.more() && !r.Fields.has("Connection", "close")
	if a != nil {
		a.Flaw = interrupted(ctx, a.Flaw)
	}
	return a, keep && ctx.Err() == nil, interrupted(ctx, f)
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
		if soon := c.done.Add(strayWait(c.opening)); soon.Before(deadline) {
			c.SetReadDeadline(soon)
		}
		_, _ = c.in.Peek(1) // what came shows in Buffered
	}
	if !c.more() {
		return nil
	}
	content, _ := c.in.Peek(c.in.Buffered())
	return append([]byte(nil), content...)
}

// more reports whether something has been read beyond the answer. TLS may keep a record to itself that came together with the last
// one: it gives that, but waits for no other.
func (c *conn) more() bool {
	if c.in.Buffered() > 0 || c.Conn == c.tcp {
		return c.in.Buffered() > 0
	}
	c.SetReadDeadline(past)
	_, err := c.in.Peek(1)
	return !timedOut(err)
}

// strayWait is how long content may take to follow on a connection that took this long to open.
func strayWait(opening time.Duration) time.Duration {
	return min(max(strayTrips*opening, strayLeast), strayMost)
}

// after returns what the target does with the connection after its answer.
func (c *conn) after(ctx context.Context, deadline time.Time) *After {
	if soon := time.Now().Add(closeWait); soon.Before(deadline) {
		deadline = soon
	}
	c.limit(ctx, deadline)
	if _, err := c.in.Peek(1); err != nil {
		return &After{Closed: !timedOut(err)}
	}
	head, f := c.in.head(true)
	if f != nil {
		return &After{Stray: true}
	}
	var another Answer
	another.setStatus(head)
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
