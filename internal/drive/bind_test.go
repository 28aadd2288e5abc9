package drive

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

func TestBindPutsTheRealValueWhereverTheSampleStands(t *testing.T) {
	from := target.From{Operation: "create-thing", Pointer: "/id"}
	mail := target.From{Operation: "create-thing", Pointer: "/mail"}
	op := &suites.Operation{
		Operation: &target.Operation{
			ID: "get-thing", Path: "/things/{id}",
			Params: target.Values{{Name: "id", Value: target.Value{From: &from}}, {Name: "other", Value: target.Value{Good: "fixed"}}},
			Query:  target.Values{{Name: "mail", Value: target.Value{From: &mail, Format: "email"}}},
		},
		Sources: []target.From{from, mail},
	}
	id, address := from.Sample(""), mail.Sample("email")
	request := exchange.Request{
		Method: "GET",
		Target: "/things/" + id + "?mail=" + escapeQuery(address) + "&id=" + id,
		Fields: exchange.Fields{{Name: "X-Id", Value: "<" + id + ">"}},
		Body:   []byte(`{"id":"` + id + `"}`),
	}
	tests := []struct {
		name     string
		id, mail string
		want     exchange.Request
	}{
		{"each place has the value in its own writing", `a b/"&c`, "x+y@example.com", exchange.Request{
			Method: "GET",
			Target: "/things/a%20b%2F%22&c?mail=x%2By%40example.com&id=a%20b%2F%22%26c",
			Fields: exchange.Fields{{Name: "X-Id", Value: `<a b/"&c>`}},
			Body:   []byte(`{"id":"a b/\"\u0026c"}`),
		}},
		{"a value that is another's sample is not replaced again", address, id, exchange.Request{
			Method: "GET",
			Target: "/things/" + address + "?mail=" + id + "&id=" + escapeQuery(address),
			Fields: exchange.Fields{{Name: "X-Id", Value: "<" + address + ">"}},
			Body:   []byte(`{"id":"` + address + `"}`),
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			things := newThings(nil)
			things.values[from], things.values[mail] = tt.id, tt.mail
			before := request.Fields[0].Value
			if diff := cmp.Diff(tt.want, things.bind(op, request)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if request.Fields[0].Value != before {
				t.Error("the planned request was changed")
			}
		})
	}
}

func TestBindLeavesOperationsAloneThatTakeNoValue(t *testing.T) {
	op := &suites.Operation{Operation: &target.Operation{ID: "list"}}
	request := exchange.Request{Method: "GET", Target: "/things"}
	if diff := cmp.Diff(request, newThings(nil).bind(op, request)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
