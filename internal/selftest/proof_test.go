package selftest

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/contracts"
	"github.com/seed-e125e033/conform/fixtures/apis"
	"github.com/seed-e125e033/conform/fixtures/faults"
	"github.com/seed-e125e033/conform/fixtures/faults/expected"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/suites"
)

var update = flag.Bool("update", false, "rewrite the table in docs/selftest.md; with CONFORM_SELFTEST=whole")

const (
	guide = "../../docs/selftest.md"
	begin = "<!-- score -->\n"
	end   = "<!-- end of score -->\n"
)

// With CONFORM_SELFTEST=whole every fault is tried, as make selftest does; else a sample, the same each time. What there is to catch is
// counted whole either way.
func TestTheScoreInTheGuideIsTrue(t *testing.T) {
	whole := os.Getenv("CONFORM_SELFTEST") == "whole"
	c := Config{Sample: 40}
	if whole {
		c.Sample = 1
	}
	score, err := Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if !score.Proven() {
		var text bytes.Buffer
		if err := Text(&text, score); err != nil {
			t.Fatal(err)
		}
		t.Errorf("not proven:\n%s", text.String())
	}
	for i := range score.Contracts {
		c := &score.Contracts[i]
		if c.Tried == c.Caught {
			c.Tried, c.Caught = c.Expected, c.Expected // of the sample nothing slipped: what the guide says of the rest was true when it was written
		}
	}
	var table bytes.Buffer
	if err := Markdown(&table, score); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, opened := strings.Cut(string(page), begin)
	written, after, closed := strings.Cut(rest, end)
	if !opened || !closed {
		t.Fatalf("%s has no place for the score between %q and %q", guide, begin, end)
	}
	if *update && whole && !t.Failed() {
		if err := os.WriteFile(guide, []byte(before+begin+table.String()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(written, table.String()); diff != "" {
		t.Errorf("%s is not true any more: make selftest rewrites it\n%s", guide, diff)
	}
}

// named returns one reference API that keeps one contract.
func named(t *testing.T, name string) apis.API {
	t.Helper()
	api, ok := apis.Named(name)
	if !ok {
		t.Fatalf("no reference API is called %q", name)
	}
	return api
}

// one is a layer of a single fault and no accent, or of a single accent and no fault.
func one(fault, accent *faults.Change) *layer {
	of := func(x *faults.Exchange, c *faults.Change) []faults.Change {
		if c == nil {
			return nil
		}
		if _, ok := c.Make(x); !ok {
			return nil
		}
		return []faults.Change{*c}
	}
	return &layer{
		func(x *faults.Exchange, _ faults.Choices) []faults.Change { return of(x, fault) },
		func(x *faults.Exchange) []faults.Change { return of(x, accent) },
	}
}

// otherCode answers 403 where a 404 is due, and its body goes with that.
var otherCode = faults.Change{Name: "code.other", Make: func(x *faults.Exchange) (faults.Answer, bool) {
	a := x.Answer
	a.Status, a.Reason = 403, "Forbidden"
	a.Body = bytes.Replace(slices.Clone(a.Body), []byte(`"not_found"`), []byte(`"forbidden"`), 1)
	a.Body = bytes.Replace(a.Body, []byte(`"status":404`), []byte(`"status":403`), 1)
	return a, x.Answer.Status == 404 && !bytes.Equal(a.Body, x.Answer.Body)
}}

// tableOf is a table without rows, with the schema of tables.
func tableOf(t *testing.T, name, rows string) fstest.MapFS {
	t.Helper()
	form, err := expected.Files.ReadFile("table.json")
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{name + ".yaml": {Data: []byte("contract: " + name + "\ndocument: the page\n" + rows)}, "table.json": {Data: form}}
}

// contractOf loads a contract that ships, changed.
func contractOf(t *testing.T, name, from, to string) func() ([]*contract.Contract, error) {
	t.Helper()
	data, err := contracts.Files.ReadFile(name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(data), from); n != 1 {
		t.Fatalf("contract %s has %q %d times, so that it cannot be changed", name, from, n)
	}
	files := fstest.MapFS{name + ".yaml": {Data: []byte(strings.Replace(string(data), from, to, 1))}}
	return func() ([]*contract.Contract, error) {
		c, err := contract.Load(files, name+".yaml", suites.Names(), contract.Options{Unprobed: true})
		return []*contract.Contract{c}, err
	}
}

// slips lists what slipped through, or was flagged, by requirement.
func slips(all []Slip) []string {
	var names []string
	for _, s := range all {
		if name := s.Change + " " + s.Requirement; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// prove returns what is made of a layer on the API of gr4vy, by that contract alone.
func prove(t *testing.T, l *layer, rows, from, to string) *Score {
	t.Helper()
	score, err := Run(t.Context(), Config{
		load: contractOf(t, "gr4vy", from, to), apis: []apis.API{named(t, "gr4vy")}, layer: l, tables: tableOf(t, "gr4vy", rows),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range score.Contracts {
		score.Contracts[0].Unproven = c.Unproven[:0] // one fault does not prove a contract
	}
	return score
}

const (
	notFound    = "probes: [identifier.unknown]\n    expect: {status: [404], members: {/code: not_found}}"
	blind       = "probes: [identifier.unknown]\n    expect: {status: [4xx]}"
	speaks      = "answers: {every-client-error: [\"4xx\"], server-error: [\"500\"]}\n"
	otherRows   = speaks + "equivalent: [{faults: [code.other], requirements: [every-client-error], because: it speaks of the format alone}]"
	allowedRows = speaks + "equivalent: [{faults: [code.other], because: this table is wrong on purpose}]"
)

func TestAFaultIsCaughtByTheRequirementThatItBreaks(t *testing.T) {
	score := prove(t, one(&otherCode, nil), otherRows, notFound, notFound)
	if c := score.Contracts[0]; !score.Proven() || c.Expected == 0 || c.Caught != c.Expected || c.Equivalent == 0 {
		t.Errorf("%+v", c)
	}
}

func TestAFaultSlipsThroughAJudgeThatDoesNotLook(t *testing.T) {
	score := prove(t, one(&otherCode, nil), otherRows, notFound, blind)
	c := score.Contracts[0]
	if diff := cmp.Diff([]string{"code.other gr4vy.unknown-resource"}, slips(c.Slipped)); diff != "" || score.Proven() || c.Caught >= c.Tried {
		t.Errorf("caught %d of %d: %s", c.Caught, c.Tried, diff)
	}
}

func TestAFaultThatBreaksNothingMustNotBeFound(t *testing.T) {
	score := prove(t, one(&otherCode, nil), allowedRows, notFound, notFound)
	c := score.Contracts[0]
	if diff := cmp.Diff([]string{"code.other gr4vy.unknown-resource", "code.other gr4vy.unknown-route"}, slips(c.Alarms)); diff != "" || score.Proven() {
		t.Error(diff)
	}
}

func TestAnAccentThatIsFoundIsToldAsFlagged(t *testing.T) {
	accent := faults.Change{Name: "accent.other-code", Make: otherCode.Make}
	score := prove(t, one(nil, &accent), speaks, notFound, notFound)
	c := score.Contracts[0]
	if diff := cmp.Diff([]string{"accent.other-code gr4vy.unknown-resource", "accent.other-code gr4vy.unknown-route"}, slips(c.Alarms)); diff != "" || score.Proven() || c.Flagged != 1 {
		t.Error(diff)
	}
}

func TestAContractWithoutATableIsNotProven(t *testing.T) {
	score, err := Plan(t.Context(), Config{
		load: contractOf(t, "gr4vy", notFound, notFound), apis: []apis.API{named(t, "gr4vy")}, layer: one(nil, nil), tables: tableOf(t, "shop", ""),
	})
	if err != nil {
		t.Fatal(err)
	}
	if c := score.Contracts[0]; !strings.HasPrefix(c.Why, "no table") {
		t.Errorf("%+v", c)
	}
}

func TestARequirementThatNothingHasToBeCaughtByIsUnproven(t *testing.T) {
	score, err := Plan(t.Context(), Config{
		load: contractOf(t, "gr4vy", notFound, notFound), apis: []apis.API{named(t, "gr4vy")}, layer: one(&otherCode, nil), tables: tableOf(t, "gr4vy", otherRows),
	})
	if err != nil {
		t.Fatal(err)
	}
	unproven := score.Contracts[0].Unproven
	if slices.Contains(unproven, "gr4vy.unknown-resource") || !slices.Contains(unproven, "gr4vy.every-client-error") || score.Proven() {
		t.Error(unproven)
	}
}

func TestARowThatFitsNothingIsAMistake(t *testing.T) {
	_, err := Plan(t.Context(), Config{
		load: contractOf(t, "gr4vy", notFound, notFound), apis: []apis.API{named(t, "gr4vy")}, layer: one(&otherCode, nil),
		tables: tableOf(t, "gr4vy", "either:\n  - {faults: [code.another], because: nobody knows it}\n"),
	})
	if want := `gr4vy.yaml:4:15: "code.another" fits nothing: remove it`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("want %s, got %v", want, err)
	}
}

func TestTheSameSampleIsTriedEachTimeAndHasEveryFamily(t *testing.T) {
	var names []string
	for _, family := range []string{"status", "body", "header", "member"} {
		for kind := range 50 {
			names = append(names, fmt.Sprintf("%s.%d", family, kind))
		}
	}
	few := sample(names, "gr4vy", 1000)
	var families []string
	for _, name := range few {
		family, _, _ := strings.Cut(name, ".")
		families = append(families, family)
	}
	slices.Sort(families)
	if diff := cmp.Diff([]string{"body", "header", "member", "status"}, slices.Compact(families)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(few, sample(names, "gr4vy", 1000)); diff != "" {
		t.Error(diff)
	}
	if n := len(sample(names, "gr4vy", 10)); n < 10 || n > 40 {
		t.Errorf("one of 10 of 200 names is %d", n)
	}
	if diff := cmp.Diff(names, sample(names, "gr4vy", 1)); diff != "" {
		t.Error(diff)
	}
}

func TestTheScoreIsTheSameEachTime(t *testing.T) {
	if testing.Short() {
		t.Skip("two proofs take seconds")
	}
	var texts [2]bytes.Buffer
	for i := range texts {
		score, err := Run(t.Context(), Config{Contracts: []string{"restfm-1"}, Sample: 10})
		if err != nil {
			t.Fatal(err)
		}
		if err := JSON(&texts[i], score); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(texts[0].String(), texts[1].String()); diff != "" {
		t.Error(diff)
	}
}
