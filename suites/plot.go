package suites

import (
	"encoding/binary"
	"slices"
)

// plot is what is planned of an operation after some of the contracts. It says how many cases there are, of which probes and for which
// checks, and nothing of what they send: operations that look alike share one plot, and one layout in the end. A large plan has few of
// them, where it has 36 checks and 30 blocks for each operation.
type plot struct {
	id     int
	checks [][]Outline   // by contract; an observed requirement's is there before it is known whether it has cases
	blocks [][]laidBlock // by contract, in the order in which they were asked for
	made   []*made       // by place in Catalog; nil: nobody has asked. No further contract: nil
}

// ref names a check or a block of an operation. What is grouped, and by what, depends on whose it is: see plot and layout.
type ref struct{ group, nth int32 }

// share is a block that a check has cases of.
type share struct {
	ref
	of []int // by their place in the block, rising; nil: all
}

// work is room for what one contract adds to the plot of an operation: it is used again and again.
type work struct {
	plot   *plot // after the contracts before
	checks []Outline
	blocks []laidBlock
	shares []share  // of the checks
	made   []*made  // by place in Catalog: in the plot, in room, or such as stand for nothing
	room   []made   // by place in Catalog
	cases  [][]Case // by place in Catalog: what was made, and may be looked at again
	key    []byte   // room for that of the plot
}

// begin makes the room ready for a contract and an operation.
func (w *work) begin(after *plot) {
	if w.made == nil {
		w.made, w.room, w.cases = make([]*made, len(Catalog)), make([]made, len(Catalog)), make([][]Case, len(Catalog))
	}
	w.plot = after
	w.checks, w.blocks, w.shares = w.checks[:0], w.blocks[:0], w.shares[:0]
	clear(w.made)
	clear(w.cases)
	copy(w.made, after.made)
}

// block returns a block of the operation, by contract and place there.
func (w *work) block(r ref) *laidBlock {
	if int(r.group) == len(w.plot.blocks) {
		return &w.blocks[r.nth]
	}
	return &w.plot.blocks[r.group][r.nth]
}

// own returns what was made, to be written to: what is in the plot is not only this operation's.
func (w *work) own(m *made) *made {
	mine := &w.room[m.place]
	if m != mine {
		*mine = *m
		mine.taken, mine.in = slices.Clone(m.taken), slices.Clone(m.in)
		w.made[m.place] = mine
	}
	return mine
}

// owns reports whether something made is in the room.
func (w *work) owns(m *made) bool { return m == &w.room[m.place] }

// end returns the plot with what the contract has added: one that another operation had before, if that came to the same.
func (p *planner) end(last bool) *plot {
	w := &p.work
	w.key = w.appendKey(w.key[:0], last)
	if known := p.plots[string(w.key)]; known != nil {
		return known
	}
	added := &plot{
		id:     len(p.plots) + 1,
		checks: append(slices.Clip(w.plot.checks), slices.Clone(w.checks)),
		blocks: append(slices.Clip(w.plot.blocks), slices.Clone(w.blocks)),
	}
	for i := range w.checks {
		added.checks[len(w.plot.checks)][i].shares = slices.Clone(w.checks[i].shares)
	}
	if !last {
		added.made = slices.Clone(w.made)
		for i, m := range added.made {
			if m != nil && w.owns(m) {
				kept := *m
				kept.taken, kept.in = slices.Clone(m.taken), slices.Clone(m.in)
				added.made[i] = &kept
			}
		}
	}
	p.plots[string(w.key)] = added
	return added
}

// appendKey appends all that the contract has added to a plot: what comes to the same has the same key, and nothing else.
func (w *work) appendKey(key []byte, last bool) []byte {
	key = appendInts(key, w.plot.id, len(w.checks), len(w.blocks))
	for i := range w.checks {
		c := &w.checks[i]
		key = appendText(key, c.Requirement.ID)
		key = appendText(key, c.Gap)
		key = appendInts(key, c.Size, len(c.shares))
		for _, s := range c.shares {
			key = appendList(appendInts(key, int(s.group), int(s.nth)), s.of)
		}
	}
	for i := range w.blocks {
		b := &w.blocks[i]
		key = appendInts(key, b.Size, int(b.place), int(b.Stage), number(b.Apart), number(b.Reads), number(b.odd != nil))
		if b.odd != nil {
			key = appendList(appendInts(key, b.odd.requests, len(b.odd.spots)), b.odd.places)
			for _, s := range b.odd.spots {
				key = appendList(appendInts(key, s.requirement), s.of)
			}
		}
	}
	if last {
		return key
	}
	for place, m := range w.made {
		switch {
		case m == nil:
			key = append(key, 'n')
		case !w.owns(m): // it was in the plot before, or stands for nothing
			key = appendInts(append(key, 's'), m.id)
		default:
			key = appendInts(append(key, 'm'), place, m.size, m.left, len(m.in), len(m.taken))
			for _, r := range m.in {
				key = appendInts(key, int(r.group), int(r.nth))
			}
			for _, taken := range m.taken {
				key = appendInts(key, number(taken))
			}
			key = appendList(key, m.places)
		}
	}
	return key
}

// number writes a truth as a number.
func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

func appendInts(key []byte, all ...int) []byte {
	for _, n := range all {
		key = binary.AppendVarint(key, int64(n))
	}
	return key
}

// appendList appends a list that may be nil, which is not the same as empty.
func appendList(key []byte, list []int) []byte {
	if list == nil {
		return appendInts(key, -1)
	}
	return appendInts(appendInts(key, len(list)), list...)
}

func appendText(key []byte, text string) []byte {
	return append(appendInts(key, len(text)), text...)
}
