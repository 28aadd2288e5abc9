package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/seed-e125e033/conform/internal/version"
)

func newMan(d door) *cobra.Command {
	return &cobra.Command{
		Use:     "man FOLDER",
		Short:   "Write the man pages of every command",
		Example: "  conform man /usr/local/share/man/man1",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return &exit{calledWrongly, err}
			}
			cmd.Root().DisableAutoGenTag = true // same version, same pages
			header := &doc.GenManHeader{Section: "1", Source: "conform " + version.Text(), Manual: "conform"}
			if err := doc.GenManTree(cmd.Root(), header, args[0]); err != nil {
				return &exit{harnessFailed, err}
			}
			fmt.Fprintln(d.stdout, "man pages are in "+args[0])
			return nil
		},
	}
}
