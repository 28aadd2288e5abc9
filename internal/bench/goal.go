package main

import (
	"fmt"
	"text/tabwriter"
)

// goal is a figure that conform is to reach, at most or at least, and what it came to, round by round.
type goal struct {
	what   string
	format string
	got    []float64
	want   float64
	least  bool // rather than at most
}

// reached tells by the median.
func (g goal) reached() bool {
	if g.least {
		return median(g.got) >= g.want
	}
	return median(g.got) <= g.want
}

// judge holds what a load came to against the goals for it. How many cases there are is about right: they come by the resource.
func (b *bench) judge(l load, ways []*way, cases float64) {
	conform := ways[len(ways)-1]
	want := func(what, format string, got []float64, most float64) {
		b.goals = append(b.goals, goal{what: what + ", " + l.String(), format: format, got: got, want: most})
	}
	switch l.cases {
	case 100_000:
		want("peak MB", "%.0f", conform.each(megabytes), 150)
	case 1_000_000:
		want("peak MB", "%.0f", conform.each(megabytes), 300)
	}
	if l.alone {
		return
	}
	if l.delay > 0 {
		b.goals = append(b.goals, goal{"req/s c/b, " + l.String(), "%.2f", ratios(conform, ways[1], perSecond), 0.95, true})
		return
	}
	perCase := cpuPerCase(cases)
	if l.cases >= 10_000 { // with fewer, the start of the process tells
		want("CPU c/a", "%.2f", ratios(conform, ways[0], perCase), 1)
		want("CPU c/b", "%.2f", ratios(conform, ways[1], perCase), 2.5)
	}
	switch {
	case l.cases == 10_000:
		b.perCase = conform.each(perCase)
	case l.cases == 100_000 && b.perCase != nil:
		growth := conform.each(perCase)
		for i := range growth {
			growth[i] /= b.perCase[i]
		}
		want("CPU us/case over that of 10000", "%.2f", growth, 1.15)
	}
}

// printGoals prints how the figures compare with the goals.
func (b *bench) printGoals() error {
	if len(b.goals) == 0 {
		return nil
	}
	fmt.Fprintln(b.out)
	t := tabwriter.NewWriter(b.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "goal\tfigure\twant\toutcome")
	for _, g := range b.goals {
		sign, outcome := "at most", "missed"
		if g.least {
			sign = "at least"
		}
		if g.reached() {
			outcome = "reached"
		}
		fmt.Fprintf(t, "%s\t%s\t%s "+g.format+"\t%s\n", g.what, spread(g.format, g.got), sign, g.want, outcome)
	}
	return t.Flush()
}
