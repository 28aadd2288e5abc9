package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/seed-e125e033/conform/contracts"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/suites"
)

// traceFormats holds every way to print contracts, by the name that --format takes: in a list, and one with all of its sentences.
var traceFormats = map[string]struct {
	list func(io.Writer, []*contract.Contract) error
	show func(io.Writer, *contract.Contract) error
}{
	"text":     {listText, showText},
	"json":     {listJSON, showJSON},
	"markdown": {listMarkdown, showMarkdown},
}

func newContracts(d door) *cobra.Command {
	format := "text"
	names := slices.Sorted(maps.Keys(traceFormats))
	cmd := &cobra.Command{
		Use:   "contracts [NAME|FILE]",
		Short: "List the contracts, or show one with its requirements and sources",
		Long: `Contracts lists the contracts that ship. With a name or a file it traces that contract to its document: every
requirement with its level and basis, where the document says it and which probes try it; and every sentence of the
document that is not tested, with the reason.`,
		Example: `  conform contracts
  conform contracts gr4vy
  conform contracts ./our-errors.yaml --format markdown`,
		Args: arguments(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := known("--format %q is not known", format, names); err != nil {
				return err
			}
			printed := traceFormats[format]
			wanted := args
			if len(args) == 0 {
				wanted = contracts.Names()
			}
			loaded, err := contracts.Load(wanted, suites.Names(), contract.Options{})
			switch {
			case err != nil:
				return &exit{calledWrongly, err}
			case len(args) == 0:
				err = printed.list(d.stdout, loaded)
			default:
				err = printed.show(d.stdout, loaded[0])
			}
			if err != nil {
				return &exit{harnessFailed, err}
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return contracts.Names(), cobra.ShellCompDirectiveDefault // or a file
		},
	}
	cmd.Flags().StringVar(&format, "format", format, "`format` to print in: "+strings.Join(names, ", "))
	if err := cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // the flag is there
	}
	return cmd
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

// tried says in a list what makes a requirement judge an answer: the probes, as its contract names them, and the statuses
// that it waits for.
func tried(r *contract.Requirement) []string {
	ways := slices.Clone(r.Probes)
	if r.Observed != nil {
		ways = append(ways, "every "+joined(r.Observed.Status)+" of the run")
	}
	if r.Expect.Effects != "" {
		ways = append(ways, "a GET before and after")
	}
	return ways
}

func joined(statuses []contract.Status) string {
	texts := make([]string, len(statuses))
	for i, s := range statuses {
		texts[i] = string(s)
	}
	return strings.Join(texts, " and ")
}

func listText(w io.Writer, all []*contract.Contract) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", c.Name, c.Version, c.Title, levels(c))
	}
	return t.Flush()
}

