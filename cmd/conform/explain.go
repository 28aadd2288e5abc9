package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/seed-e125e033/conform/contracts"
	"github.com/seed-e125e033/conform/fixtures/apis"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/session"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/internal/version"
	"github.com/seed-e125e033/conform/suites"
)

func newExplain(d door) *cobra.Command {
	return &cobra.Command{
		Use:   "explain REQUIREMENT|PROBE",
		Short: "Say what a requirement or probe is about, with a request and a conforming answer",
		Long: `Explain says what a requirement promises and where that is documented, or what a probe sends; shows a bad request as
it goes on the wire and what the embedded reference API answers to it; and how an API that fails is usually mended.`,
		Example: `  conform explain gr4vy.unknown-resource
  conform explain syntax.truncated`,
		Args: arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return explain(cmd.Context(), d, args[0]) },
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return append(requirementNames(), suites.Names()...), cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// shipped loads every contract that ships.
func shipped() []*contract.Contract {
	all, err := contracts.Load(contracts.Names(), suites.Names(), contract.Options{})
	if err != nil {
		panic(err) // a test loads them
	}
	return all
}

// requirementNames lists the requirements of every contract that ships.
func requirementNames() []string {
	var names []string
	for _, c := range shipped() {
		for i := range c.Requirements {
			names = append(names, c.Requirements[i].Name())
		}
	}
	return names
}

func explain(ctx context.Context, d door, name string) error {
	all := shipped()
	if probes := suites.Named(name); len(probes) > 0 {
		for i, p := range probes {
			if i > 0 {
				fmt.Fprintln(d.stdout)
			}
			if err := explainProbe(ctx, d, p, all); err != nil {
				return err
			}
		}
		return nil
	}
	for _, c := range all {
		for i := range c.Requirements {
			if r := &c.Requirements[i]; r.Name() == name {
				return explainRequirement(ctx, d, r)
			}
		}
	}
	if target.IsFile(name) || slices.Contains(contracts.Names(), name) {
		return &exit{calledWrongly, fmt.Errorf("%q is a contract: conform contracts %s shows it, with its requirements", name, name)}
	}
	names := append(requirementNames(), suites.Names()...)
	return &exit{calledWrongly, fmt.Errorf("no requirement or probe is called %q%s; conform contracts NAME lists requirements, conform contracts ./FILE those of your own",
		name, document.Meant(name, names))}
}

func explainRequirement(ctx context.Context, d door, r *contract.Requirement) error {
	w := d.stdout
	fmt.Fprintf(w, "%s   %s, %s\n\n  The API %s.\n  Source: %s, %s\n  %s\n", r.Name(), r.Level, r.Basis, r.Says, r.Contract.Title, r.Source, r.Contract.Source)
	if r.Because != "" {
		fmt.Fprintf(w, "  Because %s.\n", r.Because)
	}
	if r.Observed != nil {
		var statuses []string
		for _, s := range r.Observed.Status {
			statuses = append(statuses, string(s))
		}
		fmt.Fprintf(w, "  Judged on every answer with status %s to a bad request, whatever is bad about it.\n", strings.Join(statuses, ", "))
	}
	if r.Expect.Effects != "" {
		fmt.Fprintln(w, "  Judged by a GET, of the same path or as the operation's read says, that answers before and after as if nothing had been sent.")
	}
	var fixes []string
	fmt.Fprintln(w, "\nWhat is sent")
	for _, name := range r.Probes {
		for _, p := range suites.Named(name) {
			fmt.Fprintf(w, "  %-26s %s\n", p.Name, p.Doc)
			if fix := p.Fix(); fix != "" && !slices.Contains(fixes, fix) {
				fixes = append(fixes, fix)
			}
		}
	}
	if err := showExample(ctx, d, r); err != nil {
		return err
	}
	showFixes(w, fixes)
	return nil
}

func explainProbe(ctx context.Context, d door, p suites.Probe, all []*contract.Contract) error {
	fmt.Fprintf(d.stdout, "%s\n\n  %s%s.\n  Applies to %s.\n", p.Name, strings.ToUpper(p.Doc[:1]), p.Doc[1:], p.Where())
	var users []string
	for _, c := range all {
		for i := range c.Requirements {
			r := &c.Requirements[i]
			if slices.ContainsFunc(r.Probes, p.Is) {
				users = append(users, r.Name())
			}
		}
	}
	if len(users) > 0 {
		fmt.Fprintf(d.stdout, "  Requirements that use it: %s\n", strings.Join(users, ", "))
	}
	for _, api := range apis.All() {
		shown, err := exampleOf(ctx, d, api, func(c *suites.Planned) bool { return c.Probe == p.Name }, nil)
		if err != nil {
			return err
		}
		if shown {
			break
		}
	}
	if fix := p.Fix(); fix != "" {
		showFixes(d.stdout, []string{fix})
	}
	return nil
}

func showFixes(w io.Writer, fixes []string) {
	if len(fixes) == 0 {
		return
	}
	fmt.Fprintln(w, "\nHow it is usually mended")
	for _, fix := range fixes {
		fmt.Fprintln(w, "  "+fix)
	}
}

// showExample shows an exchange with the first reference API that keeps the requirement's contract and is sent a case of it;
// nothing where there is none.
func showExample(ctx context.Context, d door, r *contract.Requirement) error {
	wanted := func(c *suites.Planned) bool {
		return slices.ContainsFunc(r.Probes, suites.Probe{Name: c.Probe}.Is)
	}
	for _, api := range apis.All() {
		if !slices.Contains(api.Contracts, r.Contract.Name) {
			continue
		}
		if shown, err := exampleOf(ctx, d, api, wanted, r); shown || err != nil {
			return err
		}
	}
	return nil
}

// exampleOf runs the wanted cases against a reference API on loopback and shows the first of them, with the answer.
func exampleOf(ctx context.Context, d door, api apis.API, wanted func(*suites.Planned) bool, r *contract.Requirement) (bool, error) {
	base, stop, err := serveReference(ctx, "127.0.0.1:0", api, nil)
	if err != nil {
		return false, &exit{noVerdict, err}
	}
	defer stop()
	s := settings{target: base, config: api.Name + " (embedded conform.yaml)", embedded: api.Target, level: "must", concurrency: 1, timeout: 10 * time.Second, maxWait: time.Second, maxBody: 1 << 20}
	if r != nil {
		s.requirements = []string{r.Name()}
	}
	in, err := s.read(ctx, door{stdout: d.stdout, stderr: d.stderr, lookup: environment(api, d.lookup)})
	if err != nil {
		return false, &exit{harnessFailed, err}
	}
	c := firstOf(in.plan, wanted)
	if c == nil {
		return false, nil
	}
	run, err := session.New(session.Config{Plan: in.plan, Level: in.level, Version: version.Text()})
	if err != nil {
		return false, &exit{harnessFailed, err}
	}
	var log bytes.Buffer
	run.Start(ctx, &log, nil) // Close waits for every check
	if _, err := run.Close(); err != nil {
		return false, &exit{harnessFailed, err}
	}
	shown := false
	err = report.Read(&log, func(record report.Record) error {
		if ex := record.Exchange; ex != nil && ex.Case == c.Name() && ex.Answer != nil && !shown {
			shown = true
			showExchange(d.stdout, c, ex)
		}
		return nil
	})
	return shown, err
}

// firstOf returns the first wanted case of a plan, nil for none.
func firstOf(p *suites.Plan, wanted func(*suites.Planned) bool) *suites.Planned {
	for c := range p.Cases() {
		if wanted(c) {
			return c
		}
	}
	return nil
}

// showExchange writes an exchange as text, its host and length fields left to the imagination.
func showExchange(w io.Writer, c *suites.Planned, ex *report.Exchange) {
	fmt.Fprintf(w, "\nFor example: %s, %s\n\n", c.Operation.Title(), c.Sent)
	if ex.Head != "" { // what the sender makes of method, target and fields is not all of it
		for line := range strings.SplitSeq(strings.TrimSuffix(ex.Head, "\r\n\r\n"), "\r\n") {
			fmt.Fprintf(w, "  %s\n", line)
		}
		showMessage(w, nil, ex.Body)
	} else {
		fmt.Fprintf(w, "  %s %s HTTP/1.1\n", ex.Method, ex.Target)
		showMessage(w, ex.Fields, ex.Body)
	}
	fmt.Fprintf(w, "\nA conforming answer, by the reference API\n\n")
	fmt.Fprintf(w, "  %s %d %s\n", ex.Answer.Proto, ex.Answer.Status, ex.Answer.Reason)
	showMessage(w, ex.Answer.Fields, ex.Answer.Body)
}

// shownBody is how many bytes of a body are shown.
const shownBody = 600

func showMessage(w io.Writer, fields exchange.Fields, body *report.Content) {
	for _, f := range fields {
		fmt.Fprintf(w, "  %s: %s\n", f.Name, f.Value)
	}
	if body == nil || body.Text == "" && len(body.Base64) == 0 {
		return
	}
	text := body.Text
	if text == "" {
		text = fmt.Sprintf("%q", body.Base64)
	}
	if end := shownBody; len(text) > end {
		for !utf8.RuneStart(text[end]) {
			end--
		}
		text = text[:end] + "..."
	}
	fmt.Fprintf(w, "\n  %s\n", strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n  "))
}
