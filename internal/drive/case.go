package drive

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/suites"
)

// outcome is what sending one case came to.
type outcome struct {
	exchange *exchange.Exchange
	id       int            // of the exchange in the run log
	found    *check.Finding // the answer itself is the finding: there was none, twice
	err      error          // why nothing can be judged
	skipped  string         // why the case cannot be sent on this protocol
	judged   []judged       // by check, as in Planned.Checks
}

// judged is what one check makes of the outcome.
type judged struct {
	apart    bool // an observed requirement whose statuses the answer does not have
	findings []check.Finding
	err      error
}

// send sends a case, after what has to go before it, and makes sure of what came back where that is not an answer.
func (d *Drive) send(ctx context.Context, c *suites.Planned) outcome {
	if refused := d.health.refused(c.Operation); refused != "" {
		return outcome{err: errors.New(refused)}
	}
	options := exchange.Options{
		Repeatable: !c.Effects,
		Malformed:  c.Malformed,
		Keep429:    strings.HasPrefix(c.Probe, "server.") || strings.HasPrefix(c.Probe, "rate."),
	}
	o := d.alone(c, func() outcome {
		for _, before := range c.Before {
			ex, _ := d.exchange(ctx, c.Name()+"/before", d.things.bind(c.Operation, before), exchange.Options{})
			d.things.made(ctx, c.Operation, ex)
			defer d.things.undoLast(ctx, c.Operation, ex)
		}
		ex, id := d.exchange(ctx, c.Name(), d.things.bind(c.Operation, c.Request), options)
		d.things.unexpected(ctx, c.Operation, ex)
		return outcome{exchange: ex, id: id}
	})
	if o.exchange.Failure != nil {
		return d.unanswered(ctx, c, o, options)
	}
	return o
}

// alone runs a case that changes what others rely on while no other case is under way, and all others side by side.
func (d *Drive) alone(c *suites.Planned, send func() outcome) outcome {
	if c.Effects || c.Request.Method == "DELETE" && len(c.Operation.Sources) > 0 {
		d.serial.Lock()
		defer d.serial.Unlock()
	} else {
		d.serial.RLock()
		defer d.serial.RUnlock()
	}
	return send()
}

// unanswered decides about a case without an answer. While the operation's control works, a target that closes the
// connection twice, or twice answers with something that is not HTTP, has given its answer; a timeout proves nothing.
func (d *Drive) unanswered(ctx context.Context, c *suites.Planned, o outcome, options exchange.Options) outcome {
	failure := o.exchange.Failure
	switch failure.Kind {
	case exchange.Interrupted:
		o.err = errors.New(d.cut())
		return o
	case exchange.Unsendable:
		o.skipped = failure.Err.Error()
		return o
	}
	d.health.suspect(c, failure)
	if err := d.health.works(ctx, c.Operation, time.Now()); err != nil {
		o.err = fmt.Errorf("no answer (%w), and afterwards %w", failure, err)
		return o
	}
	d.health.clear(c)
	switch failure.Kind {
	case exchange.Closed, exchange.Cut, exchange.Malformed:
	default:
		o.err = fmt.Errorf("no answer: %w", failure)
		return o
	}
	if !c.Effects {
		again, id := d.exchange(ctx, c.Name(), d.things.bind(c.Operation, c.Request), options)
		again.Attempts = append([]exchange.Attempt{{Failure: failure}}, again.Attempts...)
		o.exchange, o.id = again, id
		if again.Failure == nil {
			return o
		}
		failure = again.Failure
		if failure.Kind == exchange.Interrupted {
			o.err = errors.New(d.cut())
			return o
		}
		if err := d.health.works(ctx, c.Operation, time.Now()); err != nil {
			o.err = fmt.Errorf("no answer (%w), and afterwards %w", failure, err)
			return o
		}
	}
	o.found = &check.Finding{Rule: "answer", Want: "an HTTP answer", Got: failure.Error()}
	return o
}

