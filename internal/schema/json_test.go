package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/pointer"
)

func TestJSONReads(t *testing.T) {
	tests := []struct {
		name, body string
		want       any
	}{
		{"an object", ` {"a" : 1, "b":[true,false,null,{}]} `, map[string]any{
			"a": json.Number("1"), "b": []any{true, false, nil, map[string]any{}},
		}},
		{"a scalar alone", "\n\t\r \"x\"", "x"},
		{"every escape", `"\"\\\/\b\f\n\r\tA\u00e9\u20AC😀"`, "\"\\/\b\f\n\r\tAé€😀"},
		{"letters as they are", `"é😀"`, "é😀"},
		{"U+FFFD as it is", "\"\ufffd\"", "\ufffd"},
		{"numbers as they are written", `[0,-0,1.50,-12e+3,1E-3,1180591620717411303424]`, []any{
			json.Number("0"), json.Number("-0"), json.Number("1.50"), json.Number("-12e+3"), json.Number("1E-3"),
			json.Number("1180591620717411303424"),
		}},
		{"an empty array", `[ ]`, []any{}},
		{"a thousand levels", strings.Repeat("[", 1000) + strings.Repeat("]", 1000), nil},
		{"many members", `{` + wide("") + `}`, nil},
		{"names that differ in case only", `{"a":1,"A":1}`, map[string]any{"a": json.Number("1"), "A": json.Number("1")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := JSON([]byte(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" && tt.want != nil {
				t.Error(diff)
			}
		})
	}
}

func TestJSONRefuses(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"nothing", "", "no JSON value: empty"},
		{"space alone", " \n", "no JSON value: empty"},
		{"a byte order mark", "\xef\xbb\xbf{}", "not JSON at byte 0: a byte order mark"},
		{"text that is not UTF-8", "{\"a\":\"\xff\"}", "not UTF-8 at byte 6"},
		{"UTF-16", "{\x00}\x00", `not JSON at byte 1: want a member's name in quotes, got "\x00}\x00"`},
		{"words after the value", `{} trailing`, `more after the JSON value at byte 3: "trailing"`},
		{"a second value", `{}{"a":1}`, `more after the JSON value at byte 2: "{\"a\":1}"`},
		{"HTML", "<html><body>Not Found</body></html>", `not JSON at byte 0: want a value, got "<html><body>Not Foun"...`},
		{"a body that ends too early", `{"a":`, "not JSON at byte 5: ends where a value should be"},
		{"a string that does not end", `{"a`, "not JSON at byte 3: ends where the closing quote of a string should be"},
		{"a member without a value", `{"a"}`, `not JSON at byte 4: want ":", got "}"`},
		{"a comma at the end of an object", `{"a":1,}`, `not JSON at byte 7: want a member's name in quotes, got "}"`},
		{"a comma at the end of an array", `[1,]`, `not JSON at byte 3: want a value, got "]"`},
		{"single quotes", `{'a':1}`, `not JSON at byte 1: want a member's name in quotes, got "'a':1}"`},
		{"a bare word", `{"a":undefined}`, `not JSON at byte 5: want a value, got "undefined}"`},
		{"a word that is cut", `nul`, `not JSON at byte 0: want a value, got "nul"`},
		{"no comma between items", `[1 2]`, `not JSON at byte 3: want "," or "]", got "2]"`},
		{"no comma between members", `{"a":1 "b":2}`, `not JSON at byte 7: want "," or "}", got "\"b\":2}"`},
		{"NaN", `NaN`, `not JSON at byte 0: want a value, got "NaN"`},
		{"a leading zero", `01`, `more after the JSON value at byte 1: "1"`},
		{"a plus sign", `+1`, `not JSON at byte 0: want a value, got "+1"`},
		{"a point without digits", `1.`, `not JSON at byte 2: ends where a digit should be`},
		{"a minus without digits", `-x`, `not JSON at byte 1: want a digit, got "x"`},
		{"an exponent without digits", `[1e]`, `not JSON at byte 3: want a digit, got "]"`},
		{"a line end in a string", "\"a\nb\"", `not JSON at byte 2: control character '\n' in a string`},
		{"an unknown escape", `"\x41"`, `not JSON at byte 1: unknown escape "\\x41\""`},
		{"an escape that ends", `"\`, `not JSON at byte 1: unknown escape "\\"`},
		{"an escape with bad digits", `"\u12g4"`, `not JSON at byte 1: unknown escape "\\u12g4"`},
		{"the first half of a surrogate pair", `"\ud83d"`, `not JSON at byte 1: half a surrogate pair`},
		{"the second half of a surrogate pair", `"a\ude00"`, `not JSON at byte 2: half a surrogate pair`},
		{"a first half and a letter", `"\ud83dA"`, `not JSON at byte 1: half a surrogate pair`},
		{"a member twice", `{"a":1,"a":1}`, `member "a" stands twice in an object, again at byte 7`},
		{"a member twice, once escaped", `{"a":1,"\u0061":1}`, `member "a" stands twice in an object, again at byte 7`},
		{"a member twice, of many", `{` + wide(`,"m7":0`) + `}`, `member "m7" stands twice in an object, again at byte 231`},
		{"a member twice, the last of a few and the first of many", `{"m16":0` + strings.TrimPrefix(wide(""), `"m0":0`) + `}`, `member "m16" stands twice in an object, again at byte 120`},
		{"more than a thousand levels", strings.Repeat("[", 1002), "nested more than 1000 levels deep at byte 1001"},
		{"ten thousand levels", strings.Repeat(`{"a":`, 10000) + "1" + strings.Repeat("}", 10000), "nested more than 1000 levels deep at byte 5005"},
		{"a number out of all proportion", `{"a":1e9999999}`, "a number with an exponent beyond 1000, at byte 5"},
		{"a number with an exponent no machine holds", `1e-99999999999999999999`, "a number with an exponent beyond 1000, at byte 0"},
		{"a number as long as a page", strings.Repeat("9", 1001), "a number of more than 1000 letters, at byte 0"},
		{"a comment", "{} // x", `more after the JSON value at byte 3: "// x"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			value, err := JSON([]byte(tt.body))
			if err == nil {
				t.Fatalf("read as %v", value)
			}
			if err.Error() != tt.want {
				t.Errorf("\nwant %s\n got %s", tt.want, err)
			}
		})
	}
}

