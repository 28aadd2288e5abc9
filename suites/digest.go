package suites

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
)

// Digest returns the SHA-256 of every check and of every byte that the cases send: same plan, same digest.
func (p *Plan) Digest() string { return p.digest }

// write takes a case into the digest of the plan when it comes into the plan: to make all cases again for it would take as long as
// planning.
func (p *planner) write(m *made, c *Case) {
	line := append(append(p.line[:0], caseName(m.operation.ID, m.probe().Name, c.Variant)...), '\n')
	for _, r := range c.Before {
		line = append(r.AppendTo(line, p.Target.URL.Host), '\n')
	}
	r := c.Request
	if n := len(r.Body); n >= depth && &r.Body[0] == &deepArrays[0] { // the same for all operations, and four fifths of all bytes
		line = append(strconv.AppendInt(line, int64(n), 10), '\n')
		r.Body = nil
	}
	p.line = append(r.AppendTo(line, p.Target.URL.Host), '\n')
	p.sent.Write(p.line)
}

// sum completes the digest with the order of the cases, the checks and what is the same in all requests.
func (p *planner) sum() string {
	h := p.sent
	fmt.Fprintln(h, p.Agent)
	line := p.line
	for _, c := range p.Checks {
		line = append(append(line[:0], c.Title()...), " ["...)
		if !c.Observed() { // an observed requirement has all of its operation, or what its file says
			for _, block := range c.blocks {
				b := &p.Blocks[block]
				for i := range b.Size {
					if of := b.part(c.Index); of == nil || slices.Contains(of, i) {
						line = append(strconv.AppendInt(line, int64(b.First+i), 10), ' ')
					}
				}
			}
		}
		line = append(append(append(line, "] "...), c.Gap...), '\n')
		h.Write(line)
		if c.Effects() {
			fmt.Fprintf(h, "%s\n", c.Operation.Twin.Good.Request.Bytes(p.Target.URL.Host))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}
