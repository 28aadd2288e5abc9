package check

import (
	"strings"
	"testing"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
)

// answersTo reads answers, each as exchanged has it.
func answersTo(t *testing.T, method string, texts []string) []*exchange.Answer {
	t.Helper()
	var all []*exchange.Answer
	for _, text := range texts {
		all = append(all, exchanged(t, method, text).Answer)
	}
	return all
}

func TestAsGet(t *testing.T) {
	tests := []struct {
		name        string
		heads, gets []string
		want        []string // of status, length and fields together
	}{
		{"the same", []string{"404\nContent-Type: text/plain\nContent-Length: 4\n\n"}, []string{"404\nContent-Type: text/plain\nContent-Length: 4\n\ngone"}, nil},
		{"another length", []string{"404\nContent-Length: 5\n\n"}, []string{"404\n\ngone"}, []string{"as-get: Content-Length: want 4 as GET has it, got 5"}},
		{"no length", []string{"404\n\n"}, []string{"404\nContent-Length: 4\n\ngone"}, nil},
		{"a length of none", []string{"404\nContent-Length: 0\n\n"}, []string{"404\n\ngone"}, []string{"as-get: Content-Length: want 4 as GET has it, got 0"}},
		{"a length that is another each time", []string{"404\nContent-Length: 5\n\n", "404\nContent-Length: 4\n\n"}, []string{"404\n\ngone", "404\n\nagone"}, nil},
		{"a length that is another with GET each time", []string{"404\nContent-Length: 5\n\n", "404\nContent-Length: 5\n\n"}, []string{"404\n\ngone", "404\n\ngo"}, nil},
		{"another length each time that it is asked", []string{"404\nContent-Length: 5\n\n", "404\nContent-Length: 5\n\n"}, []string{"404\n\ngone", "404\n\ngone"},
			[]string{"as-get: Content-Length: want 4 as GET has it, got 5"}},
		{"another status, and all else with it", []string{"401\nWWW-Authenticate: Bearer\nContent-Length: 1\n\n"}, []string{"404\nX: 1\n\ngone"}, []string{"as-get: want 404 as GET has it, got 401"}},
		{"HEAD is not taken", []string{"405\nContent-Length: 1\n\n"}, []string{"404\nX: 1\n\ngone"}, nil},
		{"HEAD is not known", []string{"501\nContent-Length: 1\n\n"}, []string{"404\nX: 1\n\ngone"}, nil},
		{"a status that is another each time", []string{"404\n\n", "401\n\n"}, []string{"401\n\n", "404\n\n"}, nil},
		{"a field that is missing", []string{"401\n\n"}, []string{"401\nWWW-Authenticate: Bearer\n\n"}, []string{"as-get: WWW-Authenticate: want Bearer as GET has it, got none"}},
		{"a field with another value", []string{"404\nContent-Type: text/html\n\n"}, []string{"404\ncontent-type: text/plain\n\n"},
			[]string{"as-get: content-type: want text/plain as GET has it, got text/html"}},
		{"fields about the content that are missing", []string{"404\n\n"}, []string{"404\nContent-Type: text/plain\nETag: \"1\"\nVary: Accept\nLast-Modified: x\n\ngone"}, nil},
		{"fields about the message alone", []string{"404\nDate: 1\nAge: 1\nSet-Cookie: a\n\n"}, []string{"404\nDate: 2\nAge: 2\nSet-Cookie: b\nTransfer-Encoding: chunked\n\ngone"}, nil},
		{"a field that HEAD has alone", []string{"404\nX: 1\n\n"}, []string{"404\n\n"}, nil},
		{"a name for each request", []string{"404\nX: 1\n\n", "404\nX: 3\n\n"}, []string{"404\nX: 2\n\n", "404\nX: 4\n\n"}, nil},
		{"a field of two lines", []string{"404\nX: 1\nX: 2\n\n"}, []string{"404\nX: 1, 2\n\n"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ex := exchanged(t, "HEAD", tt.heads[0])
			ex.Twin = &exchange.Twin{Gets: answersTo(t, "GET", tt.gets), Heads: answersTo(t, "HEAD", tt.heads[1:])}
			wantFindings(t, contract.Expect{AsGet: []string{"status", "length", "fields"}}, ex, Defect{}, tt.want...)
			if got, want := Unlike(ex), len(tt.want) > 0; got != want {
				t.Errorf("unlike: want %t, got %t", want, got)
			}
			wantFindings(t, contract.Expect{Status: []contract.Status{"4xx", "501"}}, ex, Defect{}) // nothing is compared that is not asked for
		})
	}
}

func TestWhatWasNotAskedWithGETCannotBeCompared(t *testing.T) {
	for want, twin := range map[string]*exchange.Twin{
		"was not sent with GET":                  nil,
		"no answer to the same request with GET": {Failure: &exchange.Failure{Kind: exchange.Timeout}},
	} {
		ex := exchanged(t, "HEAD", "404\n\n")
		ex.Twin = twin
		found, err := Find(contract.Expect{AsGet: []string{"length"}}, nil, ex, Defect{})
		if len(found) > 0 || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v and %v", want, found, err)
		}
	}
}

func TestALengthIsNotComparedWithContentThatWasCutShort(t *testing.T) {
	ex := exchanged(t, "HEAD", "404\nContent-Length: 9\n\n")
	get := exchanged(t, "GET", "404\n\ngone").Answer
	get.Flaw = &exchange.Failure{Kind: exchange.Cut}
	ex.Twin = &exchange.Twin{Gets: []*exchange.Answer{get}}
	wantFindings(t, contract.Expect{AsGet: []string{"length"}}, ex, Defect{})
}
