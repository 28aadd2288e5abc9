package check

import (
	"errors"
	"fmt"
)

// connection finds a connection that stays open where the target closes it, and what came on it after the answer: of one request
// the target made two, or it lost count of its own bytes.
func (j *judge) connection() {
	var want string
	switch j.expect.Connection {
	case "":
		return
	case "closed":
		want = "closed after the answer"
	case "one-answer":
		want = "one answer"
	default:
		j.cannotTell(fmt.Errorf("no connection is called %q", j.expect.Connection))
		return
	}
	switch after := j.answer.After; {
	case after == nil:
		j.cannotTell(errors.New("what became of the connection was not seen: over HTTP/2 it is not the request's own"))
	case after.Status != 0:
		j.add(Finding{Rule: "connection", Want: want, Got: fmt.Sprintf("another answer, of status %d: the target took the request for two", after.Status)})
	case after.Stray:
		j.add(Finding{Rule: "connection", Want: want, Got: "more bytes, which are no answer"})
	case j.expect.Connection == "closed" && !after.Closed:
		j.add(Finding{Rule: "connection", Want: want, Got: "open still"})
	}
}
