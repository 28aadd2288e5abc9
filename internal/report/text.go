package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Text renders a run log for people, without colour: what is wrong in the order of the plan, what was not judged, and what the
// run came to in the last line.
func Text(w io.Writer, log io.ReadSeeker) error { return Terminal{}.Write(w, log) }

// Terminal renders like Text, as told.
type Terminal struct {
	Color   bool // colour what a verdict stands under, with ANSI escape sequences
	Verbose bool // name every check, also those that passed
	Brief   bool // write the last line only: what the run came to
}

// Write renders a run log to w. The errors are those of the log and of w.
func (t Terminal) Write(w io.Writer, log io.ReadSeeker) error {
	read, err := open(log)
	if err != nil {
		return err
	}
	p := &printer{Terminal: t, w: bufio.NewWriter(w), quiet: map[quietly]*quiet{}}
	if !t.Brief {
		if err := p.checks(read); err != nil {
			return err
		}
		p.summary(read.index)
	}
	p.outcome(read.index.end)
	return p.w.Flush()
}

// printer writes one text report.
type printer struct {
	Terminal
	w       *bufio.Writer
	tight   bool    // the last line was one of a list: an empty line ends it
	errored []Check // a run of errored checks for one reason, not yet written: the first of them
	more    int     // how many more there were
	quiet   map[quietly]*quiet
	order   []*quiet
	alike   map[likeness]*alike // nil: every check is told whole
}

// quietly is what takes no more than a line: a requirement that was skipped or waived for one reason.
type quietly struct {
	requirement, reason string
	verdict             Verdict
}

// quiet is on how many operations that was so, and on which first.
type quiet struct {
	quietly
	title      string
	operations int
}

// checks writes what is to be said of each check.
func (p *printer) checks(log *Written) error {
	if !p.Verbose {
		if err := p.gather(log); err != nil {
			return err
		}
	}
	whole := log.checks()
	for _, r := range log.index.rows {
		if Verdicts[r.verdict] == Passed && !p.Verbose {
			continue
		}
		c, err := whole(r)
		if err != nil {
			return err
		}
		p.check(c)
	}
	p.endErrors()
	p.unjudged()
	return nil
}

func (p *printer) check(c Check) {
	if c.Verdict == Errored && !p.Verbose {
		if len(p.errored) > 0 && cause(p.errored[0]) != cause(c) {
			p.endErrors()
		}
		if len(p.errored) > variantsShown {
			p.more++
			return
		}
		p.errored = append(p.errored, c)
		return
	}
	p.endErrors()
	switch {
	case p.Verbose && (c.Verdict == Passed || c.Verdict == Skipped):
		p.oneLine(c.Verdict, c.Requirement, line(c.Title), c.Reason)
	case c.Verdict == Skipped, c.Verdict == Waived && !p.Verbose:
		p.keep(c)
	default:
		p.whole(c)
	}
}

// whole writes all that is to be said of a check, unless it was said of one that is alike.
func (p *printer) whole(c Check) {
	d := description{}
	d.WriteString(Describe(c))
	if p.alike != nil && findings(c.Verdict) {
		a := p.alike[likenessOf(c)]
		if a.told {
			return
		}
		a.told = true
		d.row("also", a.String())
	}
	p.endList()
	p.block(d.String(), c.Verdict)
	p.w.WriteByte('\n')
}

// cause is why a check could not be judged.
func cause(c Check) string {
	for _, m := range c.Misses {
		if c.Reason == "" && m.Error != "" {
			return m.Error
		}
	}
	return c.Reason
}

// endErrors writes the checks that could not be judged for one reason: the first, and the names of the others.
func (p *printer) endErrors() {
	if len(p.errored) == 0 {
		return
	}
	p.endList()
	p.block(Describe(p.errored[0]), Errored)
	if others := p.errored[1:]; len(others) > 0 {
		var names []string
		for _, c := range others {
			names = append(names, line(c.Requirement)+" "+line(c.Title))
		}
		if p.more > 0 {
			names = append(names, "...")
		}
		fmt.Fprintf(p.w, "      and     %s for the same reason: %s\n", count(len(others)+p.more, "more check"), strings.Join(names, ", "))
	}
	p.w.WriteByte('\n')
	p.errored, p.more = nil, 0
}

