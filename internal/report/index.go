package report

import (
	"fmt"
	"slices"
	"strings"
)

// index is what every report needs of a run log: how it begins and ends, and its checks in their order. What checks have in common is
// held once, so that one of them takes 16 bytes: 8 MB for 500,000. Those that have more to tell are read again where a
// report shows them.
type index struct {
	run          Run
	end          End
	contracts    held[string, tally] // in the order of the header; those it does not name follow
	requirements held[requirement, requirement]
	operations   held[operation, operation]
	reasons      held[string, string]
	kinds        held[kind, kind]
	rows         []row
}

// requirement is what the checks of a requirement have in common.
type requirement struct {
	name, contract, level, says, source, file string
	line                                      int
	because                                   string
	tally                                     int32 // the place of its contract in index.contracts; 0 in what it is looked up by
}

// operation is what the checks of an operation have in common.
type operation struct{ id, title string }

// kind is what checks of a requirement with the same outcome have in common.
type kind struct {
	requirement, reason int32
	verdict             uint8 // its place in Verdicts
	told                bool  // it has misses
}

// row is a check.
type row struct {
	kind, operation int32
	value           int64 // microseconds that it took; where it has misses, the offset of its line
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
	keys   []K     // by place
	next   []int32 // by place: what came after it the last time
	last   int32   // what came last; 0 before the first
}

// place returns where the value of key is held, which make makes where it is not. Checks come in the order of the plan, where
// mostly the same follows on the same: to look there first takes a fifth of the time that the map does.
func (h *held[K, V]) place(key K, make func(K) V) int32 {
	if len(h.places) > 0 && h.keys[h.next[h.last]] == key {
		h.last = h.next[h.last]
		return h.last
	}
	place, known := h.places[key]
	if !known {
		place = int32(len(h.all))
		h.all, h.keys, h.next = append(h.all, make(key)), append(h.keys, key), append(h.next, place)
		if h.places == nil {
			h.places = map[K]int32{}
		}
		h.places[key] = place
	}
	h.next[h.last], h.last = place, place
	return place
}

// forget makes held hold anew what comes from now on.
func (h *held[K, V]) forget() { clear(h.places) }

// asIs returns what it is given.
func asIs[T any](v T) T { return v }

func newTally(name string) tally { return tally{name: name} }

// forget makes index hold anew what comes from now on.
func (x *index) forget() {
	x.requirements.forget()
	x.operations.forget()
	x.reasons.forget()
}

// begin takes in the header.
func (x *index) begin(r Run) {
	x.run = r
	x.rows = slices.Grow(x.rows, min(max(r.Checks, 0), 1<<20)) // no more is taken on trust
	for _, c := range r.Contracts {
		x.contracts.place(c.Name, newTally)
	}
}

// requirement returns where the requirement of a check is held, as clean leaves it.
func (x *index) requirement(c *Check, clean func(requirement) requirement) int32 {
	return x.requirements.place(requirementOf(c), func(r requirement) requirement {
		r = clean(r)
		r.tally = x.contracts.place(r.contract, newTally)
		return r
	})
}

// add takes in a check and counts it. offset is that of its line.
func (x *index) add(k kind, operation int32, micros, offset int64) {
	t := &x.contracts.all[x.requirements.all[k.requirement].tally]
	t.counts[k.verdict]++
	t.micros += micros
	r := row{x.kinds.place(k, asIs), operation, micros}
	if k.told {
		r.value = offset
	}
	x.rows = append(x.rows, r)
}

// kind returns the kind of a row.
func (x *index) kind(r row) *kind { return &x.kinds.all[r.kind] }

// addCheck takes in a check that was read from a log, whose line begins at offset.
func (x *index) addCheck(c *Check, offset int64) {
	k := kind{requirement: x.requirement(c, asIs), verdict: placeOf(c.Verdict), told: len(c.Misses) > 0}
	if !k.told {
		k.reason = x.reasons.place(c.Reason, asIs)
	}
	x.add(k, x.operations.place(operation{c.Operation, c.Title}, asIs), microseconds(c.Seconds), offset)
}

// check returns a check without misses as far as reports show it.
func (x *index) check(r row) Check {
	k := x.kind(r)
	q, o := &x.requirements.all[k.requirement], &x.operations.all[r.operation]
	return Check{
		Requirement: q.name, Contract: q.contract, Operation: o.id, Title: o.title, Level: q.level, Says: q.says, Source: q.source,
		File: q.file, Line: q.line, Verdict: Verdicts[k.verdict], Reason: x.reasons.all[k.reason], Because: q.because, Seconds: float64(r.value) / 1e6,
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
	return requirement{c.Requirement, c.Contract, c.Level, c.Says, c.Source, c.File, c.Line, c.Because, 0}
}

func placeOf(v Verdict) uint8 { return uint8(slices.Index(Verdicts, v)) }
