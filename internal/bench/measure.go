package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// way is one way to send the requests, and what it took, by round.
type way struct {
	name string
	args []string
	took []took
}

// took is what one process took.
type took struct {
	wall, cpu time.Duration
	rss       int64 // bytes at most, and at least what this process holds, which Linux counts in; 0: not known on this system
}

// measure runs the process of a way once.
func (b *bench) measure(w *way) error {
	cmd := exec.CommandContext(b.ctx, w.args[0], w.args[1:]...)
	cmd.Env = append(os.Environ(), tokenVariable+"="+token)
	begin := time.Now()
	text, err := cmd.CombinedOutput()
	wall := time.Since(begin)
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(w.args, " "), err, text)
	}
	w.took = append(w.took, took{wall, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), memory(cmd.ProcessState)})
	return nil
}

// server is a running server process.
type server struct {
	address string
	stdin   io.Closer
	cmd     *exec.Cmd
}

func (b *bench) serve(delay time.Duration) (*server, error) {
	cmd := exec.CommandContext(b.ctx, b.self, "-serve", "-delay", delay.String())
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{stdin: stdin, cmd: cmd}
	address, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		s.stop()
		return nil, fmt.Errorf("the server did not start: %w", err)
	}
	s.address = strings.TrimSpace(address)
	return s, nil
}

func (s *server) stop() {
	s.stdin.Close()
	_ = s.cmd.Wait() // what it came to is no matter
}

// print prints what the ways came to per case, and the last of them in proportion to the others, round by round.
func (b *bench) print(ways []*way, cases float64) {
	perSecond := func(t took) float64 { return cases / t.wall.Seconds() }
	cpu := func(t took) float64 { return float64(t.cpu.Microseconds()) / cases }
	t := tabwriter.NewWriter(b.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "way\treq/s\tCPU us/case\tpeak MB")
	for _, w := range ways {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", w.name, spread(w.took, "%.0f", perSecond), spread(w.took, "%.1f", cpu),
			spread(w.took, "%.0f", func(t took) float64 { return float64(t.rss) / (1 << 20) }))
	}
	last := ways[len(ways)-1]
	for _, w := range ways[:len(ways)-1] {
		ratio := func(of func(took) float64) string {
			var all []float64
			for i := range last.took {
				all = append(all, of(last.took[i])/of(w.took[i]))
			}
			return spread(all, "%.2f", func(x float64) float64 { return x })
		}
		fmt.Fprintf(t, "%.1s/%.1s\t%s\t%s\n", last.name, w.name, ratio(perSecond), ratio(cpu))
	}
	t.Flush()
}

// spread returns the median of values, with the least and the most.
func spread[T any](all []T, format string, value func(T) float64) string {
	var values []float64
	for _, x := range all {
		values = append(values, value(x))
	}
	slices.Sort(values)
	median := (values[(len(values)-1)/2] + values[len(values)/2]) / 2
	return fmt.Sprintf(format+" ["+format+", "+format+"]", median, values[0], values[len(values)-1])
}
