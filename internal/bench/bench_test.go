package main

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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
	go accept(l, 0, &atomic.Int64{})
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
		if off := float64(p.Size()-w.cases) / float64(w.cases); off < -0.02 || off > 0.02 || len(p.Checks) != w.checks {
			t.Errorf("want about %d cases of %d checks, got %d of %d", w.cases, w.checks, p.Size(), len(p.Checks))
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

// The server tells how many requests have come, so that those which conform sends beside the cases count too.
func TestTheServerCountsRequests(t *testing.T) {
	in, asking := io.Pipe()
	answers, out := io.Pipe()
	served := make(chan error, 1)
	go func() { served <- serve(out, in, 0) }()
	s := &server{stdin: asking, stdout: bufio.NewReader(answers)}
	address, err := s.stdout.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{0, 3, 1} {
		for range want {
			answer, err := http.Get("http://" + strings.TrimSpace(address) + "/resource-00000")
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
		}
		if got, err := s.count(); err != nil || got != want {
			t.Errorf("want %d requests, got %d, %v", want, got, err)
		}
	}
	asking.Close()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestGoals(t *testing.T) {
	var out bytes.Buffer
	b := &bench{out: &out}
	round := func(wall, cpu time.Duration, mb int64, requests int) took { return took{wall, cpu, mb << 20, requests} }
	second := time.Second
	ways := []*way{
		{name: "a net/http", took: []took{round(second, 4*second, 20, 100_000), round(second, 4*second, 20, 100_000)}},
		{name: "b raw", took: []took{round(second, second, 20, 100_000), round(second, second, 20, 100_000)}},
		{name: "c conform", took: []took{round(2*second, 4*second, 140, 110_000), round(second, 8*second, 180, 110_000)}},
	}
	b.judge(load{cases: 10_000, connections: 16}, ways, 10_000)
	b.judge(load{cases: 100_000, connections: 16}, ways, 100_000)
	b.judge(load{cases: 100_000, delay: 5 * time.Millisecond, connections: 64}, ways, 100_000)
	b.judge(load{cases: 1_000_000, alone: true}, ways[2:], 1_000_000)
	if err := b.printGoals(); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"goal figure want outcome",
		"CPU c/a, 10000 cases, answers after 0s 1.50 [1.00, 2.00] at most 1.00 missed",
		"CPU c/b, 10000 cases, answers after 0s 6.00 [4.00, 8.00] at most 2.50 missed",
		"peak MB, 100000 cases, answers after 0s 160 [140, 180] at most 150 missed",
		"CPU c/a, 100000 cases, answers after 0s 1.50 [1.00, 2.00] at most 1.00 missed",
		"CPU c/b, 100000 cases, answers after 0s 6.00 [4.00, 8.00] at most 2.50 missed",
		"CPU us/case over that of 10000, 100000 cases, answers after 0s 0.10 [0.10, 0.10] at most 1.15 reached",
		"peak MB, 100000 cases, answers after 5ms 160 [140, 180] at most 150 missed",
		"req/s c/b, 100000 cases, answers after 5ms 0.83 [0.55, 1.10] at least 0.95 missed",
		"peak MB, 1000000 cases, answers after 0s 160 [140, 180] at most 300 reached",
	}
	var got []string
	for line := range strings.Lines(strings.TrimSpace(out.String())) {
		got = append(got, strings.Join(strings.Fields(line), " "))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNumbersOfCases(t *testing.T) {
	got, err := loadsOf("10,20", "30", "40")
	want := []load{
		{cases: 10, connections: 16}, {cases: 20, connections: 16},
		{cases: 30, delay: 5 * time.Millisecond, connections: 64}, {cases: 30, delay: 50 * time.Millisecond, connections: 256},
		{cases: 40, connections: 16, alone: true},
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("want %v, got %v, %v", want, got, err)
	}
	for _, wrong := range []string{"0", "-1", "many", "1;2"} {
		if _, err := loadsOf("10", wrong, ""); err == nil {
			t.Errorf("%q: want an error", wrong)
		}
	}
}

// The profile is of a run that conforms.
func TestARunInThisProcess(t *testing.T) {
	folder := t.TempDir()
	log, err := os.Create(filepath.Join(folder, "run.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	junit, err := os.Create(filepath.Join(folder, "junit.xml"))
	if err != nil {
		t.Fatal(err)
	}
	defer junit.Close()
	if err := drive(t.Context(), configFor(serving(t), 1), 4, log, junit); err != nil {
		t.Error(err)
	}
	if info, err := junit.Stat(); err != nil || info.Size() == 0 {
		t.Errorf("no report: %v", err)
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
		if got := spread("%.1f", tt.values); got != tt.want {
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
		cases = p.Size()
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
		expected := check.PrepareAll(c)
		b.Run("contract="+c.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				reading := check.Read(ex, check.Defect{})
				for _, e := range expected {
					_, _ = reading.Find(e) // what is found is no matter here
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
