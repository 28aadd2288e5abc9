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
	if _, err := log.Seek(0, io.SeekStart); err != nil {
		return err
	}
	p := &printer{Terminal: t, w: bufio.NewWriter(w)}
	wanted := func(v Verdict) bool { return !t.Brief && (t.Verbose || v != Passed) }
	s, err := summarise(log, wanted, func(c Check, _ place) error { p.check(c); return nil })
	if err != nil {
		return err
	}
	if !t.Brief {
		p.endErrors()
		p.unjudged()
		p.summary(s)
	}
	p.outcome(s.end)
	return p.w.Flush()
}

// printer writes one text report.
type printer struct {
	Terminal
	w       *bufio.Writer
	tight   bool    // the last line was one of a list: an empty line ends it
	errored []Check // a run of errored checks for one reason, not yet written
	quiet   []*quiet
}

// quiet is a requirement that was skipped or waived for one reason, on some operations.
type quiet struct {
	Check
	operations int
}

func (p *printer) check(c Check) {
	if c.Verdict == Errored && !p.Verbose {
		if len(p.errored) > 0 && cause(p.errored[0]) != cause(c) {
			p.endErrors()
		}
		p.errored = append(p.errored, c)
		return
	}
	p.endErrors()
	switch {
	case p.Verbose && (c.Verdict == Passed || c.Verdict == Skipped):
		p.oneLine(c, line(c.Title), line(c.Reason))
	case c.Verdict == Passed:
	case c.Verdict == Skipped, c.Verdict == Waived && !p.Verbose:
		p.keep(c)
	default:
		p.endList()
		p.block(Describe(c), c.Verdict)
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
		for _, c := range others[:min(len(others), variantsShown)] {
			names = append(names, line(c.Requirement)+" "+line(c.Title))
		}
		if len(others) > variantsShown {
			names = append(names, "...")
		}
		fmt.Fprintf(p.w, "      and     %s for the same reason: %s\n", count(len(others), "more check"), strings.Join(names, ", "))
	}
	p.w.WriteByte('\n')
	p.errored = nil
}

// keep remembers a check that takes no more than a line, together with its like.
func (p *printer) keep(c Check) {
	for _, q := range p.quiet {
		if q.Requirement == c.Requirement && q.Verdict == c.Verdict && q.Reason == c.Reason {
			q.operations++
			return
		}
	}
	c.Misses, c.Exchanges = nil, nil
	p.quiet = append(p.quiet, &quiet{c, 1})
}

// unjudged writes what was skipped and what is waived.
func (p *printer) unjudged() {
	for _, q := range p.quiet {
		where := line(q.Title)
		if q.operations > 1 {
			where = count(q.operations, "operation")
		}
		p.oneLine(q.Check, where, line(q.Reason))
	}
	p.endList()
}

func (p *printer) endList() {
	if p.tight {
		p.w.WriteByte('\n')
		p.tight = false
	}
}

func (p *printer) oneLine(c Check, where, reason string) {
	text := fmt.Sprintf("%s%s  %s", pad(headings(c.Verdict), 6), line(c.Requirement), where)
	if reason != "" {
		text += "   " + reason
	}
	p.block(text+"\n", c.Verdict)
	p.tight = true
}

// summary writes what is left to say before the outcome.
func (p *printer) summary(s *summary) {
	p.list("not undone: clean these up by hand", s.end.Left)
	for _, name := range s.contracts {
		fmt.Fprintf(p.w, "%s: %s\n", line(s.named(name)), describeCounts(s.counts[name]))
	}
	fmt.Fprintf(p.w, "%s to %s in %.1f s\n", count(s.end.Requests, "request"), line(s.run.Target), s.end.Seconds)
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
