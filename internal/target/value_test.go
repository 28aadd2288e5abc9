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
