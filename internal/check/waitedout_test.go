package check_test

import (
	"errors"
	"testing"
	"time"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
)

func TestWhatIsNotWaitedOutIsJudgedForTheRest(t *testing.T) {
	expect := check.Prepare(contract.Expect{Status: []contract.Status{"429"}, Headers: map[string]string{"Retry-After": "waited-out"}}, nil)
	reading := check.Read(&exchange.Exchange{Answer: &exchange.Answer{Status: 503}}, check.Defect{})
	found, err := reading.Find(expect)
	if !reading.Concerns(expect) || err != nil || len(found) != 1 || found[0].Rule != "status" {
		t.Errorf("want the status alone, got %v, %v", found, err)
	}
}

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
			if got := check.Read(ex, check.Defect{}).Concerns(check.Prepare(expect, nil)); got != test.concerns {
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
