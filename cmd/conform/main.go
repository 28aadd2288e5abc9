// Conform checks that an API refuses bad requests as its error contract documents. See conform --help.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
)

// Exit codes.
const (
	conforms       = 0
	doesNotConform = 1
	calledWrongly  = 2 // flags, files; nothing was sent
	noVerdict      = 3 // target unreachable, controls refused, nothing ran, interrupted
	harnessFailed  = 4 // a report could not be written
)

// exit is an error with the code that the process ends with. Its text, if any, goes to standard error.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exit) Unwrap() error { return e.err }

func main() {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-signals
		cancel()
		fmt.Fprintln(os.Stderr, "conform: interrupted: undoing what the run created; another signal ends it at once")
		<-signals
		os.Exit(noVerdict) // whoever sends a second signal does not want to wait until everything is undone
	}()
	os.Exit(run(ctx, os.Args[1:], door{os.Stdout, os.Stderr, os.LookupEnv, runtime.GOMAXPROCS}))
}

// run parses, calls, prints, and returns the exit code.
func run(ctx context.Context, args []string, d door) int {
	root := newRoot(d)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return conforms
	}
	code := calledWrongly // what cobra itself finds is a wrong call
	var e *exit
	if errors.As(err, &e) {
		code = e.code
	}
	for _, line := range strings.Split(strings.TrimSpace(err.Error()), "\n") {
		if line != "" {
			fmt.Fprintln(d.stderr, "conform: "+line)
		}
	}
	return code
}

// door is what the commands see of the world outside.
type door struct {
	stdout, stderr io.Writer
	lookup         func(string) (string, bool) // of environment variables
	processors     func(most int) (before int) // that the process may use at once; nil: it is not for us to say
}
