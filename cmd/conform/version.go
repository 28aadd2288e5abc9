package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/seed-e125e033/conform/internal/version"
)

func newVersion(d door) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Example: "  conform version",
		Args:    arguments(0, 0),
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprintln(d.stdout, "conform "+version.Text())
			return nil
		},
	}
}
