package drive_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/report"
)

func TestTheLevelDecidesWhatAMissComesTo(t *testing.T) {
	levels := []contract.Level{contract.Must, contract.Should, contract.May}
	want := map[contract.Level][]report.Verdict{ // by bar, of must, should and may
		contract.Must:   {report.Failed, report.Warned, report.Warned},
		contract.Should: {report.Failed, report.Failed, report.Warned},
		contract.May:    {report.Failed, report.Failed, report.Failed},
	}
	requirements := ""
	for _, level := range levels {
		requirements += sentence("r-"+string(level), string(level), "probes: [method.unknown], expect: {status: [405]}")
	}
	for bar, verdicts := range want {
		s := story{requirements: requirements, target: things}
		s.config.Level = bar
		found := s.on(t, answering(400))
		for i, level := range levels {
			found.verdict(t, fmt.Sprintf("x.r-%s GET /things", level), verdicts[i], "")
		}
	}
}

// TestWaivers waives one operation, or all of them, before and after the last day, at a target that breaks the promise
// on every operation, on one, or on none.
func TestWaivers(t *testing.T) {
	const one = "waivers:\n  - {requirement: x.bad, operation: list, reason: old gateway, owner: team, expires: 2027-03-31}\n"
	const all = "waivers:\n  - {requirement: x.bad, reason: old gateway, owner: team, expires: 2027-03-31}\n"
	const both = one + "  - {requirement: x.bad, reason: newer gateway, owner: team, expires: 2027-03-31}\n"
	const waived = "old gateway (team, until 2027-03-31)"
	const stale = "waived (old gateway), but the target conforms: remove the waiver at conform.yaml:"
	const expired = "the waiver at conform.yaml:"
	before, after := day(2027, 3, 31), day(2027, 4, 1)
	none := ""
	tests := []struct {
		name    string
		waivers string
		now     time.Time
		broken  string // path prefix that is broken; empty: none
		level   string
		want    map[string][2]string
	}{
		{"one operation is waived, and the other fails", one, before, "/", "must", map[string][2]string{
			"x.bad GET /things": {"waived", waived}, "x.bad GET /others": {"failed", none}}},
		{"a waiver for one operation that conforms is stale", one, before, "/others", "must", map[string][2]string{
			"x.bad GET /things": {"stale", stale}, "x.bad GET /others": {"failed", none}}},
		{"an expired waiver no longer waives", one, after, "/", "must", map[string][2]string{
			"x.bad GET /things": {"failed", expired}, "x.bad GET /others": {"failed", none}}},
		{"an expired waiver fails the run below the level too", one, after, "/", "may", map[string][2]string{
			"x.bad GET /things": {"failed", expired}, "x.bad GET /others": {"warned", none}}},
		{"an expired waiver of what conforms is stale", one, after, "", "must", map[string][2]string{
			"x.bad GET /things": {"stale", stale}, "x.bad GET /others": {"passed", none}}},
		{"all operations are waived", all, before, "/", "must", map[string][2]string{
			"x.bad GET /things": {"waived", waived}, "x.bad GET /others": {"waived", waived}}},
		{"a waiver of all operations that one needs is not stale", all, before, "/others", "must", map[string][2]string{
			"x.bad GET /things": {"passed", none}, "x.bad GET /others": {"waived", waived}}},
		{"a waiver of all operations that none needs is stale, once", all, before, "", "must", map[string][2]string{
			"x.bad GET /things": {"passed", none}, "x.bad GET /others": {"passed", none}, "x.bad (every operation)": {"stale", stale}}},
		{"an expired waiver of all operations fails where it was needed", all, after, "/others", "must", map[string][2]string{
			"x.bad GET /things": {"passed", none}, "x.bad GET /others": {"failed", expired}}},
		{"what a waiver for one operation covers is no need of one for all", both, before, "/things", "must", map[string][2]string{
			"x.bad GET /things": {"waived", waived}, "x.bad GET /others": {"passed", none},
			"x.bad (every operation)": {"stale", "waived (newer gateway)"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := story{requirements: sentence("bad", tt.level, "probes: [method.unknown], expect: {status: [405]}"), target: twoThings + tt.waivers}
			s.config.Now = func() time.Time { return tt.now }
			found := s.on(t, func(w http.ResponseWriter, r *http.Request) {
				if tt.broken != "" && strings.HasPrefix(r.URL.Path, tt.broken) {
					answering(400)(w, r)
				} else {
					answering(405)(w, r)
				}
			})
			for name, want := range tt.want {
				found.verdict(t, name, report.Verdict(want[0]), want[1])
			}
			if len(found.checks) != len(tt.want) {
				t.Errorf("want %d records, got %q", len(tt.want), found.order)
			}
		})
	}
}

// day is noon of a day.
func day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 12, 0, 0, 0, time.UTC)
}

