package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/seed-e125e033/conform/internal/contract"
)

func newContracts(d door) *cobra.Command {
	return &cobra.Command{
		Use:   "contracts [NAME|FILE]",
		Short: "List the contracts, or show one with its requirements and sources",
		Example: `  conform contracts
  conform contracts gr4vy
  conform contracts ./our-errors.yaml`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listContracts(d.stdout)
			}
			c, err := loadContract(args[0], nil)
			if err != nil {
				return &exit{calledWrongly, err}
			}
			return showContract(d.stdout, c)
		},
	}
}

func listContracts(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, name := range contractNames() {
		c, err := loadContract(name, nil)
		if err != nil {
			return &exit{harnessFailed, err}
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", c.Name, c.Version, c.Title, levels(c))
	}
	return t.Flush()
}

// levels counts the requirements of each level: "17 must, 2 should".
func levels(c *contract.Contract) string {
	var parts []string
	for _, level := range []contract.Level{contract.Must, contract.Should, contract.May} {
		n := 0
		for _, r := range c.Requirements {
			if r.Level == level {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, level))
		}
	}
	return strings.Join(parts, ", ")
}

func showContract(w io.Writer, c *contract.Contract) error {
	fmt.Fprintf(w, "%s %s: %s\n%s\n\n", c.Name, c.Version, c.Title, c.Source)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for i := range c.Requirements {
		r := &c.Requirements[i]
		fmt.Fprintf(t, "%s\t%s\t%s\n", r.Name(), r.Level, r.Says)
		fmt.Fprintf(t, "\t\t%s (%s)\n", r.Source, r.Basis)
		tried := strings.Join(r.Probes, " ")
		if r.Observed != nil {
			tried = strings.TrimSpace("every answer of the run with its status " + tried)
		}
		fmt.Fprintf(t, "\t\t%s\n", tried)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if len(c.Untested) > 0 {
		fmt.Fprintln(w, "\nnot tested:")
		for _, u := range c.Untested {
			fmt.Fprintf(w, "  %s (%s)\n      %s\n", u.Says, u.Source, u.Reason)
		}
	}
	return nil
}
