package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/version"
)

const example = `  # Judge an API by the contracts gr4vy and http, with the token in $API_TOKEN
  conform --target https://api.staging.example.com --contract gr4vy --contract http --bearer-env API_TOKEN

  # The same from conform.yaml in this folder, which lists operations and credentials
  conform --target https://api.staging.example.com

  # See what would be sent, and send nothing
  conform --target https://api.staging.example.com --contract http --dry-run

  # Only what must hold, without the credentials probes
  conform --target https://api.staging.example.com --select 'must && !credentials'

  # No API at hand: the embedded reference APIs, whole or with one promise broken
  conform demo
  conform demo gr4vy --break gr4vy.unknown-resource`

// newRoot returns the command conform with all of its subcommands.
func newRoot(d door) *cobra.Command {
	s := &settings{}
	root := &cobra.Command{
		Use:   "conform --target URL",
		Short: "Check that an API refuses bad requests as its error contract documents",
		Long: `Conform sends a target API bad requests, each with exactly one defect, judges the status, headers and body of
every answer against the documented error contract, and writes a JUnit conformance report.

Exit codes: 0 conforms, 1 does not conform, 2 called wrongly (nothing was sent), 3 no verdict (unreachable, refused
controls, nothing ran, interrupted), 4 a report could not be written.

Every flag can also be given as an environment variable: --report-dir as CONFORM_REPORT_DIR. Where a flag may be
repeated, the variable lists the values with commas.`,
		Example:       example,
		Args:          noArguments,
		Version:       version.Text(),
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return mainJob(cmd.Context(), d, s) },
	}
	root.SetVersionTemplate("conform {{.Version}}\n")
	root.SetOut(d.stdout)
	root.SetErr(d.stderr)
	root.SetFlagErrorFunc(flagMistake)
	s.targetFlags(root.Flags())
	s.runFlags(root.Flags())
	completions(root)
	root.AddCommand(newDemo(d), newServe(d), newContracts(d), newExplain(d), newLint(d), newSchema(d), newReport(d), newMan(d), newSelftest(d), newToken(), newVersion(d))
	root.SetHelpCommand(newHelp())
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() == "completion" { // cobra's own takes any word in silence
			c.Args, c.RunE = noArguments, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return fromEnvironment(cmd.Flags(), d.lookup) }
	return root
}

// noArguments suggests the command that an argument may have been meant as.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	if strings.Contains(args[0], "://") {
		return fmt.Errorf("unexpected argument %q: give the target as --target %s", args[0], args[0])
	}
	return fmt.Errorf("no command is called %q%s; see %s --help", args[0], document.Meant(args[0], names), cmd.CommandPath())
}

// flagMistake tells what is wrong with a flag, and which one was meant.
func flagMistake(cmd *cobra.Command, err error) error {
	help := "; see " + cmd.CommandPath() + " --help"
	var unknown *pflag.NotExistError
	var empty *pflag.ValueRequiredError
	switch {
	case errors.As(err, &empty):
		return fmt.Errorf("--%s needs a value%s", empty.GetFlag().Name, help)
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		return fmt.Errorf("no flag is called -%s%s", unknown.GetSpecifiedName(), help)
	case errors.As(err, &unknown):
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		name := "--" + unknown.GetSpecifiedName()
		return fmt.Errorf("no flag is called %s%s%s", name, document.Meant(name, names), help)
	}
	return fmt.Errorf("%w%s", valueMistake(err), help)
}

// valueMistake tells what a flag takes that was given something else.
func valueMistake(err error) error {
	var invalid *pflag.InvalidValueError
	if !errors.As(err, &invalid) {
		return err
	}
	takes := map[string]string{
		"int": "give a whole number", "bool": "give true or false", "duration": "give a duration such as 10s",
		"stringToString": "write it as name=value",
	}[invalid.GetFlag().Value.Type()]
	if takes == "" {
		return err
	}
	return fmt.Errorf("--%s %q: %s", invalid.GetFlag().Name, invalid.GetValue(), takes)
}

// fromEnvironment sets every flag that was not given from its variable: --report-dir from CONFORM_REPORT_DIR.
func fromEnvironment(flags *pflag.FlagSet, lookup func(string) (string, bool)) error {
	var mistakes []error
	flags.VisitAll(func(f *pflag.Flag) {
		name := "CONFORM_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value, ok := lookup(name)
		if !ok || f.Changed || f.Name == "help" || f.Name == "version" {
			return
		}
		values := []string{value}
		if f.Value.Type() == "stringArray" {
			values = strings.Split(value, ",")
		}
		for _, value := range values {
			if err := flags.Set(f.Name, strings.TrimSpace(value)); err != nil {
				mistakes = append(mistakes, fmt.Errorf("environment variable %s: %w", name, valueMistake(err)))
			}
		}
	})
	if err := errors.Join(mistakes...); err != nil {
		return &exit{calledWrongly, err}
	}
	return nil
}
