package selftest

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Formats holds every way to print a score, by the name that --format takes.
var Formats = map[string]func(io.Writer, *Score) error{"text": Text, "json": JSON, "markdown": Markdown}

// JSON writes the score as JSON.
func JSON(w io.Writer, s *Score) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Proven bool `json:"proven"`
		*Score
	}{s.Proven(), s})
}

// columns are the table's, from left to right.
var columns = []string{"contract", "reference APIs", "requirements", "faults", "expected", "caught", "equivalent", "left open", "accents", "flagged", "slipped"}

// row returns a contract's line of the table.
func (c *Contract) row() []string {
	row := []string{c.Name, fmt.Sprint(len(c.APIs)), fmt.Sprint(c.Requirements)}
	if c.Why != "" {
		return append(row, "not proven: "+c.Why)
	}
	caught := fmt.Sprint(c.Caught)
	if c.Tried < c.Expected {
		caught += fmt.Sprintf(" of %d", c.Tried)
	}
	for _, n := range []any{c.Faults, c.Expected, caught, c.Equivalent, c.Either, c.Accents, c.Flagged, c.Tried - c.Caught} {
		row = append(row, fmt.Sprint(n))
	}
	return row
}

// Text writes the score for a terminal.
func Text(w io.Writer, s *Score) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, strings.Join(columns, "\t"))
	for i := range s.Contracts {
		fmt.Fprintln(t, strings.Join(s.Contracts[i].row(), "\t"))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, c := range s.Contracts {
		for _, slip := range c.Slipped {
			fmt.Fprintf(w, "\nSLIPPED  %s  %s on %s: %s\n", slip.Change, slip.Requirement, slip.Operation, slip.API)
			fmt.Fprintf(w, "         case %s\n         got  %s\n", slip.Case, slip.Got)
		}
		for _, alarm := range c.Alarms {
			fmt.Fprintf(w, "\nFLAGGED  %s  %s on %s: %s\n", alarm.Change, alarm.Requirement, alarm.Operation, alarm.API)
			fmt.Fprintf(w, "         case %s\n         got  %s\n", alarm.Case, alarm.Got)
		}
		for _, name := range c.Unproven {
			fmt.Fprintf(w, "\nUNPROVEN %s: no fault has to be caught by it\n", name)
		}
		for _, name := range c.Beyond {
			fmt.Fprintf(w, "\nbeyond   %s\n", name)
		}
	}
	_, err := fmt.Fprintln(w, "\n"+s.Sentence())
	return err
}

// Markdown writes the score as a table and, where anything slipped or was flagged, a list.
func Markdown(w io.Writer, s *Score) error {
	var b strings.Builder
	line := func(cells []string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	line(columns)
	b.WriteString("|---|" + strings.Repeat("---:|", len(columns)-1) + "\n")
	for i := range s.Contracts {
		line(s.Contracts[i].row())
	}
	b.WriteString("\n" + s.Sentence() + "\n")
	for _, c := range s.Contracts {
		for _, slip := range c.Slipped {
			fmt.Fprintf(&b, "- slipped: `%s` through `%s` on `%s` of %s: %s\n", slip.Change, slip.Requirement, slip.Operation, slip.API, slip.Got)
		}
		for _, alarm := range c.Alarms {
			fmt.Fprintf(&b, "- flagged: `%s` by `%s` on `%s` of %s: %s\n", alarm.Change, alarm.Requirement, alarm.Operation, alarm.API, alarm.Got)
		}
		for _, name := range c.Unproven {
			fmt.Fprintf(&b, "- unproven: `%s`\n", name)
		}
		for _, name := range c.Beyond {
			fmt.Fprintf(&b, "- beyond: %s\n", name)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Sentence returns the score in one line.
func (s *Score) Sentence() string {
	var expected, tried, caught, accents, flagged, alarms, unproven, missing int
	for _, c := range s.Contracts {
		if c.Why != "" {
			missing++
			continue
		}
		expected, tried, caught = expected+c.Expected, tried+c.Tried, caught+c.Caught
		accents, flagged, alarms, unproven = accents+c.Accents, flagged+c.Flagged, alarms+len(c.Alarms), unproven+len(c.Unproven)
	}
	text := fmt.Sprintf("caught %d of %d", caught, tried)
	if tried < expected {
		text += fmt.Sprintf(" tried (of %d in all)", expected)
	}
	text += fmt.Sprintf(", flagged %d of %d accents, %d false alarms", flagged, accents, alarms)
	if unproven > 0 {
		text += fmt.Sprintf(", %d requirements unproven", unproven)
	}
	if missing > 0 {
		text += fmt.Sprintf(", %d contracts not proven", missing)
	}
	return text
}
