package exchange

import (
	"errors"
	"sync/atomic"
)

// Budget is how many requests may be written in all, those sent again and those of several clients included. It may be used by
// many goroutines; a nil Budget has no end.
type Budget struct {
	left atomic.Int64
}

// ErrSpent is the cause of the failure of a request that was not written for want of a Budget.
var ErrSpent = errors.New("the requests that may be sent are used up")

// NewBudget returns a Budget of n requests.
func NewBudget(n int) *Budget {
	b := &Budget{}
	b.left.Store(int64(n))
	return b
}

// take takes one request out of the budget; false if there is none left, and it is not due anyway.
func (b *Budget) take(due bool) bool {
	return b == nil || b.left.Add(-1) >= 0 || due
}

// spent returns the failure of a request that was not written: the run is over.
func spent() *Failure { return &Failure{Interrupted, ErrSpent} }

// Spent reports whether an exchange failed because the Budget was used up: its last attempt was not written.
func (e *Exchange) Spent() bool { return e.Failure != nil && errors.Is(e.Failure.Err, ErrSpent) }
