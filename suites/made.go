package suites

import (
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/contract"
)

// made is what the run sends of the cases that a probe makes of an operation's good request.
type made struct {
	place     int // of the probe in Catalog
	operation *Operation
	gap       Gap     // why the run sends none of them
	size      int     // how many it sends
	left      int     // of them, those that no check has asked for yet
	taken     []bool  // which of them one has asked for; nil: all, or none
	places    []int   // of those that it sends, among all; nil: the first
	in        []int32 // all blocks of them
	cases     []Case  // those that it sends; nil: they are made again where one has to look at them
}

// probe returns the probe that makes the cases.
func (m *made) probe() *Probe { return &Catalog[m.place] }

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

// choose has the requirement's probes, by their places in Catalog, make their cases of an operation. Where there are none, the gap says
// why, first of all what the user could give. all has what was made of the operation before. The choices are good until the next call.
func (p *planner) choose(r *contract.Requirement, probes []int, op *Operation, all []*made) ([]choice, Gap) {
	choices := p.choices[:0]
	var gap Gap
	for _, probe := range probes {
		if all[probe] == nil {
			all[probe] = p.make(probe, op)
		}
		m := all[probe]
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
func probesOf(r *contract.Requirement) []int {
	var probes []int
	for _, name := range r.Probes {
		for i := range Catalog {
			if Catalog[i].Is(name) && !slices.Contains(probes, i) {
				probes = append(probes, i)
			}
		}
	}
	return probes
}

// make makes what the run sends of what a probe makes of an operation.
func (p *planner) make(place int, op *Operation) *made {
	probe := &Catalog[place]
	cases, gap := probe.Cases(p.good.of(op))
	switch {
	case slices.Contains(p.options.Without, probe.Name):
		cases, gap = nil, Gap{Why: "the run is without " + probe.Name}
	case p.options.ReadOnly && len(cases) > 0 && !anyOf(cases, (*Case).reads):
		cases, gap = nil, Gap{Why: "it writes, and the run is --read-only"}
	}
	if len(cases) > 0 {
		m := &made{place: place, operation: op, gap: gap, cases: cases}
		if p.options.ReadOnly {
			m.keep((*Case).reads)
		}
		p.guard(m)
		m.size, m.left, gap = len(m.cases), len(m.cases), m.gap
		if m.size > 0 {
			p.fresh = append(p.fresh, m)
			return m
		}
	}
	if !op.Whole() && gap.Why != "" {
		p.leave(probe.Name, op.ID, gap.Why)
	}
	return p.none(gap)
}

// none returns what is made where the gap is all: most probes make nothing of most operations, and have few reasons.
func (p *planner) none(gap Gap) *made {
	m, ok := p.nothing[gap]
	if !ok {
		m = &made{gap: gap}
		p.nothing[gap] = m
	}
	return m
}

// keep leaves out the cases that the run does not send.
func (m *made) keep(sent func(*Case) bool) {
	all := m.cases
	places := m.places
	m.cases, m.places = nil, nil
	for i := range all {
		if c := &all[i]; sent(c) {
			if places != nil {
				i = places[i]
			}
			m.cases, m.places = append(m.cases, *c), append(m.places, i)
		}
	}
}

// anyOf reports whether something is so of any of the cases.
func anyOf(cases []Case, is func(*Case) bool) bool {
	for i := range cases {
		if is(&cases[i]) {
			return true
		}
	}
	return false
}

// reads reports whether the case writes nothing, even if it is obeyed.
func (c *Case) reads() bool { return c.Request.Safe() && len(c.Before) == 0 && c.Gone == "" }

// look returns the cases, and makes them again if they were dropped.
func (p *planner) look(m *made) []Case {
	if m.cases == nil && m.size > 0 {
		all, _ := m.probe().Cases(p.good.of(m.operation))
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
	cases := p.look(m)
	for i := range cases {
		if about(w, &cases[i]) {
			of = append(of, i)
		}
	}
	if len(of) == m.size {
		return nil, len(of) > 0
	}
	return of, len(of) > 0
}

// give gives a check the cases that it asks for, which are in the plan.
func (p *planner) give(check *Check, choices []choice) {
	blocks := 0
	for _, c := range choices {
		blocks += len(c.in)
	}
	check.blocks = make([]int32, 0, blocks)
	for _, c := range choices {
		for _, block := range c.in {
			size := p.blocks.at(int(block)).Size
			if c.of != nil {
				of := c.within(p.blocks.at(int(block)))
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
}

// within returns the cases of a block that are asked for, by their place in it.
func (c choice) within(b *Block) []int {
	var of []int
	for i := range b.Size {
		sent := b.nth(i)
		if c.places != nil {
			sent = slices.Index(c.places, sent)
		}
		if slices.Contains(c.of, sent) {
			of = append(of, i)
		}
	}
	return of
}

// take makes blocks, one for each manner, of those cases that no check has asked for yet.
func (p *planner) take(c choice) {
	m, first := c.made, p.blocks.size
	if m.left == 0 {
		return
	}
	if c.of != nil && m.taken == nil {
		m.taken = make([]bool, m.size)
	}
	cases := p.look(m)
	for i := range cases {
		this := &cases[i]
		if m.taken != nil && m.taken[i] || c.of != nil && !slices.Contains(c.of, i) {
			continue
		}
		place := i
		if m.places != nil {
			place = m.places[i]
		}
		manner := manner{uint16(m.place), stageOf(this), apart(m.operation, this)}
		block := first
		for block < p.blocks.size && p.blocks.at(block).manner != manner {
			block++
		}
		if block == p.blocks.size {
			p.blocks.add(Block{Operation: m.operation, manner: manner, Reads: true})
			m.in = append(m.in, int32(block))
		}
		if m.left--; m.taken != nil {
			m.taken[i] = true
		}
		p.spot(this, block)
		b := p.blocks.at(block)
		b.Reads = b.Reads && reads(m.operation, this)
		b.add(place, p.beside(m.operation, this))
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
