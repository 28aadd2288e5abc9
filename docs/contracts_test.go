package docs

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/contracts"
	"github.com/seed-e125e033/conform/fixtures/apis"
	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/session"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

var update = flag.Bool("update", false, "rewrite what the commands in the guide print")

const guide = "contracts.md"

// block is a block of code in the guide: part of a file, or commands and what they print.
type block struct {
	language, file, text string
	from, to             int // where text stands in the guide
}

func blocks(t *testing.T) (text string, all []block) {
	t.Helper()
	data, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	text = string(data)
	for _, m := range regexp.MustCompile("(?ms)^```([a-z]+)(?: (\\S+))?\n(.*?)^```$").FindAllStringSubmatchIndex(text, -1) {
		b := block{language: text[m[2]:m[3]], text: text[m[6]:m[7]], from: m[6], to: m[7]}
		if m[4] >= 0 {
			b.file = text[m[4]:m[5]]
		}
		all = append(all, b)
	}
	return text, all
}

// write writes the files of the guide up to some block into a folder, as a reader does.
func write(t *testing.T, folder string, all []block) {
	t.Helper()
	files := map[string]string{}
	for _, b := range all {
		if b.file != "" {
			files[b.file] += b.text
		}
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// A reader who does what the guide says, block by block, sees what it shows.
func TestCommandsInTheGuidePrintWhatItShows(t *testing.T) {
	bin := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", bin, "../cmd/conform")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	keeps, breaks := served(shop("")), served(shop("page"))
	t.Cleanup(keeps.Close)
	t.Cleanup(breaks.Close)
	there := strings.NewReplacer("http://localhost:8080", keeps.URL, "http://localhost:8081", breaks.URL)
	back := strings.NewReplacer(keeps.URL, "http://localhost:8080", breaks.URL, "http://localhost:8081")

	text, all := blocks(t)
	folder := t.TempDir()
	var rewritten strings.Builder
	last, exit, commands := 0, 0, 0
	for i, b := range all {
		if b.language != "console" {
			continue
		}
		write(t, folder, all[:i])
		config := filepath.Join(folder, "conform.yaml")
		if data, err := os.ReadFile(config); err == nil {
			if err := os.WriteFile(config, []byte(there.Replace(string(data))), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var shown strings.Builder
		for line := range strings.Lines(b.text) {
			command, ok := strings.CutPrefix(line, "$ ")
			switch {
			case !ok: // what the command before it printed
			case command == "echo $?\n":
				fmt.Fprintf(&shown, "%s%d\n", line, exit)
				exit = 0
			default:
				commands++
				if exit != 0 {
					t.Errorf("the command before %q ends with exit code %d, which the guide does not show", command, exit)
				}
				var out string
				out, exit = shell(t, bin, folder, there.Replace(command))
				shown.WriteString(line + back.Replace(out))
			}
		}
		if diff := cmp.Diff(steady(b.text), steady(shown.String())); diff != "" && !*update {
			t.Errorf("the guide shows (-), now (+); go test ./docs -update rewrites it:\n%s", diff)
		}
		rewritten.WriteString(text[last:b.from] + shown.String())
		last = b.to
	}
	if exit != 0 || commands < 8 {
		t.Errorf("%d commands were run, the last with exit code %d", commands, exit)
	}
	if *update {
		if err := os.WriteFile(guide, []byte(rewritten.String()+text[last:]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// shell runs a command in a folder, with conform on its path and nothing of the environment of the test.
func shell(t *testing.T, bin, folder, command string) (out string, exit int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	c := exec.CommandContext(ctx, "sh", "-c", command)
	c.Dir, c.Env = folder, []string{"PATH=" + bin}
	printed, err := c.CombinedOutput()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatalf("%s: %v", command, err)
	}
	return string(printed), c.ProcessState.ExitCode()
}

// steady returns what a command prints without what differs from run to run.
func steady(text string) string {
	return regexp.MustCompile(`\bin [0-9.]+ s\b|plan [0-9a-f]{12}`).ReplaceAllString(text, "~")
}

// guided loads the contract that the guide builds.
func guided(t *testing.T) *contract.Contract {
	t.Helper()
	folder := t.TempDir()
	_, all := blocks(t)
	write(t, folder, all)
	c, err := contract.Load(os.DirFS(folder), "problem.yaml", suites.Names(), contract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// served serves an API that has the last word: what net/http refuses to read, it answers too.
func served(api http.Handler) *httptest.Server {
	server := httptest.NewUnstartedServer(api)
	server.Listener = apis.Answering(server.Listener, api)
	server.Start()
	return server
}

// missed runs contracts against the shop, with the operations of the guide's target file, and returns the requirements that it
// does not keep.
func missed(t *testing.T, broken string, contracts ...*contract.Contract) []string {
	t.Helper()
	server := served(shop(broken))
	t.Cleanup(server.Close)
	var file string
	_, all := blocks(t)
	for _, b := range all {
		if b.file == "conform.yaml" {
			file += b.text
		}
	}
	api, err := target.Load("conform.yaml", []byte(file), target.Options{Probes: suites.Names()})
	if err != nil {
		t.Fatal(err)
	}
	if api.URL, err = url.Parse(server.URL); err != nil {
		t.Fatal(err)
	}
	plan, err := suites.NewPlan(api, contracts, suites.Options{Agent: "conform/test"})
	if err != nil {
		t.Fatal(err)
	}
	run, err := session.New(session.Config{Plan: plan, Level: contract.Must, Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	run.Start(t.Context(), &log, nil)
	if _, err := run.Close(); err != nil {
		t.Fatal(err)
	}
	var requirements []string
	passed := 0
	err = report.Read(&log, func(r report.Record) error {
		switch {
		case r.Check == nil:
		case r.Check.Verdict == report.Failed || r.Check.Verdict == report.Warned:
			requirements = append(requirements, r.Check.Requirement)
		case r.Check.Verdict == report.Passed:
			passed++
		case r.Check.Verdict != report.Skipped:
			t.Errorf("%s %s is %s: %s", r.Check.Requirement, r.Check.Title, r.Check.Verdict, r.Check.Reason)
		}
		return nil
	})
	if err != nil || passed == 0 {
		t.Errorf("%d checks passed, %v", passed, err)
	}
	slices.Sort(requirements)
	return slices.Compact(requirements)
}

// Each requirement of both contracts is the only one of its contract that fails at least once.
func TestContractsOfProblemDetailsNoticeWhatIsBroken(t *testing.T) {
	shipped, err := contract.Load(contracts.Files, "problem-details.yaml", suites.Names(), contract.Options{})
	if err != nil {
		t.Fatal(err)
	}
	own := guided(t)
	alone := map[string]bool{}
	for _, tt := range []struct {
		name, broken string
		own, shipped []string // requirements that are missed
	}{
		{"an API by the RFC keeps both", "", nil, nil},
		{"an unknown path gets the page of a framework", "page", []string{"every-error", "unknown-path"}, []string{"every-error"}},
		{"an unknown path gets 200", "path", []string{"unknown-path"}, nil},
		{"a problem is labelled application/json", "media-type", []string{"every-error"}, []string{"every-error"}},
		{"a detail is an object", "detail", []string{"every-error"}, []string{"members"}},
		{"a problem repeats another status", "status", []string{"every-error"}, []string{"status"}},
		{"a type has no full path", "type", nil, []string{"references"}},
		{"about:blank has a title of its own", "title", nil, []string{"blank-titles"}},
		{"a malformed identifier gets 422", "identifier", []string{"malformed-identifier"}, nil},
		{"a body that ends too early gets 422", "json", []string{"malformed-json"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, side := range []struct {
				contract *contract.Contract
				want     []string
			}{{own, tt.own}, {shipped, tt.shipped}} {
				var want []string
				for _, id := range side.want {
					want = append(want, side.contract.Name+"."+id)
				}
				got := missed(t, tt.broken, side.contract)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s: want missed (-), got (+):\n%s", side.contract.Name, diff)
				}
				if len(got) == 1 {
					alone[got[0]] = true
				}
			}
		})
	}
	for _, c := range []*contract.Contract{own, shipped} {
		for i := range c.Requirements {
			if name := c.Requirements[i].Name(); !alone[name] {
				t.Errorf("nothing breaks %s alone: it may be unable to fail", name)
			}
		}
	}
}

func TestSamplesInTheGuideAreWhatItSays(t *testing.T) {
	c := guided(t)
	text, all := blocks(t)
	for _, b := range all {
		if b.file != "good.json" && b.file != "bad.json" {
			continue
		}
		answer := &exchange.Answer{Status: 404, Fields: exchange.Fields{{Name: "Content-Type", Value: "application/problem+json"}}, Body: []byte(b.text)}
		found, err := check.Find(contract.Expect{Formats: []string{"problem"}}, c.Formats, &exchange.Exchange{Answer: answer}, check.Defect{})
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case b.file == "good.json" && len(found) > 0:
			t.Errorf("good.json: %v", found)
		case b.file == "bad.json" && (len(found) != 1 || !strings.Contains(text, "`"+found[0].String()+"`")):
			t.Errorf("bad.json: %v, and the guide says something else", found)
		}
	}
}

func TestStepsOfTheGuideAreListed(t *testing.T) {
	text, _ := blocks(t)
	var want, got []string
	for _, m := range regexp.MustCompile(`(?m)^## (([0-9]+)\. .*)$`).FindAllStringSubmatch(text, -1) {
		want = append(want, m[2]+" "+anchor(m[1]))
	}
	for _, m := range regexp.MustCompile(`(?m)^([0-9]+)\. \[.*\]\(#(.*)\)$`).FindAllStringSubmatch(text, -1) {
		got = append(got, m[1]+" "+m[2])
	}
	if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
		t.Errorf("%d headings (-), list (+):\n%s", len(want), diff)
	}
}

// anchor returns the name under which a heading is linked to.
func anchor(heading string) string {
	return strings.ReplaceAll(regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(heading), ""), " ", "-")
}
