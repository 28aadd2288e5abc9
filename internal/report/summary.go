package report

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// summary is what a report says of a run as a whole. It grows as records are read.
type summary struct {
	run       Run
	end       End
	contracts []string // in the order of the header; those it does not name follow
	counts    map[string]map[Verdict]int
}

// summarise calls each for every check of a run log whose verdict is wanted, and returns what the run comes to. It reads the
// log whole, unless that was written by this process, and gives one that was cut an end.
func summarise(log io.Reader, wanted func(Verdict) bool, each func(Check, place) error) (*summary, error) {
	if w, ok := log.(*Written); ok {
		return w.summary, w.each(wanted, each)
	}
	s := &summary{}
	requests := 0
	ended := false
	err := readLines(log, func(r Record, offset, length int64) error {
		switch {
		case r.Run != nil:
			s.begin(*r.Run)
		case r.Exchange != nil:
			requests += 1 + len(r.Exchange.Attempts)
		case r.Check != nil:
			s.contract(r.Check.Contract)[r.Check.Verdict]++
			if wanted(r.Check.Verdict) {
				return each(*r.Check, place{offset, int32(length), r.Check.Verdict})
			}
		case r.End != nil:
			s.end = *r.End
			ended = true
		}
		return nil
	})
	if errors.Is(err, ErrCut) {
		err = nil
	}
	if err == nil && !ended {
		s.end = End{Counts: s.total(), Requests: requests, Dead: ErrCut.Error()}
	}
	return s, err
}

// begin takes in the header.
func (s *summary) begin(r Run) {
	s.run = r
	for _, c := range r.Contracts {
		s.contract(c.Name)
	}
}

// every wants all checks.
func every(Verdict) bool { return true }

// contract returns the counts of a contract.
func (s *summary) contract(name string) map[Verdict]int {
	if s.counts == nil {
		s.counts = make(map[string]map[Verdict]int)
	}
	if s.counts[name] == nil {
		s.contracts = append(s.contracts, name)
		s.counts[name] = make(map[Verdict]int)
	}
	return s.counts[name]
}

func (s *summary) total() map[Verdict]int {
	total := make(map[Verdict]int)
	for _, counts := range s.counts {
		for v, n := range counts {
			total[v] += n
		}
	}
	return total
}

// describe returns the counts of checks in words: "3 failed, 100 passed".
func describeCounts(counts map[Verdict]int) string {
	var parts []string
	for _, v := range Verdicts {
		if counts[v] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[v], v))
		}
	}
	if len(parts) == 0 {
		return "no checks"
	}
	return strings.Join(parts, ", ")
}

// named returns how a contract of the run is called: name and version.
func (s *summary) named(contract string) string {
	for _, c := range s.run.Contracts {
		if c.Name == contract && c.Version != "" {
			return contract + " " + c.Version
		}
	}
	return contract
}
