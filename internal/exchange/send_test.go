package exchange

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestBytesOnTheWireAreTheBytesShown(t *testing.T) {
	for _, length := range []int{4, inline, 1 << 20} {
		r := Request{Method: "p T", Target: "/%zz\xff", Fields: Fields{{"a b", "\x01"}, {"A", "1"}}, Body: bytes.Repeat([]byte("x"), length)}
		got := make(chan []byte, 1)
		target := listen(t, func(_ int, c net.Conn) {
			seen := make([]byte, len(r.Bytes(c.LocalAddr().String())))
			io.ReadFull(c, seen)
			got <- seen
			io.WriteString(c, ok)
		})
		e := client(t, Config{Target: target}).Send(t.Context(), r, Options{Malformed: true})
		if e.Failure != nil {
			t.Fatal(e.Failure)
		}
		if seen, want := <-got, r.Bytes(target.Host); !bytes.Equal(seen, want) {
			t.Errorf("with a body of %d bytes: sent %.200q, want %.200q", length, seen, want)
		}
	}
}

func TestExchangeKeepsTimes(t *testing.T) {
	before := time.Now()
	e := client(t, Config{Target: answering(t, ok)}).Send(t.Context(), get, Options{})
	if e.Failure != nil || e.Start.Before(before) || e.Duration <= 0 || e.Start.Add(e.Duration).After(time.Now()) {
		t.Errorf("failure %v, start %v, duration %v", e.Failure, e.Start, e.Duration)
	}
}

// outcome says in short what came back: status, kind of failure or flaw.
func outcome(e *Exchange) string {
	switch {
	case e.Failure != nil:
		return string(e.Failure.Kind)
	case e.Answer.Flaw != nil:
		return fmt.Sprint(e.Answer.Status, " ", e.Answer.Flaw.Kind)
	}
	return fmt.Sprint(e.Answer.Status)
}

