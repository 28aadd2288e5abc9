package suites

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/leak"
	"github.com/seed-e125e033/conform/internal/target"
)

func TestEveryMarkIsInItsRequestAndNowhereElse(t *testing.T) {
	var marks []string
	for _, g := range goods(t) {
		for _, p := range Named("canary") {
			cases, _ := p.Cases(g)
			for _, c := range cases {
				wire := string(c.Request.Bytes("example.com"))
				if p.Name == "canary.line-break" {
					if !strings.Contains(wire, leak.Injected) || c.Defect.Mark != "" {
						t.Errorf("%s %s of %s: %s", p.Name, c.Variant, g.Operation.ID, wire)
					}
					continue
				}
				plain, err := url.PathUnescape(strings.ReplaceAll(wire, `\"`, `"`))
				if err != nil {
					t.Fatal(err)
				}
				if strings.Count(plain, c.Defect.Mark) != 1 || c.Defect.Mark != leak.Mark(strings.Trim(c.Defect.Mark, `<>"'`)[len("conform-"):]) {
					t.Errorf("%s of %s: the mark %q is not in %s", p.Name, g.Operation.ID, c.Defect.Mark, plain)
				}
				marks = append(marks, c.Defect.Mark)
			}
		}
	}
	all := len(marks)
	slices.Sort(marks)
	if all < 7 || len(slices.Compact(marks)) != all {
		t.Errorf("%d marks, of which some are the same", all)
	}
}

// What may be obeyed is sent to operations that only read.
func TestCanariesCreateNothing(t *testing.T) {
	for _, p := range Named("canary") {
		cases, _ := p.Cases(create(t))
		for _, c := range cases {
			if create(t).accepts(c.Request.Body) {
				t.Errorf("%s %s: the schema of the body accepts %s", p.Name, c.Variant, c.Request.Body)
			}
		}
		put := get(t)
		put.Operation.Method, put.Request.Method = "PUT", "PUT"
		if cases, _ := p.Cases(put); len(cases) > 0 {
			t.Errorf("%s of a PUT: %+v", p.Name, cases)
		}
	}
}

func TestAMemberWithAFormatIsMarkedFirst(t *testing.T) {
	g := create(t)
	g.Operation.Formats = map[string]string{"/data/id": "uuid5"}
	if _, ok := sent(t, "canary.member-value", g)["/data/attributes/feedUrl"]; !ok {
		t.Errorf("got %v", sent(t, "canary.member-value", g))
	}
}

func TestTheSurroundingsOfARequestAreKnown(t *testing.T) {
	at, err := url.Parse("https://10.0.0.1:8443/api")
	if err != nil {
		t.Fatal(err)
	}
	p := &planner{Plan: Plan{Target: &target.Target{URL: at, Hosts: []string{"db.internal"}}}}
	g := get(t)
	g.Limited = &target.Credential{Kind: target.Query, Name: "key"}
	g.Expired = &target.Credential{Kind: target.Cookie, Name: "session"}
	want := &check.Surroundings{
		Secrets: []check.Place{{In: "header", At: "X-Api-Key"}, {In: "query", At: "key"}, {In: "cookie", At: "session"}},
		Hosts:   []string{"10.0.0.1", "db.internal"},
	}
	if diff := cmp.Diff(want, p.surroundings([]*target.Credential{g.Credential, g.Limited, g.Expired})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestATextInQuotesIsThatText(t *testing.T) {
	for _, text := range []string{"", "a", `<b>&"'`, "\\u003c", "line\nbreak", "\x00", "\u2028", "\\"} {
		var got string
		quoted := inQuotes(text)
		if err := json.Unmarshal([]byte(quoted), &got); err != nil || got != text {
			t.Errorf("%q in quotes is %s: %q, %v", text, quoted, got, err)
		}
		if strings.ContainsAny(text, "<>&") && !strings.Contains(quoted, "<b>&") {
			t.Errorf("the markup of %q is escaped: %s", text, quoted)
		}
	}
}