func TestAWaiverIsNotStaleWhereNothingWasJudged(t *testing.T) {
	for _, operation := range []string{"", "operation: list, "} {
		s := story{requirements: refusesMethods, target: things + "waivers:\n  - {requirement: x.bad, " + operation + "reason: r, owner: o, expires: 2099-01-01}\n"}
		found := s.on(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
		found.verdict(t, "x.bad GET /things", report.Errored, "its control was refused")
		if len(found.checks) != 1 {
			t.Errorf("want one record, got %q", found.order)
		}
	}
}

const observing = "observed: {status: [405]}, expect: {headers: {Allow: present}}"

func TestAnObservedRequirementIsToldWhereItWasMet(t *testing.T) {
	s := story{requirements: sentence("seen", "must", observing) + sentence("bad", "may", "probes: [method.unknown], expect: {status: [400]}"), target: twoThings}
	found := s.on(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/things" {
			answering(405)(w, r)
		} else {
			answering(400)(w, r)
		}
	})
	c := found.verdict(t, "x.seen GET /things", report.Failed, "")
	if c.Cases != 2 || len(c.Exchanges) != 2 {
		t.Errorf("want both cases judged, got %d of exchanges %v", c.Cases, c.Exchanges)
	}
	if len(found.checks) != 3 {
		t.Errorf("want nothing of the operation where it was not met, got %q", found.order)
	}
}

func TestAnObservedRequirementThatIsMetNowhereIsSkippedOnce(t *testing.T) {
	tests := []struct{ name, rest, reason string }{
		{"without probes", observing, "not observed: no answer to a bad request had status 405"},
		{"with probes that make no case", "probes: [conflict.duplicate], " + observing, "not observed: no answer to a bad request had status 405; no operation fits: the operation creates nothing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := story{requirements: sentence("seen", "must", tt.rest) + sentence("bad", "must", "probes: [method.unknown], expect: {status: [400]}"), target: twoThings}
			found := s.on(t, answering(400))
			if c := found.verdict(t, "x.seen (any answer)", report.Skipped, ""); c.Reason != tt.reason {
				t.Errorf("want %q, got %q", tt.reason, c.Reason)
			}
			if len(found.checks) != 3 {
				t.Errorf("want it told once, got %q", found.order)
			}
		})
	}
}

func TestFindingsOutweighErrors(t *testing.T) {
	found := story{requirements: refusesMethods, target: things}.on(t, func(w http.ResponseWriter, r *http.Request) {
		switch caseOf(r) {
		case "method.unknown/made-up":
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			answering(400)(w, r)
		}
	})
	c := found.verdict(t, "x.bad GET /things", report.Failed, "")
	if len(c.Misses) != 2 || c.Misses[0].Error == "" || len(c.Misses[1].Findings) == 0 || c.Cases != 2 {
		t.Errorf("want an error and a finding, got %+v", c.Misses)
	}
}

func TestOneCaseIsSentOnceAndJudgedForEachRequirement(t *testing.T) {
	found := story{
		requirements: refusesMethods + sentence("other", "must", "probes: [method.unknown], expect: {status: [501]}") + sentence("seen", "must", observing),
		target:       things,
	}.on(t, answering(405))
	found.verdict(t, "x.bad GET /things", report.Passed, "")
	found.verdict(t, "x.other GET /things", report.Failed, "")
	found.verdict(t, "x.seen GET /things", report.Failed, "")
	if n := found.sent("list/method.unknown"); n != 2 {
		t.Errorf("want each case sent once, got %d", n)
	}
	bad, seen := found.checks["x.bad GET /things"].Exchanges, found.checks["x.seen GET /things"].Exchanges
	if diff := cmp.Diff(bad, seen); diff != "" {
		t.Errorf("the same exchanges are the evidence of both, -want +got:\n%s", diff)
	}
}

// TestTheSameRunTwiceTellsTheSame holds everything to be the same but what depends on time: the order of exchanges, and their numbers.
func TestTheSameRunTwiceTellsTheSame(t *testing.T) {
	s := story{requirements: refusesMethods + sentence("seen", "should", observing), target: withParts}
	s.config.Concurrency = 8
	tell := func() (all []report.Check) {
		found := s.on(t, (&shop{}).serve)
		for _, name := range found.order {
			c := found.checks[name]
			c.Seconds, c.Exchanges = 0, nil
			for i := range c.Misses {
				c.Misses[i].Exchange = 0
			}
			all = append(all, c)
		}
		return all
	}
	if diff := cmp.Diff(tell(), tell()); diff != "" {
		t.Errorf("-first +second:\n%s", diff)
	}
}

func TestWhatIsNotTriedIsListedWithTheReason(t *testing.T) {
	found := story{requirements: refusesMethods + sentence("expired", "must", "probes: [credentials.expired], expect: {status: [401]}"), target: things + "credentials: {default: {bearer: {env: TOKEN}}}"}.on(t, answering(405))
	if len(found.end.Unexercised) != 1 || !strings.HasPrefix(found.end.Unexercised[0], "x.expired: needs ") {
		t.Errorf("want the requirement and what it needs, got %q", found.end.Unexercised)
	}
}
