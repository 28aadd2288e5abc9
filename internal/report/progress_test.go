package report_test

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed-e125e033/conform/internal/report"
)

func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out slowBuffer
		p := report.NewProgress(&out, 400, true)
		p.Request("GET", "/buyers")
		p.Request("GET", "/buyers") // within 100 ms: not drawn
		p.Check(report.Passed)
		p.Check(report.Failed)
		p.Check(report.Stale)
		time.Sleep(time.Second)
		p.Request("POST", "/\x1b[2J"+strings.Repeat("x", 200))
		time.Sleep(time.Second)
		p.Request("GET", "/last")
		p.Stop()
		time.Sleep(time.Second)
		p.Request("GET", "/after")
		want := "\rchecks 0/400  GET /buyers\x1b[K" +
			"\rchecks 3/400  failed 2  3 req/s  POST /\\x1b[2J" + strings.Repeat("x", 33) + "\x1b[K" +
			"\rchecks 3/400  failed 2  1 req/s  GET /last\x1b[K" +
			"\r\x1b[K"
		if got := out.String(); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	})
}

func TestProgressIsDrawnTenTimesASecondAtMost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out slowBuffer
		p := report.NewProgress(&out, 1, true)
		var senders sync.WaitGroup
		for range 4 {
			senders.Go(func() {
				for range 1000 {
					p.Request("GET", "/")
					time.Sleep(time.Millisecond)
				}
			})
		}
		senders.Wait()
		if n := strings.Count(out.String(), "\r"); n < 9 || n > 10 {
			t.Errorf("drawn %d times in a second", n)
		}
	})
}

func TestProgressIsForTerminals(t *testing.T) {
	var out slowBuffer
	p := report.NewProgress(&out, 1, false)
	p.Request("GET", "/")
	p.Check(report.Failed)
	p.Stop()
	if out.String() != "" {
		t.Errorf("got %q", out.String())
	}
}
