package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
)

// exchanges reads the exchanges back from a run log.
func exchanges(t *testing.T, log []byte) []report.Exchange {
	t.Helper()
	var all []report.Exchange
	if err := report.Read(bytes.NewReader(log), func(r report.Record) error {
		if r.Exchange != nil {
			all = append(all, *r.Exchange)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// oneExchange writes a log of one exchange and reads it back.
func oneExchange(t *testing.T, secrets *report.Redactor, ex *exchange.Exchange) report.Exchange {
	t.Helper()
	var out bytes.Buffer
	log := report.NewLog(&out, secrets)
	log.Run(header())
	log.Exchange("op/probe/variant", ex)
	if _, err := log.End(report.End{}); err != nil {
		t.Fatal(err)
	}
	return exchanges(t, out.Bytes())[0]
}

func TestExchangeIsWrittenWhole(t *testing.T) {
	got := oneExchange(t, nil, &exchange.Exchange{
		Head: "what is this?\r\n",
		Request: exchange.Request{
			Method: "PÖST", Target: "/a\"\\\x00\x7f\u2028?x=<&>", Body: []byte("a\r\n\t\"b\" ü €"),
			Fields: exchange.Fields{{Name: "A", Value: ""}, {Name: "B", Value: "\xff\xc3 caf\xe9 \ufffd"}},
		},
		Answer: &exchange.Answer{
			Proto: "HTTP/1.1", Status: 418, Reason: "I'm", Body: []byte{0, 255, 1}, Interim: []int{100, 103},
			Fields:  exchange.Fields{{Name: "Server", Value: "x"}},
			Trailer: exchange.Fields{{Name: "Digest", Value: "y"}},
			Flaw:    &exchange.Failure{Kind: exchange.Cut, Err: errors.New("EOF")},
			After:   &exchange.After{Status: 404},
		},
		Attempts: []exchange.Attempt{{Status: 429, Waited: 1500 * time.Millisecond}, {Failure: &exchange.Failure{Kind: exchange.Closed}}},
		Start:    start.In(time.FixedZone("", 3600)), Duration: 1234567 * time.Nanosecond,
	})
	want := report.Exchange{
		ID: 1, Case: "op/probe/variant", Method: "PÖST", Target: "/a\"\\\x00\x7f\u2028?x=<&>", Head: "what is this?\r\n",
		Body:   &report.Content{Text: "a\r\n\t\"b\" ü €"},
		Fields: exchange.Fields{{Name: "A", Value: ""}, {Name: "B", Value: `\xff\xc3 caf\xe9 ` + "\ufffd"}},
		Answer: &report.Answer{
			Proto: "HTTP/1.1", Status: 418, Reason: "I'm", Body: &report.Content{Base64: []byte{0, 255, 1}}, Interim: []int{100, 103},
			Fields:  exchange.Fields{{Name: "Server", Value: "x"}},
			Trailer: exchange.Fields{{Name: "Digest", Value: "y"}},
			Flaw:    "cut: EOF",
			After:   &exchange.After{Status: 404},
		},
		Attempts: []report.Attempt{{Status: 429, Waited: 1.5}, {Failure: "closed"}},
		Start:    start, Seconds: 0.001235,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// lastLine writes exchanges and returns the line of the last, without what comes before its case.
func lastLine(t *testing.T, secrets *report.Redactor, all ...*exchange.Exchange) string {
	t.Helper()
	var out bytes.Buffer
	log := report.NewLog(&out, secrets)
	log.Run(header())
	for _, ex := range all {
		log.Exchange("op/probe/variant", ex)
	}
	if _, err := log.End(report.End{}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(out.String(), "\n")
	_, line, _ := strings.Cut(lines[len(all)], `"case":`)
	return line
}

// What is kept of the exchange before shows in no other: each is written as if it were the first.
func TestAnExchangeIsWrittenAsIfItWereTheFirst(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	names := []string{"", "A", "Accept", "Authorization", "B\"\xff"}
	values := []string{"", "A", "Accept", "Bearer t0k3n-0123", "a\x00\"b", "t0k3n%2D0123", strings.Repeat("long ", 60), strings.Repeat("x", 300)}
	fields := func() (all exchange.Fields) {
		for range random.IntN(20) {
			all = append(all, exchange.Field{Name: names[random.IntN(len(names))], Value: values[random.IntN(len(values))]})
		}
		return all
	}
	secrets := report.NewRedactor(report.Secret{Value: "t0k3n-0123"})
	var before []*exchange.Exchange
	for range 300 {
		ex := answer(400, "Bad Request", "{}")
		ex.Start = start.Add(time.Duration(random.Int64N(3e9)))
		if random.IntN(3) > 0 && len(before) > 0 { // most are like the one before
			last := before[len(before)-1]
			ex.Request.Fields, ex.Answer.Fields = slices.Clone(last.Request.Fields), slices.Clone(last.Answer.Fields)
			if n := len(ex.Answer.Fields); n > 0 {
				ex.Answer.Fields[random.IntN(n)].Value = values[random.IntN(len(values))]
			}
		} else {
			ex.Request.Fields, ex.Answer.Fields, ex.Answer.Trailer = fields(), fields(), fields()
		}
		before = append(before, ex)
		if diff := cmp.Diff(lastLine(t, secrets, ex), lastLine(t, secrets, before[max(0, len(before)-5):]...)); diff != "" {
			t.Fatalf("(-alone +after others):\n%s", diff)
		}
	}
}

func TestTimesOfAnExchange(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	var all []*exchange.Exchange
	for _, began := range []time.Time{start, {}, time.Unix(0, 0), time.Unix(-1, 1), start.Add(100 * time.Millisecond), start.Add(time.Nanosecond), start.In(time.FixedZone("", -3600))} {
		all = append(all, &exchange.Exchange{Start: began})
	}
	for range 100 {
		all = append(all, &exchange.Exchange{Start: start.Add(time.Duration(random.Int64N(2e9))), Duration: time.Duration(random.Int64N(1 << random.IntN(50)))})
	}
	for i, d := range []time.Duration{-time.Second, 0, 1, 499, 501, 999_499, 999_501, 999_999_501, time.Hour} {
		all[i].Duration = d
	}
	for i, ex := range all {
		want := fmt.Sprintf(`,"start":"%s","seconds":%.6f}}`, ex.Start.UTC().Format(time.RFC3339Nano), max(0, ex.Duration).Seconds())
		if got := lastLine(t, nil, all[max(0, i-2):i+1]...); !strings.HasSuffix(got, want) {
			t.Errorf("want %s, got %s", want, got)
		}
	}
}

func TestBodiesInTheLog(t *testing.T) {
	const limit = 64 << 10
	long := strings.Repeat("x", limit-1)
	secret := report.NewRedactor(report.Secret{Value: "hunter2-hunter2"})
	for _, test := range []struct {
		name string
		body []byte
		want *report.Content
	}{
		{"none is none", nil, nil},
		{"an empty one is there", []byte{}, &report.Content{}},
		{"text is text", []byte("ü"), &report.Content{Text: "ü"}},
		{"others are base64", []byte("a\xff"), &report.Content{Base64: []byte("a\xff")}},
		{"64 KiB are kept", []byte(long + "x"), &report.Content{Text: long + "x"}},
		{"more is cut", []byte(long + "xyz"), &report.Content{Text: long + "x", Length: limit + 2}},
		{"no character is broken by the cut", []byte(long + "€"), &report.Content{Text: long, Length: limit + 2}},
		{"what is cut off does not make text binary", []byte(long + "x\xff"), &report.Content{Text: long + "x", Length: limit + 1}},
		{"a secret that the cut goes through is taken out whole", []byte(long[:limit-5] + "hunter2-hunter2"),
			&report.Content{Text: long[:limit-5] + "[redacted]", Length: limit + 10}},
		{"binary is cut, too", []byte("\xff" + long + "yz"), &report.Content{Base64: []byte("\xff" + long), Length: limit + 2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := oneExchange(t, secret, &exchange.Exchange{Request: exchange.Request{Body: test.body}})
			if diff := cmp.Diff(test.want, got.Body); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLogFromManyGoroutines(t *testing.T) {
	var out bytes.Buffer
	log := report.NewLog(&out, nil)
	log.Run(header())
	var writers sync.WaitGroup
	ids := make(chan int, 800)
	for range 8 {
		writers.Go(func() {
			for range 100 {
				ids <- log.Exchange("a/b", answer(400, "Bad Request", "{}"))
			}
			log.Check(report.Check{Verdict: report.Failed})
			log.Check(report.Check{Verdict: report.Passed})
		})
	}
	writers.Wait()
	end, err := log.End(report.End{})
	if err != nil {
		t.Fatal(err)
	}
	close(ids)
	seen := make(map[int]bool)
	for id := range ids {
		seen[id] = true
	}
	if len(seen) != 800 || !seen[1] || !seen[800] {
		t.Errorf("got %d different numbers, want 1 to 800", len(seen))
	}
	if end.Requests != 800 || end.Counts[report.Failed] != 8 || end.Counts[report.Passed] != 8 {
		t.Errorf("got %+v", end)
	}
	if n := len(exchanges(t, out.Bytes())); n != 800 {
		t.Errorf("read %d exchanges, want 800", n)
	}
}

// slowBuffer is a writer that many goroutines may look at.
type slowBuffer struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (b *slowBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.out.Write(p)
}

func (b *slowBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.out.String()
}

func TestLogIsWrittenWithin100ms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out slowBuffer
		log := report.NewLog(&out, nil)
		log.Run(header())
		log.Exchange("a/b", answer(400, "Bad Request", "{}"))
		if out.String() != "" {
			t.Error("every record is written by itself")
		}
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		if n := strings.Count(out.String(), "\n"); n != 2 {
			t.Errorf("%d lines after 100 ms, want 2", n)
		}
		log.Exchange("a/b", answer(400, "Bad Request", "{}"))
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		if n := strings.Count(out.String(), "\n"); n != 3 {
			t.Errorf("%d lines after 200 ms, want 3", n)
		}
		if _, err := log.End(report.End{}); err != nil {
			t.Error(err)
		}
	})
}

// stuck is a file whose first write takes until it is let go.
type stuck struct {
	slowBuffer
	once           sync.Once
	writing, letGo chan struct{}
}

func (s *stuck) Write(p []byte) (int, error) {
	s.once.Do(func() {
		close(s.writing)
		<-s.letGo
	})
	return s.slowBuffer.Write(p)
}

func TestNobodyWaitsForTheFile(t *testing.T) {
	out := &stuck{writing: make(chan struct{}), letGo: make(chan struct{})}
	log := report.NewLog(out, nil)
	log.Run(header())
	ex := answer(400, "Bad Request", strings.Repeat("x", 1000))
	var slow sync.WaitGroup
	slow.Go(func() {
		for range 70 {
			log.Exchange("a/b", ex)
		}
	})
	<-out.writing
	for range 30 { // none of them comes back before the file is let go, if they wait for it
		log.Exchange("a/b", ex)
	}
	log.Check(report.Check{Verdict: report.Passed})
	close(out.letGo)
	slow.Wait()
	if _, err := log.End(report.End{}); err != nil {
		t.Fatal(err)
	}
	if n := len(exchanges(t, []byte(out.String()))); n != 100 {
		t.Errorf("read %d exchanges, want 100", n)
	}
}

func TestAVerdictThatNobodyKnowsIsAnError(t *testing.T) {
	log := report.NewLog(io.Discard, nil)
	log.Run(header())
	log.Check(report.Check{Verdict: "great"})
	if err := log.Err(); err == nil || err.Error() != `run log: "great" is no verdict` {
		t.Errorf("got %v", err)
	}
}

// A token that a log-in gives while the run goes on is in no record that comes after it, whatever was written of the same check before.
func TestASecretLearnedLaterIsTakenOutOfChecks(t *testing.T) {
	var out bytes.Buffer
	secrets := report.NewRedactor()
	log := report.NewLog(&out, secrets)
	log.Run(header())
	c := report.Check{Contract: "gr4vy", Operation: "log-out", Title: "DELETE /sessions/t0k3n-0123", Verdict: report.Passed}
	log.Check(c)
	secrets.Add(report.Secret{Value: "t0k3n-0123"})
	log.Check(c)
	if _, err := log.End(report.End{}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "t0k3n"); n != 1 {
		t.Errorf("the token is in %d records, want 1: that from before it was known", n)
	}
	var junit bytes.Buffer
	if err := report.JUnit(&junit, log.Written(bytes.NewReader(out.Bytes()))); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(junit.String(), "t0k3n"); n != 1 {
		t.Errorf("the token is in %d testcases, want 1", n)
	}
}

// So it is out of header fields that come again.
func TestASecretLearnedLaterIsTakenOutOfExchanges(t *testing.T) {
	var out bytes.Buffer
	secrets := report.NewRedactor()
	log := report.NewLog(&out, secrets)
	log.Run(header())
	ex := answer(400, "Bad Request", "{}")
	ex.Request = ex.Request.WithField("Cookie", "t0k3n-0123")
	ex.Answer.Fields = append(ex.Answer.Fields, exchange.Field{Name: "Set-Cookie", Value: "t0k3n-0123"})
	log.Exchange("log-out/control", ex)
	secrets.Add(report.Secret{Value: "t0k3n-0123"})
	log.Exchange("log-out/control", ex)
	if _, err := log.End(report.End{}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "t0k3n"); n != 2 {
		t.Errorf("the token is there %d times, want 2: in what was written before it was known", n)
	}
}

func TestNumbersOfExchangesComeBack(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	for range 100 {
		var want []int
		number := 0
		for range 1 + random.IntN(50) {
			number += 1 + random.IntN(1<<random.IntN(12))
			want = append(want, number)
		}
		log := writeLog(t, header(), nil, []report.Check{{Verdict: report.Passed, Exchanges: want}}, report.End{})
		if err := report.Read(bytes.NewReader(log), func(r report.Record) error {
			if r.Check != nil && !slices.Equal(want, r.Check.Exchanges) {
				t.Errorf("want %v, got %v", want, r.Check.Exchanges)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// fullDisk takes so many bytes and then none.
type fullDisk struct{ left int }

func (d *fullDisk) Write(p []byte) (int, error) {
	if len(p) > d.left {
		n := d.left
		d.left = 0
		return n, errors.New("no space left on device")
	}
	d.left -= len(p)
	return len(p), nil
}

func TestAFullDiskIsNoticed(t *testing.T) {
	for _, room := range []int{0, 100, 100_000} {
		log := report.NewLog(&fullDisk{room}, nil)
		log.Run(header())
		for range 1000 {
			log.Exchange("a/b", answer(400, "Bad Request", "{}"))
		}
		_, err := log.End(report.End{})
		if err == nil || !strings.Contains(err.Error(), "no space left on device") || log.Err() == nil {
			t.Errorf("%d bytes of room: got %v", room, err)
		}
	}
	log := sampleLog(t)
	for name, format := range report.Formats {
		if err := format(&fullDisk{100}, bytes.NewReader(log)); err == nil {
			t.Errorf("%s did not notice it", name)
		}
	}
}

func TestNothingFollowsTheEnd(t *testing.T) {
	var out bytes.Buffer
	log := report.NewLog(&out, nil)
	log.Run(header())
	if _, err := log.End(report.End{}); err != nil {
		t.Fatal(err)
	}
	size := out.Len()
	log.Check(report.Check{Verdict: report.Passed})
	if log.Err() == nil || out.Len() != size {
		t.Errorf("a check after the end: error %v, %d bytes more", log.Err(), out.Len()-size)
	}
}

func TestARecordTooLongToReadIsAnError(t *testing.T) {
	log := report.NewLog(io.Discard, nil)
	log.Run(header())
	log.Exchange("a/b", &exchange.Exchange{Request: exchange.Request{Target: strings.Repeat("x", 17<<20)}})
	if err := log.Err(); err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("got %v", err)
	}
}

func TestACurlLineTooLongToPasteIsNotShown(t *testing.T) {
	c := report.Check{Verdict: report.Failed, Misses: []report.Miss{
		{Curl: "curl -i 'http://127.0.0.1/" + strings.Repeat("ab", 10_000) + "'", Case: "get-buyer/syntax.deep"}, {Curl: "curl -i 'http://127.0.0.1/'"},
	}}
	var got []string
	log := writeLog(t, header(), nil, []report.Check{c}, report.End{})
	if err := report.Read(bytes.NewReader(log), func(r report.Record) error {
		if r.Check != nil {
			got = append(got, r.Check.Misses[0].Curl, r.Check.Misses[1].Curl)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	want := []string{"too long to be shown: see the case get-buyer/syntax.deep in the run log", "curl -i 'http://127.0.0.1/'"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if strings.Contains(c.Misses[0].Curl, "too long") {
		t.Error("the caller's check was changed")
	}
}

// What encoding/json would write of the record that was read is what the hand-written encoder wrote.
func TestEncodersAgree(t *testing.T) {
	for text := range bytes.Lines(sampleLog(t)) {
		var record report.Record
		if err := json.Unmarshal(text, &record); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(record)
		if err != nil {
			t.Fatal(err)
		}
		var want, got any
		if err := errors.Join(json.Unmarshal(text, &got), json.Unmarshal(again, &want)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func BenchmarkRunLog(b *testing.B) {
	secrets := report.NewRedactor(
		report.Secret{Value: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", Kind: "bearer"},
		report.Secret{Value: "ann:pa55w0rd!", Kind: "basic"},
	)
	ex := answer(400, "Bad Request", `{"type":"error","code":"bad_request","status":400,"message":"`+strings.Repeat("text ", 40)+`","details":[]}`)
	for _, name := range []string{"Host", "Accept", "Authorization", "Conform-Case"} {
		ex.Request.Fields = append(ex.Request.Fields, exchange.Field{Name: name, Value: "staging.example.com/some/value"})
	}
	for _, name := range []string{"Server", "Vary", "X-Request-Id", "Connection", "Cache-Control"} {
		ex.Answer.Fields = append(ex.Answer.Fields, exchange.Field{Name: name, Value: "no-store, max-age=0, 0123456789"})
	}
	log := report.NewLog(io.Discard, secrets)
	log.Run(header())
	b.ReportAllocs()
	for b.Loop() {
		log.Exchange("create-buyer/content-type.unsupported/text/plain", ex)
	}
}
