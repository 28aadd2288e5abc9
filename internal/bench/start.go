package main

import (
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
)

// hello is the least that a Go program does.
const hello = `package main

import "fmt"

func main() { fmt.Println("hello, world") }
`

// dryCases is how many cases the dry run plans.
const dryCases = 100_000

// starts measures how long conform takes to start beside a program that only greets, and what a dry run takes.
func (b *bench) starts() error {
	source, binary := filepath.Join(b.dir, "hello.go"), filepath.Join(b.dir, "hello")
	if err := os.WriteFile(source, []byte(hello), 0o600); err != nil {
		return err
	}
	if err := b.build(binary, source); err != nil {
		return err
	}
	greet := &way{name: "hello, world", args: []string{binary}}
	version := &way{name: "conform version", args: []string{b.conform, "version"}}
	for range 20 * b.rounds { // a process is short
		if err := b.measure(greet, nil); err != nil {
			return err
		}
		if err := b.measure(version, nil); err != nil {
			return err
		}
	}
	work, err := newWorkload("127.0.0.1:9", dryCases)
	if err != nil {
		return err
	}
	config, requests := filepath.Join(b.dir, "conform.yaml"), filepath.Join(b.dir, "requests")
	if err := work.write(config, requests); err != nil {
		return err
	}
	dry := &way{name: fmt.Sprintf("conform --dry-run, %d cases", work.cases), args: []string{b.conform, "--config", config, "--dry-run"}}
	for range b.rounds {
		if err := b.measure(dry, nil); err != nil {
			return err
		}
	}
	b.goals = append(b.goals,
		goal{what: "time of conform version, in proportion to hello, world", format: "%.2f", got: ratios(version, greet, wall), want: 1.5},
		goal{what: fmt.Sprintf("CPU ms, --dry-run of %d cases", work.cases), format: "%.0f", got: dry.each(cpu), want: 1500})
	t := tabwriter.NewWriter(b.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "process\twall ms\tCPU ms\tpeak MB")
	for _, w := range []*way{greet, version, dry} {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", w.name, spread("%.1f", w.each(wall)), spread("%.1f", w.each(cpu)), spread("%.0f", w.each(megabytes)))
	}
	return t.Flush()
}

// wall is in milliseconds.
func wall(t took) float64 { return float64(t.wall.Microseconds()) / 1000 }

// cpu is in milliseconds.
func cpu(t took) float64 { return float64(t.cpu.Microseconds()) / 1000 }
