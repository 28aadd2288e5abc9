package check_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-e125e033/conform/contracts"
	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

// workload is an answer that keeps some contracts, and the probe that it answers.
type workload struct {
	contracts string // names, with spaces between
	probe     string
	request   exchange.Request
	status    int
	fields    exchange.Fields
	body      string // %08x is another in every answer
	defect    check.Defect
}

func workloads() []workload {
	date := exchange.Field{Name: "Date", Value: "Fri, 21 Nov 2025 08:00:00 GMT"}
	of := func(mediaType string, more ...exchange.Field) exchange.Fields {
		return append(exchange.Fields{date, {Name: "Content-Type", Value: mediaType}, {Name: "Content-Length", Value: "250"}}, more...)
	}
	request := func(method, target string) exchange.Request {
		return exchange.Request{Method: method, Target: target, Fields: exchange.Fields{
			{Name: "Accept", Value: "application/json"},
			{Name: "Authorization", Value: "Bearer bench-token-3f9c2a71d84e4b0fa6c5"},
			{Name: "User-Agent", Value: "conform/bench"},
			{Name: "Conform-Case", Value: "create/member.missing/display_name"},
		}}
	}
	const gr4vy = `{"type":"error","code":"%s","status":%d,"details":[],"request_id":"%%08x-9d0c-4e1f-8a2b-00009e3779b1",` +
		`"message":"The request was not understood: see the documentation of this operation, and the request id above."}`
	missing := check.Defect{Kind: "missing", Place: check.Place{In: "body", At: "/currency"}, Blame: []check.Place{{In: "body", At: "/currency"}}}
	return []workload{
		{"gr4vy http", "member.missing", request("POST", "/resource-1"), 400, of("application/json"), fmt.Sprintf(gr4vy, "bad_request", 400), missing},
		{"gr4vy http", "credentials.garbage", request("GET", "/resource-1"), 401,
			of("application/json", exchange.Field{Name: "WWW-Authenticate", Value: `Bearer realm="bench"`}), fmt.Sprintf(gr4vy, "unauthorized", 401), check.Defect{}},
		{"gr4vy http", "method.undeclared", request("PATCH", "/resource-1"), 405,
			of("application/json", exchange.Field{Name: "Allow", Value: "GET, POST"}), fmt.Sprintf(gr4vy, "method_not_allowed", 405), check.Defect{Works: "GET"}},
		{"openpodcast http leaks", "member.missing", request("POST", "/v1/subscriptions"), 400, of("application/vnd.api+json"),
			`{"errors":[{"id":"%08x","status":"400","title":"Attribute is missing","detail":"The attribute feedUrl is missing","source":{"pointer":"/data/attributes/feedUrl"}}]}`,
			check.Defect{Blame: []check.Place{{In: "body", At: "/data/attributes/feedUrl"}}}},
		{"restfm http", "route.unknown", request("GET", "/RESTfm/unknown.json"), 404,
			of("application/json; charset=utf-8", exchange.Field{Name: "X-RESTfm-Status", Value: "404"}, exchange.Field{Name: "X-RESTfm-Reason", Value: "Not Found"},
				exchange.Field{Name: "X-RESTfm-Version", Value: "5.0"}, exchange.Field{Name: "X-RESTfm-Protocol", Value: "5"}, exchange.Field{Name: "X-RESTfm-Method", Value: "GET"}),
			`{"info":{"X-RESTfm-Version":"5.0.%08x","X-RESTfm-Protocol":"5","X-RESTfm-Status":404,"X-RESTfm-Reason":"Not Found","X-RESTfm-Method":"GET"}}`, check.Defect{}},
		{"restfm http", "route.unknown", request("GET", "/RESTfm/unknown.xml"), 404,
			of("application/xml; charset=utf-8", exchange.Field{Name: "X-RESTfm-Status", Value: "404"}, exchange.Field{Name: "X-RESTfm-Reason", Value: "Not Found"},
				exchange.Field{Name: "X-RESTfm-Version", Value: "5.0"}, exchange.Field{Name: "X-RESTfm-Protocol", Value: "5"}, exchange.Field{Name: "X-RESTfm-Method", Value: "GET"}),
			`<?xml version="1.0" encoding="utf-8"?><resource xmlns="http://www.restfm.com"><info><field name="X-RESTfm-Version">5.0.%08x</field><field name="X-RESTfm-Protocol">5</field>` +
				`<field name="X-RESTfm-Status">404</field><field name="X-RESTfm-Reason">Not Found</field><field name="X-RESTfm-Method">GET</field></info></resource>`, check.Defect{}},
		{"jsonapi http", "member.missing", request("POST", "/articles"), 400, of("application/vnd.api+json"),
			`{"jsonapi":{"version":"1.1"},"errors":[{"id":"%08x","status":"400","code":"missing","title":"Member missing","detail":"type is missing","source":{"pointer":"/data"}}]}`,
			check.Defect{Blame: []check.Place{{In: "body", At: "/data"}, {In: "body", At: "/data/type"}}}},
	}
}

