package exchange

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"sync/atomic"
	"testing"
)

// together writes to a connection at once what is written to it while it is held.
type together struct {
	net.Conn
	held []byte
	hold bool
}

func (t *together) Write(p []byte) (int, error) {
	if t.hold {
		t.held = append(t.held, p...)
		return len(p), nil
	}
	return t.Conn.Write(p)
}

// release writes what was held.
func (t *together) release() {
	t.hold = false
	t.Write(t.held)
	t.held = nil
}

func TestRecordThatNobodyAskedForIsNoAnswer(t *testing.T) {
	ca := newAuthority(t)
	for name, test := range map[string]struct{ first, second, want string }{
		"another answer":   {ok, "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "ok"},
		"content of a 204": {"HTTP/1.1 204 No Content\r\n\r\n", "no", "no"},
	} {
		t.Run(name, func(t *testing.T) {
			var connections atomic.Int64
			target := listen(t, func(n int, c net.Conn) {
				connections.Store(int64(n))
				held := &together{Conn: c}
				session := tls.Server(held, ca.server(&x509.Certificate{}))
				for in := bufio.NewReader(session); ; {
					if _, ok := receive(in); !ok {
						return
					}
					held.hold = true
					io.WriteString(session, test.first) // each write is a record
					io.WriteString(session, test.second)
					held.release()
				}
			})
			target.Scheme = "https"
			c := client(t, Config{Target: target, TLS: ca.trust()})
			for n := range 3 {
				e := c.Send(t.Context(), get, Options{Repeatable: true})
				if e.Failure != nil || e.Answer.Status/100 != 2 || string(e.Answer.Body) != test.want {
					t.Errorf("request %d: answer %+v, failure %v", n+1, e.Answer, e.Failure)
				}
				if len(e.Attempts) > 0 || len(c.pool.idle) > 0 {
					t.Errorf("request %d: %d attempts, %d idle connections, want none", n+1, len(e.Attempts), len(c.pool.idle))
				}
			}
			if n := connections.Load(); n != 3 {
				t.Errorf("%d connections, want one for each request", n)
			}
		})
	}
}
