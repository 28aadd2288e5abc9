package exchange

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxSent is how often a request is sent that the target asks to wait with.
const maxSent = 3

// slowest is the part of the rate asked for that many 429s may bring it down to.
const slowest = 1.0 / 32

// Where no rate was asked for, the first 429 sets one: half of what was sent per second until then. What a few requests tell of that is
// not much, so it is not taken for less than leastMeasured, and many 429s bring it down to leastPace.
const (
	leastMeasured = 100.0
	leastPace     = 1.0
)

// pace holds requests back: to the rate asked for, and while the target asks to wait. All senders share it.
type pace struct {
	maxWait time.Duration
	now     func() time.Time
	sleep   func(context.Context, time.Duration) error

	mu      sync.Mutex
	limiter *rate.Limiter // nil: no limit
	least   rate.Limit
	sent    int       // requests so far
	began   time.Time // when the first was
	until   time.Time // nobody sends before it
}

// newPace returns the pace of perSecond requests per second, 0 for no limit.
func newPace(perSecond float64, maxWait time.Duration) *pace {
	p := &pace{maxWait: maxWait, now: time.Now, sleep: sleep}
	if perSecond > 0 {
		burst := max(1, int(math.Min(perSecond/100, 1e6))) // a hundredth of a second's worth: timers are not exact
		p.limiter = rate.NewLimiter(rate.Limit(perSecond), burst)
		p.least = rate.Limit(perSecond * slowest)
	}
	return p
}

// sleep waits, or returns the context's error.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// next counts a request and returns what limits it, nil for nothing, and when the pause ends that began last.
func (p *pace) next() (*rate.Limiter, time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sent++; p.sent == 1 {
		p.began = p.now()
	}
	return p.limiter, p.until
}

// pause returns when the pause ends that began last, zero where there was none.
func (p *pace) pause() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.until
}

// slow halves the rate. The caller holds the lock.
func (p *pace) slow() {
	now := p.now()
	if p.limiter == nil {
		measured := leastMeasured
		if took := now.Sub(p.began).Seconds(); took > 0 {
			measured = max(measured, float64(p.sent)/took)
		}
		p.limiter, p.least = rate.NewLimiter(rate.Limit(measured), max(1, int(min(measured/100, 1e6)))), leastPace
	}
	p.limiter.SetLimitAt(now, max(p.limiter.Limit()/2, p.least))
}

// await waits until the next request may be sent.
func (p *pace) await(ctx context.Context) *Failure {
	limiter, until := p.next()
	err := ctx.Err()
	if err == nil && limiter != nil {
		now := p.now()
		if wait := limiter.ReserveN(now, 1).DelayFrom(now); wait > 0 {
			err = p.sleep(ctx, wait)
			until = p.pause()
		}
	}
	for err == nil {
		if until.IsZero() {
			return nil // most often: without a look at the clock
		}
		wait := until.Sub(p.now())
		if wait <= 0 {
			return nil
		}
		err = p.sleep(ctx, wait)
		until = p.pause()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return failure(Timeout, "the deadline passed while the request was held back")
	}
	return failure(Interrupted, "the run was ended")
}

// refused takes note of an answer that asks to wait. It returns how long everybody waits for it, and whether the
// request, sent n times so far and last at sent, goes out again.
func (p *pace) refused(a *Answer, sent time.Time, n int) (wait time.Duration, again bool) {
	if a.Status != http.StatusTooManyRequests && a.Status != http.StatusServiceUnavailable {
		return 0, false
	}
	wait, told := RetryAfter(a, p.now())
	switch {
	case a.Status == http.StatusTooManyRequests && !told:
		wait = time.Second << (n - 1)
	case !told: // a 503 alone asks for nothing
		return 0, false
	}
	if n >= maxSent || wait > p.maxWait {
		return 0, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	// Requests already on their way when the pause began are refused for the same reason: they slow down once.
	if a.Status == http.StatusTooManyRequests && !sent.Before(p.until) {
		p.slow()
	}
	if until := p.now().Add(wait); until.After(p.until) {
		p.until = until
	}
	return wait, true
}

// RetryAfter returns how long an answer tells to wait, and whether it does.
func RetryAfter(a *Answer, now time.Time) (time.Duration, bool) {
	value, told := a.Fields.Get("Retry-After")
	if !told {
		return 0, false
	}
	return delay(value, now)
}

// delay reads a Retry-After: seconds, or a date (RFC 9110, section 10.2.3).
func delay(value string, now time.Time) (time.Duration, bool) {
	if strings.Trim(value, "0123456789") == "" && value != "" {
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil || seconds > math.MaxInt64/int64(time.Second) {
			return math.MaxInt64, true
		}
		return time.Duration(seconds) * time.Second, true
	}
	date, err := http.ParseTime(value)
	return max(0, date.Sub(now)), err == nil
}
