package check

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seed-e125e033/conform/internal/schema"
)

// errDepth says that a text is nested too deep to be read. It may well be JSON: RFC 8259, section 9, leaves limits to the reader.
var errDepth = errors.New("the JSON is nested more than 10,000 levels deep")

// byteOrderMark must not stand before JSON (RFC 8259, section 8.1), and may stand before XML.
var byteOrderMark = []byte("\ufeff")

// decode reads body as exactly one JSON value in UTF-8 (RFC 8259): map[string]any, []any, string, json.Number, bool or nil.
// Of members of the same name the last counts, as section 4 says most readers do.
func decode(body []byte) (any, error) {
	if !utf8.Valid(body) {
		return nil, errors.New("not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var value any
	err := d.Decode(&value)
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, errors.New("ends too early")
	case errors.As(err, &syntax) && strings.Contains(syntax.Error(), "max depth"): // the package has no other sign of it
		return nil, errDepth
	case errors.As(err, &syntax):
		return nil, fmt.Errorf("%w (byte %d)", syntax, syntax.Offset)
	case err != nil:
		return nil, err
	}
	if rest := bytes.TrimLeft(body[d.InputOffset():], " \t\r\n"); len(rest) > 0 {
		return nil, fmt.Errorf("after it comes %s", excerpt(string(rest)))
	}
	return value, nil
}

// same reports whether two values are equal as JSON: numbers by value, objects whatever their order.
func same(a, b any) bool {
	if x, ok := numeral(a); ok {
		y, ok := numeral(b)
		return ok && sameNumber(x, y)
	}
	switch a := a.(type) {
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, same)
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, same)
	case string, bool, nil:
		return a == b
	}
	return false
}

// isSame is same of a value in a body.
func isSame(want any, got schema.Value) bool {
	if text, ok := want.(string); ok {
		return got.Type() == schema.String && string(got.Text()) == text
	}
	return same(want, got.Any())
}

// numeral returns a number as JSON text: json.Number, or a number that a contract was written with in Go.
func numeral(v any) (string, bool) {
	switch v := v.(type) {
	case json.Number:
		return v.String(), true
	case int, int64, uint64:
		return fmt.Sprint(v), true
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), true
	}
	return "", false
}

// sameNumber compares two JSON numbers by value. It stays with their digits, because 1e999999999 takes a gigabyte as a big.Rat.
func sameNumber(a, b string) bool {
	if a == b {
		return true
	}
	digitsA, exponentA, okA := scientific(a)
	digitsB, exponentB, okB := scientific(b)
	return okA && okB && digitsA == digitsB && exponentA == exponentB
}

// scientific returns a number as its sign and digits, without zeros at either end, and the power of ten that they count.
func scientific(number string) (digits string, exponent int64, ok bool) {
	mantissa, power, scaled := strings.Cut(strings.ToLower(number), "e")
	if scaled {
		var err error
		if exponent, err = strconv.ParseInt(power, 10, 32); err != nil {
			return "", 0, false
		}
	}
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	exponent -= int64(len(fraction))
	digits = strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		return "", 0, true
	}
	trimmed := strings.TrimRight(digits, "0")
	exponent += int64(len(digits) - len(trimmed))
	if negative {
		trimmed = "-" + trimmed
	}
	return trimmed, exponent, true
}

// show returns a value as JSON, cut and made visible.
func show(value any) string {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return excerpt(fmt.Sprint(value))
	}
	return excerpt(strings.TrimSuffix(text.String(), "\n"))
}
