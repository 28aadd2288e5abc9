package exchange

import (
	"context"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// clock stands for time: sleeping moves it.
type clock struct {
	mu    sync.Mutex
	time  time.Time
	slept []time.Duration
}

// install gives p the clock.
func (k *clock) install(p *pace) {
	k.time = time.Now()
	p.now = func() time.Time {
		k.mu.Lock()
		defer k.mu.Unlock()
		return k.time
	}
	p.sleep = func(ctx context.Context, d time.Duration) error {
		k.mu.Lock()
		defer k.mu.Unlock()
		k.time = k.time.Add(d)
		k.slept = append(k.slept, d)
		return ctx.Err()
	}
}

func TestWaitingAsTold(t *testing.T) {
	const end = "Content-Length: 0\r\n\r\n"
	const limited = "HTTP/1.1 429 Too Many Requests\r\n"
	const busy = "HTTP/1.1 503 Service Unavailable\r\n"
	date := time.Now().Add(-time.Hour).UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")
	later := time.Now().Add(time.Hour).UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")
	tests := []struct {
		name   string
		raw    []string
		option Options
		want   string
		waited []time.Duration // recorded in attempts
	}{
		{"429 with seconds", []string{limited + "Retry-After: 7\r\n" + end, ok}, Options{}, "200", []time.Duration{7 * time.Second}},
		{"429 with 0 seconds", []string{limited + "Retry-After: 0\r\n" + end, ok}, Options{}, "200", []time.Duration{0}},
		{"429 with a date gone by", []string{limited + "Retry-After: " + date + "\r\n" + end, ok}, Options{}, "200", []time.Duration{0}},
		{"429 without a time doubles a second", []string{limited + end, limited + end, ok}, Options{}, "200", []time.Duration{time.Second, 2 * time.Second}},
		{"429 with a time that is none", []string{limited + "Retry-After: soon\r\n" + end, ok}, Options{}, "200", []time.Duration{time.Second}},
		{"a third 429 is the answer", []string{limited + "Retry-After: 1\r\n" + end}, Options{}, "429", []time.Duration{time.Second, time.Second}},
		{"429 with a long wait is the answer", []string{limited + "Retry-After: 61\r\n" + end, ok}, Options{}, "429", nil},
		{"429 with a far date is the answer", []string{limited + "Retry-After: " + later + "\r\n" + end, ok}, Options{}, "429", nil},
		{"429 with an endless wait is the answer", []string{limited + "Retry-After: 99999999999999999999\r\n" + end, ok}, Options{}, "429", nil},
		{"429 that is wanted is the answer", []string{limited + "Retry-After: 0\r\n" + end, ok}, Options{Keep429: true}, "429", nil},
		{"503 with a time", []string{busy + "Retry-After: 1\r\n" + end, ok}, Options{}, "200", []time.Duration{time.Second}},
		{"503 without a time is the answer", []string{busy + end, ok}, Options{}, "503", nil},
		{"503 with a time that is none is the answer", []string{busy + "Retry-After: -1\r\n" + end, ok}, Options{}, "503", nil},
		{"503 that is wanted is the answer", []string{busy + "Retry-After: 0\r\n" + end, ok}, Options{Keep429: true}, "503", nil},
		{"another answer with a time is the answer", []string{"HTTP/1.1 301 Moved\r\nRetry-After: 0\r\n" + end, ok}, Options{}, "301", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := client(t, Config{Target: answering(t, test.raw...)})
			var k clock
			k.install(c.pace)
			start := k.time
			e := c.Send(t.Context(), get, test.option)
			if got := outcome(e); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			var waited []time.Duration
			var total time.Duration
			for _, a := range e.Attempts {
				if a.Status != 429 && a.Status != 503 || a.Failure != nil {
					t.Errorf("attempt %+v", a)
				}
				waited = append(waited, a.Waited)
				total += a.Waited
			}
			if diff := cmp.Diff(test.waited, waited); diff != "" {
				t.Error(diff)
			}
			if got := k.time.Sub(start); got != total {
				t.Errorf("%v went by, want %v", got, total)
			}
			if want := int64(1 + len(test.waited)); c.Requests() != want {
				t.Errorf("%d requests, want %d", c.Requests(), want)
			}
		})
	}
}

func TestPauseHoldsEverybody(t *testing.T) {
	p := newPace(0, time.Minute)
	var k clock
	k.install(p)
	limited := &Answer{Status: 429, Fields: Fields{{"Retry-After", "5"}}}
	if wait, again := p.refused(limited, k.time, 1); wait != 5*time.Second || !again {
		t.Fatalf("got %v, %t", wait, again)
	}
	p.refused(&Answer{Status: 429, Fields: Fields{{"Retry-After", "2"}}}, k.time, 1) // a shorter wait does not shorten the pause
	if f := p.await(t.Context()); f != nil {
		t.Fatal(f)
	}
	if f := p.await(t.Context()); f != nil {
		t.Fatal(f)
	}
	if diff := cmp.Diff([]time.Duration{5 * time.Second}, k.slept); diff != "" {
		t.Errorf("another sender: %s", diff)
	}
}

