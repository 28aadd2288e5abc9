package main

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-e125e033/conform/contracts"
	"github.com/seed-e125e033/conform/fixtures/apis"
	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/session"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

// serving starts the server and returns its address.
func serving(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go accept(l, 0)
	return l.Addr().String()
}

// A check that fails or is skipped costs something else than one that passes: then the figures say something else than they seem to.
func TestEveryCheckOfTheWorkloadPasses(t *testing.T) {
	p, err := plan(configFor(serving(t), 2))
	if err != nil {
		t.Fatal(err)
	}
	s, err := session.New(session.Config{Plan: p, Client: exchange.Config{Connections: 16}, Level: contract.May, Version: "bench"})
	if err != nil {
		t.Fatal(err)
	}
	s.Start(t.Context(), io.Discard, nil)
	for _, c := range p.Checks {
		if got := s.Await(c); got.Verdict != report.Passed && got.Verdict != report.Skipped {
			t.Errorf("%s", report.Describe(got))
		}
	}
	end, err := s.Close()
	if err != nil {
		t.Fatal(err)
	}
	if passed := end.Counts[report.Passed]; passed < 20*8 {
		t.Errorf("%d checks of eight operations passed: that is no load", passed)
	}
}

func TestTheWorkloadHasAboutAsManyCasesAsItSays(t *testing.T) {
	for _, cases := range []int{500, 2000} {
		w, err := newWorkload("127.0.0.1:9", cases)
		if err != nil {
			t.Fatal(err)
		}
		p, err := plan(w.yaml)
		if err != nil {
			t.Fatal(err)
		}
		if off := float64(len(p.Cases)-w.cases) / float64(w.cases); off < -0.02 || off > 0.02 || len(p.Checks) != w.checks {
			t.Errorf("want about %d cases of %d checks, got %d of %d", w.cases, w.checks, len(p.Cases), len(p.Checks))
		}
		if w.cases < cases*3/4 || w.cases > cases*5/4 {
			t.Errorf("want about %d cases, got %d", cases, w.cases)
		}
	}
}

func TestBareClientsSendTheWorkload(t *testing.T) {
	address := serving(t)
	w, err := newWorkload(address, 100)
	if err != nil {
		t.Fatal(err)
	}
	if w.unsendable > w.sampled/10 {
		t.Errorf("%d of %d requests cannot be sent by net/http's client: the others are no measure of them", w.unsendable, w.sampled)
	}
	requests := filepath.Join(t.TempDir(), "requests")
	if err := w.write(filepath.Join(t.TempDir(), "conform.yaml"), requests); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"nethttp", "raw"} {
		if err := send(kind, address, requests, 4, 2*len(w.requests)); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	if err := send("carrier-pigeon", address, requests, 1, 1); err == nil {
		t.Error("want an error of a client that there is not")
	}
}

func TestSpreadIsMedianLeastAndMost(t *testing.T) {
	for _, tt := range []struct {
		values []float64
		want   string
	}{
		{[]float64{3}, "3.0 [3.0, 3.0]"},
		{[]float64{3, 1, 2}, "2.0 [1.0, 3.0]"},
		{[]float64{4, 1}, "2.5 [1.0, 4.0]"},
	} {
		if got := spread(tt.values, "%.1f", func(x float64) float64 { return x }); got != tt.want {
			t.Errorf("%v: want %s, got %s", tt.values, tt.want, got)
		}
	}
}

// BenchmarkPlan loads a target file of 40 operations and lays out what is sent to it.
func BenchmarkPlan(b *testing.B) {
	config := configFor("127.0.0.1:9", 10)
	cases := 0
	b.ReportAllocs()
	for b.Loop() {
		p, err := plan(config)
		if err != nil {
			b.Fatal(err)
		}
		cases = len(p.Cases)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*cases), "us/case")
}

// BenchmarkJudge judges, for each contract that has a reference API, its answer to an unknown path by all of its requirements.
func BenchmarkJudge(b *testing.B) {
	for _, api := range apis.All() {
		judged, err := contracts.Load([]string{api.Contracts[0]}, suites.Names(), contract.Options{Variables: target.NewVariables(nil), Unprobed: true})
		if err != nil {
			b.Fatal(err)
		}
		c := judged[0]
		ex := refusal(api)
		b.Run("contract="+c.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				reading := check.Read(ex)
				for i := range c.Requirements {
					_, _ = reading.Find(c.Requirements[i].Expect, c.Formats, check.Defect{}) // what is found is no matter here
				}
			}
			b.ReportMetric(float64(len(c.Requirements)), "requirements")
		})
	}
}

// refusal returns an API's answer to an unknown path.
func refusal(api apis.API) *exchange.Exchange {
	r := httptest.NewRequest(http.MethodGet, "/unknown", http.NoBody)
	got := httptest.NewRecorder()
	api.New(nil).ServeHTTP(got, r)
	ex := &exchange.Exchange{
		Request: exchange.Request{Method: r.Method, Target: "/unknown", Fields: exchange.Fields{{Name: "Accept", Value: "*/*"}}},
		Answer:  &exchange.Answer{Proto: "HTTP/1.1", Status: got.Code, Body: bytes.Clone(got.Body.Bytes())},
	}
	for name, values := range got.Header() {
		ex.Answer.Fields = append(ex.Answer.Fields, exchange.Field{Name: name, Value: strings.Join(values, ", ")})
	}
	return ex
}
