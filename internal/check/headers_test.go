package check

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
)

// headerTest is one row of a syntax's table: the lines of the field, and what is got where that is a finding.
type headerTest struct {
	name  string
	lines []string
	got   string // empty: no finding
}

// testHeader judges each row as the field of an answer of the status to a GET.
func testHeader(t *testing.T, status, name, syntax, want string, tests []headerTest) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ex := exchanged(t, "GET", status+"\n\n")
			ex.Answer.Fields = exchange.Fields{{Name: "Server", Value: "x"}}
			for i, line := range tt.lines {
				ex.Answer.Fields = append(ex.Answer.Fields, fieldOf([]string{name, strings.ToLower(name)}[i%2], line))
			}
			var findings []string
			if tt.got != "" {
				findings = []string{"headers: " + name + ": want " + want + ", got " + tt.got}
			}
			wantFindings(t, contract.Expect{Headers: map[string]string{name: syntax}}, ex, Defect{}, findings...)
		})
	}
}

func TestPresent(t *testing.T) {
	testHeader(t, "400", "X-Request-Id", "present", "the field", []headerTest{
		{"there", []string{"1"}, ""},
		{"there and empty", []string{""}, ""},
		{"not there", nil, "none"},
	})
}

func TestAbsent(t *testing.T) {
	testHeader(t, "400", "X-Powered-By", "absent", "no such field", []headerTest{
		{"not there", nil, ""},
		{"there", []string{"PHP"}, "PHP"},
		{"there and empty", []string{""}, "empty"},
		{"there twice", []string{"PHP", "ASP.NET"}, "PHP, ASP.NET"},
	})
}

