package drive

import (
	"net/http"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/suites"
)

// lane is what keeps the cases apart that must not be under way together: what one changes, or would if the target wrongly
// obeyed it, the others on the same things rely on. Cases in different lanes have nothing to do with each other. The window
// guards it.
type lane struct {
	early bool // those of its cases that must be alone go before the others, not after them
	may   may  // which cases may be under way

	beside  int    // cases under way that need not be alone
	alone   bool   // one is that must
	waiting []spot // cases that wait, in order
	alones  int    // of them, those that must be alone
	order   int    // when it came, among the lanes of which cases wait
	rank    int    // that it has in window.open; 0: it is not there
}

// may says which cases of a lane may be under way: see opening.
type may uint8

const (
	nothing may = iota
	whatReads
	everything
)

// spot is a case that waits. There may be sixteen thousand of them in all: 8 bytes each.
type spot struct {
	index int32
	alone bool
	reads bool
}

// wait adds a case to those that wait.
func (l *lane) wait(s spot) {
	l.waiting = append(l.waiting, s)
	if s.alone {
		l.alones++
	}
}

// open reports whether the first case that waits may be under way now.
func (l *lane) open() bool {
	if len(l.waiting) == 0 || l.alone {
		return false
	}
	first := l.waiting[0]
	return (l.may == everything || l.may == whatReads && first.reads) && (l.beside == 0 || !first.alone)
}

// enter returns the first case that waits, and notes that it is under way.
func (l *lane) enter() spot {
	first := l.waiting[0]
	if l.waiting = l.waiting[1:]; len(l.waiting) == 0 {
		l.waiting = nil // of four thousand lanes they were 8 MB
	}
	if first.alone {
		l.alone = true
		l.alones--
	} else {
		l.beside++
	}
	return first
}

// leave notes that a case is under way no more.
func (l *lane) leave(alone bool) {
	if alone {
		l.alone = false
	} else {
		l.beside--
	}
}

// lanes gives every operation the lane of what it works on. Operations whose paths begin alike, up to the first
// parameter, may work on the same things, as do those that take values from each other, and one that writes with the GET that shows
// what it changes. What deletes things makes them again for whoever needs them, so all that do share a lane.
func lanes(plan *suites.Plan) map[*suites.Operation]*lane {
	sorted := slices.Clone(plan.Operations)
	sorted = slices.DeleteFunc(sorted, (*suites.Operation).Whole)
	slices.SortStableFunc(sorted, func(a, b *suites.Operation) int { return strings.Compare(collection(a), collection(b)) })
	of := map[string]string{} // by operation id: the id of one in the same lane; its own for one of each lane
	first := func(id string) string {
		for of[id] != id {
			id = of[id]
		}
		return id
	}
	join := func(id, with string) { of[first(id)] = first(with) }
	for _, op := range sorted {
		of[op.ID] = op.ID
	}
	var root, deletes *suites.Operation
	for _, op := range sorted {
		if root == nil || !strings.HasPrefix(collection(op), collection(root)) {
			root = op
		}
		join(op.ID, root.ID)
		for _, from := range op.Sources {
			join(op.ID, from.Operation) // the plan has made sure that it is there
		}
		if op.Twin != nil {
			join(op.ID, op.Twin.ID)
		}
		if op.Method == http.MethodDelete || op.Deleted() != nil && slices.Contains(op.Good.Declared, http.MethodDelete) {
			if deletes == nil {
				deletes = op
			}
			join(op.ID, deletes.ID)
		}
	}
	all := map[string]*lane{}
	byOperation := map[*suites.Operation]*lane{}
	for _, op := range plan.Operations {
		id := op.ID // of the target as a whole: a lane of its own
		if !op.Whole() {
			id = first(id)
		}
		if all[id] == nil {
			all[id] = &lane{early: len(all)%2 == 0}
		}
		byOperation[op] = all[id]
	}
	return byOperation
}

// placesOf returns a function that says when each case of a plan may be under way, by what its block knows: it is asked for one after
// the other, in order.
func placesOf(plan *suites.Plan, lanes map[*suites.Operation]*lane) func(i int) place {
	block, end := -1, 0 // whose case was asked for last, and the first that is not of it
	var here place
	return func(i int) place {
		if i >= end {
			block++
			b := plan.Block(block)
			here, end = place{lanes[b.Operation], b.Apart, b.Reads, int(b.Stage)}, b.First+b.Size
		}
		return here
	}
}

// collection returns the path of an operation up to its first parameter, with a slash at its end.
func collection(op *suites.Operation) string {
	path, _, _ := strings.Cut(op.Path, "{")
	return strings.TrimRight(path, "/") + "/"
}
