package exchange

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"
)

// listen starts a server of raw connections, numbered from 1, and returns its URL. Each is closed when handle
// returns, all when the test ends.
func listen(t testing.TB, handle func(n int, c net.Conn)) *url.URL {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var (
		mu    sync.Mutex
		open  []net.Conn
		ended bool
		all   sync.WaitGroup
	)
	all.Go(func() {
		for n := 1; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, c)
			if ended {
				c.Close()
			}
			mu.Unlock()
			all.Go(func() {
				defer c.Close()
				handle(n, c)
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		ended = true
		for _, c := range open {
			c.Close()
		}
		mu.Unlock()
		all.Wait()
	})
	return &url.URL{Scheme: "http", Host: l.Addr().String()}
}

// receive reads a whole request; false at the end of the connection.
func receive(in *bufio.Reader) (*http.Request, bool) {
	r, err := http.ReadRequest(in)
	if err != nil {
		return nil, false
	}
	_, err = io.Copy(io.Discard, r.Body)
	return r, err == nil
}

// answering serves the raw answers in turn, whatever the connection, the last one again and again. A connection
// stays open after an answer.
func answering(t testing.TB, raw ...string) *url.URL {
	var mu sync.Mutex
	next := 0
	return listen(t, func(_ int, c net.Conn) {
		for in := bufio.NewReader(c); ; {
			if _, ok := receive(in); !ok {
				return
			}
			mu.Lock()
			answer := raw[min(next, len(raw)-1)]
			next++
			mu.Unlock()
			if _, err := io.WriteString(c, answer); err != nil {
				return
			}
		}
	})
}

// client returns a Client that is closed when the test ends.
func client(t testing.TB, config Config) *Client {
	t.Helper()
	c, err := NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// short is a deadline that tests wait for.
const short = 250 * time.Millisecond

var get = Request{Method: "GET", Target: "/"}

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
