package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-e125e033/conform/suites"
)

// maxToken bounds the good token, in bytes.
const maxToken = 64 << 10

// newToken makes what the lines in reports need to send a bad token again. Reports name the good one by its variable, so it
// comes by standard input: arguments are there for all to see.
func newToken() *cobra.Command {
	return &cobra.Command{
		Use:   "token DEFECT",
		Short: "Make a bad token from the good one on standard input",
		Long: `Token reads a good token, which must be a JWT, from standard input, and prints the bad one that the credentials probe of
that name sends: ` + strings.Join(suites.TokenDefects(), ", ") + `. It is signed with a key that no API knows.`,
		Example: `  printf %s "$API_TOKEN" | conform token wrong-audience`,
		Args:    arguments(1, 1),
		Hidden:  true, // it is there for the lines that reports end failures with
		RunE: func(cmd *cobra.Command, args []string) error {
			good, err := io.ReadAll(io.LimitReader(cmd.InOrStdin(), maxToken+1))
			switch {
			case err != nil:
				return fmt.Errorf("standard input cannot be read: %w", err)
			case len(good) > maxToken:
				return errors.New("standard input has no token: it is longer than any")
			}
			bad, err := suites.BadToken(args[0], strings.TrimSpace(string(good)))
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), bad)
			return err
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return suites.TokenDefects(), cobra.ShellCompDirectiveNoFileComp
		},
	}
}
