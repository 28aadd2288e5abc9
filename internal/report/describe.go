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
		d.row("and", others(first, group[1:]))
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

// others names the cases that came out like the first: by their variants, those of other probes by these, too.
func others(first Miss, more []Miss) string {
	if len(more) == 0 {
		return ""
	}
	var names strings.Builder
	last := probe(first)
	for i, m := range more[:min(len(more), variantsShown)] {
		of := probe(m)
		switch {
		case i > 0 && of != last:
			names.WriteString("; ")
		case i > 0:
			names.WriteString(", ")
		}
		switch {
		case m.Variant == "":
			names.WriteString(line(of))
		case of != last:
			names.WriteString(line(of + " " + m.Variant))
		default:
			names.WriteString(line(m.Variant))
		}
		last = of
	}
	if len(more) > variantsShown {
		names.WriteString(", ...")
	}
	return count(len(more), "more case") + ": " + names.String()
}

// probe returns the probe that a case is of: what stands between operation and variant in its name.
func probe(m Miss) string {
	_, name, _ := strings.Cut(m.Case, "/")
	return strings.TrimSuffix(name, "/"+m.Variant)
}

// pad fills s up with spaces to width characters.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}
