package check

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
)

// impossible is missed by every answer.
var impossible = contract.Expect{Status: []contract.Status{"299"}}

// blamed judges an answer by an expectation that it misses and returns whose own the finding says that it looks like.
func blamed(t *testing.T, a *exchange.Answer) string {
	t.Helper()
	ex := &exchange.Exchange{Request: exchange.Request{Method: "GET"}, Answer: a}
	found, err := Find(impossible, nil, ex, Defect{})
	if err != nil || len(found) != 1 {
		t.Fatalf("want the status missed, got %v and %v", found, err)
	}
	_, name, _ := strings.Cut(found[0].Got, ", looks like ")
	return strings.TrimSuffix(name, "'s own")
}

// answers reads a file of fixtures/answers/origins: whose answers they are, and the answers by what they are about.
func answers(t *testing.T, file string) (name string, all map[string]*exchange.Answer) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n\n### ")
	all = map[string]*exchange.Answer{}
	for _, part := range parts[1:] {
		title, rest, _ := strings.Cut(part, "\n")
		head, body, _ := strings.Cut(rest, "\n\n")
		lines := strings.Split(head, "\n")
		status, err := strconv.Atoi(strings.Fields(lines[0])[1])
		if err != nil {
			t.Fatalf("%s: %s: %v", file, title, err)
		}
		a := &exchange.Answer{Proto: "HTTP/1.1", Status: status, Body: []byte(body)}
		for _, line := range lines[1:] {
			field, value, _ := strings.Cut(line, ": ")
			a.Fields = append(a.Fields, exchange.Field{Name: field, Value: value})
		}
		all[title] = a
	}
	return strings.TrimPrefix(parts[0], "# "), all
}

func TestAnswersOfOtherProgramsAreNamedAndNoOthers(t *testing.T) {
	files, err := filepath.Glob("../../fixtures/answers/origins/*.http")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	known := map[string]bool{}
	for _, file := range files {
		want, all := answers(t, file)
		known[want] = true
		if want == "nobody" {
			want = ""
		}
		if len(all) == 0 {
			t.Errorf("%s: no answers", file)
		}
		for title, a := range all {
			if got := blamed(t, a); got != want {
				t.Errorf("%s: %s: want %q, got %q", filepath.Base(file), title, want, got)
			}
		}
	}
	for _, s := range append(serverSigns(), frameworkSigns()...) {
		if !known[s.name] {
			t.Errorf("no answer shows what those of %s look like", s.name)
		}
	}
}

func TestSampleAnswersOfContractsAreTakenForNobodys(t *testing.T) {
	files, err := filepath.Glob("../../fixtures/answers/*/good/*")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, status := range []int{400, 401, 404, 405, 415, 422, 500, 503} {
			if got := blamed(t, &exchange.Answer{Status: status, Body: body}); got != "" {
				t.Errorf("%s with status %d is taken for %s's", file, status, got)
			}
		}
	}
}

func TestTheOriginIsToldOnceWhereTheBodyIsSpokenOf(t *testing.T) {
	const page = "404\nContent-Type: text/html\n\n<html><hr><center>nginx</center></html>"
	formats := map[string]contract.Format{"problem": {MediaTypes: []string{"application/problem+json"}}}
	tests := []struct {
		name, method, answer string
		expect               contract.Expect
		want                 []string
	}{
		{"a status alone", "GET", page, contract.Expect{Status: []contract.Status{"405"}}, []string{"status: want 405, got 404, looks like nginx's own"}},
		{"a header field that is not there", "GET", page, contract.Expect{Headers: map[string]string{"Allow": "present"}}, []string{"headers: Allow: want the field, got none, looks like nginx's own"}},
		{"status, media type and body", "GET", page, contract.Expect{Status: []contract.Status{"405"}, Formats: []string{"problem"}, Members: map[string]contract.Member{"/title": {}}}, []string{
			"status: want 405, got 404", "media-type: want application/problem+json, got text/html", "body: want JSON, got HTML, looks like nginx's own",
		}},
		{"an answer to HEAD has no page", "HEAD", page, contract.Expect{Status: []contract.Status{"405"}}, []string{"status: want 405, got 404"}},
		{"a success is nobody's page", "GET", strings.Replace(page, "404", "200", 1), contract.Expect{Status: []contract.Status{"405"}}, []string{"status: want 405, got 200"}},
		{"what is as it has to be is not spoken of", "GET", page, contract.Expect{Status: []contract.Status{"404"}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found, err := Find(tt.expect, formats, exchanged(t, tt.method, tt.answer), Defect{})
			var got []string
			for _, f := range found {
				got = append(got, f.String())
			}
			if err != nil || strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
				t.Errorf("want %q, got %q and %v", tt.want, got, err)
			}
		})
	}
}
