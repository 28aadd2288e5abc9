package drive

import (
	"testing"

	"github.com/seed-e125e033/conform/internal/contract"
)

func TestSpansAreTheStatusesThatAContractNames(t *testing.T) {
	for _, s := range []contract.Status{"1xx", "4xx", "9xx", "100", "404", "429", "599", "999"} {
		of := spanOf(s)
		for status := range 1100 {
			if got, want := of.first <= status && status <= of.last, s.Matches(status); got != want {
				t.Errorf("%s: %d: got %t, want %t", s, status, got, want)
			}
		}
	}
}
