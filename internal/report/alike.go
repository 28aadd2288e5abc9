package report

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/check"
)

// alike are the checks of one requirement that have the same verdict and the same findings, on however many operations: mostly one
// mistake of a gateway or a framework. The first is told whole, and of the others the names of some.
type alike struct {
	first  int // its place among the rows
	others int
	titles []string // of the first of the others
}

// likeness is what checks that are alike have in common.
type likeness [sha256.Size]byte

func likenessOf(c Check) likeness {
	var groups []any
	for _, g := range groupMisses(c.Misses) {
		groups = append(groups, struct {
			Findings []check.Finding
			Error    string
		}{g[0].Findings, g[0].Error})
	}
	text, _ := json.Marshal([]any{c.Verdict, c.Requirement, c.Reason, groups}) // of text alone: it cannot fail
	return sha256.Sum256(text)
}

// gather finds the checks with findings that are alike, by the place of each among the rows.
func gather(log *Written) (map[int]*alike, error) {
	kinds, byRow := map[likeness]*alike{}, map[int]*alike{}
	whole := log.checks()
	for i, r := range log.index.rows {
		if !findings(Verdicts[log.index.kind(r).verdict]) {
			continue
		}
		c, err := whole(r)
		if err != nil {
			return nil, err
		}
		key := likenessOf(c)
		a := kinds[key]
		if a == nil {
			a = &alike{first: i}
			kinds[key] = a
		} else if a.others++; len(a.titles) < variantsShown {
			a.titles = append(a.titles, line(c.Title))
		}
		byRow[i] = a
	}
	return byRow, nil
}

// findings reports whether checks of this verdict are told by what was found.
func findings(v Verdict) bool { return slices.Contains([]Verdict{Failed, Warned}, v) }

// String names the others, or is empty where there are none; a may be nil.
func (a *alike) String() string {
	if a == nil || a.others == 0 {
		return ""
	}
	titles := strings.Join(a.titles, ", ")
	if a.others > len(a.titles) {
		titles += ", ..."
	}
	return fmt.Sprintf("on %s, with the same findings: %s", count(a.others, "more operation"), titles)
}
