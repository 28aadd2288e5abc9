package drive

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/pointer"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/schema"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

// things are what the run creates at the target: those whose values other operations use, and how each is undone.
type things struct {
	drive   *Drive
	changed atomic.Bool // an obeyed request of the run has done what was not undone

	mu        sync.Mutex
	values    map[target.From]string           // of the kept things, as text
	refused   map[string]string                // by operation id: why there is no kept thing of it, and never will be
	kept      map[string]*creation             // by operation id
	created   []*creation                      // in order
	replacers map[*suites.Operation]*replacers // emptied when a value changes
}

func newThings(d *Drive) *things {
	return &things{
		drive: d, values: map[target.From]string{}, refused: map[string]string{},
		kept: map[string]*creation{}, replacers: map[*suites.Operation]*replacers{},
	}
}

// need makes every thing that the operation takes a value from and that is not there. It returns why it could not. Nothing
// else is under way meanwhile that uses such values.
func (t *things) need(ctx context.Context, op *suites.Operation) string {
	for _, from := range op.Sources {
		if t.has(from) {
			continue
		}
		source := t.drive.Plan.Operation(from.Operation) // the plan has made sure that it is there
		reason := t.need(ctx, source)
		if reason == "" {
			reason = t.keep(ctx, source)
		}
		if reason == "" && !t.has(from) {
			reason = fmt.Sprintf("it takes a value from %s, whose answer has none at %s", source.ID, from.Pointer)
			t.refuse(source, reason)
		}
		if reason != "" {
			return reason
		}
	}
	return ""
}

func (t *things) has(from target.From) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, there := t.values[from]
	return there
}

// refuse notes that the operation will make nothing: it is not asked again.
func (t *things) refuse(source *suites.Operation, reason string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refused[source.ID] = reason
}

// keep creates the thing of an operation and takes every value that others use out of the answer.
func (t *things) keep(ctx context.Context, source *suites.Operation) string {
	t.mu.Lock()
	refused := t.refused[source.ID]
	t.mu.Unlock()
	if refused != "" {
		return refused
	}
	d := t.drive
	request, template := source.Kept()
	name := source.ID + "/kept"
	request = d.Plan.Tag(t.bind(source, request), name)
	ex := d.health.patiently(source, func() *exchange.Exchange {
		ex, _ := d.sound(ctx, name, request, exchange.Options{Repeatable: !source.Writes(), Finish: template != ""})
		return ex
	})
	switch {
	case ex.Failure != nil:
		return fmt.Sprintf("it takes a value from %s, which got no answer: %v", source.ID, ex.Failure)
	case !obeyed(ex):
		reason := fmt.Sprintf("it takes a value from %s, which was refused: %s%s", source.ID, report.Excerpt(ex, d.Secrets), hint(ex))
		t.refuse(source, reason)
		return reason
	}
	made := t.note(source, ex, template)
	body, err := schema.JSON(ex.Answer.Body)
	if err != nil {
		reason := fmt.Sprintf("it takes a value from %s, whose answer is not JSON: %v", source.ID, err)
		t.refuse(source, reason)
		return reason
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept[source.ID] = made
	clear(t.replacers)
	for _, op := range d.Plan.Operations {
		for _, from := range op.Sources {
			if value, ok := valueAt(body, from.Pointer); ok && from.Operation == source.ID {
				t.values[from] = value
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

// deleted forgets a thing that the control of an operation has deleted, and those that hang on it.
func (t *things) deleted(from target.From) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if made := t.kept[from.Operation]; made != nil {
		made.undone = true
	}
	t.forget(from.Operation)
}

// forget forgets the thing of an operation, and those that were made with its values: they are made again when next
// needed. The caller holds the lock.
func (t *things) forget(id string) {
	delete(t.kept, id)
	clear(t.replacers)
	for from := range t.values {
		if from.Operation == id {
			delete(t.values, from)
		}
	}
	for _, op := range t.drive.Plan.Operations {
		for _, from := range op.Sources {
			if _, there := t.kept[op.ID]; there && from.Operation == id {
				t.forget(op.ID)
			}
		}
	}
}

// made notes that a request of the operation was obeyed, so that it can be undone. It returns nil where nothing undoes it.
func (t *things) made(op *suites.Operation, ex *exchange.Exchange) *creation {
	if op.Undo == "" || ex.Request.Method != op.Method || !obeyed(ex) {
		return nil
	}
	return t.note(op, ex, op.Undo)
}

// unexpected undoes at once what a bad request has done although it should have been refused.
func (t *things) unexpected(ctx context.Context, op *suites.Operation, ex *exchange.Exchange) {
	from := op.Deleted()
	if ex.Request.Method != http.MethodDelete || from == nil {
		t.takeBack(ctx, op, ex)
		return
	}
	// The target may have deleted the thing, or only said so.
	t.renew(ctx, *from)
	t.alter(ex)
}

// takeBack undoes at once what an obeyed request has done.
func (t *things) takeBack(ctx context.Context, op *suites.Operation, ex *exchange.Exchange) {
	made := t.made(op, ex)
	t.undo(ctx, made)
	if !ex.Request.Safe() && (made == nil || !made.undone) {
		t.alter(ex)
	}
}

// alter notes that an obeyed request has done what was not undone.
func (t *things) alter(ex *exchange.Exchange) {
	t.changed.Store(true)
	t.drive.deeds.note("", ex.Start.Add(ex.Duration))
}

// renew deletes a kept thing, if it is still there, and makes it again.
func (t *things) renew(ctx context.Context, from target.From) {
	t.mu.Lock()
	kept := t.kept[from.Operation]
	t.forget(from.Operation)
	t.mu.Unlock()
	t.undo(ctx, kept)
	t.restore(ctx)
}

// restore makes again what was deleted and operations with a working control take values from.
func (t *things) restore(ctx context.Context) {
	for _, op := range t.drive.Plan.Operations {
		if !t.drive.health.hasWorked(op) {
			continue
		}
		if reason := t.need(ctx, op); reason != "" {
			t.drive.health.refuse(op, reason)
		}
	}
}
