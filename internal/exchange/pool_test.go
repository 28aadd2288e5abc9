package exchange

import (
	"bufio"
	"context"
	"io"
	"net"
	"sync"
	"testing"
)

func TestConnectionIsReused(t *testing.T) {
	const body = "Content-Length: 2\r\n\r\nok"
	tests := []struct {
		name   string
		raw    string
		option Options
		method string
		reused bool
	}{
		{"after a whole answer", ok, Options{Repeatable: true}, "GET", true},
		{"after an answer of an error", "HTTP/1.1 500 Oops\r\n" + body, Options{Repeatable: true}, "GET", true},
		{"not after a request that may desynchronise it", ok, Options{Repeatable: true, Malformed: true}, "GET", false},
		{"not after it was watched", ok, Options{Repeatable: true, Watch: true}, "GET", false},
		{"not after an answer that says close", "HTTP/1.1 200 OK\r\nConnection: close\r\n" + body, Options{Repeatable: true}, "GET", false},
		{"not of HTTP/1.0", "HTTP/1.0 200 OK\r\n" + body, Options{Repeatable: true}, "GET", false},
		{"not with bytes left over", ok + "x", Options{Repeatable: true}, "GET", false},
		{"not after a flaw", "HTTP/1.1 200 OK\r\noops\r\n" + body, Options{Repeatable: true}, "GET", false},
		{"not after switching protocols", "HTTP/1.1 101 Switching\r\n\r\n", Options{Repeatable: true}, "GET", false},
		{"after HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", Options{Repeatable: true}, "HEAD", true},
		{"not after HEAD with content", ok, Options{Repeatable: true}, "HEAD", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var mu sync.Mutex
			connections := 0
			target := listen(t, func(n int, c net.Conn) {
				mu.Lock()
				connections = n
				mu.Unlock()
				for in := bufio.NewReader(c); ; {
					if _, ok := receive(in); !ok {
						return
					}
					io.WriteString(c, test.raw)
				}
			})
			c := client(t, Config{Target: target})
			for range 3 {
				if e := c.Send(t.Context(), get.WithMethod(test.method), test.option); e.Failure != nil {
					t.Fatal(e.Failure)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			if want := map[bool]int{true: 1, false: 3}[test.reused]; connections != want {
				t.Errorf("%d connections, want %d", connections, want)
			}
			if c.Requests() != 3 {
				t.Errorf("%d requests, want 3", c.Requests())
			}
		})
	}
}

func TestRequestThatClosesIsNotFollowed(t *testing.T) {
	c := client(t, Config{Target: answering(t, ok)})
	if e := c.Send(t.Context(), get.WithField("Connection", "close"), Options{Repeatable: true}); e.Failure != nil {
		t.Fatal(e.Failure)
	}
	if n := len(c.pool.idle); n != 0 {
		t.Errorf("%d idle connections, want none", n)
	}
}

func TestIdleConnectionsAreBounded(t *testing.T) {
	c := client(t, Config{Target: answering(t, ok), Connections: 2})
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for range 4 {
				if e := c.Send(context.Background(), get, Options{Repeatable: true}); e.Failure != nil {
					t.Error(e.Failure)
				}
			}
		})
	}
	all.Wait()
	if n := len(c.pool.idle); n > 2 {
		t.Errorf("%d idle connections, want 2 at most", n)
	}
	c.Close()
	if e := c.Send(t.Context(), get, Options{Repeatable: true}); e.Failure != nil || len(c.pool.idle) != 0 {
		t.Errorf("after Close: failure %v, %d idle connections", e.Failure, len(c.pool.idle))
	}
}

func TestDeadConnection(t *testing.T) {
	tests := []struct {
		name     string
		raw      string // what the second request on a connection gets before the end
		option   Options
		want     string // answer or failure
		attempts int
	}{
		{"before the first byte is replaced for what may be repeated", "", Options{Repeatable: true}, "200", 1},
		{"is not asked for what may not", "", Options{}, "200", 0},
		{"within the status line is the end", "HTTP/1.", Options{Repeatable: true}, "cut", 0},
		{"after an interim response is the end", "HTTP/1.1 100 Continue\r\n\r\n", Options{Repeatable: true}, "cut", 0},
		{"within the content leaves what came", "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\no", Options{Repeatable: true}, "201 cut", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			target := listen(t, func(_ int, c net.Conn) {
				in := bufio.NewReader(c)
				receive(in)
				io.WriteString(c, ok)
				if _, ok := receive(in); ok {
					io.WriteString(c, test.raw)
				}
			})
			c := client(t, Config{Target: target})
			c.Send(t.Context(), get, Options{})
			e := c.Send(t.Context(), get, test.option)
			if got := outcome(e); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if len(e.Attempts) != test.attempts {
				t.Fatalf("%d attempts, want %d", len(e.Attempts), test.attempts)
			}
			for _, a := range e.Attempts {
				if a.Failure == nil || a.Failure.Kind != Closed {
					t.Errorf("attempt %+v, want one that was closed", a)
				}
			}
			if want := int64(2 + test.attempts); c.Requests() != want {
				t.Errorf("%d requests, want %d", c.Requests(), want)
			}
		})
	}
}

func TestFreshConnectionThatDiesIsNotReplaced(t *testing.T) {
	target := listen(t, func(_ int, c net.Conn) { receive(bufio.NewReader(c)) })
	c := client(t, Config{Target: target})
	e := c.Send(t.Context(), get, Options{Repeatable: true})
	if outcome(e) != "closed" || len(e.Attempts) != 0 || c.Requests() != 1 {
		t.Errorf("%s, %d attempts, %d requests; want closed, none, one", outcome(e), len(e.Attempts), c.Requests())
	}
}

func TestRepeatedRequestThatDiesAgainIsTheEnd(t *testing.T) {
	target := listen(t, func(n int, c net.Conn) {
		in := bufio.NewReader(c)
		receive(in)
		if n == 1 {
			io.WriteString(c, ok)
			receive(in)
		}
	})
	c := client(t, Config{Target: target})
	c.Send(t.Context(), get, Options{})
	e := c.Send(t.Context(), get, Options{Repeatable: true})
	if outcome(e) != "closed" || len(e.Attempts) != 1 || c.Requests() != 3 {
		t.Errorf("%s, %d attempts, %d requests; want closed, one, three", outcome(e), len(e.Attempts), c.Requests())
	}
}

func TestConnectionClosedWhileIdleIsNotUsed(t *testing.T) {
	closed := make(chan struct{})
	target := listen(t, func(n int, c net.Conn) {
		receive(bufio.NewReader(c))
		io.WriteString(c, ok)
		if n == 1 {
			c.Close()
			close(closed)
		}
	})
	c := client(t, Config{Target: target})
	c.Send(t.Context(), get, Options{})
	<-closed
	if e := c.Send(t.Context(), get.WithMethod("POST"), Options{}); outcome(e) != "200" || len(e.Attempts) != 0 {
		t.Errorf("%s after %d attempts, want 200 at once", outcome(e), len(e.Attempts))
	}
}