// wide returns 30 members and what follows them.
func wide(after string) string {
	var b strings.Builder
	for i := range 30 {
		fmt.Fprintf(&b, `,"m%d":0`, i)
	}
	return b.String()[1:] + after
}

// TestADocumentIsReadAgain reads texts into one Document: each is as if nothing had been read before it, an ordinary one takes no memory, and that of
// a large one is not kept.
func TestADocumentIsReadAgain(t *testing.T) {
	var again Document
	for _, text := range []string{`{"a":"\u0062","c":[1,null]}`, `"\n"`, `{"a":`, `[{}]`, "[" + strings.Repeat(`"\n",`, 5000) + "1]", `{"a":1,"b":false}`} {
		var once Document
		wrong, err := once.Read([]byte(text)), again.Read([]byte(text))
		if fmt.Sprint(wrong) != fmt.Sprint(err) {
			t.Errorf("%.20s: want %v, got %v", text, wrong, err)
		}
		if wrong != nil {
			continue
		}
		if diff := cmp.Diff(once.Top().Any(), again.Top().Any()); diff != "" || once.values != again.values {
			t.Errorf("%.20s: %d values and %d (-alone +after others):\n%s", text, once.values, again.values, diff)
		}
	}
	if cap(again.nodes) > roomy || cap(again.plain) > roomy {
		t.Errorf("it keeps room for %d nodes", cap(again.nodes))
	}
	text := []byte(`{"type":"error","details":[{"a":"\u0062"}],"status":400}`)
	if n := testing.AllocsPerRun(10, func() {
		if err := again.Read(text); err != nil {
			t.Fatal(err)
		}
	}); n > 0 || string(again.plain) != "b" {
		t.Errorf("%v allocations, and %q beside the text", n, again.plain)
	}
}

func TestAPlaceInADocument(t *testing.T) {
	text := []byte(`{"a":{"b":[10,{"":"c","~":{"/":null}}]},"0":[],"b":"d"}`)
	value, err := JSON(text)
	if err != nil {
		t.Fatal(err)
	}
	var d, taken Document
	if err := d.Read(text); err != nil {
		t.Fatal(err)
	}
	taken.Take(value)
	for _, at := range []string{"", "/", "/a", "/a/b", "/a/b/0", "/a/b/1", "/a/b/2", "/a/b/01", "/a/b/-", "/a/b/1/", "/a/b/1/~0", "/a/b/1/~0/~1", "/a/b/1/~", "/a/b/1/~2", "/0", "/0/0", "/b/0", "a", "b"} {
		want, there := pointer.Get(value, at)
		for _, d := range []*Document{&d, &taken} {
			var got any
			v, ok := d.Top().At(at)
			if ok {
				got = v.Any()
			}
			if diff := cmp.Diff(want, got); diff != "" || ok != there {
				t.Errorf("%q: want %t, got %t (-want +got):\n%s", at, there, ok, diff)
			}
		}
	}
}

// FuzzJSON holds JSON to encoding/json: what it takes is the same there, what encoding/json refuses it refuses too. A Document of the value is one of
// the text.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,2.5e3,"é",null,true]}`, `{} x`, `{"a":1,"a":2}`, `"😀"`, `"\ud83d"`, "\xef\xbb\xbf1", `1e9999999`, "\"\xff\"", `[[[[]]]]`, `-`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := JSON(body)
		if err != nil {
			return
		}
		if !json.Valid(body) {
			t.Fatalf("%q is not JSON", body)
		}
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.UseNumber()
		var want any
		if err := decoder.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		var d Document
		if d.Take(want); d.beyond != nil {
			t.Error(d.beyond)
		}
		if diff := cmp.Diff(want, d.Top().Any()); diff != "" {
			t.Error(diff)
		}
	})
}
