package waiver

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/document"
)

func TestCovers(t *testing.T) {
	tests := []struct {
		name, requirement, operation string
		waiver                       Waiver
		want                         bool
	}{
		{"requirement and operation are the same", "http.date", "get-buyer", Waiver{Requirement: "http.date", Operation: "get-buyer"}, true},
		{"without an operation it covers every one", "http.date", "get-buyer", Waiver{Requirement: "http.date"}, true},
		{"another operation", "http.date", "list-buyers", Waiver{Requirement: "http.date", Operation: "get-buyer"}, false},
		{"another requirement", "http.allow-on-405", "get-buyer", Waiver{Requirement: "http.date", Operation: "get-buyer"}, false},
		{"a requirement whose name begins the same", "http.date-on-all", "get-buyer", Waiver{Requirement: "http.date"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.waiver.Covers(tt.requirement, tt.operation); got != tt.want {
				t.Errorf("want %t, got %t", tt.want, got)
			}
		})
	}
}

func TestExpired(t *testing.T) {
	w := Waiver{Expires: time.Date(2027, 3, 31, 0, 0, 0, 0, time.UTC)}
	tests := []struct {
		name, now string
		want      bool
	}{
		{"long before", "2026-01-01T00:00:00Z", false},
		{"on the last day", "2027-03-31T00:00:00Z", false},
		{"in the last second of the last day", "2027-03-31T23:59:59Z", false},
		{"on the day after", "2027-04-01T00:00:00Z", true},
		{"still the last day in UTC, though not where the clock is", "2027-04-01T01:00:00+02:00", false},
		{"no longer the last day in UTC, though still where the clock is", "2027-03-31T22:00:00-05:00", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339, tt.now)
			if err != nil {
				t.Fatal(err)
			}
			if got := w.Expired(now); got != tt.want {
				t.Errorf("want %t, got %t", tt.want, got)
			}
		})
	}
}

func TestParse(t *testing.T) {
	d, err := document.Parse("conform.yaml", []byte(`
- {requirement: http.allow-on-405, operation: get-buyer, reason: gateway strips Allow, owner: platform, expires: 2027-03-31}
- requirement: gr4vy.bad-token
  reason: known
  owner: payments
  expires: 2027-01-01
`))
	if err != nil {
		t.Fatal(err)
	}
	got, mistakes := Parse(d, "")
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	want := []Waiver{
		{"http.allow-on-405", "get-buyer", "gateway strips Allow", "platform", time.Date(2027, 3, 31, 0, 0, 0, 0, time.UTC), document.Position{File: "conform.yaml", Line: 2, Column: 3}},
		{"gr4vy.bad-token", "", "known", "payments", time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), document.Position{File: "conform.yaml", Line: 3, Column: 3}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseTellsMistakes(t *testing.T) {
	d, err := document.Parse("conform.yaml", []byte(`
- {requirement: allow-on-405, reason: r, owner: o, expires: 2027-03-31}
- {requirement: http.date, operation: a, reason: r, owner: o, expires: 2027-02-30}
- {requirement: http.date, operation: b, reason: r, owner: o, expires: soon}
- {requirement: http.date, operation: a, reason: r, owner: o, expires: 2027-03-31}
`))
	if err != nil {
		t.Fatal(err)
	}
	_, mistakes := Parse(d, "")
	want := []string{
		`conform.yaml:2:4: waiver "allow-on-405": write contract and requirement, such as http.allow-on-405`,
		`conform.yaml:3:63: waiver "http.date": expires "2027-02-30": write the last day it holds, such as 2027-03-31`,
		`conform.yaml:4:63: waiver "http.date": expires "soon": write the last day it holds, such as 2027-03-31`,
		`conform.yaml:5:3: waiver "http.date a": the one in line 3 waives the same: keep one`,
	}
	if diff := cmp.Diff(want, strings.Split(document.Join(mistakes).Error(), "\n")); diff != "" {
		t.Error(diff)
	}
}

func TestUnmatched(t *testing.T) {
	at := document.Position{File: "conform.yaml", Line: 7, Column: 5}
	requirements, operations := []string{"http.date", "http.allow-on-405"}, []string{"get-buyer", "list-buyers"}
	tests := []struct {
		name   string
		waiver Waiver
		want   string
	}{
		{"one that matches is not told", Waiver{Requirement: "http.date", Operation: "get-buyer"}, ""},
		{"one for every operation is not told", Waiver{Requirement: "http.date"}, ""},
		{"a misspelt requirement", Waiver{Requirement: "http.alow-on-405"}, `conform.yaml:7:5: waiver "http.alow-on-405" matches no requirement; did you mean "http.allow-on-405"?`},
		{"a requirement of another contract", Waiver{Requirement: "orders.no-auth"}, `conform.yaml:7:5: waiver "orders.no-auth" matches no requirement: remove it`},
		{"a misspelt operation", Waiver{Requirement: "http.date", Operation: "get-buyers"}, `conform.yaml:7:5: waiver "http.date get-buyers" matches no operation; did you mean "get-buyer"?`},
		{"an operation that is gone", Waiver{Requirement: "http.date", Operation: "pay"}, `conform.yaml:7:5: waiver "http.date pay" matches no operation: remove it`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.waiver.At = at
			got := ""
			if err := document.Join(Unmatched([]Waiver{tt.waiver}, requirements, operations)); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("\nwant %s\n got %s", tt.want, got)
			}
		})
	}
}
