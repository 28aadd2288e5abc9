package selftest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/seed-e125e033/conform/fixtures/faults"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/suites"
)

// clean is what an API's own answers came to, and how they can be changed.
type clean struct {
	verdicts *verdicts
	was      map[string]int            // by case: the status of the API's own answer
	faults   map[string]map[string]int // by fault, by case: the status of the changed answer
	accents  map[string]bool
	changes  map[string]faults.Change // faults and accents
}

// runClean runs the whole plan with every answer unchanged, and takes note of how each refusal could be changed. A success is left alone:
// what was made has to be found in it to be undone. An API that does not conform as it is proves nothing.
func (b *bed) runClean(ctx context.Context, layer layer) error {
	c := &clean{was: map[string]int{}, faults: map[string]map[string]int{}, accents: map[string]bool{}, changes: map[string]faults.Change{}}
	var mu sync.Mutex
	v, err := b.run(ctx, all, usual(), func(planned *suites.Planned, x *faults.Exchange) faults.Answer {
		name := planned.Name()
		if x.Answer.Status < 400 || twin(planned, x) {
			return x.Answer
		}
		dry := *x
		dry.Send = func(faults.Request) faults.Answer { return faults.Answer{Status: 200} } // what a fault would do is not done yet
		broken, accented := layer.faults(&dry, b.choices), layer.accents(&dry)
		mu.Lock()
		defer mu.Unlock()
		c.was[name] = x.Answer.Status
		for _, fault := range broken {
			changed, ok := fault.Make(&dry)
			if !ok {
				continue
			}
			if c.faults[fault.Name] == nil {
				c.faults[fault.Name] = map[string]int{}
			}
			c.faults[fault.Name][name] = changed.Status
			c.changes[fault.Name] = fault
		}
		for _, accent := range accented {
			c.accents[accent.Name] = true
			c.changes[accent.Name] = accent
		}
		return x.Answer
	})
	if err != nil {
		return err
	}
	c.verdicts, b.clean = v, c
	return b.conforms()
}

// twin reports whether an exchange is not a case's own, but the same request with GET that its answer is compared with.
func twin(c *suites.Planned, x *faults.Exchange) bool {
	return x.Request.Method == http.MethodGet && c.Request.Method == http.MethodHead // of what is no request line, another method is read
}

// conforms returns what the unchanged API was found to break.
func (b *bed) conforms() error {
	var broken []error
	if dead := b.clean.verdicts.dead; dead != "" {
		broken = append(broken, errors.New(dead))
	}
	for k, c := range b.clean.verdicts.checks {
		switch {
		case c.Verdict == report.Passed, c.Verdict == report.Waived:
		case c.Verdict == report.Skipped && strings.HasPrefix(c.Reason, "not observed"):
		default:
			broken = append(broken, fmt.Errorf("%s: %s %s", k, c.Verdict, report.Describe(c)))
		}
	}
	if len(broken) > 0 {
		slices.SortFunc(broken, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
		return fmt.Errorf("reference API %s does not conform with its answers unchanged: %w", b.api.Name, errors.Join(broken...))
	}
	return nil
}

// pair is a fault on a check, with the cases that the fault changes the answer of.
type pair struct {
	fault string
	check check
	cases []hit
}

// hit is a case that a fault changes the answer of, and what has to be made of it.
type hit struct {
	name string
	is   expectation
}

// is returns what the pair counts as: the strongest of its cases.
func (p pair) is() expectation {
	return slices.MinFunc(p.cases, func(a, b hit) int { return int(a.is - b.is) }).is
}

// pair returns every fault on every check that has a case with an answer which the fault changes, in order. A case that has a finding
// already, waived, shows nothing. wanted tells the contracts that are proven.
func (b *bed) pair(wanted func(contract string) bool) []pair {
	var pairs []pair
	names := make([][]string, len(b.plan.Checks)) // by check: its cases
	for _, c := range b.order {
		for _, check := range c.Checks {
			names[check] = append(names[check], c.Name())
		}
	}
	for _, fault := range slices.Sorted(maps.Keys(b.clean.faults)) {
		changes := b.clean.faults[fault]
		for _, c := range b.plan.Checks {
			r := c.Requirement
			if !wanted(r.Contract.Name) {
				continue
			}
			p := pair{fault: fault, check: check{r.Name(), c.Operation.ID}}
			rule := b.tables[r.Contract.Name].rule(fault, r.ID)
			for _, name := range names[c.Index] {
				is, ok := changes[name]
				if found, errored := b.clean.verdicts.found(p.check, name); !ok || found != "" || errored != "" {
					continue
				}
				p.cases = append(p.cases, hit{name, rule.expect(name, b.clean.was[name], is)})
			}
			if len(p.cases) > 0 {
				pairs = append(pairs, p)
			}
		}
	}
	return pairs
}
