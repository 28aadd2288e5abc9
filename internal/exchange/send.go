package exchange

import (
	"context"
	"errors"
	"sync"
	"time"
)

// once sends e's request, and once more where that is safe, and sets its times.
func (c *Client) once(ctx context.Context, e *Exchange, o Options) (*Answer, *Failure) {
	e.Start = time.Now()
	deadline := e.Start.Add(c.config.Timeout)
	if earlier, ok := ctx.Deadline(); ok && earlier.Before(deadline) {
		deadline = earlier
	}
	if o.Malformed && c.way.prefix != "" {
		return nil, failure(Unsendable, "through a proxy it would be the proxy that judges the request: it needs a direct connection")
	}
	// Where the target gives an idle connection up while a request is on its way, only what is repeatable can be sent again.
	for fresh := o.Malformed || !o.Repeatable; ; {
		if c.only2.Load() {
			return c.over2(ctx, deadline, e, o)
		}
		to, err := c.connection(ctx, deadline, fresh)
		var f *Failure
		switch {
		case errors.Is(err, errNoHTTP1):
			c.only2.Store(true)
			continue
		case errors.As(err, &f):
			e.Duration = time.Since(e.Start)
			return nil, f
		}
		if !e.Request.ordinary() {
			e.Head = string(e.Request.appendHead(nil, c.way))
		}
		if !c.config.Budget.take(o.Undoes) {
			c.pool.put(to)
			return nil, spent()
		}
		c.requests.Add(1)
		e.Start = time.Now()
		a, keep, f := to.exchange(ctx, deadline, e.Request, c.way)
		e.Duration = to.done.Sub(e.Start)
		if a != nil && o.Watch {
			a.After = to.after(ctx, deadline)
		}
		if keep && !o.Malformed && !o.Watch {
			c.pool.put(to)
		} else {
			to.drop()
		}
		switch {
		case f != nil && f.Kind == Closed && to.reused && o.Repeatable:
			// Most likely the target gave the idle connection up while the request was on its way.
			e.Attempts = append(e.Attempts, Attempt{Failure: f})
			fresh = true
			continue
		case a != nil && a.Status == 407 && c.way.prefix != "":
			return nil, failure(Proxy, "the proxy answered 407: it wants other credentials")
		}
		return a, f
	}
}

// connection returns an idle connection, or a fresh one.
func (c *Client) connection(ctx context.Context, deadline time.Time, fresh bool) (*conn, error) {
	if !fresh {
		if idle := c.pool.get(deadline); idle != nil {
			return idle, nil
		}
	}
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	c.pool.room()
	tcp, to, err := c.route.dial(ctx, "http/1.1")
	if err != nil {
		c.pool.left()
		return nil, err
	}
	made := newConn(tcp, to, c.config.MaxHead, c.config.MaxBody)
	made.closed = sync.OnceFunc(c.pool.left)
	return made, nil
}
