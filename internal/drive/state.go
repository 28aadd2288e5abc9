package drive

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/pointer"
	"github.com/seed-e125e033/conform/internal/schema"
)

// state is what a GET answered: what there is to see of the thing that it reads.
type state struct {
	gone bool // 404 or 410
	body []byte
}

// stateOf returns what an answer shows. The error says why nothing can be told by it.
func stateOf(a *exchange.Answer) (state, error) {
	switch {
	case a.Status == http.StatusNotFound || a.Status == http.StatusGone:
		return state{gone: true}, nil
	case !success(a.Status):
		return state{}, fmt.Errorf("it was answered %d", a.Status)
	case a.Flaw != nil:
		return state{}, fmt.Errorf("its answer was not read whole: %w", a.Flaw)
	}
	return state{body: a.Body}, nil
}

// change is a place in an answer that is not what it was before.
type change struct {
	at      string // JSON pointer; empty for the answer as a whole
	was, is string // for people
}

// absent stands for what is not there.
const absent = "nothing"

// changes returns where two states differ, in the order of the names. Where a list has the same items in another order it does
// not: few promise an order.
func changes(before, after state) []change {
	switch {
	case before.gone && after.gone:
		return nil
	case before.gone || after.gone:
		return []change{{"", before.text(), after.text()}}
	case bytes.Equal(before.body, after.body): // as nearly all are, and need not be read
		return nil
	}
	was, err := schema.JSON(before.body)
	is, err2 := schema.JSON(after.body)
	if err != nil || err2 != nil {
		return []change{{"", before.text(), after.text()}}
	}
	var found []change
	compare("", was, is, func(c change) { found = append(found, c) })
	return found
}

// text returns the state for people.
func (s state) text() string {
	if s.gone {
		return absent
	}
	return string(s.body)
}

func compare(at string, was, is any, add func(change)) {
	switch was := was.(type) {
	case map[string]any:
		is, ok := is.(map[string]any)
		if !ok {
			break
		}
		names := maps.Clone(was)
		maps.Copy(names, is)
		for _, name := range slices.Sorted(maps.Keys(names)) {
			a, before := was[name]
			b, after := is[name]
			switch at := pointer.Join(at, name); {
			case before && after:
				compare(at, a, b, add)
			case before:
				add(change{at, written(a), absent})
			default:
				add(change{at, absent, written(b)})
			}
		}
		return
	case []any:
		is, ok := is.([]any)
		if !ok {
			break
		}
		gone, come := exchanged(was, is)
		switch {
		case len(gone)+len(come) == 0:
		case len(was) != len(is) || moved(was, is) > len(gone):
			add(change{at, listed(was, gone), listed(is, come)})
		default:
			for i := range was {
				compare(pointer.Join(at, strconv.Itoa(i)), was[i], is[i], add)
			}
		}
		return
	}
	if was == is { // two texts, or numbers as they are written; lists and objects are not both here
		return
	}
	if a, b := written(was), written(is); a != b {
		add(change{at, a, b})
	}
}

// exchanged returns the items that a list has lost and got, whatever their order.
func exchanged(was, is []any) (gone, come []any) {
	count := map[string]int{}
	for _, item := range is {
		count[written(item)]++
	}
	for _, item := range was {
		if count[written(item)]--; count[written(item)] < 0 {
			gone = append(gone, item)
		}
	}
	for _, item := range slices.Backward(is) {
		if count[written(item)]--; count[written(item)] >= 0 {
			come = append(come, item)
		}
	}
	return gone, come
}

// moved returns at how many places two lists of one length differ.
func moved(was, is []any) int {
	n := 0
	for i := range was {
		if written(was[i]) != written(is[i]) {
			n++
		}
	}
	return n
}

// listed tells of a list how long it is, and an item that the other does not have.
func listed(list, own []any) string {
	text := fmt.Sprintf("a list of %d", len(list))
	if len(own) > 0 {
		text += ", with " + written(own[0])
	}
	return text
}

// written returns a value as JSON, the same for equal values.
func written(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return err.Error() // what was read as JSON can be written
	}
	return string(text)
}

// volatile are the places that change by themselves.
type volatile map[string]bool

// learn takes in what two reads differ in though nothing was sent between them.
func (v volatile) learn(found []change) {
	for _, c := range found {
		v[c.at] = true
	}
}

// steady returns the changes at places that do not change by themselves.
func (v volatile) steady(found []change) []change {
	var rest []change
	for _, c := range found {
		within := false
		for at := range v {
			within = within || c.at == at || strings.HasPrefix(c.at, at+"/")
		}
		if !within {
			rest = append(rest, c)
		}
	}
	return rest
}
