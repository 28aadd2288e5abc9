package main

import (
	"github.com/spf13/cobra"

	"github.com/seed-e125e033/conform/schemas"
)

func newSchema(d door) *cobra.Command {
	return &cobra.Command{
		Use:   "schema contract|target",
		Short: "Print the JSON Schema of a file format, for editors",
		Long: `Schema prints the JSON Schema (draft-07) that a contract or a target file has to follow. An editor that is told of it
completes and checks the file as it is written, by a first line such as

  # yaml-language-server: $schema=conform-target.json`,
		Example: `  conform schema target > conform-target.json
  conform schema contract > conform-contract.json`,
		Args:      arguments(1, 1),
		ValidArgs: []string{"contract", "target"},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := known("no file format is called %q", args[0], cmd.ValidArgs); err != nil {
				return err
			}
			text, err := schemas.Files.ReadFile(args[0] + ".json")
			if err != nil {
				return &exit{harnessFailed, err}
			}
			_, err = d.stdout.Write(text)
			return err
		},
	}
}
