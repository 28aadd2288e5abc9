package drive

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/suites"
)

// judged is what one check makes of the outcome of a case.
type judged struct {
	apart    bool // the requirement says nothing about it: its status is none of those observed, or its format is optional
	findings []check.Finding
	err      error
}

// kept reports whether the check has nothing against the case.
func (j judged) kept() bool { return !j.apart && len(j.findings) == 0 && j.err == nil }

// missed is what a check has against a case.
type missed struct {
	check int
	judged
}

// fail makes the outcome an error for every check of the case.
func (o *outcome) fail(c *suites.Planned, err error) {
	o.kept = make([]bool, len(c.Checks))
	for _, index := range c.Checks {
		o.missed = append(o.missed, missed{index, judged{err: err}})
	}
}

// find judges the outcome for each check of the case, and makes sure of an answer that may come from a token that has
// run out, a limit that was reached or a target that broke down, rather than from the defect.
func (d *Drive) find(ctx context.Context, c *suites.Planned, t *trial) {
	o, reading := &t.outcome, &t.reading
	o.kept, o.missed = o.kept[:0], o.missed[:0]
	reading.Read(o.exchange, c.Defect)
	for _, index := range c.Checks {
		apart, findings, err := d.judge(d.demands[index], c, o, reading)
		misses := len(findings) > 0 || err != nil
		o.kept = append(o.kept, !apart && !misses)
		if misses {
			o.missed = append(o.missed, missed{index, judged{findings: findings, err: err}})
		}
	}
	d.doing(c, o)
	if !slices.ContainsFunc(o.missed, func(m missed) bool { return len(m.findings) > 0 }) || o.exchange.Answer == nil {
		return
	}
	status := o.exchange.Answer.Status
	if status == 401 && c.Operation.Whole() {
		if reason := d.health.locked(); reason != "" {
			o.doubt(errors.New(reason), statusMissed) // what else is wrong with the answer is wrong whoever asks
		}
	}
	if status == 401 || status == 429 && c.Burst == 0 || status >= 500 { // a burst has waited its 429 out
		if err := d.health.works(ctx, c.Operation, o.exchange.Start.Add(o.exchange.Duration)); err != nil {
			t.after = fmt.Errorf("got %d, but afterwards %w", status, err)
		}
	}
}

// add adds a finding for each check that has others.
func (o *outcome) add(f check.Finding) {
	for i, m := range o.missed {
		if len(m.findings) > 0 {
			o.missed[i].findings = append(slices.Clip(m.findings), f)
		}
	}
}

// doubt takes findings back: the target did not answer the defect.
func (o *outcome) doubt(err error, of func([]check.Finding) bool) {
	for i, m := range o.missed {
		if len(m.findings) > 0 && of(m.findings) {
			o.missed[i].judged = judged{err: err}
		}
	}
}

// judge compares the outcome with what one check demands. What it returns is as in judged: to return that whole took a case
// of twenty checks 0.3 us more.
func (d *Drive) judge(r *demand, c *suites.Planned, o *outcome, reading *check.Reading) (apart bool, _ []check.Finding, _ error) {
	switch {
	case o.skipped != "":
		// An observed requirement that did not ask for the case has others: it is not for want of this one that nothing was observed.
		asked := slices.ContainsFunc(r.Probes, func(name string) bool { return suites.Probe{Name: c.Probe}.Is(name) })
		return r.observed && !asked, nil, nil
	case o.err != nil, o.found != nil:
		if r.observed {
			return true, nil, nil // there is no answer that it could be about
		}
		if o.err != nil {
			return false, nil, o.err
		}
		if r.hides && o.exchange.Failure.Kind == exchange.Closed {
			return false, nil, nil // what did not come shows nothing; what came in part, or is no HTTP, may
		}
		return false, []check.Finding{*o.found}, nil
	}
	status := o.exchange.Answer.Status
	if !r.speaksOf(status) || !reading.Concerns(r.expected) {
		return true, nil, nil
	}
	findings, err := reading.Find(r.expected)
	// What says that the request was not looked at is no answer to its defect.
	switch {
	case status == 429 && statusMissed(findings):
		return false, nil, errors.New("the target answered 429: give a lower --rate, or raise its limit")
	case (status == 502 || status == 503 || status == 504) && ofGateway(r.Expect, findings):
		return false, nil, fmt.Errorf("a gateway seems to have answered, not the API: %s", report.Excerpt(o.exchange, d.Secrets))
	}
	if c.Malformed && len(findings) == 0 && err == nil && len(r.Expect.Status) > 0 &&
		(status == 400 || status == 501) && status == d.health.status(c.Operation) {
		err = fmt.Errorf("the target answers %d to the same request without the defect too: give a base URL where it answers anything else", status)
	}
	return false, findings, err
}

// statusMissed reports whether the status is among what is wrong: it is found first.
func statusMissed(findings []check.Finding) bool {
	return len(findings) > 0 && findings[0].Rule == "status"
}

// ofGateway reports whether an answer that a gateway may give for an API behind it (502, 503, 504) looks like that: it
// has not the API's format, or nothing tells the API's answers from others. One whose status was asked for is the API's.
func ofGateway(e contract.Expect, findings []check.Finding) bool {
	if len(findings) == 0 || len(e.Status) > 0 && !statusMissed(findings) {
		return false
	}
	if len(e.Formats) == 0 {
		return statusMissed(findings)
	}
	return slices.ContainsFunc(findings, func(f check.Finding) bool { return f.Rule == "media-type" || f.Rule == "body" })
}
