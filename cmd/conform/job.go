package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/session"
	"github.com/seed-e125e033/conform/internal/version"
	"github.com/seed-e125e033/conform/suites/specs"
)

// mainJob is conform --target URL.
func mainJob(ctx context.Context, d door, s *settings) error {
	defer boundGarbage()()
	in, err := s.read(ctx, d)
	if err != nil {
		return &exit{calledWrongly, err}
	}
	if s.dryRun {
		return printPlan(d.stdout, in, s.verbose)
	}
	defer d.one()()
	end, err := conduct(ctx, d, s, in)
	if err != nil {
		return err
	}
	return verdict(end)
}

// verdict turns what a run came to into the exit code.
func verdict(end report.End) error {
	switch outcome, _ := end.Outcome(); outcome {
	case report.Conforms:
		return nil
	case report.DoesNotConform:
		return &exit{code: doesNotConform}
	}
	return &exit{code: noVerdict}
}

// conduct runs a plan and writes every report. The error is a mistake in what was asked for (2) or a report that could not be
// written (4); what the run came to is in its last record.
func conduct(ctx context.Context, d door, s *settings, in *inputs) (report.End, error) {
	plan := in.plan
	run, err := session.New(session.Config{
		Plan: plan, Level: in.level, Version: version.Text(), Trace: s.traceparent,
		Client: exchange.Config{
			TLS: in.tls, Proxy: exchange.ProxyFromEnvironment(), HTTP2: s.http2,
			Timeout: s.timeout, MaxBody: s.maxBody, Connections: s.concurrency, Rate: in.rate,
			MaxWait: s.maxWait, Budget: s.budget(),
		},
		TLSFiles: report.TLSFiles{CACert: s.caFile, Cert: s.clientCert, Key: s.privKey},
	})
	if err != nil {
		return report.End{}, &exit{calledWrongly, err}
	}
	if err := os.MkdirAll(s.reportDir, 0o755); err != nil {
		return report.End{}, &exit{calledWrongly, fmt.Errorf("--report-dir %q cannot be made: %w", s.reportDir, cause(err))}
	}
	for _, old := range s.reports() { // a run that is killed must not leave the verdict of another
		if err := os.Remove(old.file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return report.End{}, &exit{calledWrongly, fmt.Errorf("report %s: that of an earlier run cannot be removed: %w", old.file, cause(err))}
		}
	}
	file, err := os.Create(filepath.Join(s.reportDir, "run.ndjson"))
	if err != nil {
		return report.End{}, &exit{calledWrongly, fmt.Errorf("--report-dir %q cannot be written to: %w", s.reportDir, cause(err))}
	}
	defer file.Close()

	announce(d.stderr, s, in)
	progress := report.NewProgress(d.stderr, len(plan.Checks), isTerminal(d.stderr) && !s.quiet)
	run.Start(ctx, file, progress)
	specs.Run(plan, run.Await)
	end, err := run.Close()
	progress.Stop()
	if err != nil {
		return end, &exit{harnessFailed, fmt.Errorf("%s could not be written: %w", file.Name(), err)}
	}
	if err := s.render(d, run.Written(file)); err != nil {
		return end, &exit{harnessFailed, err}
	}
	return end, nil
}

// announce says on standard error what is about to be sent, and what was assumed.
func announce(w io.Writer, s *settings, in *inputs) {
	if s.quiet {
		return
	}
	for _, assumed := range in.assumed {
		fmt.Fprintln(w, "conform: "+assumed)
	}
	names := ""
	for i, c := range in.plan.Contracts {
		if i > 0 {
			names += ", "
		}
		names += c.Name + " " + c.Version
	}
	fmt.Fprintf(w, "conform: %s by %s: up to %s, about %s\n", in.plan.Target.URL, names, count(len(in.plan.Checks), "check"), count(in.plan.Requests(), "request"))
	if writing := in.plan.Writing(); len(writing) > 0 {
		fmt.Fprintf(w, "conform: operations that write: %s\n", strings.Join(writing, ", "))
	}
}

// fileName is what a format is written under in the report folder.
func fileName(format string) string {
	switch format {
	case "junit":
		return "junit.xml"
	case "text":
		return "report.txt"
	}
	return "report." + format
}

// reportFile is a report that was asked for.
type reportFile struct{ file, format string }

// reports lists the reports that were asked for.
func (s *settings) reports() []reportFile {
	var list []reportFile
	for _, name := range append([]string{"junit"}, s.formats...) {
		list = append(list, reportFile{filepath.Join(s.reportDir, fileName(name)), name})
	}
	if s.junit != "" {
		list = append(list, reportFile{s.junit, "junit"})
	}
	return list
}

// render writes every report that was asked for from the run log, and tells the outcome on standard output.
func (s *settings) render(d door, log io.ReadSeeker) error {
	var failed []error
	for _, r := range s.reports() {
		failed = append(failed, writeReport(r.file, r.format, log))
	}
	_, plain := d.lookup("NO_COLOR")
	terminal := report.Terminal{Color: !plain && isTerminal(d.stdout), Verbose: s.verbose, Brief: s.quiet}
	failed = append(failed, terminal.Write(d.stdout, log))
	return errors.Join(failed...)
}

// writeReport writes one report whole or not at all.
func writeReport(path, format string, log io.ReadSeeker) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".conform-*")
	if err != nil {
		return fmt.Errorf("report %s: %w", path, err)
	}
	defer os.Remove(file.Name())
	err = report.Formats[format](file, log)
	err = errors.Join(err, file.Chmod(0o644), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("report %s: %w", path, err)
	}
	return nil
}

// isTerminal reports whether w is a terminal that a line can be redrawn on.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
