// Bench measures what conform costs beside the bare requests. Rounds of three ways to send the same requests to the same server
// take turns: net/http's client, bytes on raw connections, both without looking at the answers, and the command conform as a
// user runs it, with every check, run log and JUnit report. It prints requests per second, CPU time per case (user and
// system time of the sending process alone) and peak memory, what conform takes of them in proportion, and how that compares
// with the goals. The machine is shared between sender and server, and perhaps with others: CPU time tells more than requests per
// second.
//
// The workload is the contracts gr4vy and http on an API of many resources, each with the four operations that create,
// list, read and replace it: about 20 requirements are tried on an operation, and 50 cases for each that has a body. The cases
// are those of the plan, mostly bad bodies. Every answer is an error body of 250 bytes with a fresh request id, so that
// remembering verdicts gains nothing, and every check passes.
//
// The bare clients send cases alone; conform sends a control for each operation too, and reads what the cases may have changed, which
// is about 6 % more. Requests per second count what has come to the server, and cases per second what it was for. The time is
// that of the whole process, from its start to its last report.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench: "+err.Error())
		os.Exit(1)
	}
}

// load is how much is sent, how late the server answers, over how many connections, and whether by conform alone.
type load struct {
	cases       int
	delay       time.Duration
	connections int
	alone       bool
}

// String names the load in the line of a goal.
func (l load) String() string { return fmt.Sprintf("%d cases, answers after %v", l.cases, l.delay) }

// run is what the process does: it measures, or it is the server or a bare client of one that measures.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	cases := flags.String("cases", "1000,10000,100000", "numbers of `cases` at no delay")
	delayed := flags.String("delayed", "10000,100000", "numbers of `cases` at a delay of 5 and of 50 ms")
	rounds := flags.Int("rounds", 3, "`times` that each way is measured")
	conform := flags.String("conform", "", "measure this `binary` rather than build cmd/conform")
	start := flags.Bool("start", true, "measure how long the process takes to start, and a dry run")
	large := flags.String("large", "", "numbers of `cases`, such as 1000000, that conform alone is measured with, once, for its memory")
	profile := flags.String("profile", "", "only run the first number of cases in this process, command line apart, and write its CPU profile to this `file`")
	serving := flags.Bool("serve", false, "be the server")
	client := flags.String("client", "", "be a bare client, nethttp or raw")
	delay := flags.Duration("delay", 0, "of the server")
	address := flags.String("address", "", "that a bare client sends to")
	requests := flags.String("requests", "", "`file` with the requests that a bare client sends")
	connections := flags.Int("connections", 16, "of a bare client")
	count := flags.Int("count", 0, "requests of a bare client")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch {
	case *serving:
		return serve(out, os.Stdin, *delay)
	case *client != "":
		return send(*client, *address, *requests, *connections, *count)
	}
	loads, err := loadsOf(*cases, *delayed, *large)
	if err != nil {
		return err
	}
	b, err := newBench(ctx, out, *rounds, *conform)
	if err != nil {
		return err
	}
	defer b.clean()
	if *profile != "" {
		if len(loads) == 0 {
			return errors.New("-profile needs a number of cases")
		}
		return b.profile(loads[0], *profile)
	}
	how, err := built(b.conform)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "conform was built with "+how)
	if *start {
		if err := b.starts(); err != nil {
			return err
		}
	}
	for _, l := range loads {
		if err := b.compare(l); err != nil {
			return err
		}
	}
	return b.printGoals()
}

// loadsOf reads the numbers of cases: at no delay, at 5 and 50 ms, and those that conform alone is measured with.
func loadsOf(cases, delayed, large string) ([]load, error) {
	var loads []load
	for _, at := range []struct {
		cases string
		load  load
	}{
		{cases, load{connections: 16}},
		{delayed, load{connections: 64, delay: 5 * time.Millisecond}},
		{delayed, load{connections: 256, delay: 50 * time.Millisecond}},
		{large, load{connections: 16, alone: true}},
	} {
		for text := range strings.SplitSeq(at.cases, ",") {
			if text == "" {
				continue
			}
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 {
				return nil, fmt.Errorf("%q is no number of cases", text)
			}
			at.load.cases = n
			loads = append(loads, at.load)
		}
	}
	return loads, nil
}

// bench is one measurement: its processes and files.
type bench struct {
	ctx     context.Context
	out     io.Writer
	rounds  int
	dir     string
	self    string // this binary
	conform string
	goals   []goal
	perCase []float64 // CPU of conform for a case, the last time that it was measured with 10,000 cases at no delay
}

func newBench(ctx context.Context, out io.Writer, rounds int, conform string) (*bench, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return nil, err
	}
	b := &bench{ctx: ctx, out: out, rounds: max(1, rounds), dir: dir, self: self, conform: conform}
	if conform == "" {
		b.conform = filepath.Join(dir, "conform")
		err = b.release(b.conform)
	} else {
		b.conform, err = filepath.Abs(conform)
	}
	if err != nil {
		b.clean()
		return nil, err
	}
	return b, nil
}

// clean removes the files of the measurement; what is left of them is no matter of it.
func (b *bench) clean() { _ = os.RemoveAll(b.dir) }

// compare measures the three ways under one load, in turns, and prints what they came to.
func (b *bench) compare(l load) error {
	server, err := b.serve(l.delay)
	if err != nil {
		return err
	}
	defer server.stop()
	work, err := newWorkload(server.address, l.cases)
	if err != nil {
		return err
	}
	config, requests := filepath.Join(b.dir, "conform.yaml"), filepath.Join(b.dir, "requests")
	if err := work.write(config, requests); err != nil {
		return err
	}
	fmt.Fprintf(b.out, "\n%d cases, %d checks, %d operations, answers after %v, %d connections (%d of %d requests are not sent bare)\n",
		work.cases, work.checks, work.operations, l.delay, l.connections, work.unsendable, work.sampled)
	bare := func(kind string) []string {
		return []string{b.self, "-client", kind, "-address", server.address, "-requests", requests,
			"-connections", strconv.Itoa(l.connections), "-count", strconv.Itoa(work.cases)}
	}
	conform := &way{name: "c conform", args: []string{b.conform, "--config", config, "--concurrency", strconv.Itoa(l.connections),
		"--report-dir", filepath.Join(b.dir, "reports"), "--quiet"}}
	ways, rounds := []*way{{name: "a net/http", args: bare("nethttp")}, {name: "b raw", args: bare("raw")}, conform}, b.rounds
	if l.alone {
		ways, rounds = []*way{conform}, 1
	}
	for range rounds {
		for _, w := range ways {
			if err := b.measure(w, server); err != nil {
				return err
			}
		}
	}
	b.print(ways, float64(work.cases))
	b.judge(l, ways, float64(work.cases))
	return nil
}
