package check

import (
	"strconv"

	"github.com/seed-e125e033/conform/internal/pointer"
)

// entry is one error in a body and the JSON pointer to it.
type entry struct {
	value any
	at    string
}

// each returns the errors in a body: the entries of the array at the pointer, or the body itself where the pointer is
// empty. Anything but an array there holds no entries, which is for the schema to say.
func each(value any, array string) []entry {
	if array == "" {
		return []entry{{value, ""}}
	}
	found, _ := pointer.Get(value, array)
	values, _ := found.([]any)
	entries := make([]entry, len(values))
	for i, v := range values {
		entries[i] = entry{v, array + "/" + strconv.Itoa(i)}
	}
	return entries
}

// textAt returns the string at a pointer within an entry; an empty pointer and anything but a string are none.
func (e entry) textAt(at string) (string, bool) {
	if at == "" {
		return "", false
	}
	value, _ := pointer.Get(e.value, at)
	text, ok := value.(string)
	return text, ok
}
