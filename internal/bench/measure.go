package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
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
	requests  int   // that came to the server
}

// measure runs the process of a way once. A process that sends nothing has no server.
func (b *bench) measure(w *way, to *server) error {
	cmd := exec.CommandContext(b.ctx, w.args[0], w.args[1:]...)
	cmd.Env = append(os.Environ(), tokenVariable+"="+token)
	begin := time.Now()
	text, err := cmd.CombinedOutput()
	wall := time.Since(begin)
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(w.args, " "), err, text)
	}
	t := took{wall: wall, cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), rss: memory(cmd.ProcessState)}
	if to != nil {
		if t.requests, err = to.count(); err != nil {
			return err
		}
	}
	w.took = append(w.took, t)
	return nil
}

// server is a running server process.
type server struct {
	address string
	stdin   io.WriteCloser
	stdout  *bufio.Reader
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
	s := &server{stdin: stdin, stdout: bufio.NewReader(stdout), cmd: cmd}
	address, err := s.stdout.ReadString('\n')
	if err != nil {
		s.stop()
		return nil, fmt.Errorf("the server did not start: %w", err)
	}
	s.address = strings.TrimSpace(address)
	return s, nil
}

// count returns how many requests have come since it was last called.
func (s *server) count() (int, error) {
	if _, err := io.WriteString(s.stdin, "\n"); err != nil {
		return 0, err
	}
	number, err := s.stdout.ReadString('\n')
	if err != nil {
		return 0, fmt.Errorf("the server ended: %w", err)
	}
	return strconv.Atoi(strings.TrimSpace(number))
}

func (s *server) stop() {
	s.stdin.Close()
	_ = s.cmd.Wait() // what it came to is no matter
}