func TestStrayContentIsKept(t *testing.T) {
	tests := []struct{ name, method, raw, want string }{
		{"of HEAD", "HEAD", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", "no"},
		{"of HEAD that closes", "HEAD", "HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\nno", "no"},
		{"of status 204", "GET", "HTTP/1.1 204 No Content\r\n\r\nno", "no"},
		{"but there is none", "HEAD", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := client(t, Config{Target: answering(t, test.raw)}).Send(t.Context(), get.WithMethod(test.method), Options{})
			if e.Failure != nil || e.Answer.Flaw != nil {
				t.Fatal(e.Failure, e.Answer)
			}
			if got := string(e.Answer.Body); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestLargeRequestRefusedEarlyIsAnswered(t *testing.T) {
	const refusal = "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbig"
	body := bytes.Repeat([]byte("x"), 32<<20)
	tests := []struct {
		name   string
		handle func(c net.Conn, answered <-chan struct{})
	}{
		{"by a target that closes", func(c net.Conn, _ <-chan struct{}) {
			io.ReadFull(c, make([]byte, 100))
			io.WriteString(c, refusal)
		}},
		{"by a target that stops reading", func(c net.Conn, answered <-chan struct{}) {
			io.ReadFull(c, make([]byte, 100))
			io.WriteString(c, refusal)
			<-answered
		}},
		{"by a target that reads to the end", func(c net.Conn, _ <-chan struct{}) {
			io.ReadFull(c, make([]byte, 100))
			io.WriteString(c, refusal)
			io.Copy(io.Discard, c)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			answered := make(chan struct{})
			target := listen(t, func(_ int, c net.Conn) { test.handle(c, answered) })
			e := client(t, Config{Target: target}).Send(t.Context(), Request{Method: "POST", Target: "/", Body: body}, Options{})
			close(answered)
			if outcome(e) != "413" || string(e.Answer.Body) != "big" {
				t.Errorf("got %s: %v", outcome(e), e.Failure)
			}
		})
	}
}

func TestLargeRequestKeepsItsConnection(t *testing.T) {
	c := client(t, Config{Target: answering(t, ok)})
	for range 3 {
		if e := c.Send(t.Context(), Request{Method: "POST", Target: "/", Body: make([]byte, 1<<20)}, Options{Repeatable: true}); outcome(e) != "200" {
			t.Fatal(outcome(e), e.Failure)
		}
		if n := len(c.pool.idle); n != 1 {
			t.Fatalf("%d idle connections, want 1", n)
		}
	}
}

func TestHostileTargetsAreBounded(t *testing.T) {
	head := "HTTP/1.1 200 OK\r\n"
	repeat := func(start, text string) func(int, net.Conn) {
		return func(_ int, c net.Conn) {
			receive(bufio.NewReader(c))
			io.WriteString(c, start)
			for block := strings.Repeat(text, 1+4096/len(text)); ; {
				if _, err := io.WriteString(c, block); err != nil {
					return
				}
			}
		}
	}
	silent := func(start string) func(int, net.Conn) {
		return func(_ int, c net.Conn) {
			in := bufio.NewReader(c)
			receive(in)
			io.WriteString(c, start)
			in.ReadByte()
		}
	}
	tests := []struct {
		name   string
		handle func(int, net.Conn)
		want   string
	}{
		{"an endless body", repeat(head+"\r\n", "x"), "200 too-long"},
		{"a body of 100 MB", repeat(head+"Content-Length: 100000000\r\n\r\n", "x"), "200 too-long"},
		{"endless chunks", repeat(head+"Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"), "200 too-long"},
		{"endless trailers", repeat(head+"Transfer-Encoding: chunked\r\n\r\n0\r\n", "A: b\r\n"), "200 too-long"},
		{"an endless header section", repeat(head, "A: b\r\n"), "too-long"},
		{"an endless field", repeat(head+"A: ", "x"), "too-long"},
		{"endless interim responses", repeat("", "HTTP/1.1 102 Processing\r\n\r\n"), "too-long"},
		{"endless noise", repeat("", "\x00\xff"), "too-long"},
		{"no answer", silent(""), "timeout"},
		{"half a header section", silent(head + "A: b\r\n"), "timeout"},
		{"an interim response alone", silent("HTTP/1.1 100 Continue\r\n\r\n"), "timeout"},
		{"half a body", silent(head + "Content-Length: 3\r\n\r\nab"), "200 timeout"},
		{"half a chunk", silent(head + "Transfer-Encoding: chunked\r\n\r\n3\r\nab"), "200 timeout"},
		{"a greeting", silent("SSH-2.0-x\r\n"), "malformed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			timeout := 10 * time.Second
			if strings.HasSuffix(test.want, "timeout") {
				timeout = short
			}
			c := client(t, Config{Target: listen(t, test.handle), Timeout: timeout, MaxBody: 200 << 10})
			e := c.Send(t.Context(), get, Options{Repeatable: true})
			if got := outcome(e); got != test.want {
				t.Errorf("got %s (%v), want %s", got, e.Failure, test.want)
			}
			if e.Answer != nil && cap(e.Answer.Body) > 1<<20 {
				t.Errorf("%d bytes are held", cap(e.Answer.Body))
			}
			if len(e.Attempts) > 0 || len(c.pool.idle) > 0 {
				t.Errorf("%d attempts, %d idle connections; want none", len(e.Attempts), len(c.pool.idle))
			}
		})
	}
}

func TestSlowTargetMeetsTheDeadline(t *testing.T) {
	target := listen(t, func(_ int, c net.Conn) {
		receive(bufio.NewReader(c))
		io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
		for tick := time.NewTicker(short / 10); ; <-tick.C {
			if _, err := io.WriteString(c, "x"); err != nil {
				return
			}
		}
	})
	e := client(t, Config{Target: target, Timeout: short}).Send(t.Context(), get, Options{})
	if got := outcome(e); got != "200 timeout" || len(e.Answer.Body) == 0 {
		t.Errorf("got %s, want what came until the deadline", got)
	}
}

func TestContextEndsAnExchange(t *testing.T) {
	arrived := make(chan struct{})
	target := listen(t, func(_ int, c net.Conn) {
		in := bufio.NewReader(c)
		for {
			r, ok := receive(in)
			if !ok {
				return
			}
			if r.URL.Path == "/body" {
				io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\na")
			}
			arrived <- struct{}{}
		}
	})
	c := client(t, Config{Target: target, Timeout: time.Hour})
	for path, want := range map[string]string{"/": "interrupted", "/body": "200 interrupted"} {
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-arrived; cancel() }()
		e := c.Send(ctx, get.WithTarget(path), Options{})
		if got := outcome(e); got != want && (path == "/" || got != "interrupted") {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
		if got := outcome(c.Send(ctx, get, Options{})); got != "interrupted" {
			t.Errorf("after that: got %s, want interrupted", got)
		}
	}
	if c.Requests() != 2 {
		t.Errorf("%d requests, want 2: a cancelled context sends nothing", c.Requests())
	}

	ctx, cancel := context.WithTimeout(t.Context(), short)
	defer cancel()
	go func() { <-arrived }()
	if got := outcome(c.Send(ctx, get, Options{})); got != "timeout" {
		t.Errorf("a deadline of the context: got %s, want timeout", got)
	}
}

func TestManySendersGetTheirOwnAnswers(t *testing.T) {
	target := listen(t, func(_ int, c net.Conn) {
		for in := bufio.NewReader(c); ; {
			r, ok := receive(in)
			if !ok {
				return
			}
			fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(r.URL.Path), r.URL.Path)
		}
	})
	c := client(t, Config{Target: target})
	var all sync.WaitGroup
	for sender := range 32 {
		all.Go(func() {
			for n := range 50 {
				path := fmt.Sprintf("/%d/%d", sender, n)
				e := c.Send(context.Background(), get.WithTarget(path), Options{Repeatable: true, Malformed: n%10 == 0})
				if e.Failure != nil || string(e.Answer.Body) != path {
					t.Errorf("%s: failure %v, answer %+v", path, e.Failure, e.Answer)
				}
			}
		})
	}
	all.Wait()
	if c.Requests() < 32*50 {
		t.Errorf("%d requests, want 1600 at least", c.Requests())
	}
}

// Whatever came before it, an exchange in a Room is as one in none.
func TestExchangeInARoomIsAsInNone(t *testing.T) {
	answers := []string{
		"HTTP/1.1 100 Continue\r\nX-A: 1\r\nX-B: 2\r\nX-C: 3\r\n\r\nHTTP/1.1 400 Bad Request\r\nContent-Length: 10\r\nX-A: 4\r\nX-B: 5\r\n\r\n0123456789",
		"HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nabc",
		"HTTP/1.1 204 No Content\r\n\r\n",
		"HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\nX-A: 6\r\n\r\n3\r\ndef\r\n2\r\ngh\r\n0\r\nX-T: 7\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 400 Bad Request\r\nContent-Length: 20000\r\n\r\n" + strings.Repeat("x", 20000),
		"HTTP/1.1 400 Bad Request\r\nno colon\r\nContent-Length: 2\r\n\r\nij",
		"no HTTP\r\n",
		ok,
	}
	target := listen(t, func(_ int, c net.Conn) {
		for in := bufio.NewReader(c); ; {
			r, whole := receive(in)
			if !whole {
				return
			}
			n, _ := strconv.Atoi(r.URL.Path[1:])
			io.WriteString(c, answers[n])
		}
	})
	c, room := client(t, Config{Target: target}), &Room{}
	for n := range answers {
		r, o := get.WithTarget("/"+strconv.Itoa(n)), Options{Repeatable: true}
		alone := c.Send(t.Context(), r, o)
		o.Room = room
		shared := c.Send(t.Context(), r, o)
		for _, e := range []*Exchange{alone, shared} {
			e.Start, e.Duration = time.Time{}, 0
		}
		if !reflect.DeepEqual(alone, shared) {
			t.Errorf("answer %d: got %+v, want %+v", n, shared, alone)
		}
	}
}

func TestRoomKeepsNothingLarge(t *testing.T) {
	for name, large := range map[string]string{
		"content": "HTTP/1.1 400 Bad Request\r\nContent-Length: " + strconv.Itoa(roomy+1) + "\r\n\r\n" + strings.Repeat("x", roomy+1),
		"fields":  "HTTP/1.1 400 Bad Request\r\n" + strings.Repeat("X-A: 1\r\n", roomyFields) + "Content-Length: 2\r\n\r\n{}",
	} {
		t.Run(name, func(t *testing.T) {
			target := listen(t, func(_ int, c net.Conn) {
				in := bufio.NewReader(c)
				receive(in)
				io.WriteString(c, large)
				receive(in)
				io.WriteString(c, ok)
			})
			c, o := client(t, Config{Target: target}), Options{Repeatable: true, Room: &Room{}}
			c.Send(t.Context(), get, o)
			e := c.Send(t.Context(), get, o)
			if outcome(e) != "200" || cap(e.Answer.Body) > roomy || cap(e.Answer.Fields) > roomyFields {
				t.Errorf("%s, room for %d bytes and %d fields", outcome(e), cap(e.Answer.Body), cap(e.Answer.Fields))
			}
		})
	}
}
