package suites

import (
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/contract"
)

// made is what the run sends of the cases that a probe makes of an operation's good request.
type made struct {
	probe     *Probe
	operation *Operation
	gap       Gap     // why the run sends none of them
	size      int     // how many it sends
	places    []int   // of those that it sends, among all; nil: the first
	blocks    []int32 // of those, the block of each; -1 where no check has asked for it yet
	in        []int32 // all these blocks
	cases     []Case  // those; nil: they are made again where one has to look at them
}

// choice is what a check asks for of what a probe makes of its operation.
type choice struct {
	*made
	of []int // which of those that the run sends; nil: all
}

// chosen is which cases of a block a check has, where it has not all of them.
type chosen struct {
	check *Check
	block int32
	of    []int // by their place in the block
}

// choose has the requirement's probes make their cases of an operation. Where there are none, the gap says why, first of all
// what the user could give. They are good until the next call.
func (p *planner) choose(r *contract.Requirement, op *Operation) ([]choice, Gap) {
	choices := p.choices[:0]
	var gap Gap
	for _, probe := range p.probesOf(r) {
		m := p.make(probe, op)
		switch of, some := p.about(r.Where, m); {
		case some:
			choices = append(choices, choice{m, of})
		case m.size > 0 && len(choices) == 0 && gap.Why == "":
			gap.Why = "what it is about is not in the requests: " + strings.Join(append(slices.Clone(r.Where.At), r.Where.Variants...), ", ")
		case m.size == 0 && (gap.Why == "" || m.gap.Needs && !gap.Needs):
			gap = m.gap
		}
	}
	p.choices = choices
	return choices, gap
}

// probesOf returns the probes of a requirement by their places in Catalog, each once: it may name one and its family.
func (p *planner) probesOf(r *contract.Requirement) []int {
	probes, ok := p.probes[r]
	if !ok {
		for _, name := range r.Probes {
			for i := range Catalog {
				if Catalog[i].Is(name) && !slices.Contains(probes, i) {
					probes = append(probes, i)
				}
			}
		}
		p.probes[r] = probes
	}
	return probes
}

// make returns what the run sends of what a probe makes of an operation.
func (p *planner) make(place int, op *Operation) *made {
	if p.made[op] == nil {
		p.made[op] = make([]*made, len(Catalog))
	}
	m := p.made[op][place]
	if m != nil {
		return m
	}
	probe := &Catalog[place]
	cases, gap := probe.Cases(p.good.of(op))
	switch {
	case slices.Contains(p.options.Without, probe.Name):
		cases, gap = nil, Gap{Why: "the run is without " + probe.Name}
	case p.options.ReadOnly && len(cases) > 0 && !slices.ContainsFunc(cases, Case.reads):
		cases, gap = nil, Gap{Why: "it writes, and the run is --read-only"}
	}
	if len(cases) > 0 {
		m = &made{probe: probe, operation: op, gap: gap, cases: cases}
		if p.options.ReadOnly {
			m.keep(Case.reads)
		}
		p.guard(m)
		m.size, gap = len(m.cases), m.gap
	}
	if m != nil && m.size > 0 {
		m.blocks = slices.Repeat([]int32{-1}, m.size)
		p.fresh = append(p.fresh, m)
	} else {
		if !op.Whole() && gap.Why != "" {
			p.leave(probe.Name, op.ID, gap.Why)
		}
		m = p.none(gap)
	}
	p.made[op][place] = m
	return m
}

// none returns what is made where the gap is all: most probes make nothing of most operations, and have few reasons.
func (p *planner) none(gap Gap) *made {
	if p.nothing[gap] == nil {
		p.nothing[gap] = &made{gap: gap}
	}
	return p.nothing[gap]
}

// keep leaves out the cases that the run does not send.
func (m *made) keep(sent func(Case) bool) {
	all := m.cases
	places := m.places
	m.cases, m.places = nil, nil
	for i, c := range all {
		if sent(c) {
			if places != nil {
				i = places[i]
			}
			m.cases, m.places = append(m.cases, c), append(m.places, i)
		}
	}
}

// reads reports whether the case writes nothing, even if it is obeyed.
func (c Case) reads() bool { return c.Request.Safe() && len(c.Before) == 0 && c.Gone == "" }

// look returns the cases, and makes them again if they were dropped.
func (p *planner) look(m *made) []Case {
	if m.cases == nil && m.size > 0 {
		all, _ := m.probe.Cases(p.good.of(m.operation))
		if m.places == nil {
			m.cases = all
		}
		for _, place := range m.places {
			m.cases = append(m.cases, all[place])
		}
		p.fresh = append(p.fresh, m)
	}
	return m.cases
}

// drop drops the cases that were made since it was last called: they would be most of what planning takes.
func (p *planner) drop() {
	for _, m := range p.fresh {
		m.cases = nil
	}
	p.fresh = p.fresh[:0]
}

// about returns which of the cases a requirement is about, nil for all, and whether it is about any.
func (p *planner) about(w contract.Where, m *made) (of []int, some bool) {
	if !narrow(w) {
		return nil, m.size > 0
	}
	for i, c := range p.look(m) {
		if about(w, c) {
			of = append(of, i)
		}
	}
	if len(of) == m.size {
		return nil, len(of) > 0
	}
	return of, len(of) > 0
}

// give gives a check the cases that it asks for. Those that no check before has asked for come into the plan here.
func (p *planner) give(check *Check, c choice) {
	p.take(c)
	for _, block := range c.in {
		size := p.Blocks[block].Size
		if c.of != nil {
			of := c.within(block)
			if len(of) == 0 {
				continue
			}
			if len(of) < size {
				p.parts = append(p.parts, chosen{check, block, of})
				size = len(of)
			}
		}
		check.blocks = append(check.blocks, block)
		check.Size += size
	}
}

// within returns the cases of a block that are asked for, by their place in it.
func (c choice) within(block int32) []int {
	var of []int
	place := 0
	for i, in := range c.blocks {
		if in == block {
			if slices.Contains(c.of, i) {
				of = append(of, place)
			}
			place++
		}
	}
	return of
}

// take makes blocks, one for each rank, of those cases that no check has asked for yet.
func (p *planner) take(c choice) {
	m, first := c.made, len(p.Blocks)
	for i, taken := range m.blocks {
		if taken >= 0 || c.of != nil && !slices.Contains(c.of, i) {
			continue
		}
		place := i
		if m.places != nil {
			place = m.places[i]
		}
		this := p.look(m)[i]
		rank := rankOf(this)
		block := first
		for block < len(p.Blocks) && p.ranks[block] != rank {
			block++
		}
		if block == len(p.Blocks) {
			p.Blocks = append(p.Blocks, Block{Operation: m.operation, probe: m.probe})
			p.ranks = append(p.ranks, rank)
			m.in = append(m.in, int32(block))
		}
		m.blocks[i] = int32(block)
		p.spot(this, block)
		p.Blocks[block].add(place, p.beside(m.operation, this))
		p.write(m, this)
	}
}

// add adds one of the probe's cases, and how many requests go with it.
func (b *Block) add(place, requests int) {
	if place != b.Size && b.places() == nil {
		b.oddly().places = []int{}
		for i := range b.Size {
			b.odd.places = append(b.odd.places, i)
		}
	}
	if b.places() != nil {
		b.odd.places = append(b.odd.places, place)
	}
	if requests > 0 {
		b.oddly().requests += requests
	}
	b.Size++
}
