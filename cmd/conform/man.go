package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-e125e033/conform/internal/version"
)

func newMan(d door) *cobra.Command {
	return &cobra.Command{
		Use:     "man FOLDER",
		Short:   "Write the man pages of every command",
		Example: "  conform man /usr/local/share/man/man1",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return &exit{calledWrongly, fmt.Errorf("folder %q cannot be made: %w", args[0], cause(err))}
			}
			if err := writePages(cmd.Root(), args[0]); err != nil {
				return &exit{harnessFailed, err}
			}
			fmt.Fprintln(d.stdout, "man pages are in "+args[0])
			return nil
		},
	}
}

// writePages writes the page of a command and those of its subcommands into a folder.
func writePages(cmd *cobra.Command, folder string) error {
	for _, sub := range documented(cmd) {
		if err := writePages(sub, folder); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(folder, pageName(cmd)+".1"), manPage(cmd), 0o644)
}

// documented lists the subcommands that have a page.
func documented(cmd *cobra.Command) []*cobra.Command {
	var subs []*cobra.Command
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() && !sub.IsAdditionalHelpTopicCommand() {
			subs = append(subs, sub)
		}
	}
	return subs
}

func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// manPage returns the page of a command in the macros of man(7). The same version gives the same page: there is no date in it. Cobra's
// own writer goes by way of Markdown, which takes three more modules and 0.4 ms of every start of the process.
func manPage(cmd *cobra.Command) []byte {
	cmd.InitDefaultHelpFlag()
	var b bytes.Buffer
	fmt.Fprintf(&b, ".TH %s 1 \"\" %q conform\n", roff(strings.ToUpper(pageName(cmd))), "conform "+version.Text())
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", roff(pageName(cmd)), roff(cmd.Short))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n\\fB%s\\fP\n", roff(cmd.UseLine()))
	if cmd.Long != "" {
		b.WriteString(".SH DESCRIPTION\n")
		manText(&b, cmd.Long)
	}
	if flags := cmd.NonInheritedFlags(); flags.HasAvailableFlags() {
		b.WriteString(".SH OPTIONS\n")
		flags.VisitAll(func(f *pflag.Flag) { manFlag(&b, f) })
	}
	if cmd.Example != "" {
		b.WriteString(".SH EXAMPLES\n")
		manText(&b, cmd.Example)
	}
	related := documented(cmd)
	if cmd.HasParent() {
		related = append([]*cobra.Command{cmd.Parent()}, related...)
	}
	if len(related) > 0 {
		b.WriteString(".SH SEE ALSO\n")
	}
	for i, other := range related {
		comma := ","
		if i == len(related)-1 {
			comma = ""
		}
		fmt.Fprintf(&b, ".BR %s (1)%s\n", roff(pageName(other)), comma)
	}
	return b.Bytes()
}

// manFlag writes a flag, what it takes, what it is for and, where that says something, its default.
func manFlag(b *bytes.Buffer, f *pflag.Flag) {
	if f.Hidden || f.Deprecated != "" {
		return
	}
	name := "\\fB" + roff("--"+f.Name) + "\\fP"
	if f.Shorthand != "" {
		name = "\\fB" + roff("-"+f.Shorthand) + "\\fP, " + name
	}
	takes, usage := pflag.UnquoteUsage(f)
	if takes != "" {
		name += " \\fI" + roff(takes) + "\\fP"
	}
	switch f.DefValue {
	case "", "0", "false", "[]":
	default:
		usage += " (default " + f.DefValue + ")"
	}
	fmt.Fprintf(b, ".TP\n%s\n%s\n", name, roff(usage))
}

// manText writes paragraphs; lines that are indented stand as they are.
func manText(b *bytes.Buffer, text string) {
	verbatim, apart := false, false
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		if line == "" {
			apart = true
			continue
		}
		if indented := strings.TrimLeft(line, " \t") != line; indented != verbatim {
			if verbatim {
				b.WriteString(".EE\n")
			}
			if apart {
				b.WriteString(".PP\n")
			}
			if indented {
				b.WriteString(".EX\n")
			}
			verbatim, apart = indented, false
		}
		switch {
		case apart && verbatim:
			b.WriteString("\\&\n") // an empty line is none within .EX
		case apart:
			b.WriteString(".PP\n")
		}
		apart = false
		b.WriteString(roff(line) + "\n")
	}
	if verbatim {
		b.WriteString(".EE\n")
	}
}

// roff returns text as it may stand on a line of a man page. A minus stays one, so that it can be copied, and what would be a macro is
// none.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		return `\&` + text
	}
	return text
}
