package selftest

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/fixtures/faults/expected"
	"github.com/seed-e125e033/conform/internal/contract"
)

func TestGlobsMatchWholeNamesAndStarsAnyLetters(t *testing.T) {
	for _, c := range []struct {
		glob, name string
		want       bool
	}{
		{"status.404", "status.404", true},
		{"status.404", "status.4041", false},
		{"status.*", "status.404", true},
		{"*", "", true},
		{"member.dropped:*/pointer", "member.dropped:/details/0/pointer", true},
		{"member.dropped:*/pointer", "member.dropped:/details/0/pointer/x", false},
		{"*.dropped:*", "member.dropped:/a", true},
		{"a*b*b", "ab", false},
		{"a*a", "a", false},
		{"a*b*c", "a1c2b3c", true},
	} {
		if got := match(c.glob, c.name); got != c.want {
			t.Errorf("match(%q, %q) is %v", c.glob, c.name, got)
		}
	}
}

// load reads a table of a contract with two requirements.
func load(t *testing.T, text string) (*Table, error) {
	t.Helper()
	form, err := expected.Files.ReadFile("table.json")
	if err != nil {
		t.Fatal(err)
	}
	c := &contract.Contract{Name: "shop", Requirements: []contract.Requirement{{ID: "bad-token"}, {ID: "every-error"}}}
	return LoadTable(fstest.MapFS{"shop.yaml": {Data: []byte(text)}, "table.json": {Data: form}}, c)
}

func TestMistakesInATableAreToldWithTheirLines(t *testing.T) {
	for _, c := range []struct{ name, table, want string }{
		{"a misspelt key", "contract: shop\ndocument: the page\nequivalents: []\n", `:3:1: unknown key "equivalents"; did you mean "equivalent"?`},
		{"no document", "contract: shop\n", `"document" is missing`},
		{"no reason", "contract: shop\ndocument: the page\nequivalent:\n  - faults: [status.404]\n", `:4:5: "because" is missing`},
		{"the wrong contract", "contract: shed\ndocument: the page\n", `:1:1: the table of contract "shop" says "shed": name the file after its contract`},
		{
			"an unknown requirement",
			"contract: shop\ndocument: the page\neither:\n  - faults: [status.404]\n    requirements: [bad-tokens]\n    because: the page says nothing of it\n",
			`:5:20: contract "shop" has no requirement "bad-tokens"; did you mean "bad-token"?`,
		},
		{"answers of an unknown requirement", "contract: shop\ndocument: the page\nanswers: {each-error: [4xx]}\n", `has no requirement "each-error"; did you mean "every-error"?`},
		{"a status that is none", "contract: shop\ndocument: the page\nanswers: {every-error: [4x]}\n", "want a status in quotes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := load(t, c.table)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "fixtures/faults/expected/shop.yaml:") {
				t.Errorf("want %s, got %v", c.want, err)
			}
		})
	}
}

const shop = `contract: shop
document: the page
answers: {every-error: ["4xx"]}
equivalent:
  - faults: ["header.*", "!header.allow"]
    because: the page says nothing of header fields
  - faults: [status.401]
    requirements: [bad-token]
    cases: ["*/credentials.missing*"]
    was: ["403"]
    because: the page allows it
told:
  - {faults: [connection.closed], because: there is no answer}
either:
  - {faults: [body.odd], because: the page does not say}
`

func TestWhatNoRowExceptsHasToBeCaught(t *testing.T) {
	for _, c := range []struct {
		name string
		of   changed
		want expectation
	}{
		{"a fault of no row", changed{"body.null", "bad-token", "get/credentials.missing", 401, 401}, caught},
		{"a fault of a row for all requirements", changed{"header.date", "every-error", "get/credentials.missing", 401, 401}, equivalent},
		{"a fault that its row leaves out", changed{"header.allow", "every-error", "get/credentials.missing", 401, 401}, caught},
		{"a row of one requirement", changed{"status.401", "bad-token", "get/credentials.missing/x", 403, 401}, equivalent},
		{"the same for another case", changed{"status.401", "bad-token", "get/credentials.garbage", 403, 401}, caught},
		{"the same for another status of the API's own answer", changed{"status.401", "bad-token", "get/credentials.missing", 404, 401}, caught},
		{"the same for another requirement", changed{"status.401", "every-error", "get/credentials.missing", 403, 401}, caught},
		{"a changed answer that the requirement does not speak of", changed{"status.500", "every-error", "get/credentials.missing", 403, 500}, equivalent},
		{"nothing to judge", changed{"connection.closed", "bad-token", "get", 403, 403}, told},
		{"left open", changed{"body.odd", "bad-token", "get", 403, 403}, either},
	} {
		t.Run(c.name, func(t *testing.T) {
			table, err := load(t, shop)
			if err != nil {
				t.Fatal(err)
			}
			if got := table.expect(c.of); got != c.want {
				t.Errorf("want %d, got %d", c.want, got)
			}
		})
	}
}

func TestAGlobThatFitsNothingIsStale(t *testing.T) {
	table, err := load(t, shop)
	if err != nil {
		t.Fatal(err)
	}
	table.expect(changed{"header.date", "bad-token", "get", 401, 401})
	table.expect(changed{"connection.closed", "bad-token", "get", 401, 401})
	var got []string
	for _, m := range table.stale() {
		got = append(got, m.Text)
	}
	want := []string{
		`"!header.allow" fits nothing: remove it`, `"status.401" fits nothing: remove it`, `"bad-token" fits nothing: remove it`,
		`"*/credentials.missing*" fits nothing: remove it`, `"body.odd" fits nothing: remove it`,
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
