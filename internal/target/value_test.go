package target

import "testing"

func TestASampleIsNoUnknownValue(t *testing.T) {
	for _, format := range Formats {
		sample, unknown := From{"create", "/id"}.Sample(format), Unknown(Value{Format: format}, "create/id")
		if sample == unknown {
			t.Errorf("%s: both are %q, and the unknown value would be replaced by the real one", format, sample)
		}
	}
}

func TestANumberIsOutsideItsRangeOrNot(t *testing.T) {
	one := Value{Minimum: "1", Maximum: "100"}
	for _, test := range []struct {
		name string
		v    Value
		text string
		want bool
	}{
		{"below", one, "0", true},
		{"just below", one, "0.99999999999999999999", true},
		{"the minimum itself", one, "1", false},
		{"the maximum, written otherwise", one, "1.0e2", false},
		{"above", one, "101", true},
		{"far above", one, "123456789012345678901234567890", true},
		{"below, and no maximum", Value{Minimum: "-1"}, "-2", true},
		{"any, where nothing is known", Value{}, "-2", false},
		{"no number", one, "conform", false},
		{"a number that is too large to compute with", one, "1e999999999", false},
		{"a bound that is too large to compute with", Value{Maximum: "1e999999999"}, "1", false},
	} {
		if got := test.v.Outside(test.text); got != test.want {
			t.Errorf("%s: want %t, got %t", test.name, test.want, got)
		}
	}
}

func TestAnUnknownValueIsInRange(t *testing.T) {
	if got := Unknown(Value{Format: "integer", Maximum: "1000"}, "x"); got != "" {
		t.Errorf("want none, got %q", got)
	}
	if got := Unknown(Value{Format: "integer", Minimum: "1"}, "x"); got == "" {
		t.Error("got none")
	}
}
