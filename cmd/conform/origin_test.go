package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
)

// The reference APIs are net/http servers, but their answers are their own.
func TestNoAnswerOfAReferenceAPIIsTakenForThatOfAnother(t *testing.T) {
	reports := t.TempDir()
	inside(t, nil, "demo", "--report-dir", reports)
	folders, err := os.ReadDir(reports)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, folder := range folders {
		for _, record := range records(t, filepath.Join(reports, folder.Name())) {
			ex := record.Exchange
			if ex == nil || ex.Answer == nil || ex.Answer.Body == nil {
				continue
			}
			seen++
			answer := &exchange.Answer{Proto: ex.Answer.Proto, Status: ex.Answer.Status, Fields: ex.Answer.Fields, Body: []byte(ex.Answer.Body.Text)}
			found, err := check.Find(contract.Expect{Status: []contract.Status{"299"}}, nil, // which none of them has
				&exchange.Exchange{Request: exchange.Request{Method: ex.Method}, Answer: answer}, check.Defect{})
			if err != nil || len(found) != 1 {
				t.Fatalf("%s: want the status missed, got %v and %v", ex.Case, found, err)
			}
			if want := (check.Finding{Rule: "status", Want: "299", Got: found[0].Got[:3]}); found[0] != want {
				t.Errorf("%s %s: %s", folder.Name(), ex.Case, found[0])
			}
		}
	}
	if seen < 500 {
		t.Errorf("only %d answers", seen)
	}
}
