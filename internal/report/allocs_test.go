//go:build !race

package report_test

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"testing"

	"github.com/seed-e125e033/conform/internal/report"
)

// The race detector lets sync.Pool forget at random: there is nothing to count with it.

func TestWritingARecordAllocatesNothing(t *testing.T) {
	log := report.NewLog(io.Discard, report.NewRedactor(report.Secret{Value: "t0k3n-0123"}))
	run := header()
	run.Checks = 10_000
	log.Run(run)
	ex := answer(400, "Bad Request", `{"type":"error"}`)
	ex.Request = ex.Request.WithField("Authorization", "Bearer t0k3n-0123")
	c := sampleChecks()[2]
	for range 200 { // buffers grow to their size
		log.Exchange("create-buyer/content-type.unsupported/text/plain", ex)
		log.Check(c)
	}
	if n := testing.AllocsPerRun(1000, func() { log.Exchange("create-buyer/content-type.unsupported/text/plain", ex) }); n > 0 {
		t.Errorf("an exchange allocates %v times", n)
	}
	if n := testing.AllocsPerRun(1000, func() { log.Check(c) }); n > 0 {
		t.Errorf("a check allocates %v times", n)
	}
}

func TestATestcaseThatPassedAllocatesNothing(t *testing.T) {
	allocations := func(checks int) float64 {
		_, written := writtenLog(t, slices.Repeat(sampleChecks()[2:3], checks))
		return testing.AllocsPerRun(10, func() {
			if err := report.JUnit(io.Discard, written); err != nil {
				t.Fatal(err)
			}
		})
	}
	if few, many := allocations(10), allocations(1000); many > few+10 { // of larger counts
		t.Errorf("%v allocations for 1000 checks, %v for 10", many, few)
	}
}

func TestALogHoldsNextToNothing(t *testing.T) {
	const checks = 50_000
	log := report.NewLog(io.Discard, nil)
	ex := answer(400, "Bad Request", `{"type":"error"}`)
	c := sampleChecks()[2]
	operation := ""
	before := inUse()
	run := header()
	run.Checks = checks
	log.Run(run)
	for i := range checks {
		if i%20 == 0 {
			operation = fmt.Sprintf("operation-%d", i)
		}
		c.Operation = operation
		log.Exchange("create-buyer/control", ex)
		log.Check(c)
	}
	if each := (inUse() - before) / checks; each > 32 {
		t.Errorf("%d bytes for an exchange and a check that passed", each)
	}
	runtime.KeepAlive(log)
}

func inUse() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
