package contracts_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/contracts"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/suites"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// shipped loads every contract that ships, by name.
func shipped(t *testing.T) []*contract.Contract {
	t.Helper()
	files, err := filepath.Glob("*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no contracts: %v", err)
	}
	var all []*contract.Contract
	for _, file := range files {
		c, err := contract.Load(contracts.Files, file, suites.Names(), contract.Options{Shown: "contracts/" + file})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

// golden holds text to a file in testdata.
func golden(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-), now (+); go test ./contracts -update rewrites it:\n%s", file, diff)
	}
}

func TestEveryContractIsNamedAsItsFile(t *testing.T) {
	for _, c := range shipped(t) {
		if want := "contracts/" + c.Name + ".yaml"; c.File != want {
			t.Errorf("contract %q is in %s", c.Name, c.File)
		}
		if !strings.HasPrefix(c.Source, "https://") || c.Title == "" {
			t.Errorf("%s: title %q, source %q: reports show where the promises are written", c.Name, c.Title, c.Source)
		}
	}
}

// A requirement or a sentence that goes missing shows here.
func TestCountsOfRequirementsAreKnown(t *testing.T) {
	var b strings.Builder
	for _, c := range shipped(t) {
		count := map[contract.Level]int{}
		inferred := 0
		for _, r := range c.Requirements {
			count[r.Level]++
			if r.Basis == "inferred" {
				inferred++
			}
		}
		fmt.Fprintf(&b, "%s: %d must, %d should, %d may (%d inferred); %d untested; %d operations\n",
			c.Name, count[contract.Must], count[contract.Should], count[contract.May], inferred, len(c.Untested), len(c.Operations))
	}
	golden(t, "counts.txt", b.String())
}

// codes returns every status code and class that a contract names: in what its requirements expect or observe, and in the
// source of what is untested.
func codes(c *contract.Contract) map[string]bool {
	named := map[string]bool{}
	for _, r := range c.Requirements {
		for _, s := range r.Expect.Status {
			named[string(s)] = true
		}
		if r.Observed != nil {
			for _, s := range r.Observed.Status {
				named[string(s)] = true
			}
		}
	}
	code := regexp.MustCompile(`\b[1-5][0-9][0-9]\b`)
	for _, u := range c.Untested {
		for _, text := range []string{u.Says, u.Source} {
			for _, s := range code.FindAllString(text, -1) {
				named[s] = true
			}
		}
	}
	return named
}

// The codes are those that the documents name, read from the documents and not from the contracts.
func TestEveryStatusOfTheDocumentOccursInItsContract(t *testing.T) {
	documents := map[string][]string{
		"gr4vy":       {"4xx", "400", "401", "403", "404", "405", "409", "5xx"},
		"openpodcast": {"200", "201", "400", "401", "403", "404", "405", "409", "415", "422", "500"},
	}
	all := shipped(t)
	for name, statuses := range documents {
		i := slices.IndexFunc(all, func(c *contract.Contract) bool { return c.Name == name })
		if i < 0 {
			t.Fatalf("no contract is called %q", name)
		}
		named := codes(all[i])
		for _, status := range statuses {
			if !named[status] {
				t.Errorf("%s: the document names %s, the contract does not", name, status)
			}
		}
	}
}

func TestEveryRequirementStatesAFactAboutTheAPI(t *testing.T) {
	fact := regexp.MustCompile(`^(may [a-z]+|[a-z]+s) `) // answers, keeps, does not, may hide
	for _, c := range shipped(t) {
		for _, r := range c.Requirements {
			if !fact.MatchString(r.Says) {
				t.Errorf("%s: %q does not go on from \"the API\": begin with a verb, as in \"answers 404 to ...\"", r.Name(), r.Says)
			}
			if r.Source == "" {
				t.Errorf("%s names no source", r.Name())
			}
		}
		for _, u := range c.Untested {
			if u.Says == "" || u.Source == "" || u.Reason == "" {
				t.Errorf("%s: untested %q: sentence, source and reason are all needed", c.Name, u.Says)
			}
		}
	}
}

// What is left out on purpose is seen here, and so is a probe that was written and forgotten.
func TestProbesThatNoContractUsesAreKnown(t *testing.T) {
	used := map[string]bool{}
	for _, c := range shipped(t) {
		for _, r := range c.Requirements {
			for _, name := range r.Probes {
				for _, p := range suites.Named(name) {
					used[p.Name] = true
				}
			}
		}
	}
	unused := slices.DeleteFunc(suites.Names(), func(name string) bool { return used[name] })
	golden(t, "unused-probes.txt", strings.Join(append(unused, ""), "\n"))
}
