// Package report writes the run log, run.ndjson, and renders every other report from it. It knows nothing of how the
// records came about.
package report

import (
	"time"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
)

// Verdict is what a check came to.
type Verdict string

// The verdicts. Only Passed is a pass.
const (
	Passed  Verdict = "passed"
	Failed  Verdict = "failed"  // findings at a level that decides
	Warned  Verdict = "warned"  // findings below that level
	Waived  Verdict = "waived"  // findings, and a waiver that holds
	Stale   Verdict = "stale"   // no findings, but a waiver: it must go. Fails the run
	Skipped Verdict = "skipped" // not judged, with the reason
	Errored Verdict = "errored" // could not be judged
)

// Verdicts lists them in the order of summaries.
var Verdicts = []Verdict{Failed, Stale, Errored, Warned, Waived, Skipped, Passed}

// Record is one line of the run log. Type says which member is set.
type Record struct {
	Type     string    `json:"type"` // run, exchange, check, end
	Run      *Run      `json:"run,omitempty"`
	Exchange *Exchange `json:"exchange,omitempty"`
	Check    *Check    `json:"check,omitempty"`
	End      *End      `json:"end,omitempty"`
}

// Run is the first record: what is run against what.
type Run struct {
	Schema    int        `json:"schema"`  // of this log: 1
	Conform   string     `json:"conform"` // version
	Target    string     `json:"target"`  // base URL
	Contracts []Contract `json:"contracts"`
	Plan      string     `json:"plan"` // sha256 of the plan: same plan, same digest
	Level     string     `json:"level"`
	Checks    int        `json:"checks"` // planned; observed requirements count once per operation
	Cases     int        `json:"cases"`
	Start     time.Time  `json:"start"`
}

// Contract names a contract of the run.
type Contract struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Title   string `json:"title"`
	Source  string `json:"source"`
	File    string `json:"file"`
	Digest  string `json:"digest"`
}

// Exchange is a request and its answer, secrets taken out. Bodies that are not UTF-8 are base64 in the Base64 members.
type Exchange struct {
	ID       int             `json:"id"`   // from 1, in the order written
	Case     string          `json:"case"` // operation/probe[/variant], or operation/control
	Method   string          `json:"method"`
	Target   string          `json:"target"`
	Fields   exchange.Fields `json:"fields,omitempty"`
	Head     string          `json:"head,omitempty"` // as it was written, where method, target and fields do not tell all of it
	Body     *Content        `json:"body,omitempty"`
	Answer   *Answer         `json:"answer,omitempty"`
	Failure  string          `json:"failure,omitempty"`
	Attempts []Attempt       `json:"attempts,omitempty"`
	Start    time.Time       `json:"start"`
	Seconds  float64         `json:"seconds"`
}

// Content is a body: Text where it is UTF-8, else Base64. Length is the whole length where the content was cut.
type Content struct {
	Text   string `json:"text,omitempty"`
	Base64 []byte `json:"base64,omitempty"`
	Length int    `json:"length,omitempty"`
}

// Answer is a response, secrets taken out.
type Answer struct {
	Proto   string          `json:"proto"`
	Status  int             `json:"status"`
	Reason  string          `json:"reason,omitempty"`
	Fields  exchange.Fields `json:"fields,omitempty"`
	Body    *Content        `json:"body,omitempty"`
	Trailer exchange.Fields `json:"trailer,omitempty"`
	Interim []int           `json:"interim,omitempty"`
	Flaw    string          `json:"flaw,omitempty"`
	After   *exchange.After `json:"after,omitempty"`
}

// Attempt is an earlier try whose outcome was not kept.
type Attempt struct {
	Status  int     `json:"status,omitempty"`
	Failure string  `json:"failure,omitempty"`
	Waited  float64 `json:"waited,omitempty"` // seconds
}

// Check is the verdict of one requirement on one operation. It holds all that a report shows of it.
type Check struct {
	Requirement string  `json:"requirement"` // contract.id
	Contract    string  `json:"contract"`
	Operation   string  `json:"operation"` // id
	Title       string  `json:"title"`     // METHOD path template
	Level       string  `json:"level"`
	Says        string  `json:"says"`
	Source      string  `json:"source"` // for people: "Gr4vy API errors, #client-errors"
	File        string  `json:"file"`
	Line        int     `json:"line"`
	Verdict     Verdict `json:"verdict"`
	Reason      string  `json:"reason,omitempty"` // why skipped, errored, stale, or waived (reason, owner and last day)
	Because     string  `json:"because,omitempty"`
	Cases       int     `json:"cases"`            // judged
	Misses      []Miss  `json:"misses,omitempty"` // the cases with findings, and those that could not be judged
	Exchanges   []int   `json:"exchanges,omitempty"`
	Seconds     float64 `json:"seconds"`
}

// Miss is a case with findings, or one that could not be judged.
type Miss struct {
	Case     string          `json:"case"`
	Variant  string          `json:"variant,omitempty"`
	Sent     string          `json:"sent"` // the defect in one line: "Content-Type: text/plain"
	Findings []check.Finding `json:"findings,omitempty"`
	Error    string          `json:"error,omitempty"` // why it could not be judged
	Answer   string          `json:"answer"`          // status line and an excerpt of the body, or the failure, for people
	Curl     string          `json:"curl"`            // a shell line that sends the same request, secrets as shell variables
	Exchange int             `json:"exchange"`
}

// End is the last record. A log without it was cut short.
type End struct {
	Counts      map[Verdict]int `json:"counts"`
	Requests    int             `json:"requests"` // sent in all, controls and undoing included
	Interrupted bool            `json:"interrupted,omitempty"`
	Dead        string          `json:"dead,omitempty"`        // why the run gave the target up
	Unexercised []string        `json:"unexercised,omitempty"` // requirements without any verdict, with the reason
	Left        []string        `json:"left,omitempty"`        // what could not be undone
	Seconds     float64         `json:"seconds"`
	SHA256      string          `json:"sha256"` // of every line before this one
}
