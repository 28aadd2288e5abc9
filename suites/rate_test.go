package suites

import (
	"slices"
	"testing"
)

const limitedTarget = `
rate_limit: {requests: 5, within: 1s}
operations:
  - {id: create, request: POST /things, headers: {Content-Type: application/json}, body: {a: 1}}
  - {id: list, request: GET /things, methods: [GET, POST]}
  - {id: get, request: "GET /things/{id}", methods: [GET], params: {id: {good: "1"}}}
`

func TestTheBurstIsLastAndOfOneOperation(t *testing.T) {
	plan := planned(t, Options{}, limitedTarget,
		says("burst", "must", "probes: [rate.burst], expect: {status: [429]}")+says("route", "must", "probes: [route.unknown, method.unknown], expect: {status: [4xx]}"))
	all := slices.Collect(plan.Cases())
	last := all[len(all)-1]
	if last.Name() != "list/rate.burst" || last.Burst != 11 || last.Index != len(all)-1 {
		t.Errorf("the last case is %s, sent %d times, at %d", last.Name(), last.Burst, last.Index)
	}
	bursts := 0
	for _, c := range all {
		bursts += min(1, c.Burst)
	}
	if bursts != 1 {
		t.Errorf("%d bursts", bursts)
	}
}

func TestTheBurstCountsAgainstTheMostRequests(t *testing.T) {
	requirement := says("burst", "must", "probes: [rate.burst], expect: {status: [429]}")
	plan := planned(t, Options{}, limitedTarget, requirement)
	if want := 1 + 11 + 1; plan.Requests() != want { // the control, the burst, and the request after it
		t.Errorf("want %d requests, got %d", want, plan.Requests())
	}
	at, all := loaded(t, limitedTarget, requirement)
	if _, err := NewPlan(at, all, Options{MaxRequests: 12}); err == nil {
		t.Error("want an error of a plan that needs one request too many")
	}
}

func TestWithoutAStatedLimitNothingIsTried(t *testing.T) {
	plan := planned(t, Options{}, "operations: [{id: list, request: GET /things}]", says("burst", "must", "probes: [rate.burst], expect: {status: [429]}"))
	if plan.Size() != 0 || len(plan.Checks) != 1 || plan.Checks[0].Gap != "needs the limit that the target states: give it under rate_limit, or by --burst" {
		t.Errorf("%d cases, %+v", plan.Size(), plan.Checks[0])
	}
}
