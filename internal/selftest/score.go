package selftest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/fixtures/apis"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/pointer"
	"github.com/seed-e125e033/conform/internal/report"
)

// Score is what a proof came to.
type Score struct {
	Sample    int        `json:"sample,omitempty"` // of so many faults one was tried; below 2: every fault
	Contracts []Contract `json:"contracts"`
}

// Contract is what one contract came to. A pair is a fault on a check of one reference API.
type Contract struct {
	Name         string   `json:"contract"`
	Why          string   `json:"not_proven,omitempty"` // why nothing is known of it
	APIs         []string `json:"apis"`
	Requirements int      `json:"requirements"`
	Faults       int      `json:"faults"`     // different ones
	Expected     int      `json:"expected"`   // pairs that have to be caught
	Tried        int      `json:"tried"`      // of these
	Caught       int      `json:"caught"`     // of these
	Equivalent   int      `json:"equivalent"` // pairs that must not be found
	Either       int      `json:"either"`     // pairs that the document leaves open
	Accents      int      `json:"accents"`    // different ones
	Flagged      int      `json:"flagged"`    // of these, on any API
	Slipped      []Slip   `json:"slipped"`    // what was to be caught and was not
	Alarms       []Slip   `json:"alarms"`     // what was found although it must not be
	Unproven     []string `json:"unproven"`   // requirements that no fault has to be caught by
	Beyond       []string `json:"beyond"`     // those of which the table says why none can be, with the reason

	all     []string // ids of requirements, in the order of the contract
	faults  map[string]bool
	proven  map[string]bool
	accents map[string]bool
	flagged map[string]bool
}

// Slip is a fault or accent of which something else was made than is expected.
type Slip struct {
	API         string `json:"api"`
	Change      string `json:"change"` // name of the fault or accent
	Requirement string `json:"requirement"`
	Operation   string `json:"operation"`
	Case        string `json:"case,omitempty"` // the first
	Got         string `json:"got"`            // what was made of it
}

// Proven reports whether all that was tried was caught, nothing was found that must not be, and each requirement has something to catch.
func (s *Score) Proven() bool {
	return !slices.ContainsFunc(s.Contracts, func(c Contract) bool {
		return c.Why == "" && (c.Caught < c.Tried || len(c.Slipped)+len(c.Alarms)+len(c.Unproven) > 0)
	})
}

// add begins the score of a contract.
func (s *Score) add(l *contract.Contract, t *Table, all []apis.API) {
	c := Contract{
		Name: l.Name, Requirements: len(l.Requirements), APIs: []string{}, Slipped: []Slip{}, Alarms: []Slip{}, Unproven: []string{}, Beyond: []string{},
		faults: map[string]bool{}, proven: map[string]bool{}, accents: map[string]bool{}, flagged: map[string]bool{},
	}
	for i := range l.Requirements {
		c.all = append(c.all, l.Requirements[i].Name())
	}
	for _, api := range all {
		if slices.Contains(api.Contracts, l.Name) {
			c.APIs = append(c.APIs, api.Name)
		}
	}
	switch {
	case len(c.APIs) == 0:
		c.Why = "no reference API keeps it"
	case t == nil:
		c.Why = "no table in fixtures/faults/expected says what is to be caught"
	}
	s.Contracts = append(s.Contracts, c)
	slices.SortFunc(s.Contracts, func(a, b Contract) int { return strings.Compare(a.Name, b.Name) })
}

// of returns the score of a contract that can be proven, nil for none. It takes the name of a requirement, too.
func (s *Score) of(name string) *Contract {
	name, _, _ = strings.Cut(name, ".")
	i := slices.IndexFunc(s.Contracts, func(c Contract) bool { return c.Name == name && c.Why == "" })
	if i < 0 {
		return nil
	}
	return &s.Contracts[i]
}

// expect counts a pair.
func (s *Score) expect(p pair) {
	c := s.of(p.check.requirement)
	c.faults[p.fault] = true
	c.Faults = len(c.faults)
	switch p.is() {
	case equivalent:
		if !strings.HasPrefix(p.fault, "effect.") { // whether a request that is performed changes anything hangs on what came before it
			c.Equivalent++
		}
		return
	case either:
		c.Either++
		return
	}
	c.Expected++
	c.proven[p.check.requirement] = c.proven[p.check.requirement] || p.is() == caught
}

// meet counts the accents of an API, and has the tables tell which are none.
func (s *Score) meet(b *bed) {
	for _, l := range b.plan.Contracts {
		c := s.of(l.Name)
		if c == nil {
			continue
		}
		for name := range b.clean.accents {
			c.accents[name] = true
			for _, requirement := range c.all {
				_, id, _ := strings.Cut(requirement, ".")
				b.tables[l.Name].rulesOut(name, id)
			}
		}
		c.Accents = len(c.accents)
	}
}