// exchange sends one request and writes what came back to the run log.
func (d *Drive) exchange(ctx context.Context, name string, r exchange.Request, options exchange.Options) (*exchange.Exchange, int) {
	ex := d.Client.Send(ctx, r, options)
	d.Progress.Request(r.Method + " " + r.Path())
	return ex, d.Log.Exchange(name, ex)
}

// find judges the outcome for each check of the case, and makes sure of an answer that may come from a token that has
// run out, a limit that was reached or a target that broke down, rather than from the defect.
func (d *Drive) find(ctx context.Context, c *suites.Planned, o *outcome) {
	o.judged = make([]judged, len(c.Checks))
	if o.err != nil || o.skipped != "" {
		return
	}
	missed := false
	for i, index := range c.Checks {
		o.judged[i] = d.judge(d.Plan.Checks[index], c, o)
		missed = missed || len(o.judged[i].findings) > 0
	}
	if o.exchange.Answer == nil || !missed {
		return
	}
	if status := o.exchange.Answer.Status; status == 401 || status == 429 || status >= 500 {
		if err := d.health.works(ctx, c.Operation, o.exchange.Start.Add(o.exchange.Duration)); err != nil {
			for i := range o.judged {
				if len(o.judged[i].findings) > 0 {
					o.judged[i] = judged{err: fmt.Errorf("got %d, but afterwards %w", status, err)}
				}
			}
		}
	}
}

// judge compares the outcome with one check's requirement.
func (d *Drive) judge(planned *suites.Check, c *suites.Planned, o *outcome) judged {
	r := planned.Requirement
	if o.found != nil {
		return judged{apart: planned.Observed(), findings: []check.Finding{*o.found}}
	}
	status := o.exchange.Answer.Status
	if planned.Observed() {
		met := false
		for _, s := range r.Observed.Status {
			met = met || s.Matches(status)
		}
		if !met {
			return judged{apart: true}
		}
	}
	findings, err := check.Find(r.Expect, r.Contract.Formats, o.exchange, c.Defect)
	if len(findings) > 0 && findings[0].Rule == "status" {
		// What says that the request was not looked at is no answer to its defect.
		switch {
		case status == 429:
			return judged{err: errors.New("the target answered 429: give a lower --rate, or raise its limit")}
		case (status == 502 || status == 503 || status == 504) && (r.Expect.Format == "" || len(findings) > 1):
			return judged{err: fmt.Errorf("a gateway seems to have answered, not the API: %s", report.Excerpt(o.exchange, d.Secrets))}
		}
	}
	return judged{findings: findings, err: err}
}

// settle hands the outcome of a case to its checks.
func (d *Drive) settle(c *suites.Planned, o outcome) {
	var told *report.Miss // what the misses of this case have in common, made once and only where needed
	missed := func() report.Miss {
		if told == nil {
			told = &report.Miss{Case: c.Name(), Variant: c.Variant, Sent: c.Sent, Exchange: o.id}
			if o.exchange != nil {
				told.Answer = report.Excerpt(o.exchange, d.Secrets)
				told.Curl = d.Curl(o.exchange.Request)
			}
		}
		return *told
	}
	for i, index := range c.Checks {
		t := d.tallies[index]
		var j judged
		if i < len(o.judged) {
			j = o.judged[i]
		}
		if o.err != nil {
			j.err = o.err
			if o.exchange == nil || o.exchange.Answer == nil {
				j.apart = d.Plan.Checks[index].Observed()
			}
		}
		t.settle(func() {
			switch {
			case o.skipped != "":
				t.skipped = o.skipped
				return
			case j.apart:
				return
			case len(j.findings) > 0:
				m := missed()
				m.Findings = j.findings
				t.misses = append(t.misses, miss{c.Index, m})
			case j.err != nil:
				m := missed()
				m.Error = j.err.Error()
				t.misses = append(t.misses, miss{c.Index, m})
			default:
				t.judged++
			}
			if o.exchange != nil {
				t.seconds += o.exchange.Duration.Seconds()
				t.exchanges = append(t.exchanges, o.id)
			}
		})
	}
}
