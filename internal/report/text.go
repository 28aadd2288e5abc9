package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
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
	p := &printer{Terminal: t, w: bufio.NewWriter(w), quiet: map[because][]*quiet{}}
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
	quiet   map[because][]*quiet
	order   []because // of quiet
}

// because is what takes no more than a line: that requirements were skipped or waived, and why.
type because struct {
	reason  string
	verdict Verdict
}

// quiet is one of them, on how many operations that was so, and on which first.
type quiet struct {
	requirement, title string
	operations         int
}

// checks writes what is to be said of each check.
func (p *printer) checks(log *Written) error {
	var alike map[int]*alike // where it is nil, every check is told whole
	if !p.Verbose {
		var err error
		if alike, err = gather(log); err != nil {
			return err
		}
	}
	whole := log.checks()
	for i, r := range log.index.rows {
		if Verdicts[log.index.kind(r).verdict] == Passed && !p.Verbose {
			continue
		}
		if a := alike[i]; a != nil && a.first != i {
			continue
		}
		c, err := whole(r)
		if err != nil {
			return err
		}
		p.check(c, alike[i])
	}
	p.endErrors()
	p.unjudged()
	return nil
}

// check writes what is to be said of a check and of those that are alike.
func (p *printer) check(c Check, like *alike) {
	if !p.Verbose && (c.Verdict == Skipped || c.Verdict == Waived) {
		p.keep(c) // it is written at the end: errored checks around it stay together
		return
	}
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
	default:
		p.endList()
		d := description{}
		d.WriteString(Describe(c))
		d.row("also", like.String())
		p.block(d.String(), c.Verdict)
		p.w.WriteByte('\n')
	}
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
	key := because{c.Reason, c.Verdict}
	all, known := p.quiet[key]
	if !known {
		p.order = append(p.order, key)
	}
	i := slices.IndexFunc(all, func(q *quiet) bool { return q.requirement == c.Requirement })
	if i < 0 {
		i = len(all)
		p.quiet[key] = append(all, &quiet{requirement: c.Requirement, title: c.Title})
	}
	p.quiet[key][i].operations++
}

// unjudged writes what was skipped and what is waived: requirements that are so for one reason stand together.
func (p *printer) unjudged() {
	for _, key := range p.order {
		all := p.quiet[key]
		if len(all) == 1 {
			p.oneLine(key.verdict, all[0].requirement, all[0].where(), key.reason)
			continue
		}
		var names []string
		for _, q := range all {
			name := line(q.requirement)
			if q.operations > 1 {
				name += " (" + q.where() + ")"
			}
			names = append(names, name)
		}
		p.oneLine(key.verdict, count(len(all), "requirement"), "", key.reason)
		p.w.WriteString("      " + strings.Join(names, ", ") + "\n")
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
