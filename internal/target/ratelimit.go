package target

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// RateLimit is how many requests an API states that it takes within a time.
type RateLimit struct {
	Requests int
	Within   time.Duration
}

// maxLimit and maxWithin bound a limit that is tried: by as many requests, and in as long a time.
const (
	maxLimit  = 10_000
	maxWithin = 10 * time.Minute
)

// ParseRateLimit reads "100/s", "600/m" or "100/10s".
func ParseRateLimit(text string) (*RateLimit, error) {
	number, within, found := strings.Cut(text, "/")
	n, err := strconv.Atoi(number)
	if err != nil || !found {
		return nil, fmt.Errorf("%q is no limit: give requests and the time they are for, such as 100/s or 600/10m", text)
	}
	if within == "s" || within == "m" {
		within = "1" + within
	}
	return newRateLimit(n, within)
}

func newRateLimit(requests int, within string) (*RateLimit, error) {
	d, err := time.ParseDuration(within)
	switch {
	case err != nil || d <= 0 || d > maxWithin:
		return nil, fmt.Errorf("%q is no time that a limit can be tried in: give one such as 10s, at most 10m", within)
	case requests < 1 || requests > maxLimit:
		return nil, fmt.Errorf("a limit of %d requests is not tried: give 1 to %d", requests, maxLimit)
	}
	return &RateLimit{requests, d}, nil
}

// rateLimit reads the limit that the API states.
func (p *parser) rateLimit() *RateLimit {
	number, ok := scalar(p.d, "/rate_limit/requests")
	within, there := get[string](p.d, "/rate_limit/within")
	if !ok || !there {
		return nil
	}
	n, err := strconv.Atoi(number)
	if err != nil {
		return nil // the schema has told it
	}
	limit, err := newRateLimit(n, within)
	if err != nil {
		p.wrong("/rate_limit", "rate_limit: %s", err)
	}
	return limit
}
