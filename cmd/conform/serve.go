package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/seed-e125e033/conform/fixtures/apis"
)

func newServe(d door) *cobra.Command {
	var addr string
	var broken []string
	cmd := &cobra.Command{
		Use:   "serve API",
		Short: "Serve a reference API, whole or with promises broken",
		Example: `  conform serve gr4vy
  conform serve openpodcast --addr 127.0.0.1:8080 --break openpodcast.media-type`,
		Args:              arguments(1, 1),
		ValidArgsFunction: completeAPIs,
		RunE: func(cmd *cobra.Command, args []string) error {
			api, err := reference(args[0])
			if err != nil {
				return err
			}
			asked, err := breaks([]apis.API{api}, broken)
			if err != nil {
				return err
			}
			base, stop, err := serveReference(cmd.Context(), addr, api, asked)
			if err != nil {
				return &exit{calledWrongly, fmt.Errorf("--addr: %w", err)}
			}
			defer stop()
			fmt.Fprintf(d.stdout, "%s is served at %s; end it with Ctrl-C\n\nTo check it, in another shell:\n", api.Name, base)
			for _, name := range slices.Sorted(maps.Keys(api.Secrets)) {
				fmt.Fprintf(d.stdout, "  export %s=%s\n", name, api.Secrets[name])
			}
			fmt.Fprintf(d.stdout, "  conform --target %s --config %s\n", base, api.File())
			<-cmd.Context().Done()
			return nil
		},
	}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:0", "`address` to listen on; port 0 takes a free one")
	cmd.Flags().StringArrayVar(&broken, "break", nil, "`requirement` to break, or all; repeatable")
	completions(cmd)
	return cmd
}