// met says which requirements of a table's contract no pair proves, once all are counted, and which the table is wrong about.
func (s *Score) met(t *Table) []document.Mistake {
	c := s.of(t.Contract)
	var mistakes []document.Mistake
	for _, name := range c.all {
		_, id, _ := strings.Cut(name, ".")
		switch because, beyond := t.Beyond[id]; {
		case c.proven[name] && beyond:
			mistakes = append(mistakes, t.d.Mistake(pointer.Join("/beyond", id), "a fault has to be caught by %q: remove it", id))
		case c.proven[name]:
		case beyond:
			c.Beyond = append(c.Beyond, name+": "+because)
		default:
			c.Unproven = append(c.Unproven, name)
		}
	}
	return mistakes
}

// judge compares what was made of a pair with what is expected. did says which cases had their answers changed.
func (s *Score) judge(api string, p pair, did map[string]bool, v *verdicts) {
	c := s.of(p.check.requirement)
	slip := Slip{API: api, Change: p.fault, Requirement: p.check.requirement, Operation: p.check.operation}
	missed, tried := false, false
	for _, h := range p.cases {
		if !did[h.name] {
			continue // the API answered otherwise than in the clean run: what it holds hangs on what was sent before
		}
		slip.Case = h.name
		is := h.is
		tried = tried || is == caught || is == told
		found, errored := v.found(p.check, h.name)
		switch {
		case is == caught && found == "":
			slip.Got = cmp.Or(errored, "passed")
			if errored != "" {
				slip.Got = "could not judge: " + errored
			}
		case is == told && found == "" && errored == "":
			slip.Got = "passed"
		case is == equivalent && (found != "" || errored != ""):
			slip.Got = cmp.Or(found, errored)
			c.Alarms = append(c.Alarms, slip)
			continue
		default:
			continue
		}
		if !missed {
			c.Slipped = append(c.Slipped, slip)
		}
		missed = true
	}
	if is := p.is(); is == caught || is == told {
		if !tried {
			slip.Got, missed = "not tried: the answer was not changed in any case", true
			c.Slipped = append(c.Slipped, slip)
		}
		c.Tried++
		if !missed {
			c.Caught++
		}
	}
}

// judgeAccents compares what was made of every check with what was made of the API's own answers.
func (s *Score) judgeAccents(b *bed, accent string, v *verdicts) {
	for _, planned := range b.plan.Checks {
		k := check{planned.Requirement.Name(), planned.Operation.ID}
		before, after := b.clean.verdicts.checks[k], v.checks[k]
		c := s.of(k.requirement)
		if c == nil || !worse(before.Verdict, after.Verdict, planned.Observed()) && v.dead == "" {
			continue
		}
		if b.tables[c.Name].rulesOut(accent, planned.Requirement.ID) {
			continue
		}
		slip := Slip{API: b.api.Name, Change: accent, Requirement: k.requirement, Operation: k.operation, Got: cmp.Or(v.dead, string(after.Verdict), "not judged")}
		if len(after.Misses) > 0 {
			m := after.Misses[0]
			slip.Case = m.Case
			slip.Got = fmt.Sprintf("%s: %s", after.Verdict, m.Error)
			if len(m.Findings) > 0 {
				slip.Got = fmt.Sprintf("%s: %s", after.Verdict, m.Findings[0])
			}
		}
		c.Alarms = append(c.Alarms, slip)
		c.flagged[accent] = true
		c.Flagged = len(c.flagged)
	}
}

// worse reports whether a check came to less than before. A requirement that waits for a status says nothing where an accent answers
// with another one that is allowed.
func worse(before, after report.Verdict, observed bool) bool {
	if after == before || observed && (after == "" || after == report.Skipped) {
		return false
	}
	return before == report.Passed || after == report.Failed || after == report.Warned || after == report.Errored || after == report.Stale
}

// sort puts what slipped in the order of the names: runs end in any order.
func (s *Score) sort() {
	for i := range s.Contracts {
		for _, list := range [][]Slip{s.Contracts[i].Slipped, s.Contracts[i].Alarms} {
			slices.SortFunc(list, func(a, b Slip) int {
				return cmp.Or(strings.Compare(a.API, b.API), strings.Compare(a.Requirement, b.Requirement), strings.Compare(a.Change, b.Change),
					strings.Compare(a.Operation, b.Operation), strings.Compare(a.Case, b.Case))
			})
		}
	}
}
