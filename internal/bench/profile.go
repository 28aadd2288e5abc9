package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/session"
	"github.com/seed-e125e033/conform/suites/specs"
)

// profile does in this process what the command does of a load, and writes its CPU profile to a file.
func (b *bench) profile(l load, name string) (err error) {
	server, err := b.serve(l.delay)
	if err != nil {
		return err
	}
	defer server.stop()
	work, err := newWorkload(server.address, l.cases)
	if err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(b.dir, "run.ndjson"))
	if err != nil {
		return err
	}
	defer log.Close()
	junit, err := os.Create(filepath.Join(b.dir, "junit.xml"))
	if err != nil {
		return err
	}
	defer junit.Close()
	profile, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, profile.Close()) }()
	if err := pprof.StartCPUProfile(profile); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	return drive(b.ctx, work.yaml, l.connections, log, junit)
}

// drive plans and runs a target file, and writes run log and report.
func drive(ctx context.Context, config []byte, connections int, log, junit *os.File) error {
	p, err := plan(config)
	if err != nil {
		return err
	}
	s, err := session.New(session.Config{Plan: p, Client: exchange.Config{Connections: connections}, Level: contract.Must, Version: "bench"})
	if err != nil {
		return err
	}
	s.Start(ctx, log, nil)
	specs.Run(p, s.Await)
	end, err := s.Close()
	if err != nil {
		return err
	}
	if outcome, reason := end.Outcome(); outcome != report.Conforms {
		return fmt.Errorf("the run came to nothing: %s", reason)
	}
	return report.JUnit(junit, s.Written(log))
}
