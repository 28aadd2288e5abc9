package contract

import (
	"bytes"
	"encoding/json"
)

// What a contract may write short is read here. What has the wrong shape is left out: schemas/contract.json tells of it, and the
// rest of the file is read all the same.

// UnmarshalJSON reads a status code as a number, or a class as text.
func (s *Status) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err == nil {
		*s = Status(text)
		return nil
	}
	*s = Status(data) // a number stands as it is written
	return nil
}

// UnmarshalJSON reads one text, or several.
func (o *OneOrMore) UnmarshalJSON(data []byte) error {
	var one string
	if err := json.Unmarshal(data, &one); err == nil {
		*o = OneOrMore{one}
		return nil
	}
	_ = json.Unmarshal(data, (*[]string)(o))
	return nil
}

// UnmarshalJSON reads a place alone, or all that a Repeat says.
func (r *Repeat) UnmarshalJSON(data []byte) error {
	type plain Repeat
	if json.Unmarshal(data, &r.Pointer) != nil {
		_ = json.Unmarshal(data, (*plain)(r))
	}
	return nil
}

// UnmarshalJSON reads a JSON pointer alone, or all that a Blame says.
func (b *Blame) UnmarshalJSON(data []byte) error {
	type plain Blame
	if json.Unmarshal(data, &b.Pointer) != nil {
		_ = json.Unmarshal(data, (*plain)(b))
	}
	return nil
}

// UnmarshalJSON reads a value alone, {one_of: [...]} or {not: value or [...]}. Numbers are kept as json.Number.
func (m *Member) UnmarshalJSON(data []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return err
	}
	switch v := value.(type) {
	case map[string]any:
		if len(v) != 1 {
			break
		}
		m.OneOf, _ = v["one_of"].([]any)
		switch not := v["not"].(type) {
		case []any:
			m.Not = not
		case map[string]any: // left empty: told as a mistake
		default:
			if _, said := v["not"]; said {
				m.Not = []any{not}
			}
		}
	case []any: // left empty: told as a mistake
	default:
		m.OneOf = []any{value}
	}
	return nil
}