func showText(w io.Writer, c *contract.Contract) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %s\n%s\n", c.Name, c.Version, c.Title, c.Source)
	fmt.Fprintf(&b, "\n%s: %s; %s not tested\n", count(len(c.Requirements), "requirement"), levels(c), count(len(c.Untested), "sentence"))
	for i := range c.Requirements {
		r := &c.Requirements[i]
		fmt.Fprintf(&b, "\n%s   %s, %s\n", r.Name(), r.Level, r.Basis)
		fmt.Fprintf(&b, "  %s\n", r.Says)
		fmt.Fprintf(&b, "  source   %s\n", r.Source)
		fmt.Fprintf(&b, "  tried    %s\n", strings.Join(lines(tried(r), 88), "\n           "))
		if r.Because != "" {
			fmt.Fprintf(&b, "  because  %s\n", r.Because)
		}
	}
	if len(c.Untested) > 0 {
		fmt.Fprint(&b, "\nNot tested\n")
	}
	for _, u := range c.Untested {
		fmt.Fprintf(&b, "\n  %s\n  source   %s\n  reason   %s\n", u.Says, u.Source, u.Reason)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// lines puts words into lines of at most that many letters, with commas.
func lines(words []string, most int) []string {
	var all []string
	line := ""
	for i, word := range words {
		if i < len(words)-1 {
			word += ","
		}
		switch {
		case line == "":
			line = word
		case len(line)+1+len(word) > most:
			all = append(all, line)
			line = word
		default:
			line += " " + word
		}
	}
	return append(all, line)
}

// listed is a contract in the JSON of the list.
type listed struct {
	Contract     string                 `json:"contract"`
	Version      string                 `json:"version"`
	Title        string                 `json:"title"`
	Source       string                 `json:"source"`
	Requirements map[contract.Level]int `json:"requirements"` // how many of each level
	Untested     int                    `json:"untested"`
}

// traced is a contract in JSON, with every sentence of its document.
type traced struct {
	Contract     string              `json:"contract"`
	Version      string              `json:"version"`
	Title        string              `json:"title"`
	Source       string              `json:"source"`
	File         string              `json:"file"`
	Digest       string              `json:"sha256"`
	Requirements []tracedRequirement `json:"requirements"`
	Untested     []contract.Untested `json:"untested"`
}

type tracedRequirement struct {
	Requirement string            `json:"requirement"` // contract.id
	Level       contract.Level    `json:"level"`
	Basis       string            `json:"basis"`
	Says        string            `json:"says"`
	Source      string            `json:"source"`
	Line        int               `json:"line"` // in the file
	Probes      []string          `json:"probes"`
	Observed    []contract.Status `json:"observed,omitempty"`
	Because     string            `json:"because,omitempty"`
}

func listJSON(w io.Writer, all []*contract.Contract) error {
	list := make([]listed, len(all))
	for i, c := range all {
		list[i] = listed{c.Name, c.Version, c.Title, c.Source, map[contract.Level]int{}, len(c.Untested)}
		for _, r := range c.Requirements {
			list[i].Requirements[r.Level]++
		}
	}
	return writeJSON(w, list)
}

func showJSON(w io.Writer, c *contract.Contract) error {
	shown := traced{c.Name, c.Version, c.Title, c.Source, c.File, c.Digest, make([]tracedRequirement, len(c.Requirements)), []contract.Untested{}}
	for i := range c.Requirements {
		r := &c.Requirements[i]
		shown.Requirements[i] = tracedRequirement{r.Name(), r.Level, r.Basis, r.Says, r.Source, r.At.Line, append([]string{}, r.Probes...), nil, r.Because}
		if r.Observed != nil {
			shown.Requirements[i].Observed = r.Observed.Status
		}
	}
	shown.Untested = append(shown.Untested, c.Untested...)
	return writeJSON(w, shown)
}

func writeJSON(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(value)
}

func listMarkdown(w io.Writer, all []*contract.Contract) error {
	rows := [][]string{{"contract", "version", "title", "requirements", "not tested"}}
	for _, c := range all {
		rows = append(rows, []string{verbatim(c.Name), c.Version, cell("[" + c.Title + "](" + c.Source + ")"), levels(c), fmt.Sprint(len(c.Untested))})
	}
	return writeTable(w, rows)
}

func showMarkdown(w io.Writer, c *contract.Contract) error {
	if _, err := fmt.Fprintf(w, "# %s %s: %s\n\nThe document: <%s>\n\n## Requirements\n\n", c.Name, c.Version, c.Title, c.Source); err != nil {
		return err
	}
	rows := [][]string{{"requirement", "level", "basis", "the API ...", "source", "tried by"}}
	for i := range c.Requirements {
		r := &c.Requirements[i]
		rows = append(rows, []string{verbatim(r.Name()), string(r.Level), r.Basis, cell(r.Says), cell(r.Source), cell(strings.Join(tried(r), ", "))})
	}
	if err := writeTable(w, rows); err != nil || len(c.Untested) == 0 {
		return err
	}
	rows = [][]string{{"the document says", "source", "why it is not tested"}}
	for _, u := range c.Untested {
		rows = append(rows, []string{cell(u.Says), cell(u.Source), cell(u.Reason)})
	}
	if _, err := io.WriteString(w, "\n## Not tested\n\n"); err != nil {
		return err
	}
	return writeTable(w, rows)
}

func verbatim(name string) string { return "`" + name + "`" }

// cell returns text as it may stand in a table: Markdown reads no column and no tag in it.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "\n", " ").Replace(text)
}

// writeTable writes rows of Markdown, the first as their head.
func writeTable(w io.Writer, rows [][]string) error {
	var b strings.Builder
	for i, row := range rows {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			b.WriteString("|" + strings.Repeat(" --- |", len(row)) + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
