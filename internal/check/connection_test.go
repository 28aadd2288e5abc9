package check

import (
	"strings"
	"testing"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
)

func TestConnection(t *testing.T) {
	tests := []struct {
		name, expect string
		after        exchange.After
		want         []string
	}{
		{"closed as it should be", "closed", exchange.After{Closed: true}, nil},
		{"open although it should be closed", "closed", exchange.After{}, []string{"connection: want closed after the answer, got open still"}},
		{"two answers, and closed wanted", "closed", exchange.After{Status: 404}, []string{
			"connection: want closed after the answer, got another answer, of status 404: the target took the request for two"}},
		{"bytes, and closed wanted", "closed", exchange.After{Stray: true}, []string{"connection: want closed after the answer, got more bytes, which are no answer"}},
		{"one answer on an open connection", "one-answer", exchange.After{}, nil},
		{"one answer, then closed", "one-answer", exchange.After{Closed: true}, nil},
		{"two answers", "one-answer", exchange.After{Status: 200}, []string{
			"connection: want one answer, got another answer, of status 200: the target took the request for two"}},
		{"bytes after one answer", "one-answer", exchange.After{Stray: true}, []string{"connection: want one answer, got more bytes, which are no answer"}},
		{"not asked", "", exchange.After{Status: 200}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ex := exchanged(t, "GET", "400")
			ex.Answer.After = &tt.after
			wantFindings(t, contract.Expect{Connection: tt.expect}, ex, Defect{}, tt.want...)
		})
	}
}

func TestAConnectionThatNobodyWatchedCannotBeJudged(t *testing.T) {
	for expect, want := range map[string]string{"closed": "was not seen", "one-answer": "was not seen", "open": `no connection is called "open"`} {
		found, err := Find(contract.Expect{Connection: expect}, nil, exchanged(t, "GET", "400"), Defect{})
		if len(found) > 0 || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: want %q, got %v and %v", expect, want, found, err)
		}
	}
}
