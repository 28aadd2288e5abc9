package main

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/seed-e125e033/conform/contracts"
	"github.com/seed-e125e033/conform/fixtures/apis"
)

// completions tells shells what flags take where that is a name of ours.
func completions(cmd *cobra.Command) {
	for flag, names := range map[string]func() []string{
		"contract":    contracts.Names,
		"requirement": requirementNames,
		"break":       breakNames,
		"level":       func() []string { return []string{"must", "should", "may"} },
		"format":      formatNames,
	} {
		if cmd.Flags().Lookup(flag) == nil {
			continue
		}
		err := cmd.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return names(), cobra.ShellCompDirectiveNoFileComp
		})
		if err != nil {
			panic(err) // the flag is there, and has none yet
		}
	}
}

// completeAPIs completes the names of reference APIs that are not given yet.
func completeAPIs(_ *cobra.Command, given []string, _ string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, api := range apis.All() {
		if !slices.Contains(given, api.Name) {
			names = append(names, api.Name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// breakNames lists the requirements that reference APIs can break.
func breakNames() []string {
	var names []string
	for _, api := range apis.All() {
		for _, requirement := range api.Breaks {
			if !slices.Contains(names, requirement) {
				names = append(names, requirement)
			}
		}
	}
	return append(names, "all")
}
