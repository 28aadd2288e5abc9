package exchange

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRequestIsWrittenAsItSays(t *testing.T) {
	tests := []struct {
		name    string
		request Request
		want    string
	}{
		{"a plain GET gets a Host", Request{Method: "GET", Target: "/a?b=%zz"},
			"GET /a?b=%zz HTTP/1.1\r\nHost: api.test:8080\r\n\r\n"},
		{"a Host of its own stays where it stands", Request{Method: "GET", Target: "/", Fields: Fields{{"Accept", "*/*"}, {"hOST", ""}}},
			"GET / HTTP/1.1\r\nAccept: */*\r\nhOST: \r\n\r\n"},
		{"fields keep order, case and repetition", Request{Method: "GET", Target: "/", Fields: Fields{{"b", "1"}, {"A", "2"}, {"b", "3"}}},
			"GET / HTTP/1.1\r\nHost: api.test:8080\r\nb: 1\r\nA: 2\r\nb: 3\r\n\r\n"},
		{"a body gets its length at the end", Request{Method: "POST", Target: "/", Fields: Fields{{"A", "b"}}, Body: []byte("xyz")},
			"POST / HTTP/1.1\r\nHost: api.test:8080\r\nA: b\r\nContent-Length: 3\r\n\r\nxyz"},
		{"an empty body has length 0", Request{Method: "POST", Target: "/", Body: []byte{}},
			"POST / HTTP/1.1\r\nHost: api.test:8080\r\nContent-Length: 0\r\n\r\n"},
		{"no body has no length, whatever the method", Request{Method: "POST", Target: "/"},
			"POST / HTTP/1.1\r\nHost: api.test:8080\r\n\r\n"},
		{"a wrong length stays", Request{Method: "POST", Target: "/", Fields: Fields{{"content-length", "9"}, {"Content-Length", "1"}}, Body: []byte("xyz")},
			"POST / HTTP/1.1\r\nHost: api.test:8080\r\ncontent-length: 9\r\nContent-Length: 1\r\n\r\nxyz"},
		{"a transfer coding takes the place of a length", Request{Method: "POST", Target: "/", Fields: Fields{{"Transfer-Encoding", "chunked"}}, Body: []byte("zz\r\n")},
			"POST / HTTP/1.1\r\nHost: api.test:8080\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"},
		{"a request line of its own", Request{Method: "GET", Target: "/", Line: "what is this?", Fields: Fields{{"A", "b"}}},
			"what is this?\r\nHost: api.test:8080\r\nA: b\r\n\r\n"},
		{"no Host", Request{Method: "GET", Target: "/", NoHost: true, Body: []byte("x")},
			"GET / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx"},
		{"the target's Host and another", Request{Method: "GET", Target: "/", Fields: Fields{{"A", "{host}"}, {"Host", TheHost}, {"Host", "other"}}},
			"GET / HTTP/1.1\r\nA: {host}\r\nHost: api.test:8080\r\nHost: other\r\n\r\n"},
		{"nothing is repaired", Request{Method: "G T", Target: "/ /\xff#x", Fields: Fields{{"a b", "\x00\xff"}, {"Space ", " v "}}},
			"G T / /\xff#x HTTP/1.1\r\nHost: api.test:8080\r\na b: \x00\xff\r\nSpace :  v \r\n\r\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, string(test.request.Bytes("api.test:8080"))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestProxyGetsTheAbsoluteForm(t *testing.T) {
	proxy, err := url.Parse("http://user:s%20cret@proxy.test")
	if err != nil {
		t.Fatal(err)
	}
	w := newWay("http", "api.test", proxy)
	tests := []struct{ name, target, want string }{
		{"of a path", "/a?b", "http://api.test/a?b"},
		{"of a query", "?b", "http://api.test?b"},
		{"of *", "*", "http://api.test"},
		{"but not of what is absolute", "http://other.test/", "http://other.test/"},
		{"nor of what is no target", "a b", "a b"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			want := "GET " + test.want + " HTTP/1.1\r\nHost: api.test\r\nProxy-Authorization: Basic dXNlcjpzIGNyZXQ=\r\n\r\n"
			if diff := cmp.Diff(want, string(Request{Method: "GET", Target: test.target}.appendHead(nil, w))); diff != "" {
				t.Error(diff)
			}
		})
	}

	own := Request{Method: "GET", Target: "/", Fields: Fields{{"Proxy-Authorization", "x"}}}
	if diff := cmp.Diff("GET http://api.test/ HTTP/1.1\r\nHost: api.test\r\nProxy-Authorization: x\r\n\r\n", string(own.appendHead(nil, w))); diff != "" {
		t.Errorf("a credential of the request itself: %s", diff)
	}
	if got := newWay("https", "api.test", proxy); got != (way{authority: "api.test"}) {
		t.Errorf("the way through a tunnel: got %+v, want the direct one", got)
	}
}

func TestHostHasNoZone(t *testing.T) {
	for authority, want := range map[string]string{
		"[fe80::1%eth0]:80": "[fe80::1]:80",
		"[::1]:80":          "[::1]:80",
		"api.test:80":       "api.test:80",
	} {
		if got := withoutZone(authority); got != want {
			t.Errorf("withoutZone(%q) = %q, want %q", authority, got, want)
		}
	}
}
