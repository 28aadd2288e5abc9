package suites

import (
	"strings"
	"testing"
)

// manyOperations has the four operations of some collections.
func manyOperations() string {
	text := "credentials: {default: {bearer: {env: TOKEN}}}\noperations:\n"
	for _, name := range strings.Split("abcdefgh", "") {
		const body = ", body: {name: Conformance test, amount: 1299, contact: {email: someone@example.com}}, required: [/name, /amount], formats: {/contact/email: email}}\n"
		const params = ", methods: [GET, PUT], params: {id: {good: 7b0d9c1e-2f34-4c55-8a66-0b7c8d9e0f12, format: uuid}}"
		text += "  - {id: list-" + name + ", request: GET /" + name + ", methods: [GET, POST], query: {limit: {good: 20, format: integer}}}\n" +
			"  - {id: create-" + name + ", request: POST /" + name + ", methods: [GET, POST]" + body +
			"  - {id: get-" + name + ", request: \"GET /" + name + "/{id}\"" + params + "}\n" +
			"  - {id: replace-" + name + ", request: \"PUT /" + name + "/{id}\"" + params + body
	}
	return text
}

const manyProbes = "probes: [method, credentials, content-type, accept, syntax, shape, member, identifier, query], expect: {status: [400]}"

// A run plans each case and makes it once more: what that takes is a good part of all that it allocates.
func TestPlanningAndMakingACaseAllocateLittle(t *testing.T) {
	at, contracts := loaded(t, manyOperations(), says("all", "must", manyProbes))
	plan, err := NewPlan(at, contracts, Options{})
	if err != nil {
		t.Fatal(err)
	}
	each := func(run func()) float64 { return testing.AllocsPerRun(5, run) / float64(plan.Size()) }
	planning := each(func() {
		if _, err := NewPlan(at, contracts, Options{}); err != nil {
			t.Fatal(err)
		}
	})
	making := each(func() {
		m := plan.Maker()
		for i := range plan.BlockOf(plan.Size()-1) + 1 {
			m.Block(i)
		}
	})
	if planning > 6 || making > 7.5 {
		t.Errorf("%.1f allocations for a case that is planned, want at most 6, and %.1f for one that is made, want at most 7.5", planning, making)
	}
}

func BenchmarkNewPlan(b *testing.B) {
	at, contracts := loaded(b, manyOperations(), says("all", "must", manyProbes))
	cases := 0
	b.ReportAllocs()
	for b.Loop() {
		plan, err := NewPlan(at, contracts, Options{})
		if err != nil {
			b.Fatal(err)
		}
		cases += plan.Size()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(cases), "ns/case")
}

// BenchmarkMaker makes all cases of a plan, as a run does that sends them.
func BenchmarkMaker(b *testing.B) {
	at, contracts := loaded(b, manyOperations(), says("all", "must", manyProbes))
	plan, err := NewPlan(at, contracts, Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		m := plan.Maker()
		for i := range plan.BlockOf(plan.Size()-1) + 1 {
			m.Block(i)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*plan.Size()), "ns/case")
}
