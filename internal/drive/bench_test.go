package drive_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/drive"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
)

// BenchmarkDrive runs 2,000 cases of 3,000 checks against a server on loopback that keeps its connections, controls
// apart. The server's share is in the figure: it runs in the same process.
func BenchmarkDrive(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", "GET")
		answering(405)(w, r)
	}))
	defer server.Close()
	s := story{requirements: refusesMethods + sentence("seen", "must", observing) + sentence("other", "should", "probes: [method], expect: {status: [4xx]}"), target: manyCases()}
	plan := s.plan(b, server.URL)
	b.ReportAllocs()
	for b.Loop() {
		client, err := exchange.NewClient(exchange.Config{Target: plan.Target.URL})
		if err != nil {
			b.Fatal(err)
		}
		secrets := report.NewRedactor()
		d := drive.New(drive.Config{
			Plan: plan, Client: client, Log: report.NewLog(io.Discard, secrets), Level: contract.Must,
			Concurrency: 8, Window: 1024, Now: time.Now, Secrets: secrets,
			Curl: func(exchange.Request) string { return "" },
		})
		d.Start(b.Context())
		for _, check := range plan.Checks {
			if c := d.Await(check); c.Verdict != report.Passed {
				b.Fatal(report.Describe(c))
			}
		}
		if _, err := d.Finish(); err != nil {
			b.Fatal(err)
		}
		client.Close()
	}
	cases := float64(b.N * plan.Size())
	b.ReportMetric(float64(b.Elapsed().Microseconds())/cases, "us/case")
}
