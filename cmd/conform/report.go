package main

import (
	"fmt"
	"io"
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
			out := &output{Writer: d.stdout}
			err = report.Formats[format](out, log)
			switch {
			case out.err != nil:
				return &exit{harnessFailed, fmt.Errorf("the report could not be written: %w", cause(out.err))}
			case err != nil:
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

// output remembers that it could not be written to: that is no fault of the run log.
type output struct {
	io.Writer
	err error // the last
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	if err != nil {
		o.err = err
	}
	return n, err
}
