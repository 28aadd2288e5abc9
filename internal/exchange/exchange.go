package exchange

import (
	"time"
)

// Exchange is a request and what came back: the evidence that findings rest on.
// Exactly one of Answer and Failure is set.
type Exchange struct {
	Request  Request
	Head     string // the request's head as it was written, where its members do not tell all of it
	Answer   *Answer
	Failure  *Failure
	Attempts []Attempt     // earlier attempts whose outcome was not kept: transport errors, 429s waited out
	Start    time.Time     // when the first byte of the kept attempt was written
	Later    *Later        // what came of waiting as the answer told; nil: nobody waited
	Twin     *Twin         // what the same request came to as a GET; nil: it was not asked for
	Duration time.Duration // from Start to the last byte of the answer, or to the failure
}

// Answer is a final response as it came (RFC 9112, section 4). There is none without its whole header section.
type Answer struct {
	Proto   string   // "HTTP/1.1"
	Status  int      // 100 to 999
	Reason  string   // reason phrase, may be empty
	Fields  Fields   // header fields in the order they came
	Body    []byte   // content after transfer decoding, no longer than the client's limit; after HEAD, 204 and 304, bytes that may not be there
	Trailer Fields   // trailer fields of a chunked answer
	Interim []int    // status codes of 1xx responses before this one
	Flaw    *Failure // why Body is not the whole content, or the first field line that is none; nil if all is whole
	After   *After   // what followed on the connection; nil: nobody looked (see Options.Watch)
}

// Room is the memory of an exchange and its answer, which one after the other may use: for each it would be new, that is a fifth of what
// a run allocates and 0.9 us of 26 for a case. The zero value is ready for use.
type Room struct {
	exchange Exchange
	answer   Answer
}

// After is what the target did with a connection after its answer.
type After struct {
	Closed bool `json:"closed,omitempty"` // it closed the connection, and said nothing more before
	Status int  `json:"status,omitempty"` // of another answer, which nobody asked for; 0 for none
	Stray  bool `json:"stray,omitempty"`  // it said more that is no answer
}

// Later is what a good request came to once the time was over that an answer had told to wait.
type Later struct {
	Waited  time.Duration
	Status  int      // of its answer; 0 where there was none
	Failure *Failure // why there was none
}

// Twin is what a request with HEAD came to as a GET, which was sent after it, and what both came to when they were sent again.
type Twin struct {
	Gets    []*Answer
	Heads   []*Answer // sent again, each before the next GET
	Failure *Failure  // why one of them has no answer
}

// Attempt is one earlier try of the same request.
type Attempt struct {
	Status  int      // status of the answer waited out, 0 where there was none
	Failure *Failure // why there was no answer
	Waited  time.Duration
}

// Failure says why there is no answer, or no whole body.
type Failure struct {
	Kind Kind
	Err  error // what the connection or the parser said, never with a secret in it
}

// Kind classes failures. Its values stand in run logs.
type Kind string

// The kinds of failure.
const (
	Unresolved  Kind = "unresolved"  // the host name has no address
	Refused     Kind = "refused"     // no connection: refused, unreachable
	TLS         Kind = "tls"         // no TLS session: certificate, protocol
	Proxy       Kind = "proxy"       // the proxy refused or failed
	Timeout     Kind = "timeout"     // the deadline passed
	Closed      Kind = "closed"      // the connection ended before the first byte of an answer
	Cut         Kind = "cut"         // the connection ended within the answer
	Malformed   Kind = "malformed"   // what came is not HTTP/1.1: status line, field line, length, chunk
	TooLong     Kind = "too-long"    // header section or content over the client's limit
	Interrupted Kind = "interrupted" // the run was ended
	Unsendable  Kind = "unsendable"  // the request cannot be written on this protocol (HTTP/2)
)

// Error makes a Failure an error: kind and cause in one line.
func (f *Failure) Error() string {
	if f.Err == nil {
		return string(f.Kind)
	}
	return string(f.Kind) + ": " + f.Err.Error()
}

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Err }
