package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/report"
)

func newReport(d door) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "report RUN.NDJSON",
		Short: "Render a report again from a run log",
		Long:  `Report reads a run log, that of an interrupted run as well, and writes a report of it to standard output.`,
		Example: `  conform report reports/run.ndjson
  conform report reports/run.ndjson --format junit > junit.xml`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			render, ok := report.Formats[format]
			if !ok {
				return &exit{calledWrongly, fmt.Errorf("--format %q is not known%s", format, document.Meant(format, formatNames()))}
			}
			log, err := os.Open(args[0])
			if err != nil {
				return &exit{calledWrongly, err}
			}
			defer log.Close()
			if err := render(d.stdout, log); err != nil {
				return &exit{calledWrongly, fmt.Errorf("%s: %w", args[0], err)}
			}
			return nil
		},
		ValidArgsFunction: cobra.FixedCompletions([]string{"ndjson"}, cobra.ShellCompDirectiveFilterFileExt),
	}
	cmd.Flags().StringVar(&format, "format", "text", "`format`: junit or text")
	completions(cmd)
	return cmd
}
