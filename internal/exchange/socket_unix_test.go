//go:build unix

package exchange

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"
)

func TestWhatComesBetweenExchangesIsNoAnswer(t *testing.T) {
	const another = "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"
	ca := newAuthority(t)
	for name, second := range map[string]Request{
		"before a request":      get,
		"before a long request": {Method: "POST", Target: "/", Body: make([]byte, inline+1)},
	} {
		for _, scheme := range []string{"http", "https"} {
			t.Run(name+" over "+scheme, func(t *testing.T) {
				var connections atomic.Int64
				say, said := make(chan struct{}), make(chan struct{})
				target := listen(t, func(n int, c net.Conn) {
					connections.Store(int64(n))
					if scheme == "https" {
						c = tls.Server(c, ca.server(&x509.Certificate{}))
					}
					in := bufio.NewReader(c)
					receive(in)
					io.WriteString(c, ok)
					if n == 1 {
						<-say
						io.WriteString(c, another)
						close(said)
						receive(in)
					}
				})
				target.Scheme = scheme
				c := client(t, Config{Target: target, TLS: ca.trust(), Budget: NewBudget(2)})
				if e := c.Send(t.Context(), get, Options{Repeatable: true}); outcome(e) != "200" || len(c.pool.idle) != 1 {
					t.Fatalf("%s, %d idle connections; want 200 on one that is kept", outcome(e), len(c.pool.idle))
				}
				close(say)
				<-said
				e := c.Send(t.Context(), second, Options{Repeatable: true})
				if outcome(e) != "200" || len(e.Attempts) > 0 || connections.Load() != 2 || c.Requests() != 2 {
					t.Errorf("%s after %d attempts, %d connections, %d requests; want 200 at once, on a second connection",
						outcome(e), len(e.Attempts), connections.Load(), c.Requests())
				}
			})
		}
	}
}

// A fresh connection may greet: that is no HTTP, and nobody waits for more.
func TestWhatComesBeforeTheFirstRequestIsRead(t *testing.T) {
	greeted, asked := make(chan struct{}), make(chan bool, 1)
	target := listen(t, func(_ int, c net.Conn) {
		io.WriteString(c, "SSH-2.0-x\r\n")
		close(greeted)
		in := bufio.NewReader(c)
		_, whole := receive(in)
		asked <- whole
		in.ReadByte() // until the client goes
	})
	c := client(t, Config{Target: target})
	deadline := time.Now().Add(10 * time.Second)
	to, err := c.open(t.Context(), deadline)
	if err != nil {
		t.Fatal(err)
	}
	defer to.drop()
	<-greeted
	if _, _, f := to.exchange(t.Context(), deadline, get, c.way, new(Answer)); f == nil || f.Kind != Malformed {
		t.Errorf("want malformed, got %v", f)
	}
	if !<-asked {
		t.Error("the request was not written")
	}
}

// No system takes so much at once.
func TestRequestThatFindsNoRoomGoesOutWhole(t *testing.T) {
	request := make([]byte, 32<<20)
	whole := make(chan bool, 1)
	target := listen(t, func(_ int, c net.Conn) {
		n, _ := io.ReadFull(c, make([]byte, len(request)))
		whole <- n == len(request)
		io.WriteString(c, ok)
	})
	c := client(t, Config{Target: target})
	to, err := c.open(t.Context(), time.Now().Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	defer to.drop()
	to.unsent = request
	if a, _, f := to.in.read(new(Answer), "POST"); f != nil || a.Status != 200 || to.lost != nil || !<-whole {
		t.Errorf("want 200 to a whole request, got %+v, %v, %v", a, f, to.lost)
	}
}
