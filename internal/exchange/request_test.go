package exchange

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChangedCopyLeavesTheRequestAlone(t *testing.T) {
	good := func() Request {
		fields := make(Fields, 0, 8) // room to spare: an append in place would show
		return Request{Method: "POST", Target: "/a", Fields: append(fields, Field{"A", "1"}, Field{"b", "2"}, Field{"a", "3"}), Body: []byte("x")}
	}
	tests := []struct {
		name   string
		change func(Request) Request
		want   Request
	}{
		{"another method", func(r Request) Request { return r.WithMethod("PUT") }, Request{Method: "PUT", Target: "/a", Fields: good().Fields, Body: []byte("x")}},
		{"another target", func(r Request) Request { return r.WithTarget("/b") }, Request{Method: "POST", Target: "/b", Fields: good().Fields, Body: []byte("x")}},
		{"another body", func(r Request) Request { return r.WithBody(nil) }, Request{Method: "POST", Target: "/a", Fields: good().Fields, Body: nil}},
		{"a field set in the place of its first line", func(r Request) Request { return r.WithField("a", "9") }, Request{Method: "POST", Target: "/a", Fields: Fields{{"A", "9"}, {"b", "2"}}, Body: []byte("x")}},
		{"a new field at the end", func(r Request) Request { return r.WithField("C", "9") }, Request{Method: "POST", Target: "/a", Fields: append(good().Fields, Field{"C", "9"}), Body: []byte("x")}},
		{"one more line of a field", func(r Request) Request { return r.WithAddedField("B", "9") }, Request{Method: "POST", Target: "/a", Fields: append(good().Fields, Field{"B", "9"}), Body: []byte("x")}},
		{"a field taken away", func(r Request) Request { return r.WithoutField("a") }, Request{Method: "POST", Target: "/a", Fields: Fields{{"b", "2"}}, Body: []byte("x")}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := good()
			if diff := cmp.Diff(test.want, test.change(r)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(good(), r); diff != "" {
				t.Errorf("the receiver: %s", diff)
			}
			if hidden := r.Fields[:4][3]; hidden != (Field{}) {
				t.Errorf("the receiver's array got %v", hidden)
			}
		})
	}
}

func TestFieldNamesCompareWithoutCase(t *testing.T) {
	for name, want := range map[string]bool{"Transfer-Encoding": true, "tRANSFER-eNCODING": true, "Transfer-Encodings": false, "Transfer_Encoding": false, "Tranſfer-Encoding": false, "": false} {
		f := Field{Name: name, Value: "x"}
		if got := f.Is("Transfer-Encoding"); got != want {
			t.Errorf("%s: it is %t, want %t", name, got, want)
		}
		if _, got := (Fields{f}).Get("Transfer-Encoding"); got != want {
			t.Errorf("%s: there is one: %t, want %t", name, got, want)
		}
	}
}

func TestSafeMethods(t *testing.T) {
	for method, want := range map[string]bool{"GET": true, "HEAD": true, "OPTIONS": true, "TRACE": true, "POST": false, "get": false, "BREW": false} {
		if got := (Request{Method: method}).Safe(); got != want {
			t.Errorf("%s: safe is %t, want %t", method, got, want)
		}
	}
}

func TestPathEndsAtTheQuery(t *testing.T) {
	for target, want := range map[string]string{"/a?b?c": "/a", "/a": "/a", "?": "", "": ""} {
		if got := (Request{Target: target}).Path(); got != want {
			t.Errorf("the path of %q is %q, want %q", target, got, want)
		}
	}
}
