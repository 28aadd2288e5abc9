package contracts_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

// named returns a contract that ships.
func named(t *testing.T, name string) *contract.Contract {
	t.Helper()
	all := shipped(t)
	i := slices.IndexFunc(all, func(c *contract.Contract) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("no contract is called %q", name)
	}
	return all[i]
}

// What is asked where the document does not decide is a false failure, and what is not asked where it does is a miss.
func TestRequirementsReachAsFarAsTheirDocument(t *testing.T) {
	create := target.Operation{
		ID: "create-record", Method: "POST", Path: "/records", Listed: true,
		Fields:   exchange.Fields{{Name: "Content-Type", Value: "application/json"}},
		Body:     []byte(`{"fieldData":{"Name":"Ada"},"limit":"1"}`),
		Required: []string{"/fieldData", "/fieldData/Name", "/limit"},
	}
	tests := []struct {
		name        string
		contract    string
		requirement string
		want        []string
	}{
		{"members of the call, not fields of the database", "filemaker", "incomplete-request",
			[]string{"member.missing /fieldData", "member.missing /limit", "shape.empty-object "}},
		{"values of the call, not of fields of the database", "filemaker", "invalid-value",
			[]string{"member.null /fieldData", "member.null /limit", "member.wrong-type /fieldData:string", "member.wrong-type /limit:object"}},
		{"a URI that matches nothing, not a database", "restfm", "unknown-uri", []string{"route.unknown deep"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			base, err := url.Parse("https://api.test")
			if err != nil {
				t.Fatal(err)
			}
			api := &target.Target{URL: base, Operations: []target.Operation{create}}
			p, err := suites.NewPlan(api, []*contract.Contract{named(t, test.contract)}, suites.Options{Requirements: []string{test.requirement}, AllowWrites: true})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range p.Checks {
				for of := range p.CasesOf(c) {
					got = append(got, of.Probe+" "+of.Variant)
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The document does not say which feeds are refused. Where one is, what the error points at is the feed.
func TestAPlaceIsJudgedWhereAnErrorNamesOne(t *testing.T) {
	c := named(t, "openpodcast")
	i := slices.IndexFunc(c.Requirements, func(r contract.Requirement) bool { return r.ID == "source-pointer" })
	feed := check.Place{In: "body", At: "/data/attributes/feedUrl"}
	for _, test := range []struct {
		name, body string
		status     int
		want       string
	}{
		{"the feed is taken", `{"data":{"type":"subscription"}}`, 201, ""},
		{"it is refused, and pointed at", `{"errors":[{"source":{"pointer":"/data/attributes/feedUrl"}}]}`, 422, ""},
		{"it is refused, and something else is pointed at", `{"errors":[{"source":{"pointer":"/data/id"}}]}`, 422, "blames: /errors/0/source/pointer: want /data/attributes/feedUrl, got /data/id"},
	} {
		t.Run(test.name, func(t *testing.T) {
			ex := &exchange.Exchange{Answer: &exchange.Answer{Status: test.status, Body: []byte(test.body), Fields: exchange.Fields{{Name: "Content-Type", Value: "application/vnd.api+json"}}}}
			found, err := check.Find(c.Requirements[i].Expect, c.Formats, ex, check.Defect{Place: feed, Kind: "malformed", Blame: []check.Place{feed}})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range found {
				got = append(got, f.String())
			}
			if strings.Join(got, "\n") != test.want {
				t.Errorf("want %q, got %q", test.want, got)
			}
		})
	}
}
