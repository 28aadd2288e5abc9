package drive

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/pointer"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/schema"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

// undoTime is how long undoing may take in all after the last case.
const undoTime = 30 * time.Second

// things are what the run creates at the target: those whose values other operations use, and how each is undone.
type things struct {
	drive *Drive

	mu     sync.Mutex
	values map[target.From]string               // of the kept things, as text
	undo   map[*exchange.Exchange]undoing       // by the exchange that created the thing
	order  []*exchange.Exchange                 // creations in order; undone backwards
	kept   map[string]*exchange.Exchange        // by operation id: the creation whose values are used
	left   []string                             // what could not be undone
	pairs  map[*suites.Operation]*bytesReplacer // of values in requests; emptied when a value changes
}

// undoing is a request that undoes a creation.
type undoing struct {
	name    string // of the operation
	request exchange.Request
}

// bytesReplacer puts real values where samples stand.
type bytesReplacer struct{ target, text *strings.Replacer }

func newThings(d *Drive) *things {
	return &things{
		drive: d, values: map[target.From]string{}, undo: map[*exchange.Exchange]undoing{},
		kept: map[string]*exchange.Exchange{}, pairs: map[*suites.Operation]*bytesReplacer{},
	}
}

// operation returns a planned operation by its id.
func (t *things) operation(id string) *suites.Operation {
	i := slices.IndexFunc(t.drive.Plan.Operations, func(o *suites.Operation) bool { return o.ID == id })
	return t.drive.Plan.Operations[i] // the plan has made sure that it is there
}

// need makes every thing that the operation takes a value from and that is not there. It returns why it could not.
func (t *things) need(ctx context.Context, op *suites.Operation) string {
	for _, from := range op.Sources {
		t.mu.Lock()
		_, there := t.values[from]
		t.mu.Unlock()
		if there {
			continue
		}
		source := t.operation(from.Operation)
		if reason := t.need(ctx, source); reason != "" {
			return reason
		}
		if reason := t.keep(ctx, source); reason != "" {
			return reason
		}
		t.mu.Lock()
		_, there = t.values[from]
		t.mu.Unlock()
		if !there {
			return fmt.Sprintf("it takes a value from %s, whose answer has none at %s", source.ID, from.Pointer)
		}
	}
	return ""
}

// keep creates the thing of an operation and takes every value that others use out of the answer.
func (t *things) keep(ctx context.Context, source *suites.Operation) string {
	d := t.drive
	request, template := source.Kept()
	ex, _ := d.exchange(ctx, source.ID+"/kept", t.bind(source, request), exchange.Options{Repeatable: !source.Writes()})
	switch {
	case ex.Failure != nil:
		return fmt.Sprintf("it takes a value from %s, which got no answer: %v", source.ID, ex.Failure)
	case !success(ex.Answer.Status):
		return fmt.Sprintf("it takes a value from %s, which was refused: %s%s", source.ID, report.Excerpt(ex, d.Secrets), hint(ex))
	}
	body, err := schema.JSON(ex.Answer.Body)
	if err != nil {
		return fmt.Sprintf("it takes a value from %s, whose answer is not JSON: %v", source.ID, err)
	}
	t.note(source, ex, template)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept[source.ID] = ex
	clear(t.pairs)
	for _, op := range d.Plan.Operations {
		for _, from := range op.Sources {
			if from.Operation == source.ID {
				if value, ok := valueAt(body, from.Pointer); ok {
					t.values[from] = value
				}
			}
		}
	}
	return ""
}

// valueAt returns a scalar as text.
func valueAt(body any, at string) (string, bool) {
	value, ok := pointer.Get(body, at)
	if !ok {
		return "", false
	}
	switch value := value.(type) {
	case string:
		return value, value != ""
	case json.Number:
		return value.String(), true
	case bool:
		return strconv.FormatBool(value), true
	}
	return "", false
}

// gone forgets the things that an operation has just deleted: they are made again when next needed.
func (t *things) gone(op *suites.Operation) {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.pairs)
	for _, from := range op.Sources {
		maps.DeleteFunc(t.values, func(f target.From, _ string) bool { return f.Operation == from.Operation })
		if ex := t.kept[from.Operation]; ex != nil {
			delete(t.kept, from.Operation)
			delete(t.undo, ex)
		}
	}
}