// judges returns what of the workload's contracts is judged of its answer: all that its probe is named by, and all that observes it.
func (w workload) judges(tb testing.TB) []*check.Expectation {
	judged, err := contracts.Load(strings.Fields(w.contracts), suites.Names(), contract.Options{Variables: target.NewVariables(nil), Unprobed: true})
	if err != nil {
		tb.Fatal(err)
	}
	family, _, _ := strings.Cut(w.probe, ".")
	var all []*check.Expectation
	for _, c := range judged {
		expected := check.PrepareAll(c)
		for i := range c.Requirements {
			r := &c.Requirements[i]
			switch {
			case r.Expect.Effects != "", len(r.Where.Bodies)+len(r.Where.At)+len(r.Where.Methods)+len(r.Where.Variants) > 0:
			case r.Observed != nil && !slices.ContainsFunc(r.Observed.Status, func(s contract.Status) bool { return s.Matches(w.status) }):
			case r.Observed != nil, slices.Contains(r.Probes, w.probe), slices.Contains(r.Probes, family):
				all = append(all, expected[i])
			}
		}
	}
	return all
}

// BenchmarkJudge judges an answer by all that a case of the catalogue is judged by: an operation is one answer, with a body that
// no answer before it had, and with the Reading of the one before, as a worker does it.
func BenchmarkJudge(b *testing.B) {
	for _, w := range workloads() {
		b.Run(fmt.Sprintf("contracts=%s/probe=%s/kind=%s", strings.ReplaceAll(w.contracts, " ", "+"), w.probe, w.body[:1]), func(b *testing.B) {
			expected := w.judges(b)
			ex, number := w.answered()
			var reading check.Reading
			concerned := 0
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				for i := range number {
					number[len(number)-1-i] = "0123456789abcdef"[n>>(4*i)&15]
				}
				reading.Read(ex, w.defect)
				concerned = 0
				for _, e := range expected {
					if !reading.Concerns(e) {
						continue
					}
					concerned++
					if found, err := reading.Find(e); err != nil || len(found) > 0 {
						b.Fatal(e, found, err)
					}
				}
			}
			b.ReportMetric(float64(concerned), "checks")
		})
	}
}

// answered returns the exchange of the workload, and where in its body the number stands.
func (w workload) answered() (*exchange.Exchange, []byte) {
	body := []byte(strings.Replace(w.body, "%08x", "00000000", 1))
	at := strings.Index(w.body, "%08x")
	return &exchange.Exchange{Request: w.request, Answer: &exchange.Answer{Proto: "HTTP/1.1", Status: w.status, Fields: w.fields, Body: body}}, body[at : at+8]
}

// TestJudgingAllocatesNothing judges an answer that keeps everything, after another that did.
func TestJudgingAllocatesNothing(t *testing.T) {
	for _, w := range workloads()[:3] {
		expected := w.judges(t)
		ex, _ := w.answered()
		var reading check.Reading
		if n := testing.AllocsPerRun(100, func() {
			reading.Read(ex, w.defect)
			for _, e := range expected {
				if found, err := reading.Find(e); !reading.Concerns(e) || err != nil || len(found) > 0 {
					t.Fatal(found, err)
				}
			}
		}); n > 0 {
			t.Errorf("%s: %v allocations", w.probe, n)
		}
	}
}
