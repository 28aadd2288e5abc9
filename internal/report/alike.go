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
	told   bool
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

// gather finds the checks with findings that are alike.
func (p *printer) gather(log *Written) error {
	p.alike = map[likeness]*alike{}
	whole := log.checks()
	for _, r := range log.index.rows {
		if !findings(Verdicts[r.verdict]) {
			continue
		}
		c, err := whole(r)
		if err != nil {
			return err
		}
		key := likenessOf(c)
		switch a := p.alike[key]; {
		case a == nil:
			p.alike[key] = &alike{}
		default:
			if a.others++; len(a.titles) < variantsShown {
				a.titles = append(a.titles, line(c.Title))
			}
		}
	}
	return nil
}

// findings reports whether checks of this verdict are told by what was found.
func findings(v Verdict) bool { return slices.Contains([]Verdict{Failed, Warned}, v) }

// String names the others, or is empty where there are none.
func (a *alike) String() string {
	if a.others == 0 {
		return ""
	}
	titles := strings.Join(a.titles, ", ")
	if a.others > len(a.titles) {
		titles += ", ..."
	}
	return fmt.Sprintf("on %s, with the same findings: %s", count(a.others, "more operation"), titles)
}
