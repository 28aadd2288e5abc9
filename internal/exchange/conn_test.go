package exchange

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/url"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// counting answers every request, but that to /wait, and counts the connections.
func counting(t *testing.T) (target *url.URL, connections *atomic.Int64, waiting chan struct{}) {
	connections, waiting = &atomic.Int64{}, make(chan struct{})
	target = listen(t, func(n int, c net.Conn) {
		connections.Store(int64(n))
		for in := bufio.NewReader(c); ; {
			r, whole := receive(in)
			if !whole {
				return
			}
			if r.URL.Path == "/wait" {
				waiting <- struct{}{}
				continue
			}
			io.WriteString(c, ok)
		}
	})
	return target, connections, waiting
}

func TestWhatMayNotBeRepeatedGoesWhereNothingIsLost(t *testing.T) {
	tests := []struct {
		name   string
		before int           // exchanges on the only connection there is
		last   time.Duration // when it ended, from now on; an hour ahead is just now, however slow the test
		fresh  bool
	}{
		{"not on a connection that was never kept for another request", 1, time.Hour, true},
		{"on one that was", 2, time.Hour, false},
		{"not on one that the target may be tired of", 2, -steadyFor, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			target, connections, _ := counting(t)
			c := client(t, Config{Target: target})
			for range test.before {
				if e := c.Send(t.Context(), get, Options{Repeatable: true}); e.Failure != nil {
					t.Fatal(e.Failure)
				}
			}
			c.pool.idle[0].done = time.Now().Add(test.last)
			if e := c.Send(t.Context(), get, Options{}); e.Failure != nil {
				t.Fatal(e.Failure)
			}
			if fresh := connections.Load() == 2; fresh != test.fresh {
				t.Errorf("on a fresh connection: %t, want %t", fresh, test.fresh)
			}
		})
	}
}

func TestContextEndsAnExchangeOnAConnectionThatWasUsed(t *testing.T) {
	target, connections, waiting := counting(t)
	c := client(t, Config{Target: target, Timeout: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	for range 3 {
		if e := c.Send(ctx, get, Options{Repeatable: true}); e.Failure != nil {
			t.Fatal(e.Failure)
		}
	}
	go func() { <-waiting; cancel() }()
	if got := outcome(c.Send(ctx, get.WithTarget("/wait"), Options{Repeatable: true})); got != "interrupted" {
		t.Errorf("got %s, want interrupted", got)
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections, want one", n)
	}
}

func TestContextThatEndedLeavesLaterExchangesAlone(t *testing.T) {
	target, connections, waiting := counting(t)
	c := client(t, Config{Target: target, Timeout: time.Hour})
	for range 100 { // whether or not the end of the context has reached the connection yet
		ctx, cancel := context.WithCancel(t.Context())
		if e := c.Send(ctx, get, Options{Repeatable: true}); e.Failure != nil {
			t.Fatal(e.Failure)
		}
		cancel()
		if e := c.Send(t.Context(), get, Options{Repeatable: true}); e.Failure != nil {
			t.Fatal(e.Failure)
		}
	}

	first, cancelFirst := context.WithCancel(t.Context())
	second, cancelSecond := context.WithCancel(t.Context())
	c.Send(first, get, Options{Repeatable: true})
	ended := make(chan string)
	go func() { ended <- outcome(c.Send(second, get.WithTarget("/wait"), Options{Repeatable: true})) }()
	<-waiting
	cancelFirst()
	select {
	case got := <-ended:
		t.Errorf("the end of another context ended the exchange: %s", got)
	case <-time.After(short / 10):
		cancelSecond()
		if got := <-ended; got != "interrupted" {
			t.Errorf("got %s, want interrupted", got)
		}
	}
	cancelSecond()
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections, want one", n)
	}
}

func TestClosedConnectionLeavesItsContext(t *testing.T) {
	target, _, _ := counting(t)
	c := client(t, Config{Target: target})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c.Send(ctx, get, Options{Repeatable: true})
	idle := c.pool.idle[0]
	c.Close()
	if idle.unbind() {
		t.Error("the context still holds on to the connection")
	}
}

func TestLongerWayMeansLongerWatch(t *testing.T) {
	for opening, want := range map[time.Duration]time.Duration{
		0:                      strayLeast,
		100 * time.Microsecond: strayLeast,
		3 * time.Millisecond:   12 * time.Millisecond,
		time.Second:            strayMost,
	} {
		if got := strayWait(opening); got != want {
			t.Errorf("%v to open: watched for %v, want %v", opening, got, want)
		}
	}
}

// watched tells when it is written to.
type watched struct {
	net.Conn
	written func()
}

func (w watched) Write(b []byte) (int, error) {
	w.written()
	return w.Conn.Write(b)
}

// On one processor nothing but that has another goroutine run first, though now and then the scheduler takes the one that gave way.
func TestOthersGetAsFarBeforeARequestToAQuickTargetIsWritten(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, took := range []time.Duration{quick - 1, quick} {
		t.Run(took.String(), func(t *testing.T) {
			target, _, _ := counting(t)
			c := client(t, Config{Target: target})
			c.Send(t.Context(), get, Options{})
			var ran atomic.Bool
			first, rounds := 0, 20
			to := c.pool.idle[0]
			to.Conn = watched{to.tcp, func() {
				if ran.Load() {
					first++
				}
			}}
			for range rounds {
				ran.Store(false)
				go ran.Store(true)
				c.took.Store(int64(took))
				if e := c.Send(t.Context(), get, Options{Repeatable: true}); e.Failure != nil {
					t.Fatal(e.Failure)
				}
			}
			if (first > rounds/2) != (took < quick) {
				t.Errorf("%d of %d times another goroutine that could run did so before the request was written", first, rounds)
			}
		})
	}
}

func TestClientKnowsHowLongTheTargetTakes(t *testing.T) {
	target := listen(t, func(_ int, c net.Conn) {
		for in := bufio.NewReader(c); ; {
			if _, whole := receive(in); !whole {
				return
			}
			time.Sleep(2 * quick)
			io.WriteString(c, ok)
		}
	})
	c := client(t, Config{Target: target})
	e := c.Send(t.Context(), get, Options{})
	if took := time.Duration(c.took.Load()); took != e.Duration || took < quick {
		t.Errorf("want %v, got %v", e.Duration, took)
	}
}
