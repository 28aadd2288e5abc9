package suites

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var noEffects = says("unchanged", "should", "probes: [method.unknown], observed: {status: [4xx]}, expect: {effects: none}")

func TestEffectsArePlannedWhereAGETShowsThem(t *testing.T) {
	change := `
  - {id: change, request: "PUT /things/{other}", params: {other: {good: {from: create, pointer: /id}, format: uuid}}}
  - {id: act, request: POST /things/act}
`
	tests := []struct {
		name, target string
		options      Options
		want         []string
		reads        int
	}{
		{"of each operation that writes, by a GET of the same path and values", threeOperations + change, Options{}, []string{
			"x.unchanged POST /things: 2", "x.unchanged PUT /things/{other}: 2",
		}, 7},
		{"by the GET that the operation names", threeOperations + strings.Replace(change, "act}", "act, read: list}", 1), Options{Operations: []string{"act"}}, []string{
			"x.unchanged POST /things/act: 2",
		}, 4},
		{"not without one", "operations:\n  - {id: list, request: GET /things}\n" + strings.Split(change, "\n")[2], Options{}, []string{
			"x.unchanged (any path): needs a GET of the path that is written to: list it as an operation, or name one under read",
		}, 0},
		{"not where nothing is written", strings.Split(threeOperations, "  - id: create")[0], Options{}, []string{
			"x.unchanged (any path): no operation is of the kind that it speaks of",
		}, 0},
		{"not where nothing may be written", "operations:\n" + strings.Split(change, "\n")[2], Options{ReadOnly: true}, []string{
			"x.unchanged (any path): needs a run that may write: this one is --read-only",
		}, 0},
		{"not without operations", "", Options{}, []string{"x.unchanged (any path): needs operations: list them in conform.yaml"}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := planned(t, tt.options, tt.target, noEffects)
			if diff := cmp.Diff(tt.want, titles(p)); diff != "" {
				t.Errorf("want (-), got (+):\n%s", diff)
			}
			if reads := p.reads(func(*Operation) {}); reads != tt.reads {
				t.Errorf("want %d reads, got %d", tt.reads, reads)
			}
		})
	}
}

func TestAnOperationWhoseEffectsDoNotShowIsLeftOutWithTheReason(t *testing.T) {
	p := planned(t, Options{}, threeOperations+"  - {id: act, request: POST /things/act}\n", noEffects)
	want := "x.unchanged on act: needs a GET of the path that is written to"
	if text := strings.Join(leftOut(p), "\n"); !strings.Contains(text, want) {
		t.Errorf("want %q in\n%s", want, text)
	}
}

func TestThePlanChangesWithTheReadThatShowsEffects(t *testing.T) {
	other := strings.Replace(threeOperations, "undo:", "read: get\n    undo:", 1)
	if planned(t, Options{}, threeOperations, noEffects).Digest() == planned(t, Options{}, other, noEffects).Digest() {
		t.Error("another read, and yet the same digest")
	}
}
