package drive

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/seed-e125e033/conform/internal/exchange"
)

// traced returns the request with a traceparent (W3C Trace Context, section 3.2), unless it has one or there is no trace: that of
// the run, and a parent that is the same for the case in every run. It is added on sending, so that the plan stays the same.
func traced(r exchange.Request, trace, name string) exchange.Request {
	if trace == "" {
		return r
	}
	return inTrace(r, trace, name)
}

// inTrace is traced where there is a trace.
func inTrace(r exchange.Request, trace, name string) exchange.Request {
	if _, own := r.Fields.Get("traceparent"); own {
		return r
	}
	parent := sha256.Sum256([]byte(name))
	return r.WithAddedField("traceparent", "00-"+trace+"-"+hex.EncodeToString(parent[:8])+"-01")
}
