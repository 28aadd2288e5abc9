package exchange

import (
	"slices"
	"sync"
)

// pool keeps idle connections, and counts all that are open.
type pool struct {
	most   int // connections open at once
	mu     sync.Mutex
	open   int     // connections, idle ones and those in use
	idle   []*conn // the one used last at the end
	closed bool
}

// take takes the idle connection that was used last, or, unless whichever will do, the last one that is steady. It returns nil for none.
func (p *pool) take(whichever bool) *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, c := range slices.Backward(p.idle) {
		if whichever || c.steady() {
			p.idle = slices.Delete(p.idle, i, i+1)
			return c
		}
	}
	return nil
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

// room counts one connection more, and closes an idle one where there would be too many. As many exchanges are under way as there
// may be connections, so that one more of them finds an idle one.
func (p *pool) room() {
	p.mu.Lock()
	p.open++
	var oldest *conn
	if p.open > p.most && len(p.idle) > 0 {
		oldest = p.idle[0]
		p.idle = slices.Delete(p.idle, 0, 1)
	}
	p.mu.Unlock()
	if oldest != nil {
		oldest.farewell()
	}
}

// left counts one connection less.
func (p *pool) left() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open--
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
