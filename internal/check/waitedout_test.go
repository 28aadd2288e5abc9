package check_test

import (
	"errors"
	"testing"
	"time"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
)

func TestARetryAfterIsHeldToItsWord(t *testing.T) {
	expect := contract.Expect{Headers: map[string]string{"Retry-After": "waited-out"}}
	failure := &exchange.Failure{Kind: exchange.Closed, Err: errors.New("it ended")}
	tests := []struct {
		name     string
		later    *exchange.Later
		concerns bool
		got      string
	}{
		{"nobody waited", nil, false, ""},
		{"taken again", &exchange.Later{Waited: time.Second, Status: 200}, true, ""},
		{"not there, but looked for", &exchange.Later{Waited: time.Second, Status: 404}, true, ""},
		{"refused again", &exchange.Later{Waited: time.Second, Status: 429}, true, "429"},
		{"not available", &exchange.Later{Waited: time.Second, Status: 503}, true, "503"},
		{"no answer", &exchange.Later{Waited: time.Second, Failure: failure}, true, "no answer: closed: it ended"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ex := &exchange.Exchange{Answer: &exchange.Answer{Status: 429, Fields: exchange.Fields{{Name: "Retry-After", Value: "1"}}}, Later: test.later}
			if got := check.Concerns(expect, nil, ex); got != test.concerns {
				t.Errorf("it concerns the answer: %t", got)
			}
			found, err := check.Find(expect, nil, ex, check.Defect{})
			got := ""
			for _, f := range found {
				got += f.Got
			}
			if err != nil || got != test.got {
				t.Errorf("got %q, %v; want %q", got, err, test.got)
			}
		})
	}
}
