package suites

import (
	"iter"
	"slices"
	"sort"

	"github.com/seed-e125e033/conform/internal/exchange"
)

// Block is cases that follow on each other in the plan: those that one probe makes of one operation and one check was the first to
// ask for. A plan holds blocks rather than cases, which come to a hundred times as much: a case is made when it is looked at or
// sent, the same each time, and dropped. See Maker.
type Block struct {
	First     int // index of its first case among all of the plan
	Size      int // how many cases it has
	Operation *Operation
	manner
	Reads bool // no case of it changes anything, even if the target obeys it, or leans on more than its operation's control

	checks []int // indexes in Plan.Checks of those that judge all of its cases, rising; blocks share them
	odd    *odd  // nil for most
}

// manner is what the cases of a block have in common: who makes them, and how they are sent.
type manner struct {
	place uint16 // of the probe in Catalog
	Stage Stage
	Apart bool // they may not be under way together with others on the same things
}

// Stage is when in a run a case is sent: none before those of an earlier stage.
type Stage uint8

// The stages, the first of which most cases are of. Should those of a later one lock somebody out, the rest is judged.
const (
	Ordinary Stage = iota
	Risky          // they give wrong passwords
	Burst          // they come again and again, until one is refused
)

func stageOf(c *Case) Stage {
	switch {
	case c.Burst > 0:
		return Burst
	case c.guesses():
		return Risky
	}
	return Ordinary
}

// odd is what few blocks have.
type odd struct {
	places   []int  // which of the probe's cases these are, rising; nil: the first
	parts    []part // checks that judge some of the cases
	requests int    // that go before the cases, or are the rest of a burst, and what undoes them
}

// part is which cases of a block a check judges.
type part struct {
	check int
	of    []int // by their place in the block, rising
}

// probe returns the probe that makes the cases.
func (m manner) probe() *Probe { return &Catalog[m.place] }

// oddly returns what the block has and few others have, to be written to.
func (b *Block) oddly() *odd {
	if b.odd == nil {
		b.odd = &odd{}
	}
	return b.odd
}

// places returns which of the probe's cases these are; nil for the first.
func (b *Block) places() []int {
	if b.odd == nil {
		return nil
	}
	return b.odd.places
}

// nth returns where among the probe's cases a case of the block is.
func (b *Block) nth(i int) int {
	if places := b.places(); places != nil {
		return places[i]
	}
	return i
}

// part returns which of its cases a check of the block judges; nil for all.
func (b *Block) part(check int) []int {
	if b.odd != nil {
		for _, p := range b.odd.parts {
			if p.check == check {
				return p.of
			}
		}
	}
	return nil
}

// judges returns the indexes of the checks that judge a case of the block, rising.
func (b *Block) judges(i int) []int {
	if b.odd == nil || len(b.odd.parts) == 0 {
		return b.checks
	}
	checks := slices.Clone(b.checks)
	for _, p := range b.odd.parts {
		if slices.Contains(p.of, i) {
			checks = append(checks, p.check)
		}
	}
	slices.Sort(checks)
	return checks
}

// Planned is a case of the plan: sent once, judged for each check that has it.
type Planned struct {
	*Case
	Index     int // among all cases of the plan
	Probe     string
	Operation *Operation
	Checks    []int // indexes in Plan.Checks, rising; not to be written to

	name string
}

// Name names the case, the same in every run: get-buyer/identifier.malformed/buyer_id:short.
func (p *Planned) Name() string { return p.name }

func caseName(operation, probe, variant string) string {
	if variant == "" {
		return operation + "/" + probe
	}
	return operation + "/" + probe + "/" + variant
}

// Maker makes the cases of a plan. It keeps what it has found out about one operation's good request: whoever makes block after block
// in order uses one Maker, though not from several goroutines at once.
type Maker struct {
	plan *Plan
	good current
}

// Maker returns a new Maker.
func (p *Plan) Maker() *Maker { return &Maker{plan: p} }

// Block makes the cases of one of Plan.Blocks.
func (m *Maker) Block(block int) []Planned {
	b := &m.plan.Blocks[block]
	probe := b.probe()
	cases, _ := probe.Cases(m.good.of(b.Operation))
	made := make([]Planned, b.Size)
	fields := 0
	for i := range made {
		c := &made[i]
		*c = Planned{Case: &cases[b.nth(i)], Index: b.First + i, Probe: probe.Name, Operation: b.Operation, Checks: b.judges(i)}
		c.name = caseName(b.Operation.ID, probe.Name, c.Variant)
		fields += len(c.Request.Fields) + ours
	}
	room := make(exchange.Fields, 0, fields)
	for i := range made {
		c := &made[i]
		c.Request.Fields, room = m.plan.tag(c.Request.Fields, c.name, room)
		c.Defect.Surroundings = b.Operation.surroundings
		for j := range c.Before {
			c.Before[j] = m.plan.Tag(c.Before[j], c.name+"/before")
		}
	}
	return made
}

// Size returns how many cases the plan has.
func (p *Plan) Size() int {
	if len(p.Blocks) == 0 {
		return 0
	}
	last := p.Blocks[len(p.Blocks)-1]
	return last.First + last.Size
}

// BlockOf returns the index in Blocks of the one that has a case.
func (p *Plan) BlockOf(index int) int {
	return sort.Search(len(p.Blocks), func(i int) bool { return p.Blocks[i].First > index }) - 1
}

// Cases makes every case of the plan, in the order in which they are sent.
func (p *Plan) Cases() iter.Seq[*Planned] {
	return func(yield func(*Planned) bool) {
		m := p.Maker()
		for i := range p.Blocks {
			cases := m.Block(i)
			for j := range cases {
				if !yield(&cases[j]) {
					return
				}
			}
		}
	}
}

// CasesOf makes the cases of a check, in the order of the plan.
func (p *Plan) CasesOf(c *Check) iter.Seq[*Planned] {
	return func(yield func(*Planned) bool) {
		m := p.Maker()
		for _, i := range c.blocks {
			cases := m.Block(int(i))
			for j := range cases {
				if slices.Contains(cases[j].Checks, c.Index) && !yield(&cases[j]) {
					return
				}
			}
		}
	}
}

// Last returns the index of a case after which the check has none; -1 if it has none at all.
func (p *Plan) Last(c *Check) int {
	if len(c.blocks) == 0 {
		return -1
	}
	b := p.Blocks[c.blocks[len(c.blocks)-1]]
	return b.First + b.Size - 1
}

// ours is how many fields Tag adds at most.
const ours = 2

// Tag returns the request with the fields that tell the target's own logs who sent it and why, unless they are what is broken.
func (p *Plan) Tag(r exchange.Request, name string) exchange.Request {
	r.Fields, _ = p.tag(r.Fields, name, make(exchange.Fields, 0, len(r.Fields)+ours))
	return r
}

// tag returns the fields with those of ours, in room for several requests, and what is left of that.
func (p *Plan) tag(fields exchange.Fields, name string, room exchange.Fields) (tagged, left exchange.Fields) {
	_, named := fields.Get("User-Agent")
	tagged = append(room, fields...)
	if !named {
		tagged = append(tagged, exchange.Field{Name: "User-Agent", Value: p.Agent})
	}
	tagged = append(tagged, exchange.Field{Name: "Conform-Case", Value: name})
	return slices.Clip(tagged), tagged[len(tagged):]
}
