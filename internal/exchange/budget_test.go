package exchange

import (
	"bufio"
	"context"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

func TestBudgetIsKeptByAllWhoShareIt(t *testing.T) {
	budget := NewBudget(20)
	var clients []*Client
	for range 2 {
		clients = append(clients, client(t, Config{Target: answering(t, ok), Budget: budget}))
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	written, spent := 0, 0
	for i := range 30 {
		group.Go(func() {
			e := clients[i%2].Send(t.Context(), get, Options{Repeatable: i%3 == 0})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case e.Answer != nil:
				written++
			case e.Spent():
				spent++
			default:
				t.Errorf("got %s", outcome(e))
			}
		})
	}
	group.Wait()
	if written != 20 || spent != 10 || clients[0].Requests()+clients[1].Requests() != 20 {
		t.Errorf("%d written, %d not for want of a budget, %d counted; want 20, 10, 20", written, spent, clients[0].Requests()+clients[1].Requests())
	}
	if e := clients[0].Send(t.Context(), get, Options{Undoes: true}); e.Answer == nil {
		t.Errorf("what undoes: got %s, want an answer", outcome(e))
	}
}

func TestBudgetCountsWhatIsSentAgain(t *testing.T) {
	c := client(t, Config{Target: answering(t, "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n", ok), Budget: NewBudget(1)})
	e := c.Send(t.Context(), get, Options{})
	if !e.Spent() || len(e.Attempts) != 1 || c.Requests() != 1 {
		t.Errorf("got %s after %d attempts and %d requests, want an end after one", outcome(e), len(e.Attempts), c.Requests())
	}
}

// TestConnectionsAreNeverMoreThanAllowed has a target count the connections that are open: some are kept and some are not. One that
// the client has closed may be open a moment longer at the other end.
func TestConnectionsAreNeverMoreThanAllowed(t *testing.T) {
	const most = 4
	var mu sync.Mutex
	open, peak := 0, 0
	closed := sync.NewCond(&mu)
	target := listen(t, func(_ int, c net.Conn) {
		mu.Lock()
		open++
		late := time.AfterFunc(5*time.Second, closed.Broadcast)
		for began := time.Now(); open > most && time.Since(began) < 5*time.Second; {
			closed.Wait()
		}
		late.Stop()
		peak = max(peak, open)
		mu.Unlock()
		for in := bufio.NewReader(c); ; {
			if _, ok := receive(in); !ok {
				break
			}
			if _, err := io.WriteString(c, ok); err != nil {
				break
			}
		}
		mu.Lock()
		open--
		closed.Broadcast()
		mu.Unlock()
	})
	c := client(t, Config{Target: target, Connections: most})
	var group sync.WaitGroup
	for worker := range 4 * most {
		group.Go(func() {
			for i := range 40 {
				o := Options{Repeatable: (worker+i)%3 > 0, Malformed: (worker+i)%5 == 0}
				if e := c.Send(t.Context(), get, o); e.Failure != nil {
					t.Errorf("got %s", outcome(e))
				}
			}
		})
	}
	group.Wait()
	mu.Lock()
	defer mu.Unlock()
	if peak > most || peak < 2 {
		t.Errorf("%d connections were open at once, want 2 to %d", peak, most)
	}
}

// TestWhatHasToBeKnownIsWaitedFor ends the context while a request is under way.
func TestWhatHasToBeKnownIsWaitedFor(t *testing.T) {
	for finish, want := range map[bool]string{true: "200", false: "interrupted"} {
		ctx, cancel := context.WithCancel(t.Context())
		target := listen(t, func(_ int, c net.Conn) {
			in := bufio.NewReader(c)
			if _, ok := receive(in); !ok {
				return
			}
			cancel()
			if !finish {
				in.Peek(1) // until the client goes
			}
			io.WriteString(c, ok)
		})
		c := client(t, Config{Target: target})
		if got := outcome(c.Send(ctx, get, Options{Finish: finish})); got != want {
			t.Errorf("finish %t: got %s, want %s", finish, got, want)
		}
		if got := outcome(c.Send(ctx, get, Options{Finish: finish})); got != "interrupted" {
			t.Errorf("after the end: got %s, want interrupted", got)
		}
	}
}
