package drive

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/schema"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

// undoTime is how long undoing may take in all after the last case.
const undoTime = 30 * time.Second

// creation is a thing that the run has created, and how that is undone.
type creation struct {
	by     string // id of the operation
	undo   exchange.Request
	lost   bool // the answer does not tell what to undo
	undone bool
	status int    // of the answer to the request that undoes it; 0: none
	left   string // why it was not undone when that was tried last
}

// note keeps how the thing that an exchange has created is undone; nil for an empty template. {/pointer} in the template
// stands for a value of the answer.
func (t *things) note(op *suites.Operation, ex *exchange.Exchange, template string) *creation {
	if template == "" {
		return nil
	}
	c := &creation{by: op.ID}
	method, path, _ := strings.Cut(template, " ")
	body, _ := schema.JSON(ex.Answer.Body) // a value that is not there is told below
	path = fill(path, func(at string) string {
		value, ok := valueAt(body, at)
		if !ok {
			c.lost, c.left = true, fmt.Sprintf("what %s created: its answer has no %s to undo it by", op.ID, at)
		}
		return url.PathEscape(value)
	})
	r := op.Good.Request.WithMethod(method).WithTarget(op.Good.Base + path).WithBody(nil)
	for _, name := range []string{"Content-Type", "Content-Length", "Content-Encoding", "Idempotency-Key"} {
		r = r.WithoutField(name)
	}
	if credential := op.Good.Credential; credential != nil && credential.Kind == target.Query {
		r = credential.Apply(r)
	}
	c.undo = t.bind(op, t.drive.Plan.Tag(r, op.ID+"/undo"))
	t.mu.Lock()
	defer t.mu.Unlock()
	t.created = append(t.created, c)
	return c
}

// fill replaces each {/pointer} of a template.
func fill(template string, value func(pointer string) string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(template, "{/")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		at, after, _ := strings.Cut(rest, "}")
		b.WriteString(value("/" + at))
		template = after
	}
}

// undo undoes one creation, which may be nil. What fails is tried once more at the end of the run. It reports whether the
// target gave an answer.
func (t *things) undo(ctx context.Context, c *creation) bool {
	if c == nil || c.lost || c.undone {
		return true
	}
	ex, _ := t.drive.sound(ctx, c.by+"/undo", c.undo, exchange.Options{Repeatable: true, Undoes: true})
	if ex.Answer != nil {
		c.status = ex.Answer.Status
	}
	// A thing that is not there any more is undone.
	c.undone = obeyed(ex) || ex.Answer != nil && (ex.Answer.Status == http.StatusNotFound || ex.Answer.Status == http.StatusGone)
	if !c.undone {
		c.left = fmt.Sprintf("what %s created: %s %s: %s; undo it by: %s", c.by, c.undo.Method, c.undo.Path(), report.Excerpt(ex, t.drive.Secrets), t.drive.Curl(ex.Request))
	}
	return ex.Answer != nil
}

// undoAll undoes everything that is left, last things first, even after an interrupt; once the target gives no answer, no
// more is sent. It returns what could not be undone. Nothing else is under way.
func (t *things) undoAll() []string {
	ctx, cancel := context.WithTimeout(context.Background(), undoTime)
	defer cancel()
	var left []string
	answers := true
	for _, c := range slices.Backward(t.created) {
		if answers {
			answers = t.undo(ctx, c)
		} else if !c.undone && c.left == "" {
			bound, _ := t.drive.Tokens.Bind(c.undo)
			c.left = fmt.Sprintf("what %s created: %s %s was not sent: the target gives no answer; undo it by: %s", c.by, c.undo.Method, c.undo.Path(), t.drive.Curl(bound))
		}
		if !c.undone {
			left = append(left, c.left)
		}
	}
	return left
}
