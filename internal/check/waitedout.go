package check

import (
	"fmt"
	"net/http"
)

// waitedOut is the syntax of a field whose time was waited out.
const waitedOut = "waited-out"

// waitedOut wants a good request to be taken again once the time of Retry-After is over (RFC 9110, section 10.2.3: how long to wait
// before a follow-up request).
func (j *judge) waitedOut() (want, got string) {
	later := j.reading.exchange.Later
	if later == nil {
		return "", "" // see Concerns
	}
	want = fmt.Sprintf("good requests taken again after it (%s)", later.Waited)
	switch {
	case later.Failure != nil:
		return want, "no answer: " + later.Failure.Error()
	case later.Status == http.StatusTooManyRequests || later.Status >= 500:
		return want, fmt.Sprintf("%d", later.Status)
	}
	return "", ""
}
