package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/seed-e125e033/conform/contracts"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/internal/waiver"
	"github.com/seed-e125e033/conform/suites"
)

func newLint(d door) *cobra.Command {
	return &cobra.Command{
		Use:   "lint FILE...",
		Short: "Check contract and target files",
		Long: `Lint finds every mistake in contract and target files, with file, line and column. Nothing is sent, no secret is
fetched, and a parameter may be left for --set.`,
		Example: `  conform lint conform.yaml
  conform lint contracts/*.yaml`,
		Args: arguments(1, -1),
		RunE: func(_ *cobra.Command, files []string) error {
			var mistakes []error
			for _, file := range files {
				what, err := lint(file)
				if err != nil {
					mistakes = append(mistakes, err)
					continue
				}
				fmt.Fprintf(d.stdout, "%s: %s, no mistakes\n", file, what)
			}
			if err := errors.Join(mistakes...); err != nil {
				return &exit{calledWrongly, err}
			}
			return nil
		},
		ValidArgsFunction: cobra.FixedCompletions([]string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt),
	}
}

// lint checks one file and says what it is: a contract has the key contract, anything else is a target file.
func lint(file string) (what string, err error) {
	data, err := readFile(file)
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	d, err := document.Parse(file, data)
	if err != nil {
		return "", err
	}
	if _, ok := d.Get("/contract"); ok {
		c, err := contracts.LoadFile(file, suites.Names(), contract.Options{})
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("contract %s %s, %s", c.Name, c.Version, count(len(c.Requirements), "requirement")), nil
	}
	t, err := target.Load(file, data, target.Options{Probes: suites.Names()})
	if err != nil {
		return "", err
	}
	loaded, err := contracts.Load(t.Contracts, suites.Names(), contract.Options{})
	if err == nil && len(loaded) > 0 {
		err = unmatched(t, loaded)
	}
	return "target file, " + count(len(t.Operations), "operation"), err
}

// unmatched tells the waivers of a target file that are for nothing in it and its contracts.
func unmatched(t *target.Target, loaded []*contract.Contract) error {
	var requirements []string
	operations := []string{suites.WholeTarget}
	for _, o := range t.Operations {
		operations = append(operations, o.ID)
	}
	for _, c := range loaded {
		for i := range c.Requirements {
			requirements = append(requirements, c.Requirements[i].Name())
		}
		for _, o := range c.Operations {
			operations = append(operations, o.ID)
		}
	}
	return document.Join(waiver.Unmatched(t.Waivers, requirements, operations))
}