func TestRateIsHalvedOncePerPause(t *testing.T) {
	p := newPace(64, time.Minute)
	var k clock
	k.install(p)
	limited := &Answer{Status: 429, Fields: Fields{{"Retry-After", "1"}}}
	before := k.time
	for range 8 { // in flight together
		p.refused(limited, before, 1)
	}
	if got := p.limiter.Limit(); got != 32 {
		t.Errorf("after one pause: %v requests per second, want 32", got)
	}
	p.refused(&Answer{Status: 503, Fields: limited.Fields}, k.time.Add(time.Minute), 1)
	if got := p.limiter.Limit(); got != 32 {
		t.Errorf("after a 503: %v requests per second, want 32", got)
	}
	for range 20 {
		k.time = k.time.Add(time.Minute)
		p.refused(limited, k.time, 1)
	}
	if got := p.limiter.Limit(); got != 2 {
		t.Errorf("after many pauses: %v requests per second, want 2", got)
	}
}

func TestA429SlowsDownWithoutARateToo(t *testing.T) {
	p := newPace(0, time.Minute)
	var k clock
	k.install(p)
	for range 1000 { // in a second
		p.await(t.Context())
		k.time = k.time.Add(time.Millisecond)
	}
	limited := &Answer{Status: 429, Fields: Fields{{"Retry-After", "1"}}}
	p.refused(&Answer{Status: 503, Fields: limited.Fields}, k.time, 1)
	if p.limiter != nil {
		t.Error("a 503 slowed down")
	}
	k.time = k.time.Add(time.Minute)
	p.began, p.sent = k.time.Add(-time.Second), 1000
	p.refused(limited, k.time, 1)
	if got := p.limiter.Limit(); got != 500 {
		t.Errorf("after one pause: %v requests per second, want 500", got)
	}
	for range 20 {
		k.time = k.time.Add(time.Minute)
		p.refused(limited, k.time, 1)
	}
	if got := p.limiter.Limit(); got != 1 {
		t.Errorf("after many pauses: %v requests per second, want 1", got)
	}
}

func TestRateIsKept(t *testing.T) {
	c := client(t, Config{Target: answering(t, ok), Rate: 10})
	var k clock
	k.install(c.pace)
	start := k.time
	for range 21 {
		if e := c.Send(t.Context(), get, Options{}); e.Failure != nil {
			t.Fatal(e.Failure)
		}
	}
	if got := k.time.Sub(start); got < 1999*time.Millisecond || got > 2001*time.Millisecond {
		t.Errorf("21 requests took %v, want 2s", got)
	}
}

func TestContextEndsWaiting(t *testing.T) {
	c := client(t, Config{Target: answering(t, "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n")})
	ctx, cancel := context.WithCancel(t.Context())
	wait := c.pace.sleep
	c.pace.sleep = func(ctx context.Context, d time.Duration) error {
		cancel()
		return wait(ctx, d)
	}
	e := c.Send(ctx, get, Options{})
	if outcome(e) != "interrupted" || len(e.Attempts) != 1 || e.Attempts[0].Status != 429 {
		t.Errorf("got %s after %+v, want interrupted after a 429", outcome(e), e.Attempts)
	}

	ctx, cancel = context.WithTimeout(t.Context(), short)
	defer cancel()
	c.pace.sleep = sleep
	if got := outcome(c.Send(ctx, get, Options{})); got != "timeout" {
		t.Errorf("a deadline of the context: got %s, want timeout", got)
	}
}

func TestSleepSleeps(t *testing.T) {
	start := time.Now()
	if err := sleep(t.Context(), time.Millisecond); err != nil || time.Since(start) < time.Millisecond {
		t.Errorf("got %v after %v", err, time.Since(start))
	}
}

func TestDelay(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		value string
		want  time.Duration
		ok    bool
	}{
		{"0", 0, true},
		{"120", 2 * time.Minute, true},
		{"Sun, 01 Mar 2026 12:00:30 GMT", 30 * time.Second, true},
		{"Sunday, 01-Mar-26 12:00:30 GMT", 30 * time.Second, true},
		{"Sun, 01 Mar 2026 11:00:00 GMT", 0, true},
		{"9223372036854775807", math.MaxInt64, true},
		{"", 0, false},
		{"1.5", 0, false},
		{"-1", 0, false},
		{"+1", 0, false},
		{"soon", 0, false},
	}
	for _, test := range tests {
		got, ok := delay(test.value, now)
		if ok != test.ok || ok && got != test.want {
			t.Errorf("delay(%q) = %v, %t; want %v, %t", test.value, got, ok, test.want, test.ok)
		}
	}
}
