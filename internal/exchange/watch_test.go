package exchange

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWhatFollowsAnAnswerIsWatched(t *testing.T) {
	tests := []struct {
		name  string
		after string // what the server sends after the answer
		open  bool   // it then leaves the connection open
		want  After
	}{
		{"the end", "", false, After{Closed: true}},
		{"nothing", "", true, After{}},
		{"another answer", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", true, After{Status: 404}},
		{"another answer, and then the end", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", false, After{Status: 404}},
		{"an interim answer", "HTTP/1.1 100 Continue\r\n\r\n", true, After{Status: 100}},
		{"bytes that are no answer", "surplus\r\n", true, After{Stray: true}},
		{"a first line that does not end", "HTTP/1.1 404", false, After{Stray: true}},
	}
	for _, test := range tests {
		for _, soon := range []bool{true, false} { // in one packet with the answer, or after it
			t.Run(test.name, func(t *testing.T) {
				t.Parallel()
				target := listen(t, func(_ int, c net.Conn) {
					in := bufio.NewReader(c)
					if _, ok := receive(in); !ok {
						return
					}
					if soon {
						io.WriteString(c, ok+test.after)
					} else {
						io.WriteString(c, ok)
						io.WriteString(c, test.after)
					}
					if test.open {
						in.ReadByte() // until the client goes
					}
				})
				start := time.Now()
				e := client(t, Config{Target: target}).Send(t.Context(), get, Options{Watch: true})
				if e.Failure != nil {
					t.Fatal(e.Failure)
				}
				if diff := cmp.Diff(&test.want, e.Answer.After); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				if besides := time.Since(start) - e.Duration; test.want == (After{}) && besides < closeWait {
					t.Errorf("the watch counts as time of the exchange: %v, and %v besides", e.Duration, besides)
				}
			})
		}
	}
}

// Without the deadline it takes closeWait at least each time. So one time that is shorter proves it; on a busy machine others may not be.
func TestWatchingEndsWithTheDeadline(t *testing.T) {
	c := client(t, Config{Target: answering(t, ok), Timeout: short})
	var last *Exchange
	for range 20 {
		start := time.Now()
		last = c.Send(t.Context(), get, Options{Watch: true})
		if last.Answer != nil && !last.Answer.After.Closed && time.Since(start) < closeWait {
			return
		}
	}
	t.Errorf("got %+v, %v", last.Answer, last.Failure)
}

func TestNobodyWatchesUnlessAsked(t *testing.T) {
	e := client(t, Config{Target: answering(t, ok)}).Send(t.Context(), get, Options{})
	if e.Answer == nil || e.Answer.After != nil {
		t.Errorf("got %+v", e.Answer)
	}
}

func TestAMalformedRequestNeverGoesOnAUsedConnection(t *testing.T) {
	var connections atomic.Int64
	target := listen(t, func(n int, c net.Conn) {
		connections.Store(int64(n))
		for in := bufio.NewReader(c); ; {
			if _, whole := receive(in); !whole {
				return
			}
			io.WriteString(c, ok)
		}
	})
	c := client(t, Config{Target: target})
	c.Send(t.Context(), get, Options{Repeatable: true})
	if e := c.Send(t.Context(), get, Options{Repeatable: true, Malformed: true}); e.Failure != nil {
		t.Fatal(e.Failure)
	}
	if got := connections.Load(); got != 2 {
		t.Errorf("want a second connection, got %d", got)
	}
	c.Send(t.Context(), get, Options{Repeatable: true}) // the idle one is still good
	if got := connections.Load(); got != 2 {
		t.Errorf("want the first connection again, got %d", got)
	}
}

func TestAMalformedRequestDoesNotGoThroughAProxyThatReadsIt(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the proxy was asked") }))
	defer proxy.Close()
	at, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	target := &url.URL{Scheme: "http", Host: "api.test"}
	c := client(t, Config{Target: target, Proxy: func(*url.URL) (*url.URL, error) { return at, nil }})
	e := c.Send(t.Context(), get, Options{Malformed: true})
	if e.Failure == nil || e.Failure.Kind != Unsendable {
		t.Errorf("want unsendable, got %v", e.Failure)
	}
}

func TestHeadIsKeptWhereTheRequestDoesNotTellIt(t *testing.T) {
	target := listen(t, func(_ int, c net.Conn) {
		bufio.NewReader(c).ReadString('\n')
		io.WriteString(c, ok)
	})
	c := client(t, Config{Target: target})
	host := target.Host
	for name, test := range map[string]struct {
		request Request
		want    string
	}{
		"an ordinary one":        {Request{Method: "GET", Target: "/", Fields: Fields{{"Host", "other"}}}, ""},
		"a request line":         {Request{Method: "GET", Target: "/", Line: "x"}, "x\r\nHost: " + host + "\r\n\r\n"},
		"no Host":                {Request{Method: "GET", Target: "/", NoHost: true}, "GET / HTTP/1.1\r\n\r\n"},
		"the Host by its name":   {Request{Method: "GET", Target: "/", Fields: Fields{{"Host", TheHost}}}, "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"},
		"content is not part of": {Request{Method: "GET", Target: "/", NoHost: true, Body: []byte("x")}, "GET / HTTP/1.1\r\nContent-Length: 1\r\n\r\n"},
	} {
		if e := c.Send(t.Context(), test.request, Options{Malformed: true}); e.Head != test.want {
			t.Errorf("%s: want %q, got %q", name, test.want, e.Head)
		}
	}
}

func TestHTTP2HasNoRequestLineAndNoHost(t *testing.T) {
	for _, r := range []Request{
		{Method: "GET", Target: "/", Line: "x"},
		{Method: "GET", Target: "/", NoHost: true},
		{Method: "GET", Target: "/", Fields: Fields{{"Host", TheHost}}},
	} {
		if _, err := r.for2("https", "api.test"); err == nil {
			t.Errorf("%+v would be sent", r)
		}
	}
}
