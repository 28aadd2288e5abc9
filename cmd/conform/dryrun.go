package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/seed-e125e033/conform/suites"
)

// printPlan prints what a run would send and judge. Nothing is sent.
func printPlan(w io.Writer, in *inputs, verbose bool) error {
	plan := in.plan
	out := bufio.NewWriter(w)
	// The columns are measured first: a tabwriter would keep all lines of a large plan to do so, 25 MB for 100,000 checks.
	var title, level int
	planLines(plan, verbose, func(l planLine) {
		title, level = max(title, utf8.RuneCountInString(l.title)), max(level, len(l.level))
	})
	blanks := strings.Repeat(" ", max(title, level)+2)
	planLines(plan, verbose, func(l planLine) {
		out.WriteString(l.title)
		out.WriteString(blanks[:title+2-utf8.RuneCountInString(l.title)])
		out.WriteString(l.level)
		out.WriteString(blanks[:level+2-len(l.level)])
		out.WriteString(l.what())
		out.WriteByte('\n')
	})
	if len(plan.LeftOut) > 0 && verbose {
		fmt.Fprintf(out, "\nleft out:\n")
		for _, left := range plan.LeftOut {
			fmt.Fprintf(out, "    %s\n", left)
		}
	}
	fmt.Fprintf(out, "\nup to %s, %s, about %s; plan %.12s; nothing was sent\n", count(len(plan.Checks), "check"),
		count(plan.Size(), "case"), count(plan.Requests(), "request"), plan.Digest())
	if err := out.Flush(); err != nil {
		return &exit{harnessFailed, err}
	}
	return nil
}

// planLine is a line of the plan: a check, or one of its cases.
type planLine struct {
	title, level string
	check        *suites.Check
	planned      *suites.Planned // nil: the check
}

// planLines gives every line of the plan to a function.
func planLines(plan *suites.Plan, verbose bool, give func(planLine)) {
	for _, c := range plan.Checks {
		give(planLine{c.Title(), string(c.Requirement.Level), c, nil})
		if verbose && !c.Observed() {
			for planned := range plan.CasesOf(c) {
				give(planLine{"    " + planned.Name(), "", c, planned})
			}
		}
	}
}

// what says what is sent or, of a check, how often.
func (l planLine) what() string {
	switch c := l.check; {
	case l.planned != nil:
		return l.planned.Sent
	case c.Gap != "":
		return "skipped: " + c.Gap
	case c.Effects():
		return "where refused, " + count(c.Size, "case") + "; read by " + c.Operation.Twin.Title()
	case c.Observed():
		return "where met, " + count(c.Size, "case")
	default:
		return count(c.Size, "case")
	}
}

// count returns "1 case", "2 cases".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
