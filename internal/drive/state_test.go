package drive

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/exchange"
)

func TestChangesOfAState(t *testing.T) {
	tests := []struct {
		name, before, after string // empty: nothing is there
		want                []change
	}{
		{"the same", `{"a": 1, "b": [1, 2]}`, `{"b":[1,2],"a":1}`, nil},
		{"another value, deep within", `{"a": {"b/c": [1, {"d": "x"}]}}`, `{"a": {"b/c": [1, {"d": "y"}]}}`, []change{{"/a/b~1c/1/d", `"x"`, `"y"`}}},
		{"a member more and one less", `{"a": 1}`, `{"b": null}`, []change{{"/a", "1", absent}, {"/b", absent, "null"}}},
		{"another type", `{"a": "1"}`, `{"a": 1}`, []change{{"/a", `"1"`, "1"}}},
		{"an object for a list", `{"a": {}}`, `{"a": []}`, []change{{"/a", "{}", "[]"}}},
		{"a list in another order", `[{"id": 1}, {"id": 2}, {"id": 1}]`, `[{"id": 1}, {"id": 1}, {"id": 2}]`, nil},
		{"an item more", `[1, 2]`, `[2, 3, 1]`, []change{{"", "a list of 2", "a list of 3, with 3"}}},
		{"an item less", `{"all": [1, 1]}`, `{"all": [1]}`, []change{{"/all", "a list of 2, with 1", "a list of 1"}}},
		{"an item for another, and all at other places", `[1, 2, 3]`, `[9, 1, 2]`, []change{{"", "a list of 3, with 3", "a list of 3, with 9"}}},
		{"nothing there any more", `{"a": 1}`, "", []change{{"", `{"a": 1}`, absent}}},
		{"nothing there before", "", "text", []change{{"", absent, "text"}}},
		{"nothing there at all", "", "", nil},
		{"the same text", "one", "one", nil},
		{"another text", "one", "two", []change{{"", "one", "two"}}},
		{"a text for JSON", `{"a": 1}`, "two", []change{{"", `{"a": 1}`, "two"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var states [2]state
			for i, body := range []string{tt.before, tt.after} {
				a := &exchange.Answer{Status: 200, Body: []byte(body)}
				if body == "" {
					a.Status = 404
				}
				var err error
				if states[i], err = stateOf(a); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(tt.want, changes(states[0], states[1]), cmp.AllowUnexported(change{})); diff != "" {
				t.Errorf("want (-), got (+):\n%s", diff)
			}
		})
	}
}

func TestAnAnswerThatShowsNoState(t *testing.T) {
	for want, a := range map[string]*exchange.Answer{
		"it was answered 500":                     {Status: 500},
		"it was answered 401":                     {Status: 401},
		"its answer was not read whole: too-long": {Status: 200, Flaw: &exchange.Failure{Kind: "too-long"}},
	} {
		if _, err := stateOf(a); err == nil || err.Error() != want {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func TestWhatIsVolatileIsLeftOutWithAllWithin(t *testing.T) {
	v := volatile{}
	v.learn([]change{{at: "/seen"}, {at: "/list/0"}})
	got := v.steady([]change{{at: "/seen"}, {at: "/seen/by"}, {at: "/seenby"}, {at: "/list/0/x"}, {at: "/list"}, {at: ""}})
	if diff := cmp.Diff([]change{{at: "/seenby"}, {at: "/list"}, {at: ""}}, got, cmp.AllowUnexported(change{})); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}
