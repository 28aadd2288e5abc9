package docs

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/seed-e125e033/conform/contracts"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/suites"
)

const (
	probesPage     = "probes.md"
	scenariosFile  = "scenarios.yaml"
	goldenRequests = "../fixtures/requests"
)

// The tables of the page are made of the catalogue, the contracts that ship, fixtures/requests and scenarios.yaml.
func TestTheTablesOfProbesAreTrue(t *testing.T) {
	page := readFile(t, probesPage)
	all, tools := shippedContracts(t), readScenarios(t).Tools
	made := page
	for _, part := range []struct{ name, text string }{
		{"probes", probeTables(t, all, tools)},
		{"scenarios", scenarioTables(tools)},
	} {
		begin, end := "<!-- "+part.name+" -->\n", "<!-- end of "+part.name+" -->\n"
		before, rest, opened := strings.Cut(made, begin)
		_, after, closed := strings.Cut(rest, end)
		if !opened || !closed {
			t.Fatalf("%s has no place for the %s between %q and %q", probesPage, part.name, begin, end)
		}
		made = before + begin + part.text + end + after
	}
	if *update {
		if err := os.WriteFile(probesPage, []byte(made), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(page, made); diff != "" {
		t.Errorf("%s is not true any more: go test ./docs -run Probes -update rewrites it (-written +true):\n%s", probesPage, diff)
	}
}

// Whoever adds a probe looks up whether the other tools have it.
func TestScenariosOfOtherToolsHaveEveryProbe(t *testing.T) {
	file := readScenarios(t)
	requirements := map[string]bool{}
	for _, c := range shippedContracts(t) {
		for i := range c.Requirements {
			requirements[c.Requirements[i].Name()] = true
		}
	}
	inOthers := map[string]bool{}
	for _, tool := range file.Tools {
		seen := map[string]bool{}
		for _, s := range tool.Scenarios {
			what := fmt.Sprintf("%s: %s: %q", scenariosFile, tool.Name, s.Names)
			if len(s.Names) == 0 || s.Sends == "" {
				t.Errorf("%s: give names, and what it sends", what)
			}
			if !s.here() && s.Because == "" {
				t.Errorf("%s corresponds to nothing here: give probes, requirements or as, or because with the reason", what)
			}
			for _, name := range s.Names {
				if seen[name] {
					t.Errorf("%s: %s stands twice", what, name)
				}
				seen[name] = true
			}
			for _, name := range s.Probes {
				if !slices.Contains(suites.Names(), name) {
					t.Errorf("%s: no probe is called %s", what, name)
				}
				inOthers[name] = true
			}
			for _, name := range s.Requirements {
				if !requirements[name] {
					t.Errorf("%s: no requirement is called %s", what, name)
				}
			}
		}
	}
	for _, name := range suites.Names() {
		switch alone := slices.Contains(file.Alone, name); {
		case !alone && !inOthers[name]:
			t.Errorf("%s has no line in %s: name it under the probes of a scenario, or under alone where no other tool sends it", name, scenariosFile)
		case alone && inOthers[name]:
			t.Errorf("%s: %s stands under alone, and in a scenario", scenariosFile, name)
		}
	}
	for _, name := range file.Alone {
		if !slices.Contains(suites.Names(), name) {
			t.Errorf("%s: under alone, no probe is called %s", scenariosFile, name)
		}
	}
}

func TestAVariantIsShownWithoutItsPlace(t *testing.T) {
	for _, tt := range []struct{ variant, sent, want string }{
		{"guid:short", `{guid} = "31740ac6"`, "short"},
		{"/data/id:string", `/data/id = "conform"`, "string"},
		{"/data/id", "no /data/id", ""},
		{"limit:word", `limit = "conform"`, "word"},
		{"limit", "no limit parameter", ""},
		{"limit", "limit=20 twice", ""},
		{"X-Day:slashes", "X-Day: 2025/05/25", "slashes"},
		{"unknown-route:deep", "HEAD instead of GET, and /conform, which does not exist", "unknown-route:deep"},
		{"text/plain", "Content-Type: text/plain", "text/plain"},
		{"", "no Content-Type field", ""},
	} {
		if got := (sample{variant: tt.variant, sent: tt.sent}).slug(); got != tt.want {
			t.Errorf("%q, sent %q: want %q, got %q", tt.variant, tt.sent, tt.want, got)
		}
	}
}

// Of links to other sites nothing is asked.
func TestLinksInTheGuidesLeadSomewhere(t *testing.T) {
	pages, err := filepath.Glob("*.md")
	if err != nil || len(pages) < 3 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	links := 0
	for _, page := range pages {
		for _, m := range regexp.MustCompile(`\]\(([^)#:]*)(?:#([^)]*))?\)`).FindAllStringSubmatch(readFile(t, page), -1) {
			links++
			path, fragment := m[1], m[2]
			if path == "" {
				path = page
			}
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s links to %s: %v", page, path, err)
				continue
			}
			if fragment == "" || filepath.Ext(path) != ".md" {
				continue
			}
			headings := regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(readFile(t, path), -1)
			if !slices.ContainsFunc(headings, func(h []string) bool { return anchor(h[1]) == fragment }) {
				t.Errorf("%s links to %s#%s, which is no heading there", page, m[1], fragment)
			}
		}
	}
	if links < 50 {
		t.Errorf("only %d links were found", links)
	}
}

type scenarios struct {
	Tools []tool
	Alone []string // probes that no other tool has
}

type tool struct {
	Name, Source, Version, Calls string
	Scenarios                    []scenario
}

// scenario is something that a tool sends, under one or more of its names.
type scenario struct {
	Names        []string
	Sends        string
	Probes       []string
	Requirements []string
	As           string // what it is here, if it is neither probe nor requirement
	Because      string // why it is not here, or what of it is not
}

func (s scenario) here() bool { return len(s.Probes) > 0 || len(s.Requirements) > 0 || s.As != "" }

func readScenarios(t *testing.T) scenarios {
	t.Helper()
	var file scenarios
	if err := yaml.Load([]byte(readFile(t, scenariosFile)), &file, yaml.WithKnownFields()); err != nil {
		t.Fatalf("%s: %v", scenariosFile, err)
	}
	return file
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func shippedContracts(t *testing.T) []*contract.Contract {
	t.Helper()
	all, err := contracts.Load(contracts.Names(), suites.Names(), contract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// probeTables returns a heading and a table for each family.
func probeTables(t *testing.T, all []*contract.Contract, tools []tool) string {
	var b strings.Builder
	family := ""
	for _, p := range suites.Catalog {
		if p.Family() != family {
			family = p.Family()
			fmt.Fprintf(&b, "\n### %s\n\n| probe | sends | applies to | contracts |", family)
			for _, tool := range tools {
				fmt.Fprintf(&b, " %s |", tool.Name)
			}
			fmt.Fprintf(&b, "\n|---|---|---|---|%s\n", strings.Repeat("---|", len(tools)))
		}
		samples := samplesOf(p)
		if len(samples) == 0 {
			t.Errorf("%s has no request in fixtures/requests/%s.http: go test ./suites -run Golden -update writes those that the good requests of the tests give", p.Name, family)
			continue
		}
		fmt.Fprintf(&b, "| [`%s`](%s/%s.http#L%d) | %s | %s | %s |", p.Name, goldenRequests, family, samples[0].line, sends(p, samples), cell(p.Where()), users(p, all))
		for _, tool := range tools {
			var names []string
			for _, s := range tool.Scenarios {
				if slices.Contains(s.Probes, p.Name) {
					names = append(names, s.Names...)
				}
			}
			fmt.Fprintf(&b, " %s |", some(names, tool.Name))
		}
		b.WriteString("\n")
	}
	return b.String() + "\n"
}

// sends returns what a probe sends, its variants, and what is wrong with the first of its requests.
func sends(p suites.Probe, samples []sample) string {
	text := cell(strings.TrimPrefix(p.Doc, "sends "))
	var variants []string
	for _, s := range samples {
		if v := s.slug(); v != "" && !slices.Contains(variants, v) {
			variants = append(variants, v)
		}
	}
	if len(variants) > 1 {
		text += "; " + code(variants)
	}
	example := []rune(samples[0].sent)
	if most := 100; len(example) > most {
		example = append(example[:most], '…')
	}
	return text + "<br>" + code([]string{string(example)})
}

// users returns the contracts that name a probe or its family.
func users(p suites.Probe, all []*contract.Contract) string {
	var names []string
	for _, c := range all {
		for i := range c.Requirements {
			if slices.ContainsFunc(c.Requirements[i].Probes, p.Is) {
				names = append(names, c.Name)
				break
			}
		}
	}
	if len(names) == 0 {
		return "-"
	}
	return strings.Join(names, ", ")
}

// some returns the first of a tool's names for a probe, and how many more there are.
func some(names []string, tool string) string {
	const most = 4
	switch {
	case len(names) == 0:
		return "-"
	case len(names) <= most:
		return code(names)
	}
	return fmt.Sprintf("%s and [%d more](#%s)", code(names[:most-1]), len(names)-most+1, anchor(tool))
}

// scenarioTables returns a heading, a sentence and a table for each tool.
func scenarioTables(tools []tool) string {
	var b strings.Builder
	for _, tool := range tools {
		all, here := 0, 0
		var rows strings.Builder
		for _, s := range tool.Scenarios {
			all += len(s.Names)
			if s.here() {
				here += len(s.Names)
			}
			fmt.Fprintf(&rows, "| %s | %s | %s | %s |\n", code(s.Names), cell(s.Sends), corresponds(s), cell(s.Because))
		}
		fmt.Fprintf(&b, "\n### %s\n\n[%s](%s), version %s. Of its %d %s, %d correspond to something here; of the other %d the last column says why not.\n\n", tool.Name, tool.Name, tool.Source, tool.Version, all, tool.Calls, here, all-here)
		fmt.Fprintf(&b, "| there | sends | here | why not, or what is different |\n|---|---|---|---|\n%s", rows.String())
	}
	return b.String() + "\n"
}

// corresponds returns what a scenario is here, with links.
func corresponds(s scenario) string {
	var here []string
	for _, name := range s.Probes {
		family, _, _ := strings.Cut(name, ".")
		here = append(here, fmt.Sprintf("[`%s`](#%s)", name, anchor(family)))
	}
	for _, name := range s.Requirements {
		here = append(here, "requirement `"+name+"`")
	}
	if s.As != "" {
		here = append(here, cell(s.As))
	}
	if len(here) == 0 {
		return "-"
	}
	return strings.Join(here, ", ")
}

// sample is a request in fixtures/requests.
type sample struct {
	variant, sent string
	line          int
}

// samplesOf reads the requests of a probe, in the order of the file.
func samplesOf(p suites.Probe) []sample {
	data, err := os.ReadFile(filepath.Join(goldenRequests, p.Family()+".http"))
	if err != nil {
		return nil // the file of a new family is written with its first request
	}
	title := regexp.MustCompile(`^### ` + regexp.QuoteMeta(p.Name) + `(?: (\S+))? - (.*)$`)
	var samples []sample
	for i, line := range strings.Split(string(data), "\n") {
		if m := title.FindStringSubmatch(line); m != nil {
			samples = append(samples, sample{m[1], m[2], i + 1})
		}
	}
	return samples
}

// slug returns the variant without the place that is broken: "short" of guid:short, nothing of /data/id.
func (s sample) slug() string {
	var slugs []string
	for _, part := range strings.Split(s.variant, ":") {
		placed := strings.HasPrefix(part, "/") || strings.Contains(s.sent, "{"+part+"}") ||
			strings.HasPrefix(s.sent, part+" = ") || strings.HasPrefix(s.sent, part+": ") || strings.HasPrefix(s.sent, part+"=") || strings.HasPrefix(s.sent, "no "+part)
		if !placed {
			slugs = append(slugs, part)
		}
	}
	return strings.Join(slugs, ":")
}

// cell returns text as it stands in a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// code returns texts as code, between commas.
func code(texts []string) string { return "`" + cell(strings.Join(texts, "`, `")) + "`" }
