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
	beside  int   // cases under way that need not be alone
	alone   bool  // one is that must
	waiting []int // cases that were handed out if they could be under way now, in order
}

// enter reports whether a case may be under way now, and notes that it is.
func (l *lane) enter(alone bool) bool {
	switch {
	case l.alone || alone && l.beside > 0:
		return false
	case alone:
		l.alone = true
	default:
		l.beside++
	}
	return true
}

// leave notes that a case is under way no more.
func (l *lane) leave() {
	if l.alone {
		l.alone = false
	} else {
		l.beside--
	}
}

// lanes gives every operation the lane of what it works on. Operations whose paths begin alike, up to the first
// parameter, may work on the same things, as do those that take values from each other. What deletes things
// makes them again for whoever needs them, so all that do share a lane.
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
	var root, deletes *suites.Operation
	for _, op := range sorted {
		of[op.ID] = op.ID
		if root == nil || !strings.HasPrefix(collection(op), collection(root)) {
			root = op
		}
		of[op.ID] = root.ID
	}
	for _, op := range sorted {
		for _, from := range op.Sources {
			of[first(op.ID)] = first(from.Operation) // the plan has made sure that it is there
		}
		if op.Method == http.MethodDelete || op.Deleted() != nil && slices.Contains(op.Good.Declared, http.MethodDelete) {
			if deletes == nil {
				deletes = op
			}
			of[first(op.ID)] = first(deletes.ID)
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
			all[id] = &lane{}
		}
		byOperation[op] = all[id]
	}
	return byOperation
}

// collection returns the path of an operation up to its first parameter, with a slash at its end.
func collection(op *suites.Operation) string {
	path, _, _ := strings.Cut(op.Path, "{")
	return strings.TrimRight(path, "/") + "/"
}
