package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-e125e033/conform/internal/check"
)

// variantsShown is how many variants of a group of cases are named.
const variantsShown = 8

// Describe returns what a person has to know of a check: what was promised, what was sent, what is wrong, how to see it
// again. Cases with the same findings stand together. It is the text of the terminal and of JUnit alike, in lines that
// end in a newline, without colour.
func Describe(c Check) string {
	var d description
	d.head(c)
	for i, group := range groupMisses(c.Misses) {
		first := group[0]
		sent := line(first.Sent)
		if first.Variant != "" {
			sent = pad(sent, 32) + "  [variant: " + line(first.Variant) + "]"
		}
		d.row("sent", sent)
		d.row("got", line(first.Answer))
		for _, f := range first.Findings {
			d.row(line(label(f.Rule)), line(findingText(f)))
		}
		if first.Error != c.Reason {
			d.row("error", line(first.Error))
		}
		d.row("and", others(group[1:]))
		if i == 0 {
			d.row("because", line(c.Because))
		}
		d.row("again", line(first.Curl))
	}
	return d.String()
}

// description is the text of a check in the making.
type description struct{ strings.Builder }

// head writes the first lines: verdict, requirement, operation and level; what it says and where; the reason.
func (d *description) head(c Check) {
	fmt.Fprintf(d, "%s%s  %s   %s\n", pad(headings(c.Verdict), 6), line(c.Requirement), line(c.Title), line(c.Level))
	d.WriteString("      " + line(c.Says))
	if c.Source != "" {
		d.WriteString("   (" + line(c.Source) + ")")
	}
	d.WriteByte('\n')
	d.row("reason", line(c.Reason))
}

// row writes a labelled line, or nothing where there is no text.
func (d *description) row(label, text string) {
	if text != "" {
		d.WriteString("      " + pad(label, 7) + " " + text + "\n")
	}
}

// headings returns the word that a verdict stands under.
func headings(v Verdict) string {
	switch v {
	case Failed:
		return "FAIL"
	case Warned:
		return "WARN"
	case Waived:
		return "WAIVE"
	case Stale:
		return "STALE"
	case Skipped:
		return "SKIP"
	case Errored:
		return "ERROR"
	}
	return "PASS"
}

// label returns the word before a finding: the part of the answer that it is about.
func label(rule string) string {
	switch rule {
	case "media-type", "headers":
		return "header"
	case "members", "repeated-status", "blames", "content":
		return "body"
	}
	return rule
}

// findingText returns a finding without its rule: "want 415, got 400", "/errors/0: detail is required".
func findingText(f check.Finding) string {
	if f.Rule == "media-type" && f.At == "" {
		f.At = "Content-Type"
	}
	return strings.TrimPrefix(f.String(), f.Rule+": ")
}

// groupMisses puts together the misses with the same findings and error, in order of the first of each.
func groupMisses(misses []Miss) [][]Miss {
	var groups [][]Miss
	for _, m := range misses {
		i := slices.IndexFunc(groups, func(g []Miss) bool { return g[0].Error == m.Error && slices.Equal(g[0].Findings, m.Findings) })
		if i < 0 {
			groups = append(groups, []Miss{m})
			continue
		}
		groups[i] = append(groups[i], m)
	}
	return groups
}

// others names the cases that came out like the first of their group.
func others(misses []Miss) string {
	if len(misses) == 0 {
		return ""
	}
	var names []string
	for _, m := range misses[:min(len(misses), variantsShown)] {
		name := m.Variant
		if name == "" {
			name = m.Case
		}
		names = append(names, line(name))
	}
	if len(misses) > variantsShown {
		names = append(names, "...")
	}
	return count(len(misses), "more case") + ": " + strings.Join(names, ", ")
}

// pad fills s up with spaces to width characters.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}
