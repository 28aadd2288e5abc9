package check

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/leak"
)

func TestLeaks(t *testing.T) {
	known := &Surroundings{
		Secrets: []Place{{"header", "X-Api-Key"}, {"query", "the key"}, {"cookie", "session"}, {"header", "authorization"}},
		Hosts:   []string{"10.0.0.1"},
	}
	request := exchange.Request{
		Method: "GET", Target: "/things?the%20key=in-the-query+&q=in-no-secret",
		Fields: exchange.Fields{
			{Name: "Authorization", Value: "Bearer in-authorization"}, {Name: "X-Api-Key", Value: "in-a-header"},
			{Name: "Cookie", Value: "theme=in-another-cookie; session=in-the-cookie"},
		},
	}
	tests := []struct {
		name, hides, answer string
		want                []string
	}{
		{"nothing is hidden that nobody asks for", "", "500\n\nORA-00942", nil},
		{"another class is not told", "stack-trace", "500\n\nORA-00942", nil},
		{"a class that is asked for", "sql-error", "500\n\n" + `{"detail":"ORA-00942"}`, []string{"leaks: /detail: shows an error of Oracle: ORA-0"}},
		{"a success is looked at too", "sql-error", "200\nX-Note: ORA-00942", []string{"leaks: X-Note: shows an error of Oracle: ORA-0"}},
		{"a host that may be shown", "internal-host", "500\n\nhttp://10.0.0.1/", nil},
		{"another host", "internal-host", "500\n\nhttp://10.0.0.2/", []string{"leaks: shows a private address: //0.0.0.0"}},
		{"a bearer token", "credential", "401\n\n" + `{"detail":"in-authorization"}`,
			[]string{"leaks: /detail: shows the Authorization that the request carried: as it was sent"}},
		{"a key in a header", "credential", "401\n\n" + `{"detail":"in-a-header"}`, []string{"leaks: /detail: shows the X-Api-Key that the request carried: as it was sent"}},
		{"a key in the query", "credential", "401\n\n" + `{"detail":"in-the-query "}`, []string{"leaks: /detail: shows the parameter the key that the request carried: as it was sent"}},
		{"a cookie", "credential", "401\n\n" + `{"detail":"in-the-cookie"}`, []string{"leaks: /detail: shows the cookie session that the request carried: as it was sent"}},
		{"what else the request has is no credential", "credential", "401\n\n" + `{"detail":"in-another-cookie in-no-secret"}`, nil},
		{"markup", "reflection", "404\nContent-Type: text/html\n\n<p>" + leak.Mark("1") + "</p>",
			[]string{"leaks: shows the marked text of the request, unescaped, in text/html: <conform-...>"}},
		{"a field", "header-injection", "302\nConform-Injected: 1", []string{"leaks: Conform-Injected: shows a header field that the request made: Conform-Injected"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ex := exchanged(t, "GET", tt.answer)
			ex.Request = request
			e := contract.Expect{Hides: strings.Fields(tt.hides)}
			wantFindings(t, e, ex, Defect{Mark: leak.Mark("1"), Surroundings: known}, tt.want...)
		})
	}
}

func TestWhatHidesACredentialIsJudgedForTheRestToo(t *testing.T) {
	e := contract.Expect{Hides: []string{leak.Credential}, Status: []contract.Status{"401"}}
	ex := exchanged(t, "GET", "200") // its request has no credential
	if reading := Read(ex, Defect{}); !reading.Concerns(Prepare(e, nil)) {
		t.Error("its status concerns the answer")
	}
	wantFindings(t, e, ex, Defect{}, "status: want 401, got 200")

	format := problem(t)
	format.Optional = true
	formats := map[string]contract.Format{"problem": format}
	e = contract.Expect{Hides: []string{"sql-error"}, Formats: []string{"problem"}}
	if !Read(exchanged(t, "GET", "500\nContent-Type: text/plain\n\nORA-00942"), Defect{}).Concerns(Prepare(e, formats)) {
		t.Error("what it hides concerns an answer of any format")
	}
}

func TestAnAnswerIsLookedThroughOnceForAllClasses(t *testing.T) {
	ex := exchanged(t, "GET", "500\nServer: x/1.2\n\nORA-00942")
	reading := Read(ex, Defect{})
	for class, want := range map[string]int{"sql-error": 1, "banner": 1, "stack-trace": 0} {
		found, err := reading.Find(Prepare(contract.Expect{Hides: []string{class}}, nil))
		if err != nil || len(found) != want {
			t.Errorf("%s: want %d, got %v and %v", class, want, found, err)
		}
	}
}

func TestWhatWasNotReadIsNotPassed(t *testing.T) {
	e := contract.Expect{Hides: []string{"sql-error"}}
	tests := []struct {
		name, body string
		flaw       *exchange.Failure
		coding     string
		unclear    bool
		found      int
	}{
		{"a body that was cut by the target shows what came", "x", &exchange.Failure{Kind: exchange.Cut, Err: errors.New("it broke")}, "", false, 0},
		{"a body that took too long may show more", "x", &exchange.Failure{Kind: exchange.Timeout, Err: errors.New("too long")}, "", true, 0},
		{"so may one that is too large", "x", &exchange.Failure{Kind: exchange.TooLong, Err: errors.New("too large")}, "", true, 0},
		{"what is found there is found", "ORA-00942", &exchange.Failure{Kind: exchange.TooLong, Err: errors.New("too large")}, "", false, 1},
		{"a coded body is not read", "x", nil, "gzip", true, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := &exchange.Answer{Status: 500, Body: []byte(tt.body), Flaw: tt.flaw}
			if tt.coding != "" {
				a.Fields = exchange.Fields{{Name: "Content-Encoding", Value: tt.coding}}
			}
			found, err := Find(e, nil, &exchange.Exchange{Answer: a}, Defect{})
			if len(found) != tt.found || (err != nil) != tt.unclear {
				t.Errorf("got %v and %v", found, err)
			}
		})
	}
}

func TestWithoutACredentialNoneCanLeak(t *testing.T) {
	with := exchange.Request{Fields: exchange.Fields{{Name: "Authorization", Value: "Bearer x"}}}
	tests := []struct {
		hides string
		r     exchange.Request
		want  bool
	}{
		{"credential", exchange.Request{}, false},
		{"credential", with, true},
		{"credential banner", exchange.Request{}, true},
		{"banner", exchange.Request{}, true},
		{"", exchange.Request{}, true},
	}
	var got, want []bool
	for _, tt := range tests {
		got = append(got, Read(&exchange.Exchange{Request: tt.r}, Defect{}).Concerns(Prepare(contract.Expect{Hides: strings.Fields(tt.hides)}, nil)))
		want = append(want, tt.want)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
