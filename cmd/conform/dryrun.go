package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
)

// printPlan prints what a run would send and judge. Nothing is sent.
func printPlan(w io.Writer, in *inputs, verbose bool) error {
	plan := in.plan
	out := bufio.NewWriter(w) // a tabwriter writes cell by cell
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, c := range plan.Checks {
		switch {
		case c.Gap != "":
			fmt.Fprintf(t, "%s\t%s\tskipped: %s\n", c.Title(), c.Requirement.Level, c.Gap)
		case c.Effects():
			fmt.Fprintf(t, "%s\t%s\twhere refused, %s; read by %s\n", c.Title(), c.Requirement.Level, count(len(c.Cases), "case"), c.Operation.Twin.Title())
		case c.Observed():
			fmt.Fprintf(t, "%s\t%s\twhere met, %s\n", c.Title(), c.Requirement.Level, count(len(c.Cases), "case"))
		default:
			fmt.Fprintf(t, "%s\t%s\t%s\n", c.Title(), c.Requirement.Level, count(len(c.Cases), "case"))
		}
		if verbose && !c.Observed() {
			for _, i := range c.Cases {
				fmt.Fprintf(t, "    %s\t\t%s\n", plan.Cases[i].Name(), plan.Cases[i].Sent)
			}
		}
	}
	if err := errors.Join(t.Flush(), out.Flush()); err != nil {
		return &exit{harnessFailed, err}
	}
	if len(plan.LeftOut) > 0 && verbose {
		fmt.Fprintln(w, "\nleft out:")
		for _, left := range plan.LeftOut {
			fmt.Fprintln(w, "    "+left)
		}
	}
	fmt.Fprintf(w, "\nup to %s, %s, about %s; plan %.12s; nothing was sent\n", count(len(plan.Checks), "check"),
		count(len(plan.Cases), "case"), count(plan.Requests(), "request"), plan.Digest())
	return nil
}

// count returns "1 case", "2 cases".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
