package exchange

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"
)

// quick is how long an exchange takes at most for its sender to let others get as far before the next one is written. What is written
// together wakes the target once: that is 1.5 us less of 27 for a case, and 6 % more requests/s. Of a slower target the answers would
// come together too, and wait for each other to be judged.
const quick = time.Millisecond

// once sends e's request, and once more where that is safe, and sets its times. There is room for its answer in answer.
func (c *Client) once(ctx context.Context, e *Exchange, answer *Answer, o Options) (*Answer, *Failure) {
	if time.Duration(c.took.Load()) < quick {
		runtime.Gosched()
	}
	e.Start = time.Now()
	deadline := e.Start.Add(c.config.Timeout)
	if earlier, ok := ctx.Deadline(); ok && earlier.Before(deadline) {
		deadline = earlier
	}
	if o.Malformed && c.way.prefix != "" {
		return nil, failure(Unsendable, "through a proxy it would be the proxy that judges the request: it needs a direct connection")
	}
	granted := false // by the budget
	for fresh := o.Malformed; ; {
		if c.only2.Load() {
			return c.over2(ctx, deadline, e, o)
		}
		var to *conn
		if !fresh {
			to = c.pool.take(o.Repeatable)
		}
		reused := to != nil
		if !reused {
			var f *Failure
			switch opened, err := c.open(ctx, deadline); {
			case errors.Is(err, errNoHTTP1):
				c.only2.Store(true)
				continue
			case errors.As(err, &f):
				e.Duration = time.Since(e.Start)
				return nil, f
			default:
				to, e.Start = opened, time.Now()
			}
		}
		if !e.Request.ordinary() {
			e.Head = string(e.Request.appendHead(nil, c.way))
		}
		if granted = granted || c.config.Budget.take(o.Undoes); !granted {
			c.pool.put(to)
			return nil, spent()
		}
		a, keep, f := to.exchange(ctx, deadline, e.Request, c.way, answer)
		if f == stale {
			to.drop()
			continue
		}
		granted = false
		c.requests.Add(1)
		e.Duration = to.done.Sub(e.Start)
		c.took.Store(int64(e.Duration))
		if a != nil && o.Watch {
			a.After = to.after(ctx, deadline)
		}
		if keep && !o.Malformed && !o.Watch {
			to.kept++
			c.pool.put(to)
		} else {
			to.drop()
		}
		switch {
		case f != nil && f.Kind == Closed && reused && o.Repeatable:
			// Most likely the target gave the idle connection up while the request was on its way.
			e.Attempts = append(e.Attempts, Attempt{Failure: f})
			e.Start, fresh = time.Now(), true
			continue
		case a != nil && a.Status == 407 && c.way.prefix != "":
			return nil, failure(Proxy, "the proxy answered 407: it wants other credentials")
		}
		return a, f
	}
}

// open returns a fresh connection. The error is a *Failure, or errNoHTTP1.
func (c *Client) open(ctx context.Context, deadline time.Time) (*conn, error) {
	limited, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	c.pool.room()
	start := time.Now()
	tcp, to, err := c.route.dial(limited, "http/1.1")
	if err != nil {
		c.pool.left()
		return nil, err
	}
	made := newConn(tcp, to, c.config.MaxHead, c.config.MaxBody)
	made.opening = time.Since(start)
	made.closed = sync.OnceFunc(c.pool.left)
	return made, nil
}
