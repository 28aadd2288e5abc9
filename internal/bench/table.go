package main

import (
	"fmt"
	"slices"
	"text/tabwriter"
)

// print prints what the ways came to, and the last of them in proportion to the others, round by round.
func (b *bench) print(ways []*way, cases float64) {
	t := tabwriter.NewWriter(b.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "way\trequests\treq/s\tcases/s\tCPU us/case\tpeak MB")
	for _, w := range ways {
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%s\t%s\n", w.name, w.took[len(w.took)-1].requests,
			spread("%.0f", w.each(perSecond)), spread("%.0f", w.each(casesPerSecond(cases))), spread("%.1f", w.each(cpuPerCase(cases))), spread("%.0f", w.each(megabytes)))
	}
	last := ways[len(ways)-1]
	for _, w := range ways[:len(ways)-1] {
		fmt.Fprintf(t, "%.1s/%.1s\t\t%s\t%s\t%s\n", last.name, w.name, spread("%.2f", ratios(last, w, perSecond)),
			spread("%.2f", ratios(last, w, casesPerSecond(cases))), spread("%.2f", ratios(last, w, cpuPerCase(cases))))
	}
	t.Flush()
}

func perSecond(t took) float64 { return float64(t.requests) / t.wall.Seconds() }

func casesPerSecond(cases float64) func(took) float64 {
	return func(t took) float64 { return cases / t.wall.Seconds() }
}

// cpuPerCase is in microseconds.
func cpuPerCase(cases float64) func(took) float64 {
	return func(t took) float64 { return float64(t.cpu.Microseconds()) / cases }
}

func megabytes(t took) float64 { return float64(t.rss) / (1 << 20) }

// each returns a figure of every round.
func (w *way) each(figure func(took) float64) []float64 {
	var all []float64
	for _, t := range w.took {
		all = append(all, figure(t))
	}
	return all
}

// ratios returns a figure of one way in proportion to that of another, round by round.
func ratios(of, to *way, figure func(took) float64) []float64 {
	all := of.each(figure)
	for i, t := range to.took {
		all[i] /= figure(t)
	}
	return all
}

// median returns the middle of values, or the mean of the two in the middle.
func median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}

// spread returns the median of values, with the least and the most.
func spread(format string, values []float64) string {
	return fmt.Sprintf(format+" ["+format+", "+format+"]", median(values), slices.Min(values), slices.Max(values))
}
