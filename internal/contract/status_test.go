package contract

import (
	"strconv"
	"testing"
)

func TestCodesAreThoseThatAStatusNames(t *testing.T) {
	for _, s := range []Status{"1xx", "4xx", "9xx", "100", "404", "429", "599", "999"} {
		of := s.Codes()
		for code := range 1100 {
			digits := strconv.Itoa(code)
			want := digits == string(s) || len(digits) == 3 && digits[:1]+"xx" == string(s)
			if got := of.Has(code); got != want || s.Matches(code) != want {
				t.Errorf("%s: %d: got %t and %t, want %t", s, code, got, s.Matches(code), want)
			}
		}
	}
	for _, s := range []Status{"", "xxx", "4x4", "44xx", "0xx", "012", "4040", "-04"} {
		for code := range 5000 {
			if s.Codes().Has(code) {
				t.Errorf("%q is no status, and has %d", s, code)
			}
		}
	}
}
