package check

import (
	"testing"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
)

// One cause is told once: that what is labelled as JSON is no JSON, by the requirement that says so.
func TestAFormatThatIsForReadableContentSaysNothingOfOther(t *testing.T) {
	cut := &exchange.Failure{Kind: exchange.Cut}
	for _, tt := range []struct {
		name, body string
		flaw       *exchange.Failure
		readable   bool
		want       bool
	}{
		{"JSON", `{"a": 1}`, nil, true, true},
		{"no JSON", "<html>", nil, true, false},
		{"nothing", "", nil, true, false},
		{"JSON cut short after its end", `{"a": 1}`, cut, true, false},
		{"no JSON, for a format of any content", "<html>", nil, false, true},
	} {
		formats := map[string]contract.Format{"f": {MediaTypes: []string{"application/json"}, Optional: true, Readable: tt.readable}}
		ex := exchanged(t, "GET", "400\nContent-Type: application/json\n\n"+tt.body)
		ex.Answer.Flaw = tt.flaw
		if got := Read(ex, Defect{}).Concerns(Prepare(contract.Expect{Formats: []string{"f"}}, formats)); got != tt.want {
			t.Errorf("%s: want %t, got %t", tt.name, tt.want, got)
		}
	}
}
