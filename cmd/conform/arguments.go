package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-e125e033/conform/internal/document"
)

// arguments takes so many arguments; of the most, 0 is none and -1 is any number.
func arguments(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		_, names, _ := strings.Cut(cmd.Use, " ")
		switch help := "; see " + cmd.CommandPath() + " --help"; {
		case most == 0 && len(args) > 0:
			return fmt.Errorf("%s takes no argument, and %q is one%s", cmd.Name(), args[0], help)
		case len(args) < least:
			return fmt.Errorf("%s takes %s, and none is given%s", cmd.Name(), names, help)
		case most > 0 && len(args) > most:
			return fmt.Errorf("%s takes %s, and %q is one too many%s", cmd.Name(), names, args[most], help)
		}
		return nil
	}
}

// known returns the mistake that there is no such name: what was meant or, where nothing is near, all there is. The mistake has %q for the name.
func known(mistake, name string, names []string) error {
	if slices.Contains(names, name) {
		return nil
	}
	way := document.Meant(name, names)
	if way == "" {
		way = ": take " + strings.Join(names, ", ")
	}
	return fmt.Errorf(mistake+"%s", name, way)
}

// newHelp is cobra's own, but for a command that there is not.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Help about any command",
		Example: "  conform help demo",
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, sub := range cmd.Root().Commands() {
				if len(args) == 0 && sub.IsAvailableCommand() {
					names = append(names, sub.Name())
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			switch {
			case err != nil || len(rest) > 0 && about == cmd.Root():
				return noArguments(cmd.Root(), args)
			case len(rest) > 0:
				return fmt.Errorf("%s has no command %q; see %s --help", about.Name(), rest[0], about.CommandPath())
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}
