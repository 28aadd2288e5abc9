package exchange

import (
	"sync"
	"time"
)

// pool keeps idle connections.
type pool struct {
	most   int // connections kept
	mu     sync.Mutex
	idle   []*conn // the one used last at the end
	closed bool
}

// get returns an idle connection, nil for none. One that the target has closed, or on which it has said something
// nobody asked for, is dropped.
func (p *pool) get(deadline time.Time) *conn {
	for {
		p.mu.Lock()
		if len(p.idle) == 0 {
			p.mu.Unlock()
			return nil
		}
		last := len(p.idle) - 1
		c := p.idle[last]
		p.idle[last], p.idle = nil, p.idle[:last]
		p.mu.Unlock()

		c.SetDeadline(deadline) // the old one may have passed
		if quiet(c.tcp) {
			c.reused = true
			return c
		}
		c.drop()
	}
}

// put keeps a connection for the next exchange, or closes it where there are enough.
func (p *pool) put(c *conn) {
	p.mu.Lock()
	kept := !p.closed && len(p.idle) < p.most
	if kept {
		p.idle = append(p.idle, c)
	}
	p.mu.Unlock()
	if !kept {
		c.farewell()
	}
}

// close closes the idle connections and keeps no others from now on.
func (p *pool) close() {
	p.mu.Lock()
	idle := p.idle
	p.idle, p.closed = nil, true
	p.mu.Unlock()
	for _, c := range idle {
		c.farewell()
	}
}
