package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/seed-e125e033/conform/fixtures/apis"
	"github.com/seed-e125e033/conform/internal/report"
)

func newDemo(d door) *cobra.Command {
	s := &settings{}
	var broken []string
	cmd := &cobra.Command{
		Use:   "demo [API]...",
		Short: "Run against the embedded reference APIs",
		Long: `Demo starts the embedded reference APIs on loopback, one after the other, and does the main job on each: every
request is really sent. With --break one of them breaks a promise, and the run shows what a failure looks like.`,
		Example: `  conform demo
  conform demo openpodcast -v
  conform demo gr4vy --break gr4vy.unknown-resource`,
		ValidArgsFunction: completeAPIs,
		RunE:              func(cmd *cobra.Command, args []string) error { return demo(cmd.Context(), d, s, args, broken) },
	}
	cmd.Flags().StringArrayVar(&broken, "break", nil, "`requirement` to break, or all; repeatable")
	s.demoFlags(cmd.Flags())
	completions(cmd)
	return cmd
}

// row is one line of the table at the end of a demo.
type row struct {
	api     apis.API
	end     report.End
	cases   int
	outcome string
}

// demo runs the main job on each reference API and ends with a table.
func demo(ctx context.Context, d door, s *settings, names, broken []string) error {
	chosen := apis.All()
	if len(names) > 0 {
		chosen = nil
		for _, name := range names {
			api, err := reference(name)
			if err != nil {
				return err
			}
			chosen = append(chosen, api)
		}
	}
	asked, err := breaks(chosen, broken)
	if err != nil {
		return err
	}
	var rows []row
	var worst *exit
	for _, api := range chosen {
		r, err := demonstrate(ctx, d, *s, api, asked)
		if err != nil {
			return err
		}
		if r.end.Counts == nil {
			continue // a dry run
		}
		rows = append(rows, r)
		var e *exit
		if errors.As(verdict(r.end), &e) && (worst == nil || e.code < worst.code) {
			worst = e
		}
		if r.end.Interrupted {
			worst = e // whatever the others came to: no verdict
			break
		}
	}
	if len(rows) > 1 {
		t := tabwriter.NewWriter(d.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "\nreference API\tchecks\tcases\trequests\tfailed\tskipped\toutcome")
		for _, r := range rows {
			checks := 0
			for _, n := range r.end.Counts {
				checks += n
			}
			fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%s\n", r.api.Name, checks, r.cases, r.end.Requests, r.end.Counts[report.Failed], r.end.Counts[report.Skipped], r.outcome)
		}
		t.Flush()
	}
	if worst != nil {
		return worst
	}
	return nil
}

// demonstrate runs one reference API.
func demonstrate(ctx context.Context, d door, s settings, api apis.API, broken func(string) bool) (row, error) {
	base, stop, err := serveReference(ctx, "127.0.0.1:0", api, broken)
	if err != nil {
		return row{}, &exit{noVerdict, err}
	}
	defer stop()
	s.target, s.config, s.embedded = base, api.Name+" (embedded conform.yaml)", api.Target
	s.reportDir = filepath.Join(s.reportDir, api.Name)
	d.lookup = environment(api, d.lookup)
	in, err := s.read(ctx, d)
	if err != nil {
		return row{}, &exit{calledWrongly, err}
	}
	if s.dryRun {
		return row{}, printPlan(d.stdout, in, s.verbose)
	}
	end, err := conduct(ctx, d, &s, in)
	outcome, _ := end.Outcome()
	return row{api, end, in.plan.Size(), string(outcome)}, err
}