func TestChallenge(t *testing.T) {
	testHeader(t, "401", "WWW-Authenticate", "challenge", "at least one challenge: a scheme with its parameters", []headerTest{
		{"a scheme alone", []string{"Negotiate"}, ""},
		{"a scheme with a parameter", []string{`Basic realm="api"`}, ""},
		{"a scheme with several parameters", []string{`Bearer realm="api", error="invalid_token", scope="a b"`}, ""},
		{"a parameter that is a token", []string{"Bearer realm=api"}, ""},
		{"no white space around the commas", []string{`Digest realm="a",nonce="b",qop=auth`}, ""},
		{"tolerated white space around the equals signs", []string{"Digest realm = \"a\" , nonce\t=\t\"b\""}, ""},
		{"a comma, an equals sign and a scheme within quotes", []string{`Bearer realm="a, Basic b=c, \"d\""`}, ""},
		{"an empty quoted value", []string{`Basic realm=""`}, ""},
		{"letters beyond ASCII within quotes", []string{"Basic realm=\"caf\xc3\xa9\""}, ""},
		{"a token68", []string{"Negotiate oYG2MIG+/-._~a=="}, ""},
		{"a token68 that looks like a parameter without a value", []string{"Negotiate abc="}, ""},
		{"several challenges on one line", []string{`Newauth realm="apps", type=1, title="Login to \"apps\"", Basic realm="simple"`}, ""},
		{"a scheme alone before another", []string{`Negotiate, Basic realm="a"`}, ""},
		{"a token68 before another challenge", []string{`Negotiate abc==, Basic realm="a"`}, ""},
		{"the same parameter in two challenges", []string{`Bearer realm="a", Basic realm="a"`}, ""},
		{"several lines", []string{`Bearer realm="a"`, "Negotiate", `Basic realm="a"`}, ""},
		{"empty list elements", []string{`, Basic realm="a",, charset="UTF-8" ,`, ""}, ""},
		{"several spaces after the scheme", []string{`Basic   realm="a"`}, ""},
		{"a line that goes on with the parameters of the one before", []string{`Basic realm="a"`, `charset="UTF-8"`}, ""},

		{"no field", nil, "none"},
		{"an empty field", []string{""}, "empty"},
		{"commas alone", []string{", ,"}, ", ,"},
		{"a parameter without a scheme", []string{`realm="a"`}, `realm="a" (parameter "realm" belongs to no scheme)`},
		{"a parameter after a scheme and a comma", []string{`Basic, realm="a"`}, `Basic, realm="a" (parameter "realm" belongs to no scheme)`},
		{"a parameter after a token68", []string{`Negotiate a==, realm="a"`}, `Negotiate a==, realm="a" (parameter "realm" belongs to no scheme)`},
		{"a quoted value that does not end", []string{`Basic realm="a`}, `Basic realm="a (the quoted value of "realm" does not end)`},
		{"a quoted value that ends in a backslash", []string{`Basic realm="a\`}, `Basic realm="a\ (the quoted value of "realm" does not end)`},
		{"no comma between parameters", []string{`Basic realm="a" charset="b"`}, `Basic realm="a" charset="b" (no comma before "charset=\"b\"")`},
		{"no comma between challenges", []string{`Bearer realm="a" Basic realm="a"`},
			`Bearer realm="a" Basic realm="a" (no comma before "Basic realm=\"a\"")`},
		{"a parameter without a value", []string{`Basic realm="a", charset=`}, `Basic realm="a", charset= (parameter "charset" has no value)`},
		{"words without an equals sign", []string{"Bearer invalid token"}, `Bearer invalid token (no parameter at "invalid token")`},
		{"a colon in place of the equals sign", []string{`Basic realm:"a"`}, `Basic realm:"a" (no parameter at "realm:\"a\"")`},
		{"the same parameter twice", []string{`Basic realm="a", Realm="b"`}, `Basic realm="a", Realm="b" (parameter "Realm" comes twice)`},
		{"a quoted scheme", []string{`"Basic"`}, `"Basic" (no scheme at "\"Basic\"")`},
		{"a second line that is no challenge", []string{`Basic realm="a"`, "???"}, `Basic realm="a", ??? (no scheme at "???")`},
	})
}

func TestMethods(t *testing.T) {
	const asked = "a list of methods"
	testHeader(t, "405", "Allow", "methods", asked, []headerTest{
		{"one method", []string{"POST"}, ""},
		{"a list", []string{"POST, PUT"}, ""},
		{"no white space", []string{"PUT,POST"}, ""},
		{"several lines", []string{"POST", "PUT, PATCH", "DELETE"}, ""},
		{"an empty list", []string{""}, ""},
		{"empty elements", []string{",POST,,PUT ,"}, ""},
		{"a method that is not registered", []string{"M-SEARCH, x!y"}, ""},
		{"the refused method in another case", []string{"get, POST"}, ""},
		{"a method that contains the refused one", []string{"FORGET"}, ""},
		{"no field", nil, "none"},
		{"a quoted method", []string{`"POST"`}, `"POST"`},
		{"white space for commas", []string{"POST PUT"}, "POST PUT"},
		{"a JSON array", []string{`["POST"]`}, `["POST"]`},
		{"a broken element on the second line", []string{"POST", "PUT;q=1"}, "POST, PUT;q=1"},
	})
	testHeader(t, "405", "Allow", "methods", asked+" without the refused GET", []headerTest{
		{"the refused method", []string{"GET"}, "GET"},
		{"the refused method among others", []string{"POST, GET, PUT"}, "POST, GET, PUT"},
		{"the refused method on the second line", []string{"POST", "GET"}, "POST, GET"},
	})
	testHeader(t, "403", "Allow", "methods", "", []headerTest{
		{"the method of a request that was refused for another reason", []string{"GET"}, ""},
	})
}

func TestMethodsOfAResourceThatTakesOne(t *testing.T) {
	for _, tt := range []struct{ name, answer, works, got string }{
		{"it is listed", "405\nAllow: GET, POST", "POST", ""},
		{"it is not listed", "405\nAllow: PUT, DELETE", "POST", "PUT, DELETE"},
		{"it is listed in another case", "405\nAllow: post", "POST", "post"},
		{"nothing is listed", "405\nAllow:", "POST", "empty"},
		{"nothing is known to work", "405\nAllow: PUT", "", ""},
		{"the refusal has another reason", "403\nAllow: PUT", "POST", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var findings []string
			if tt.got != "" {
				findings = []string{"headers: Allow: want a list of methods with POST, which works, got " + tt.got}
			}
			wantFindings(t, contract.Expect{Headers: map[string]string{"Allow": "methods"}}, exchanged(t, "PATCH", tt.answer), Defect{Works: tt.works}, findings...)
		})
	}
}

func TestDelayOrDate(t *testing.T) {
	testHeader(t, "429", "Retry-After", "delay-or-date", "seconds or an HTTP date", []headerTest{
		{"no field", nil, ""},
		{"seconds", []string{"120"}, ""},
		{"no seconds", []string{"0"}, ""},
		{"a very long time", []string{"99999999999999999999"}, ""},
		{"an IMF-fixdate", []string{"Sun, 06 Nov 1994 08:49:37 GMT"}, ""},
		{"an RFC 850 date", []string{"Sunday, 06-Nov-94 08:49:37 GMT"}, ""},
		{"an RFC 850 date of another century", []string{"Wednesday, 06-Nov-69 08:49:37 GMT"}, ""},
		{"an asctime date", []string{"Sun Nov  6 08:49:37 1994"}, ""},
		{"a leap second in every form", []string{"Saturday, 31-Dec-16 23:59:60 GMT"}, ""},
		{"a leap second in the form of asctime", []string{"Sat Dec 31 23:59:60 2016"}, ""},
		{"a second too many in the form of asctime", []string{"Sat Dec 31 23:58:60 2016"}, "Sat Dec 31 23:58:60 2016"},
		{"an empty field", []string{""}, "empty"},
		{"a negative number", []string{"-1"}, "-1"},
		{"a fraction", []string{"1.5"}, "1.5"},
		{"a unit", []string{"30s"}, "30s"},
		{"a word", []string{"soon"}, "soon"},
		{"an ISO 8601 date", []string{"1994-11-06T08:49:37Z"}, "1994-11-06T08:49:37Z"},
		{"another zone", []string{"Sun, 06 Nov 1994 08:49:37 CET"}, "Sun, 06 Nov 1994 08:49:37 CET"},
		{"a day that does not exist", []string{"Sun, 31 Nov 1994 08:49:37 GMT"}, "Sun, 31 Nov 1994 08:49:37 GMT"},
		{"an RFC 850 date with a short day", []string{"Sun, 06-Nov-94 08:49:37 GMT"}, "Sun, 06-Nov-94 08:49:37 GMT"},
		{"an asctime date with one space", []string{"Sun Nov 6 08:49:37 1994"}, "Sun Nov 6 08:49:37 1994"},
	})
	testHeader(t, "429", "Retry-After", "delay-or-date", "seconds or an HTTP date, once", []headerTest{
		{"two lines", []string{"1", "1"}, "2 lines: 1 | 1"},
	})
}

func TestDate(t *testing.T) {
	const asked = "a date such as Sun, 06 Nov 1994 08:49:37 GMT"
	testHeader(t, "400", "Date", "date", asked, []headerTest{
		{"an IMF-fixdate", []string{"Tue, 15 Nov 1994 08:12:31 GMT"}, ""},
		{"an IMF-fixdate with space around it", []string{" Tue, 15 Nov 1994 08:12:31 GMT\t"}, ""},
		{"a leap second", []string{"Sat, 31 Dec 2016 23:59:60 GMT"}, ""},
		{"the last day of February", []string{"Thu, 29 Feb 2024 00:00:00 GMT"}, ""},
		{"a second too many", []string{"Sat, 31 Dec 2016 23:58:60 GMT"}, "Sat, 31 Dec 2016 23:58:60 GMT"},
		{"an hour too many", []string{"Tue, 15 Nov 1994 24:00:00 GMT"}, "Tue, 15 Nov 1994 24:00:00 GMT"},
		{"a day that the month does not have", []string{"Thu, 29 Feb 2023 00:00:00 GMT"}, "Thu, 29 Feb 2023 00:00:00 GMT"},
		{"no day", []string{"Mon, 00 Nov 1994 08:12:31 GMT"}, "Mon, 00 Nov 1994 08:12:31 GMT"},
		{"no such month", []string{"Tue, 15 Nob 1994 08:12:31 GMT"}, "Tue, 15 Nob 1994 08:12:31 GMT"},
		{"letters for the year", []string{"Tue, 15 Nov 19x4 08:12:31 GMT"}, "Tue, 15 Nov 19x4 08:12:31 GMT"},
		{"no field", nil, "none"},
		{"an empty field", []string{""}, "empty"},
		{"an RFC 850 date", []string{"Sunday, 06-Nov-94 08:49:37 GMT"}, "Sunday, 06-Nov-94 08:49:37 GMT"},
		{"an asctime date", []string{"Sun Nov  6 08:49:37 1994"}, "Sun Nov  6 08:49:37 1994"},
		{"UTC for GMT", []string{"Sun, 06 Nov 1994 08:49:37 UTC"}, "Sun, 06 Nov 1994 08:49:37 UTC"},
		{"a zone by number", []string{"Sun, 06 Nov 1994 08:49:37 +0000"}, "Sun, 06 Nov 1994 08:49:37 +0000"},
		{"one digit for the day", []string{"Sun, 6 Nov 1994 08:49:37 GMT"}, "Sun, 6 Nov 1994 08:49:37 GMT"},
		{"one digit for the hour", []string{"Sun, 06 Nov 1994 8:49:37 GMT"}, "Sun, 06 Nov 1994 8:49:37 GMT"},
		{"fractions of a second", []string{"Sun, 06 Nov 1994 08:49:37.5 GMT"}, "Sun, 06 Nov 1994 08:49:37.5 GMT"},
		{"small letters", []string{"sun, 06 nov 1994 08:49:37 gmt"}, "sun, 06 nov 1994 08:49:37 gmt"},
		{"another day of the week", []string{"Mon, 06 Nov 1994 08:49:37 GMT"}, "Mon, 06 Nov 1994 08:49:37 GMT"},
	})
	testHeader(t, "400", "Date", "date", asked+", once", []headerTest{
		{"two lines", []string{"Tue, 15 Nov 1994 08:12:31 GMT", "Tue, 15 Nov 1994 08:12:31 GMT"},
			"2 lines: Tue, 15 Nov 1994 08:12:31 GMT | Tue, 15 Nov 1994 08:12:31 GMT"},
	})
}

func TestContentType(t *testing.T) {
	e := contract.Expect{Headers: map[string]string{"Content-Type": "media-type"}}
	const want = "headers: Content-Type: want one media type, got "
	tests := []struct {
		name, method, answer string
		want                 []string
	}{
		{"a media type", "GET", "400\nContent-Type: text/html\n\nx", nil},
		{"odd but legal parameters", "GET", "400\nContent-Type: TEXT/x!y;;a=\"\\\";,\";B='c' ;\n\nx", nil},
		{"no content", "GET", "400", nil},
		{"an answer to HEAD", "HEAD", "400", nil},
		{"no field", "GET", "400\n\nx", []string{want + "none"}},
		{"an empty field", "GET", "400\nContent-Type:\n\nx", []string{want + "empty"}},
		{"a word", "GET", "400\nContent-Type: json\n\nx", []string{want + "json"}},
		{"a slash too many", "GET", "400\nContent-Type: a/b/c\n\nx", []string{want + "a/b/c"}},
		{"two types on one line", "GET", "400\nContent-Type: a/b, c/d\n\nx", []string{want + "a/b, c/d"}},
		{"two lines", "GET", "400\nContent-Type: a/b\nContent-Type: c/d\n\nx", []string{want + "2 lines: a/b | c/d"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantFindings(t, e, exchanged(t, tt.method, tt.answer), Defect{}, tt.want...)
		})
	}
}

func TestHeadersAreToldInTheOrderOfTheirNames(t *testing.T) {
	e := contract.Expect{Headers: map[string]string{"Date": "date", "Allow": "methods", "WWW-Authenticate": "present"}}
	wantFindings(t, e, exchanged(t, "GET", "400"), Defect{},
		"headers: Allow: want a list of methods, got none",
		"headers: Date: want a date such as Sun, 06 Nov 1994 08:49:37 GMT, got none",
		"headers: WWW-Authenticate: want the field, got none")
}

// FuzzHeaders holds every syntax to its word whatever a target sends: an end, and a finding that fits on a line.
func FuzzHeaders(f *testing.F) {
	for _, seed := range []string{`Basic realm="a\`, "Negotiate a==, b=", "GET,,\t", "Sun, 06 Nov 1994 08:49:37 GMT", `a/b;;c="`} {
		f.Add(seed, "x")
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		for _, syntax := range contract.Syntaxes {
			ex := exchanged(t, "GET", "405\n\nx")
			ex.Answer.Fields = exchange.Fields{fieldOf("F", first), fieldOf("F", second)}
			found, err := Find(contract.Expect{Headers: map[string]string{"F": syntax}}, nil, ex, Defect{})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range found {
				if strings.ContainsAny(f.String(), "\r\n") {
					t.Errorf("not on one line: %q", f.String())
				}
			}
		}
	})
}

// TestFixdatesAreThoseOfThePackageTime holds isFixdate to what the package time writes, day by day and a little beside.
func TestFixdatesAreThoseOfThePackageTime(t *testing.T) {
	start := time.Date(1996, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 3000 {
		text := start.Add(time.Duration(i) * (24*time.Hour + 3671*time.Second)).Format(http.TimeFormat)
		if !isFixdate(text) {
			t.Errorf("%s is one", text)
		}
		at := i % len(text)
		for _, c := range []byte("0a :") {
			other := text[:at] + string(c) + text[at+1:]
			parsed, err := time.Parse(http.TimeFormat, other)
			if want := err == nil && parsed.Format(http.TimeFormat) == other; isFixdate(other) != want {
				t.Errorf("%s: want %t", other, want)
			}
		}
	}
}
