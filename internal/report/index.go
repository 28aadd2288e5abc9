package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// index is what every report needs of a run log: how it begins and ends, and its checks in their order. What checks have in common is
// held once, so that one of them takes 24 bytes: 12 MB for 500,000. Those that have more to tell are read again where a
// report shows them.
type index struct {
	run          Run
	end          End
	contracts    held[string, tally] // in the order of the header; those it does not name follow
	requirements held[requirement, requirement]
	operations   held[operation, operation]
	reasons      held[string, string]
	rows         []row
}

// requirement is what the checks of a requirement have in common.
type requirement struct {
	name, contract, level, says, source, file string
	line                                      int
	because                                   string
}

// operation is what the checks of an operation have in common.
type operation struct{ id, title string }

// row is a check.
type row struct {
	requirement, operation, reason int32
	verdict                        uint8 // its place in Verdicts
	told                           bool  // it has misses
	value                          int64 // microseconds that it took; where it has misses, the offset of its line
}

// tally is what the checks of a contract came to.
type tally struct {
	name   string
	counts [7]int // by place in Verdicts
	micros int64
}

// String returns the counts in words: "3 failed, 100 passed".
func (t tally) String() string {
	var parts []string
	for i, n := range t.counts {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, Verdicts[i]))
		}
	}
	if len(parts) == 0 {
		return "no checks"
	}
	return strings.Join(parts, ", ")
}

// held holds values once each, by the keys that they were made from.
type held[K comparable, V any] struct {
	all    []V
	places map[K]int32
}

// place returns where the value of key is held, which make makes where it is not.
func (h *held[K, V]) place(key K, make func(K) V) int32 {
	place, known := h.places[key]
	if !known {
		place = int32(len(h.all))
		h.all = append(h.all, make(key))
		if h.places == nil {
			h.places = map[K]int32{}
		}
		h.places[key] = place
	}
	return place
}

// asIs returns what it is given.
func asIs[T any](v T) T { return v }

func newTally(name string) tally { return tally{name: name} }

// forget makes index hold anew what comes from now on.
func (x *index) forget() {
	clear(x.requirements.places)
	clear(x.operations.places)
	clear(x.reasons.places)
}

// begin takes in the header.
func (x *index) begin(r Run) {
	x.run = r
	x.rows = slices.Grow(x.rows, min(max(r.Checks, 0), 1<<20)) // no more is taken on trust
	for _, c := range r.Contracts {
		x.contracts.place(c.Name, newTally)
	}
}

// add takes in a row and counts it.
func (x *index) add(r row, micros int64) {
	t := &x.contracts.all[x.contracts.place(x.requirements.all[r.requirement].contract, newTally)]
	t.counts[r.verdict]++
	t.micros += micros
	x.rows = append(x.rows, r)
}

// addCheck takes in a check that was read from a log, whose line begins at offset.
func (x *index) addCheck(c *Check, offset int64) {
	r := row{
		requirement: x.requirements.place(requirementOf(c), asIs),
		operation:   x.operations.place(operation{c.Operation, c.Title}, asIs),
		verdict:     placeOf(c.Verdict),
		told:        len(c.Misses) > 0,
		value:       microseconds(c.Seconds),
	}
	micros := r.value
	if r.told {
		r.value = offset
	} else {
		r.reason = x.reasons.place(c.Reason, asIs)
	}
	x.add(r, micros)
}

// check returns a check without misses as far as reports show it.
func (x *index) check(r row) Check {
	q, o := &x.requirements.all[r.requirement], &x.operations.all[r.operation]
	return Check{
		Requirement: q.name, Contract: q.contract, Operation: o.id, Title: o.title, Level: q.level, Says: q.says, Source: q.source,
		File: q.file, Line: q.line, Verdict: Verdicts[r.verdict], Reason: x.reasons.all[r.reason], Because: q.because, Seconds: float64(r.value) / 1e6,
	}
}

// counts returns how many checks came to each verdict that there was.
func (x *index) counts() map[Verdict]int {
	total := make(map[Verdict]int)
	for _, t := range x.contracts.all {
		for i, n := range t.counts {
			if n > 0 {
				total[Verdicts[i]] += n
			}
		}
	}
	return total
}

// named returns how a contract of the run is called: name and version.
func (x *index) named(contract string) string {
	for _, c := range x.run.Contracts {
		if c.Name == contract && c.Version != "" {
			return contract + " " + c.Version
		}
	}
	return contract
}

func requirementOf(c *Check) requirement {
	return requirement{c.Requirement, c.Contract, c.Level, c.Says, c.Source, c.File, c.Line, c.Because}
}

func placeOf(v Verdict) uint8 { return uint8(slices.Index(Verdicts, v)) }

// microseconds returns seconds in whole microseconds. A time that went backwards is none, and none is longer than 30,000 years.
func microseconds(seconds float64) int64 {
	if math.IsNaN(seconds) {
		return 0
	}
	return int64(math.Round(min(max(seconds, 0), 1e12) * 1e6))
}
