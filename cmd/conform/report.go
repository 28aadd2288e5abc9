package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

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
		Args: arguments(1, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := known("--format %q is not known", format, formatNames()); err != nil {
				return err
			}
			log, err := os.Open(args[0])
			if err != nil {
				return fmt.Errorf("run log %q cannot be read: %w", args[0], cause(err))
			}
			defer log.Close()
			if info, err := log.Stat(); err == nil && info.IsDir() {
				return fmt.Errorf("run log %q is a folder: name the file in it, run.ndjson", args[0])
			}
			if err := report.Formats[format](d.stdout, log); err != nil {
				return &exit{calledWrongly, fmt.Errorf("%s: %w", args[0], err)}
			}
			return nil
		},
		ValidArgsFunction: cobra.FixedCompletions([]string{"ndjson"}, cobra.ShellCompDirectiveFilterFileExt),
	}
	cmd.Flags().StringVar(&format, "format", "text", "`format` to print in: junit or text")
	completions(cmd)
	return cmd
}
