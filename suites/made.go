package suites

import (
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/contract"
)

// made is what the run sends of the cases that a probe makes of an operation's good request.
type made struct {
	place  int    // of the probe in Catalog
	size   int    // how many it sends
	left   int    // of them, those that no check has asked for yet
	taken  []bool // which of them one has asked for; nil: all, or none
	places []int  // of those that it sends, among all; nil: the first
	in     []ref  // all blocks of them

	gap Gap // why the run sends none of them, where it does not
	id  int // of the gap
}

// probe returns the probe that makes the cases.
func (m *made) probe() *Probe { return &Catalog[m.place] }

// choice is what a check asks for of what a probe makes of its operation.
type choice struct {
	*made
	of []int // which of those that the run sends; nil: all
}

// choose has the requirement's probes, by their places in Catalog, make their cases of an operation. Where there are none, the gap says
// why, first of all what the user could give. The choices are good until the next call.
func (p *planner) choose(r *contract.Requirement, probes []int, op *Operation) ([]choice, Gap) {
	choices := p.choices[:0]
	var gap Gap
	for _, probe := range probes {
		m := p.work.made[probe]
		if m == nil {
			m = p.make(probe, op)
			p.work.made[probe] = m
		}
		switch of, some := p.about(r.Where, m, op); {
		case some:
			if m.left > 0 {
				m = p.work.own(m)
			}
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
		m := &p.work.room[place]
		*m = made{place: place, in: m.in[:0]}
		if p.options.ReadOnly {
			cases = m.keep(cases, (*Case).reads)
		}
		if cases, gap = p.guard(m, op, cases); len(cases) > 0 {
			m.size, m.left = len(cases), len(cases)
			p.work.cases[place] = cases
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
		m = &made{gap: gap, id: len(p.nothing) + 1}
		p.nothing[gap] = m
	}
	return m
}

// keep leaves out the cases that the run does not send.
func (m *made) keep(all []Case, sent func(*Case) bool) []Case {
	var kept []Case
	places := m.places
	m.places = nil
	for i := range all {
		if c := &all[i]; sent(c) {
			if places != nil {
				i = places[i]
			}
			kept, m.places = append(kept, *c), append(m.places, i)
		}
	}
	return kept
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

// look returns the cases, and makes them again if that was for another contract: all cases at once would be most of what planning takes.
func (p *planner) look(m *made, op *Operation) []Case {
	if m.size == 0 {
		return nil
	}
	cases := p.work.cases[m.place]
	if cases == nil {
		all, _ := m.probe().Cases(p.good.of(op))
		if m.places == nil {
			cases = all
		}
		for _, place := range m.places {
			cases = append(cases, all[place])
		}
		p.work.cases[m.place] = cases
	}
	return cases
}

// about returns which of the cases a requirement is about, nil for all, and whether it is about any.
func (p *planner) about(w contract.Where, m *made, op *Operation) (of []int, some bool) {
	if !narrow(w) {
		return nil, m.size > 0
	}
	cases := p.look(m, op)
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

// give gives a check the cases that it asks for, which are in the plot.
func (w *work) give(check *Outline, choices []choice) {
	first := len(w.shares)
	for _, c := range choices {
		for _, r := range c.in {
			s, b := share{ref: r}, w.block(r)
			size := b.Size
			if c.of != nil {
				of := c.within(b)
				if len(of) == 0 {
					continue
				}
				if len(of) < size {
					s.of, size = of, len(of)
				}
			}
			w.shares = append(w.shares, s)
			check.Size += size
		}
	}
	check.shares = slices.Clip(w.shares[first:])
}

// within returns the cases of a block that are asked for, by their place in it.
func (c choice) within(b *laidBlock) []int {
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
func (p *planner) take(op *Operation, c choice) {
	m, w := c.made, &p.work
	if m.left == 0 {
		return
	}
	if c.of != nil && m.taken == nil {
		m.taken = make([]bool, m.size)
	}
	first := len(w.blocks)
	cases := p.look(m, op)
	for i := range cases {
		this := &cases[i]
		if m.taken != nil && m.taken[i] || c.of != nil && !slices.Contains(c.of, i) {
			continue
		}
		place := i
		if m.places != nil {
			place = m.places[i]
		}
		manner := manner{uint16(m.place), stageOf(this), apart(op, this)}
		block := first
		for block < len(w.blocks) && w.blocks[block].manner != manner {
			block++
		}
		if block == len(w.blocks) {
			w.blocks = append(w.blocks, laidBlock{manner: manner, Reads: true})
			m.in = append(m.in, ref{int32(len(w.plot.blocks)), int32(block)})
		}
		if m.left--; m.taken != nil {
			m.taken[i] = true
		}
		b := &w.blocks[block]
		p.spot(this, b)
		b.Reads = b.Reads && reads(op, this)
		b.add(place, p.beside(op, this))
		p.write(op, m.probe(), this)
	}
}

// add adds one of the probe's cases, and how many requests go with it.
func (b *laidBlock) add(place, requests int) {
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
