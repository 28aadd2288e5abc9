package report_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/report"
)

// writtenLog returns a run log of some checks, as read from its bytes and as this process has it.
func writtenLog(t testing.TB, checks []report.Check) (text []byte, written *report.Written) {
	t.Helper()
	var out bytes.Buffer
	log := report.NewLog(&out, nil)
	log.Run(header())
	for i, c := range checks {
		log.Exchange(fmt.Sprintf("create-buyer/case/%d", i), answer(400, "Bad Request", `{"type":"error"}`))
		log.Check(c)
	}
	if _, err := log.End(sampleEnd()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), log.Written(bytes.NewReader(out.Bytes()))
}

func TestAReportOfAWrittenLogIsThatOfTheFile(t *testing.T) {
	checks := sampleChecks()
	odd := checks[2]
	odd.Operation, odd.Title, odd.Says, odd.Because = `a"b`, "GET /ü\\\u2028", "says <it>\n", "because"
	twin := checks[2] // the same name on another operation
	twin.Operation = "another"
	bare := report.Check{Verdict: report.Passed}
	checks = append(checks, odd, twin, bare)
	text, written := writtenLog(t, checks)
	for name, format := range report.Formats {
		var file, memory bytes.Buffer
		if err := format(&file, bytes.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		if err := format(&memory, written); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(file.String(), memory.String()); diff != "" {
			t.Errorf("%s (-file +memory):\n%s", name, diff)
		}
	}
	for _, terminal := range []report.Terminal{{}, {Verbose: true}, {Brief: true}, {Color: true}} {
		var file, memory bytes.Buffer
		if err := terminal.Write(&file, bytes.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		if err := terminal.Write(&memory, written); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(file.String(), memory.String()); diff != "" {
			t.Errorf("%+v (-file +memory):\n%s", terminal, diff)
		}
	}
}

// In whatever order checks come, and whatever secrets are learned meanwhile, each is told with what is its own.
func TestChecksInAnyOrderAreToldApart(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 14))
	var out bytes.Buffer
	secrets := report.NewRedactor()
	log := report.NewLog(&out, secrets)
	log.Run(header())
	samples := sampleChecks()
	var want []string
	for i := range 500 {
		c := samples[random.IntN(len(samples))]
		if random.IntN(2) == 0 {
			c = samples[2]
		}
		c.Requirement, c.Says = fmt.Sprintf("r%d", random.IntN(5)), fmt.Sprintf("says %d", random.IntN(2))
		c.Contract = []string{"gr4vy", "http", "another"}[random.IntN(3)]
		c.Operation = fmt.Sprintf("operation-%d", i/9)
		log.Check(c)
		want = append(want, c.Requirement+" "+c.Says+" "+c.Contract+" "+c.Operation+" "+c.Title+" "+c.Reason)
		if random.IntN(100) == 0 {
			secrets.Add(report.Secret{Value: fmt.Sprintf("t0k3n-%d", i)})
		}
	}
	if _, err := log.End(sampleEnd()); err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := report.Read(bytes.NewReader(out.Bytes()), func(r report.Record) error {
		if c := r.Check; c != nil {
			got = append(got, c.Requirement+" "+c.Says+" "+c.Contract+" "+c.Operation+" "+c.Title+" "+c.Reason)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var file, memory bytes.Buffer
	if err := report.JUnit(&file, bytes.NewReader(out.Bytes())); err != nil {
		t.Fatal(err)
	}
	if err := report.JUnit(&memory, log.Written(bytes.NewReader(out.Bytes()))); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(file.String(), memory.String()); diff != "" {
		t.Errorf("(-file +memory):\n%s", diff)
	}
}

func TestAWrittenLogThatChangedMeanwhileIsAnError(t *testing.T) {
	text, _ := writtenLog(t, sampleChecks())
	for _, name := range []string{"junit", "text"} {
		_, written := writtenLog(t, sampleChecks())
		if err := report.Formats[name](io.Discard, written); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	log := report.NewLog(&out, nil)
	log.Run(header())
	log.Check(sampleChecks()[0])
	if _, err := log.End(sampleEnd()); err != nil {
		t.Fatal(err)
	}
	if err := report.JUnit(io.Discard, log.Written(bytes.NewReader(text))); err == nil {
		t.Error("want an error where another log stands in the file")
	}
	if err := report.JUnit(io.Discard, log.Written(bytes.NewReader(out.Bytes()[:100]))); err == nil {
		t.Error("want an error where the file ends too early")
	}
}

// BenchmarkReport renders a log of 10,000 checks as a run does at its end.
func BenchmarkReport(b *testing.B) {
	var many []report.Check
	for i := range 10_000 {
		c := sampleChecks()[2]
		if i%20 == 0 {
			c = sampleChecks()[0]
		}
		c.Operation, c.Title = fmt.Sprintf("operation-%d", i), fmt.Sprintf("GET /things/%d", i)
		many = append(many, c)
	}
	_, written := writtenLog(b, many)
	for name, format := range report.Formats {
		b.Run("format="+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := format(io.Discard, written); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/10_000, "us/check")
		})
	}
}

// BenchmarkCheck writes the record of a check that passed.
func BenchmarkCheck(b *testing.B) {
	log := report.NewLog(io.Discard, nil)
	log.Run(header())
	c := sampleChecks()[2]
	b.ReportAllocs()
	for b.Loop() {
		log.Check(c)
	}
}