// keep remembers a check that takes no more than a line, together with its like.
func (p *printer) keep(c Check) {
	like := quietly{c.Requirement, c.Reason, c.Verdict}
	q := p.quiet[like]
	if q == nil {
		q = &quiet{quietly: like, title: c.Title}
		p.quiet[like] = q
		p.order = append(p.order, q)
	}
	q.operations++
}

// unjudged writes what was skipped and what is waived: requirements that are so for one reason stand together.
func (p *printer) unjudged() {
	type because struct {
		reason  string
		verdict Verdict
	}
	groups := map[because][]*quiet{}
	for _, q := range p.order {
		key := because{q.reason, q.verdict}
		groups[key] = append(groups[key], q)
	}
	for _, q := range p.order {
		key := because{q.reason, q.verdict}
		switch group := groups[key]; {
		case len(group) == 1:
			p.oneLine(q.verdict, q.requirement, q.where(), q.reason)
		case group[0] == q:
			var names []string
			for _, q := range group {
				name := line(q.requirement)
				if q.operations > 1 {
					name += " (" + q.where() + ")"
				}
				names = append(names, name)
			}
			p.oneLine(q.verdict, count(len(group), "requirement"), "", q.reason)
			p.w.WriteString("      " + strings.Join(names, ", ") + "\n")
		}
	}
	p.endList()
}

// where names the operation, or says how many there are.
func (q *quiet) where() string {
	if q.operations > 1 {
		return count(q.operations, "operation")
	}
	return line(q.title)
}

func (p *printer) endList() {
	if p.tight {
		p.w.WriteByte('\n')
		p.tight = false
	}
}

func (p *printer) oneLine(v Verdict, requirement, where, reason string) {
	text := pad(headings(v), 6) + line(requirement)
	if where != "" {
		text += "  " + where
	}
	if reason != "" {
		text += "   " + line(reason)
	}
	p.block(text+"\n", v)
	p.tight = true
}

// summary writes what is left to say before the outcome.
func (p *printer) summary(x *index) {
	p.list("not undone: clean these up by hand", x.end.Left)
	for _, t := range x.contracts.all {
		fmt.Fprintf(p.w, "%s: %s\n", line(x.named(t.name)), t)
	}
	fmt.Fprintf(p.w, "%s to %s in %.1f s\n", count(x.end.Requests, "request"), line(x.run.Target), x.end.Seconds)
}

// outcome writes the last line.
func (p *printer) outcome(end End) {
	outcome, why := end.Outcome()
	verdict := map[Outcome]Verdict{Conforms: Passed, DoesNotConform: Failed, NoVerdict: Errored}[outcome]
	p.w.WriteString(p.paint(string(outcome), verdict))
	if why != "" {
		p.w.WriteString(": " + line(why))
	}
	p.w.WriteByte('\n')
}

func (p *printer) list(title string, items []string) {
	if len(items) == 0 {
		return
	}
	p.w.WriteString(title + "\n")
	for _, item := range items {
		p.w.WriteString("      " + line(item) + "\n")
	}
	p.w.WriteByte('\n')
}

// block writes text, its first word painted.
func (p *printer) block(text string, v Verdict) {
	word := headings(v)
	p.w.WriteString(p.paint(word, v) + strings.TrimPrefix(text, word))
}

// paint returns text in the colour of a verdict.
func (p *printer) paint(text string, v Verdict) string {
	if !p.Color {
		return text
	}
	code := "33" // yellow: look at it
	switch v {
	case Failed, Stale:
		code = "31"
	case Errored:
		code = "35"
	case Skipped, Waived:
		code = "2"
	case Passed:
		code = "32"
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