// bind puts the values of created things where their samples stand in a request.
func (t *things) bind(op *suites.Operation, r exchange.Request) exchange.Request {
	if len(op.Sources) == 0 {
		return r
	}
	t.mu.Lock()
	replace := t.pairs[op]
	if replace == nil {
		var escaped, plain []string
		for _, values := range []map[string]target.Value{op.Params, op.Query} {
			for _, v := range values {
				if v.From == nil {
					continue
				}
				if value, ok := t.values[*v.From]; ok {
					sample := v.From.Sample(v.Format)
					escaped = append(escaped, sample, url.PathEscape(value))
					plain = append(plain, sample, value)
				}
			}
		}
		replace = &bytesReplacer{strings.NewReplacer(escaped...), strings.NewReplacer(plain...)}
		t.pairs[op] = replace
	}
	t.mu.Unlock()
	r.Target = replace.target.Replace(r.Target)
	if r.Body != nil && !bytes.Equal(r.Body, op.Good.Request.Body) {
		r.Body = []byte(replace.text.Replace(string(r.Body)))
	}
	fields := slices.Clone(r.Fields)
	for i, f := range fields {
		if f.Name != "Conform-Case" {
			fields[i].Value = replace.text.Replace(f.Value)
		}
	}
	r.Fields = fields
	return r
}

// made notes that a request of the operation was obeyed, if it was, so that it can be undone.
func (t *things) made(_ context.Context, op *suites.Operation, ex *exchange.Exchange) {
	if op.Undo != "" && ex.Answer != nil && success(ex.Answer.Status) && ex.Request.Method == op.Method {
		t.note(op, ex, op.Undo)
	}
}

// unexpected undoes at once what a bad request has done although it should have been refused.
func (t *things) unexpected(ctx context.Context, op *suites.Operation, ex *exchange.Exchange) {
	if ex.Answer == nil || !success(ex.Answer.Status) {
		return
	}
	if ex.Request.Method == http.MethodDelete && len(op.Sources) > 0 {
		t.gone(op)
		t.need(ctx, op)
		return
	}
	t.made(ctx, op, ex)
	t.undoLast(ctx, op, ex)
}

// note keeps the request that undoes what an exchange has created.
func (t *things) note(op *suites.Operation, ex *exchange.Exchange, template string) {
	if template == "" {
		return
	}
	method, path, _ := strings.Cut(template, " ")
	body, _ := schema.JSON(ex.Answer.Body)
	missing := ""
	path = fill(path, func(at string) string {
		value, ok := valueAt(body, at)
		if !ok {
			missing = at
		}
		return url.PathEscape(value)
	})
	t.mu.Lock()
	defer t.mu.Unlock()
	if missing != "" {
		t.left = append(t.left, fmt.Sprintf("what %s created: its answer has no %s to undo it by", op.ID, missing))
		return
	}
	r := op.Good.Request.WithMethod(method).WithTarget(op.Good.Base + path).WithBody(nil).WithoutField("Content-Type")
	if c := op.Good.Credential; c != nil && c.Kind == target.Query {
		r = c.Apply(r)
	}
	t.undo[ex] = undoing{op.ID, r}
	t.order = append(t.order, ex)
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

// undoLast undoes one creation at once: the good request is then one that works again.
func (t *things) undoLast(ctx context.Context, op *suites.Operation, ex *exchange.Exchange) {
	t.mu.Lock()
	u, ok := t.undo[ex]
	delete(t.undo, ex)
	t.mu.Unlock()
	if ok {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTime)
		defer cancel()
		t.send(ctx, u)
	}
}

// undoAll undoes everything that is left, last things first, even after an interrupt. It returns what could not be undone.
func (t *things) undoAll() []string {
	ctx, cancel := context.WithTimeout(context.Background(), undoTime)
	defer cancel()
	for _, ex := range slices.Backward(t.order) {
		if u, ok := t.undo[ex]; ok {
			t.send(ctx, u)
		}
	}
	return t.left
}

// send undoes one creation. A thing that is not there any more is undone.
func (t *things) send(ctx context.Context, u undoing) {
	ex, _ := t.drive.exchange(ctx, u.name+"/undo", u.request, exchange.Options{Repeatable: true})
	if ex.Answer != nil && (success(ex.Answer.Status) || ex.Answer.Status == 404 || ex.Answer.Status == 410) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.left = append(t.left, fmt.Sprintf("what %s created: %s %s: %s", u.name, u.request.Method, u.request.Target, report.Excerpt(ex, t.drive.Secrets)))
}
