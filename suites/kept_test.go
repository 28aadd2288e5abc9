package suites

import (
	"testing"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/target"
)

func TestKeptIsTheGoodRequestButForItsUniqueMembers(t *testing.T) {
	tests := []struct {
		name       string
		op         target.Operation
		body, undo string
	}{
		{"text", target.Operation{Path: "/things", Body: []byte(`{"name": "thing", "n": 1}`), Unique: []string{"/name"}, Undo: "DELETE /things/{/id}"},
			`{"name": "thing-kept", "n": 1}`, "DELETE /things/{/id}"},
		{"text that is a segment of the undoing path", target.Operation{Path: "/things", Body: []byte(`{"name":"a thing"}`), Unique: []string{"/name"}, Undo: "DELETE /things/a%20thing/all?name=a+thing&x=a"},
			`{"name":"a thing-kept"}`, "DELETE /things/a%20thing-kept/all?name=a+thing-kept&x=a"},
		{"text that is a segment of the operation's own path", target.Operation{Path: "/thing", Body: []byte(`{"name":"thing"}`), Unique: []string{"/name"}, Undo: "DELETE /thing/thing"},
			`{"name":"thing-kept"}`, "DELETE /thing/thing-kept"},
		{"text with a letter that Go writes otherwise than JSON", target.Operation{Path: "/things", Body: []byte("{\"name\":\"a\x7f\"}"), Unique: []string{"/name"}},
			"{\"name\":\"a\x7f-kept\"}", ""},
		{"a number", target.Operation{Path: "/things", Body: []byte(`{"n": 7}`), Unique: []string{"/n"}, Undo: "DELETE /things/7"}, `{"n": 8}`, "DELETE /things/8"},
		{"a member that is not there, and no undoing", target.Operation{Path: "/things", Body: []byte(`{"n": 7}`), Unique: []string{"/m"}}, `{"n": 7}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := &Operation{Operation: &tt.op, Good: Good{Request: exchange.Request{Method: "POST", Target: tt.op.Path, Body: tt.op.Body}}}
			good := string(tt.op.Body)
			r, undo := o.Kept()
			if string(r.Body) != tt.body || undo != tt.undo {
				t.Errorf("want %s and %q, got %s and %q", tt.body, tt.undo, r.Body, undo)
			}
			if string(o.Good.Request.Body) != good {
				t.Error("the good request was changed")
			}
		})
	}
}

func TestKeptKeepsTheFormatOfAUniqueMember(t *testing.T) {
	const id = "968cb508-803c-493c-8ff2-9e397dadb83c"
	op := target.Operation{ID: "create", Path: "/things", Unique: []string{"/id"}, Formats: map[string]string{"/id": "uuid4"}, Undo: "DELETE /things/" + id}
	o := &Operation{Operation: &op, Good: Good{Request: exchange.Request{Method: "POST", Body: []byte(`{"id":"` + id + `"}`)}}}
	r, undo := o.Kept()
	other := string(r.Body[7 : len(r.Body)-2])
	if err := target.Fits("uuid4", other); err != nil || other == id {
		t.Errorf("want another UUID, got %q", other)
	}
	if undo != "DELETE /things/"+other {
		t.Errorf("want that one undone, got %q", undo)
	}
}
