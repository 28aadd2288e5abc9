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
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		ValidArgs: []string{"contract", "target"},
		RunE: func(_ *cobra.Command, args []string) error {
			text, err := schemas.Files.ReadFile(args[0] + ".json")
			if err != nil {
				return &exit{harnessFailed, err}
			}
			_, err = d.stdout.Write(text)
			return err
		},
	}
}
