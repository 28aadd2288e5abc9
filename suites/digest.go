package suites

import (
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/seed-e125e033/conform/internal/exchange"
)

// Digest returns the SHA-256 of every check and of every byte that the cases send: same plan, same digest.
func (p *Plan) Digest() string { return p.digest }

// write takes a case into the digest of the plan when it comes into the plan: to make all cases again for it would take as long as
// planning. The good request of an operation is taken before its cases, and of a case what it does not share with that.
func (p *planner) write(op *Operation, probe *Probe, c *Case) {
	line, good := p.line[:0], &op.Good.Request
	if p.written != op {
		p.written = op
		line = append(append(line, op.ID...), '\n')
		line = append(good.AppendTo(line, p.Target.URL.Host), '\n')
	}
	line = append(append(append(append(line, probe.Name...), '/'), c.Variant...), '\n')
	for _, r := range c.Before {
		line = p.appendUnlike(line, r, good)
	}
	p.line = p.appendUnlike(line, c.Request, good)
	p.sent.Write(p.line)
}

// appendUnlike appends of a request what it does not share with the good one.
func (p *planner) appendUnlike(line []byte, r exchange.Request, good *exchange.Request) []byte {
	fields, body := r.Fields, r.Body
	if r.Fields, r.Body = nil, nil; r.Method != good.Method || r.Target != good.Target || r.Line != "" || r.NoHost {
		line = r.AppendTo(line, p.Target.URL.Host)
	}
	if !same(fields, good.Fields) {
		for _, f := range fields {
			line = append(append(append(append(line, f.Name...), ": "...), f.Value...), '\n')
		}
		line = append(line, "fields\n"...)
	}
	switch {
	case same(body, good.Body):
	case body == nil:
		line = append(line, "no body\n"...)
	case len(body) >= depth && &body[0] == &deepArrays[0]: // the same for all operations, and four fifths of all bytes
		line = append(strconv.AppendInt(line, int64(len(body)), 10), " brackets\n"...)
	default:
		line = append(append(line, body...), "\nbody\n"...)
	}
	return append(line, '\n')
}

// same reports whether two lists are one and the same.
func same[T any](a, b []T) bool { return len(a) == len(b) && len(a) > 0 && &a[0] == &b[0] }

// sum completes the digest with the order of the cases, the checks and what is the same in all requests.
func (p *planner) sum() string {
	h := p.sent
	fmt.Fprintln(h, p.Agent)
	line := p.line
	for _, c := range p.Checks {
		line = append(append(append(line[:0], c.Requirement.Contract.Name...), '.'), c.Requirement.ID...)
		line = append(append(append(line, ' '), c.Operation.ID...), " ["...)
		if !c.Observed() { // an observed requirement has all of its operation, or what its file says
			for _, s := range c.shares {
				line = appendCases(line, p.at(c.Operation, s.ref), s.of)
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

// appendCases appends which cases of a block a check has: the first and the last of all, or each of some.
func appendCases(line []byte, b Block, of []int) []byte {
	if of == nil {
		line = append(strconv.AppendInt(line, int64(b.First), 10), '-')
		return append(strconv.AppendInt(line, int64(b.First+b.Size-1), 10), ' ')
	}
	for _, i := range of {
		line = append(strconv.AppendInt(line, int64(b.First+i), 10), ' ')
	}
	return line
}
