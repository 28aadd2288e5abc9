// Package suites holds the catalogue of bad requests, one file per family, and drives a target with them.
package suites

import (
	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/target"
)

// Probe is one class of bad request. It starts from a good request and breaks one thing.
type Probe struct {
	Name  string                   // family.defect
	Doc   string                   // what it sends, one sentence that starts with a verb: "sends a body that ends too early"
	Cases func(Good) ([]Case, Gap) // pure: same good request, same cases; no cases and a Gap where it does not apply
}

// Gap says why a probe makes no case of a good request.
type Gap struct {
	Why   string // "the operation takes no body", "a limited credential"
	Needs bool   // the user could give it: the check is shown as skipped; else the probe does not apply here
}

// Good is what a probe starts from: the good request of an operation and what is known around it.
type Good struct {
	Request    exchange.Request            // with the credential applied
	Base       string                      // base path of the target: "" or "/api"
	Operation  *target.Operation           // never nil; ID "target" stands for the target as a whole (GET of the base path, no control)
	Declared   []string                    // methods that the target's operations declare on this path template, sorted
	Complete   bool                        // Declared is known to be all that the path takes
	Credential *target.Credential          // of the good request; nil: it carries none
	Limited    *target.Credential          // the target's limited credential; nil: not given
	Expired    *target.Credential          // the target's expired credential; nil: not given
	Provoke    map[string]exchange.Request // by probe name
	Maker      string                      // id of the operation by which the run makes such a thing as the path names, where its undo deletes that very thing; empty: none
	Limit      *target.RateLimit           // that the target states, where it is tried with this request; else nil

	room *known // for what is found out about it; nil: it is found out each time
}

// Case is one concrete bad request and what was broken in it.
type Case struct {
	Variant   string // what tells it from the probe's other cases; empty where there is one (see catalog.go)
	Sent      string // what is wrong with it, one line for people: "Content-Type: text/plain", "no /data/id"; never a secret
	Request   exchange.Request
	Defect    check.Defect
	Before    []exchange.Request // sent first and not judged: a conflict needs the thing to exist already
	Gone      string             // id of an operation: a thing is made by it and deleted again, both not judged, and the request is for its path; empty: none
	LogsIn    string             // the user name that it gives a wrong password for: too many may lock the user out; empty: none
	Effects   bool               // changes state, or needs it unchanged: sent alone, and never twice
	Tagged    bool               // the control's answer has an entity tag; it is put where ControlTag stands. Without one the case is skipped
	Malformed bool               // may desynchronise the connection: it is sent on one of its own
	Burst     int                // how often the request is sent in all, at the end of the run and alone, until it is refused with 429; 0: once
}
