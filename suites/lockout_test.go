package suites

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/target"
)

// fiveLists are operations that take a user and a password.
func fiveLists(more string) string {
	text := "credentials: {default: {basic: {command: 'echo mary:secret'}}, expired: {basic: {command: 'echo john:old'}}}\n" + more + "operations:\n"
	for i := range 5 {
		text += fmt.Sprintf("  - {id: list-%d, request: GET /things/%d}\n", i, i)
	}
	return text
}

var wrongLogIn = says("login", "must", "probes: [credentials.garbage, credentials.malformed, credentials.expired], expect: {status: [401]}")

func TestWrongPasswordsAreFewAndLast(t *testing.T) {
	tests := []struct {
		name, target string
		options      Options
		want         int
	}{
		{"as many as there are, up to ten", fiveLists(""), Options{}, 5},
		{"no more than the flag says", fiveLists("wrong_passwords: 4\n"), Options{WrongPasswords: 2}, 2},
		{"no more than the file says", fiveLists("wrong_passwords: 3\n"), Options{}, 3},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := planned(t, test.options, test.target, wrongLogIn+badMethod)
			users := map[string]int{}
			last := false
			all := slices.Collect(p.Cases())
			for i, c := range all {
				if c.Index != i {
					t.Errorf("%s stands at %d and says %d", c.Name(), i, c.Index)
				}
				switch {
				case c.LogsIn != "":
					users[c.LogsIn]++
					last = true
				case last:
					t.Errorf("%s comes after a wrong password", c.Name())
				}
			}
			if diff := cmp.Diff(map[string]int{"conform": test.want, "john": test.want}, users); diff != "" {
				t.Errorf("wrong passwords by user (-want +got):\n%s", diff)
			}
			for _, c := range p.Checks {
				its := indexes(p, c)
				if !slices.IsSorted(its) {
					t.Errorf("%s: cases %v", c.Title(), its)
				}
				for _, i := range its {
					if all[i].Operation != c.Operation || !slices.Contains(all[i].Checks, c.Index) {
						t.Errorf("%s has the case %s", c.Title(), all[i].Name())
					}
				}
			}
			told := strings.Count(strings.Join(leftOut(p), "\n"), "wrong passwords for one user name are planned already: --wrong-passwords allows more")
			if want := 2 * (5 - test.want); told != want {
				t.Errorf("want %d cases told as left out, got %d:\n%s", want, told, strings.Join(leftOut(p), "\n"))
			}
		})
	}
}

func TestWhatGivesAWrongPassword(t *testing.T) {
	for _, g := range everyKind(t) {
		for _, p := range Catalog {
			cases, _ := p.Cases(g)
			for _, c := range cases {
				want := ""
				switch {
				case p.Name == "credentials.garbage" && g.Credential.Kind == target.Basic, p.Name == "credentials.wrong-scheme" && c.Variant == "basic":
					want = "conform"
				case p.Name == "credentials.expired" && g.Credential.Kind == target.Basic:
					want = "user"
				}
				if c.LogsIn != want {
					t.Errorf("%s %s by %s: want the user %q, got %q", p.Name, c.Variant, g.Credential.Kind, want, c.LogsIn)
				}
			}
		}
	}
}
