// Package waiver holds agreed deviations: a requirement that is known to fail, why, who owns it and until when.
package waiver

import (
	"time"

	"github.com/seed-e125e033/conform/internal/document"
)

// Waiver is an agreed deviation. A waived check still runs, and must still fail.
type Waiver struct {
	Requirement string    `json:"requirement"` // contract.id, exact
	Operation   string    `json:"operation"`   // operation id; empty: every operation
	Reason      string    `json:"reason"`
	Owner       string    `json:"owner"`
	Expires     time.Time `json:"expires"` // the last day it holds, UTC

	At document.Position `json:"-"`
}

// Covers reports whether the waiver is for this check.
func (w Waiver) Covers(requirement, operation string) bool {
	return w.Requirement == requirement && (w.Operation == "" || w.Operation == operation)
}

// Expired reports whether the last day is over at now.
func (w Waiver) Expired(now time.Time) bool { return !now.Before(w.Expires.AddDate(0, 0, 1)) }
