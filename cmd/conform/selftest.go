package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-e125e033/conform/contracts"
	"github.com/seed-e125e033/conform/internal/selftest"
)

func newSelftest(d door) *cobra.Command {
	format := "text"
	config := selftest.Config{}
	names := slices.Sorted(maps.Keys(selftest.Formats))
	cmd := &cobra.Command{
		Use:   "selftest [CONTRACT]...",
		Short: "Prove that conform catches what it should, and nothing else",
		Long: `Selftest breaks the answers of the embedded reference APIs, one fault at a time, and counts which requirements notice: every fault that
the contract's document rules out has to be caught by the requirement that it breaks. Accents, answers that say the same in another
legal way, must not be flagged. What is expected was written from the documents, not from what conform does.

Exit codes: 0 all that was tried was caught and nothing flagged, 1 something slipped through or was flagged, 2 called wrongly.`,
		Example: `  conform selftest
  conform selftest gr4vy http --sample 20
  conform selftest --format markdown`,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return contracts.Names(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := known("--format %q is not known", format, names); err != nil {
				return err
			}
			printed := selftest.Formats[format]
			if config.Sample < 0 {
				return &exit{calledWrongly, fmt.Errorf("--sample %d is out of range: take 1 for every fault, 20 for one of 20", config.Sample)}
			}
			config.Contracts = args
			stop := func() {}
			if isTerminal(d.stderr) {
				config.Progress = func(done, all int) { fmt.Fprintf(d.stderr, "\rruns %d/%d\x1b[K", done, all) }
				stop = func() { fmt.Fprint(d.stderr, "\r\x1b[K") }
			}
			score, err := selftest.Run(cmd.Context(), config)
			stop()
			var mistake selftest.Mistake
			switch {
			case errors.As(err, &mistake):
				return &exit{calledWrongly, err}
			case err != nil:
				return &exit{noVerdict, err}
			}
			if err := printed(d.stdout, score); err != nil {
				return &exit{harnessFailed, err}
			}
			if !score.Proven() {
				return &exit{code: doesNotConform}
			}
			return nil
		},
	}
	cmd.Flags().IntVar(&config.Sample, "sample", 1, "try one fault of so `many`, and at least one of each family; always the same ones")
	cmd.Flags().StringVar(&format, "format", format, "`format` to print in: "+strings.Join(names, ", "))
	if err := cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // the flag is there
	}
	return cmd
}
