package pointer

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	tests := []struct {
		name, pointer string
		want          []string
		mistake       string
	}{
		{"the empty pointer is the whole value", "", nil, ""},
		{"a slash alone is the member without a name", "/", []string{""}, ""},
		{"tokens are unescaped, ~1 before ~0", "/a~1b/c~0d/~01", []string{"a/b", "c~d", "~1"}, ""},
		{"a pointer without a slash is told", "data/id", nil, `"data/id" is not a JSON pointer: it starts with "/"`},
		{"a tilde alone is told", "/a~", nil, `"/a~" is not a JSON pointer: write "~" as "~0"`},
		{"an unknown escape is told", "/a~2b", nil, `"/a~2b" is not a JSON pointer: write "~" as "~0"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse(tt.pointer)
			mistake := ""
			if err != nil {
				mistake = err.Error()
			}
			if mistake != tt.mistake {
				t.Fatalf("mistake: want %s, got %s", tt.mistake, mistake)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if err == nil && Join("", got...) != tt.pointer {
				t.Errorf("Join gives back %q", Join("", got...))
			}
		})
	}
}

func TestGet(t *testing.T) {
	var value any
	if err := json.Unmarshal([]byte(`{"a/b":[{"c":null},7],"":"empty","01":"name"}`), &value); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, pointer string
		want          any
		ok            bool
	}{
		{"a member that is null is there", "/a~1b/0/c", nil, true},
		{"an item", "/a~1b/1", 7.0, true},
		{"the member without a name", "/", "empty", true},
		{"a number may be a member's name", "/01", "name", true},
		{"an index with a leading zero is none", "/a~1b/01", nil, false},
		{"an index past the end is none", "/a~1b/2", nil, false},
		{"an index too large for any array is none", "/a~1b/99999999999999999999", nil, false},
		{"a scalar has no members", "/a~1b/1/x", nil, false},
		{"a member that is not there", "/x", nil, false},
		{"what is no pointer finds nothing", "x", nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := Get(value, tt.pointer)
			if ok != tt.ok || !cmp.Equal(got, tt.want) {
				t.Errorf("want %v, %t, got %v, %t", tt.want, tt.ok, got, ok)
			}
		})
	}
}

func TestCompare(t *testing.T) {
	want := []string{"", "/a", "/errors/2/x", "/errors/10", "/errors/10/a", "/errors/10/b", "/errors/x", "/z"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, Compare)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if Compare("/a/b", "/a/b") != 0 {
		t.Error("a pointer differs from itself")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "/", "/a~1b/~0", "a", "/~", "//"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, p string) {
		tokens, err := Parse(p)
		var value any = "found"
		for _, token := range slices.Backward(tokens) {
			value = map[string]any{token: value}
		}
		if got, there := Get(value, p); there != (err == nil) || there && got != "found" {
			t.Errorf("Get takes %q otherwise than Parse: %v, %t", p, got, there)
		}
		if err != nil {
			return
		}
		if got := Join("", tokens...); got != p {
			t.Errorf("Parse and Join give %q for %q", got, p)
		}
		if p != "" && strings.Count(p, "/") != len(tokens) {
			t.Errorf("%d tokens for %q", len(tokens), p)
		}
	})
}
