package suites

import (
	"encoding/json"
	"testing"

	"github.com/seed-e125e033/conform/internal/schema"
)

func TestRemovingAMemberLeavesEveryOtherByte(t *testing.T) {
	tests := []struct{ name, body, pointer, want string }{
		{"the first of three", `{"a":1,"b":2,"c":3}`, "/a", `{"b":2,"c":3}`},
		{"the middle one", `{"a":1,"b":2,"c":3}`, "/b", `{"a":1,"c":3}`},
		{"the last one", `{"a":1,"b":2,"c":3}`, "/c", `{"a":1,"b":2}`},
		{"the only one", `{ "a" : 1 }`, "/a", `{  }`},
		{"one among spaces", "{\n  \"b\" : [ 1, 2 ] ,\n  \"a\" : { }\n}\n", "/a", "{\n  \"b\" : [ 1, 2 ]\n}\n"},
		{"the first among spaces", "{\n  \"b\" : [ 1, 2 ] ,\n  \"a\" : { }\n}\n", "/b", "{\n  \"a\" : { }\n}\n"},
		{"a nested one", `{"data":{"z":0,"id":"x","a":[{}]},"id":"y"}`, "/data/id", `{"data":{"z":0,"a":[{}]},"id":"y"}`},
		{"one of an object in an array", `[{"a":1},{"a":2,"b":3}]`, "/1/a", `[{"a":1},{"b":3}]`},
		{"one with brackets in its strings", `{"a":"}],\"\\","b":1}`, "/a", `{"b":1}`},
		{"one with an escaped name", `{"a/b~c":1,"\u0064":2}`, "/a~1b~0c", `{"\u0064":2}`},
		{"one whose name is written with escapes", `{"a/b~c":1,"\u0064":2}`, "/d", `{"a/b~c":1}`},
		{"one without a name", `{"":1,"b":2}`, "/", `{"b":2}`},
		{"one beside text that is not ASCII", `{"ä":"ö","b":"ü"}`, "/b", `{"ä":"ö"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			body := read([]byte(test.body))
			v, ok := body.at(test.pointer)
			if !ok {
				t.Fatalf("nothing at %s", test.pointer)
			}
			if got := string(body.remove(v)); got != test.want {
				t.Errorf("want %s, got %s", test.want, got)
			}
			if string(body.bytes) != test.body {
				t.Errorf("the good text was changed: %s", body.bytes)
			}
		})
	}
}

func TestReplacingAValueLeavesEveryOtherByte(t *testing.T) {
	tests := []struct{ name, body, pointer, want string }{
		{"the whole", ` {"a":1} `, "", ` X `},
		{"a number", `{"a":-1.5e3 ,"b":2}`, "/a", `{"a":X ,"b":2}`},
		{"a literal at the end", `[true,null]`, "/1", `[true,X]`},
		{"a string", `{"a": "x\"y" }`, "/a", `{"a": X }`},
		{"an object", `{"a":{"b":[]},"c":0}`, "/a", `{"a":X,"c":0}`},
		{"a nested array", `{"a":{"b":[[1],[2]]}}`, "/a/b/1", `{"a":{"b":[[1],X]}}`},
		{"the first of two of one name", `{"a":1,"a":2}`, "/a", `{"a":X,"a":2}`},
		{"a scalar without spaces", `42`, "", `X`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			body := read([]byte(test.body))
			v, ok := body.at(test.pointer)
			if !ok {
				t.Fatalf("nothing at %s", test.pointer)
			}
			if got := string(body.replace(v, "X")); got != test.want {
				t.Errorf("want %s, got %s", test.want, got)
			}
		})
	}
}

func TestAPointerToNothingIsNotFound(t *testing.T) {
	body := read([]byte(`{"a":{"b":[0]}}`))
	for _, pointer := range []string{"/b", "/a/b/1", "/a/b/0/c", "a", "/a/"} {
		if v, ok := body.at(pointer); ok {
			t.Errorf("%q: found %+v", pointer, v)
		}
	}
}

// FuzzEdit replaces and removes every value of any JSON text: the text stays JSON, and the value is the new one or gone.
func FuzzEdit(f *testing.F) {
	for _, seed := range []string{
		subscriptionBody, `{}`, `[]`, ` [1 , [ ] , {"a" : null}]`, `{"a":"\\\"","b":{"a":"é","c":[{}]}}`, "{\"\u0061/~\":1e5}\n", `"x"`, `-0.1`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := schema.JSON(data); err != nil {
			return
		}
		body := read(data)
		if body.values[0].pointer != "" {
			t.Fatalf("the first value is at %q", body.values[0].pointer)
		}
		for i, v := range body.values {
			if i > 50 {
				break // every value is an edit of the whole text: long texts take too long
			}
			if !json.Valid(data[v.start:v.end]) {
				t.Fatalf("%q: %q is no value", v.pointer, data[v.start:v.end])
			}
			replaced := body.replace(v, `"conform"`)
			if !json.Valid(replaced) {
				t.Fatalf("replacing %q of %q gives %q", v.pointer, data, replaced)
			}
			again := read(replaced)
			if found, ok := again.at(v.pointer); !ok || string(replaced[found.start:found.end]) != `"conform"` {
				t.Fatalf("replacing %q of %q gives %q", v.pointer, data, replaced)
			}
			if v.name < 0 {
				continue
			}
			removed := body.remove(v)
			if !json.Valid(removed) {
				t.Fatalf("removing %q of %q gives %q", v.pointer, data, removed)
			}
			if _, ok := read(removed).at(v.pointer); ok {
				t.Fatalf("removing %q of %q leaves it: %q", v.pointer, data, removed)
			}
		}
	})
}
