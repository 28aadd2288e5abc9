package check

import (
	"strconv"

	"github.com/seed-e125e033/conform/internal/schema"
)

// entry is one error in a body.
type entry struct {
	value schema.Value
	array string // JSON pointer of the array that it is in; empty: it is the body itself
	index int
}

// most is how many findings a rule makes of one answer: whoever mends these mends the rest.
const most = 20

// each calls find with the errors in a body until that has made findings enough: with the entries of the array at the pointer, or the body
// itself where the pointer is empty. Anything but an array there holds no entries, which is for the schema to say.
func (j *judge) each(array string, find func(entry)) {
	if array == "" {
		find(entry{value: j.value})
		return
	}
	all, there := j.value.At(array)
	if !there {
		return
	}
	before, i := len(j.found), 0
	for v := range all.Items {
		if find(entry{v, array, i}); len(j.found) >= before+most {
			return
		}
		i++
	}
}

// at returns the JSON pointer of what stands at a pointer within the entry.
func (e entry) at(within string) string {
	if e.array == "" {
		return within
	}
	return e.array + "/" + strconv.Itoa(e.index) + within
}

// text returns the string at a pointer within an entry; an empty pointer and anything but a string are none.
func (e entry) text(at string) (string, bool) {
	if at == "" {
		return "", false
	}
	value, there := e.value.At(at)
	if !there || value.Type() != schema.String {
		return "", false
	}
	return string(value.Text()), true
}
