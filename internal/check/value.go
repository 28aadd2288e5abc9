package check

import (
	"github.com/seed-e125e033/conform/internal/schema"
)

// value is what stands at a place in a body. It is not kept: findings have what they show of it.
type value struct {
	json schema.Value // in JSON
	text string       // in any other kind of body
}

// any returns the value as a contract has it.
func (v value) any() any {
	if v.json == (schema.Value{}) {
		return v.text
	}
	return v.json.Any()
}

// is reports whether the value is what is wanted. Only JSON tells a number from a text.
func (v value) is(want any) bool {
	if v.json != (schema.Value{}) {
		return isSame(want, v.json)
	}
	number, ok := numeral(want)
	return want == any(v.text) || ok && number == v.text
}

// written returns the value as the text that it would be elsewhere: a string without its quotes, a number as it is written.
func (v value) written() string {
	if v.json == (schema.Value{}) {
		return v.text
	}
	switch v.json.Type() {
	case schema.String, schema.Number:
		return string(v.json.Text())
	}
	return show(v.json.Any())
}
