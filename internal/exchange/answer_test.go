package exchange

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// reader returns a reader of answers from text, with limits small enough to meet.
func reader(text io.Reader) *answers {
	return &answers{Reader: bufio.NewReaderSize(text, 8<<10), maxHead: 512, maxBody: 100}
}

// byError compares failures by what they say.
var byError = cmp.Comparer(func(a, b *Failure) bool { return fmt.Sprint(a) == fmt.Sprint(b) && (a == nil) == (b == nil) })

func flawed(kind Kind, text string) *Failure { return failure(kind, "%s", text) }

func TestAnswerIsReadAsItCame(t *testing.T) {
	long := strings.Repeat("x", 101)
	tests := []struct {
		name   string
		method string
		raw    string
		want   Answer
		keep   bool
	}{
		{"with a length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Content-Length", "3"}}, Body: []byte("abc")}, true},
		{"with a length of 0", "GET", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
			Answer{Status: 404, Reason: "Not Found", Fields: Fields{{"Content-Length", "0"}}}, true},
		{"fields keep order, case and repetition, and lose the space around them", "GET", "HTTP/1.1 200 OK\r\nb:1\r\nA: \t2 \r\nb: 3\r\nContent-length: 0\r\n\r\n",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"b", "1"}, {"A", "2"}, {"b", "3"}, {"Content-length", "0"}}}, true},
		{"bytes outside ASCII stay", "GET", "HTTP/1.1 200 \xe9\r\nX: \xff\x00\r\nContent-Length: 1\r\n\r\n\xff",
			Answer{Status: 200, Reason: "\xe9", Fields: Fields{{"X", "\xff\x00"}, {"Content-Length", "1"}}, Body: []byte{0xff}}, true},
		{"bare line feeds end lines", "GET", "HTTP/1.1 200 OK\nContent-Length: 1\n\na",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Content-Length", "1"}}, Body: []byte("a")}, true},
		{"without a reason phrase", "GET", "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n",
			Answer{Status: 200, Fields: Fields{{"Content-Length", "0"}}}, true},
		{"without a reason phrase and its space", "GET", "HTTP/1.1 999\r\nContent-Length: 0\r\n\r\n",
			Answer{Status: 999, Fields: Fields{{"Content-Length", "0"}}}, true},
		{"folded lines are one", "GET", "HTTP/1.1 200 OK\r\nA: b\r\n \t c\r\n\td\r\nContent-Length: 0\r\n\r\n",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"A", "b c d"}, {"Content-Length", "0"}}}, true},
		{"with the same length twice", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\nContent-Length: 1\r\n\r\na",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Content-Length", "1, 1"}, {"Content-Length", "1"}}, Body: []byte("a")}, true},
		{"up to the end of the connection", "GET", "HTTP/1.1 200 OK\r\n\r\nabc",
			Answer{Status: 200, Reason: "OK", Body: []byte("abc")}, false},
		{"up to the end of the connection, as long as the limit", "GET", "HTTP/1.1 200 OK\r\n\r\n" + long[1:],
			Answer{Status: 200, Reason: "OK", Body: []byte(long[1:])}, false},
		{"of HTTP/1.0", "GET", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na",
			Answer{Proto: "HTTP/1.0", Status: 200, Reason: "OK", Fields: Fields{{"Content-Length", "1"}}, Body: []byte("a")}, false},
		{"of HTTP/1.0 that stays", "GET", "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\na",
			Answer{Proto: "HTTP/1.0", Status: 200, Reason: "OK", Fields: Fields{{"Connection", "Keep-Alive"}, {"Content-Length", "1"}}, Body: []byte("a")}, true},
		{"that closes", "GET", "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 1\r\n\r\na",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Connection", "x, Close"}, {"Content-Length", "1"}}, Body: []byte("a")}, false},
		{"to HEAD has no content", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Content-Length", "3"}}}, true},
		{"of status 204 has none", "GET", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n",
			Answer{Status: 204, Reason: "No Content", Fields: Fields{{"Transfer-Encoding", "chunked"}}}, true},
		{"of status 304 has none", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n",
			Answer{Status: 304, Reason: "Not Modified", Fields: Fields{{"Content-Length", "3"}}}, true},
		{"of status 101 is final", "GET", "HTTP/1.1 101 Switching Protocols\r\n\r\nwhatever",
			Answer{Status: 101, Reason: "Switching Protocols"}, false},
		{"after interim ones", "GET", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Content-Length", "0"}}, Interim: []int{100, 103}}, true},
		{"in chunks", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3 ;x=y\r\nabc\r\n00A\r\n0123456789\r\n0\r\n\r\n",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Transfer-Encoding", "Chunked"}}, Body: []byte("abc0123456789")}, true},
		{"in chunks with bare line feeds and trailers", "GET", "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n1\na\n0\nB: 1\na: 2\n\n",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Transfer-Encoding", "chunked"}}, Body: []byte("a"), Trailer: Fields{{"B", "1"}, {"a", "2"}}}, true},
		{"in chunks beside a length, which nothing may follow", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Content-Length", "7"}, {"Transfer-Encoding", "chunked"}}, Body: []byte("a")}, false},
		{"of coding identity", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\nabc",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Transfer-Encoding", "identity"}}, Body: []byte("abc")}, false},

		{"a field line without colon is kept and named", "GET", "HTTP/1.1 200 OK\r\nA: b\r\noops\r\nContent-Length: 1\r\n\r\na",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"A", "b"}, {"oops", ""}, {"Content-Length", "1"}}, Body: []byte("a"),
				Flaw: flawed(Malformed, "field line 2 has no colon")}, false},
		{"a name that is none is kept and named", "GET", "HTTP/1.1 200 OK\r\nA : b\r\nContent-Length: 1\r\n\r\na",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"A ", "b"}, {"Content-Length", "1"}}, Body: []byte("a"),
				Flaw: flawed(Malformed, `field line 1: "A " is not a field name`)}, false},
		{"a fold of nothing is named", "GET", "HTTP/1.1 200 OK\r\n A: b\r\nContent-Length: 0\r\n\r\n",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{" A", "b"}, {"Content-Length", "0"}},
				Flaw: flawed(Malformed, `field line 1: " A" is not a field name`)}, false},
		{"two lengths leave no content", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Content-Length", "1"}, {"Content-Length", "2"}},
				Flaw: flawed(Malformed, "Content-Length is both 1 and 2")}, false},
		{"a length that is no number leaves no content", "GET", "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Content-Length", "+1"}},
				Flaw: flawed(Malformed, `Content-Length "+1" is not a number of bytes`)}, false},
		{"a length beyond all numbers leaves no content", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999999\r\n\r\na",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Content-Length", "9999999999999999999999"}},
				Flaw: flawed(Malformed, `Content-Length "9999999999999999999999" is not a number of bytes`)}, false},
		{"cut content is kept", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Content-Length", "5"}}, Body: []byte("abc"),
				Flaw: flawed(Cut, "the connection ended after 3 of 5 bytes of content")}, false},
		{"content over the limit is cut there", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + long,
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Content-Length", "101"}}, Body: []byte(long[1:]),
				Flaw: flawed(TooLong, "the content is longer than 100 bytes")}, false},
		{"endless content is cut at the limit", "GET", "HTTP/1.1 200 OK\r\n\r\n" + long,
			Answer{Status: 200, Reason: "OK", Body: []byte(long[1:]),
				Flaw: flawed(TooLong, "the content is longer than 100 bytes")}, false},
		{"a chunk over the limit is cut there", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n" + long,
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Transfer-Encoding", "chunked"}}, Body: []byte(long[1:]),
				Flaw: flawed(TooLong, "the content is longer than 100 bytes")}, false},
		{"a chunk's size that is none", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n-1\r\n",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Transfer-Encoding", "chunked"}}, Body: []byte("a"),
				Flaw: flawed(Malformed, `"-1" is not the size of a chunk`)}, false},
		{"a chunk longer than its size", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Transfer-Encoding", "chunked"}}, Body: []byte("a"),
				Flaw: flawed(Malformed, "a chunk is longer than its size says")}, false},
		{"a chunk's endless extension", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + strings.Repeat("x", 10000),
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Transfer-Encoding", "chunked"}},
				Flaw: flawed(Malformed, "the line with a chunk's size is longer than 4096 bytes")}, false},
		{"the last chunk is missing", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Transfer-Encoding", "chunked"}}, Body: []byte("a"),
				Flaw: flawed(Cut, "the connection ended before the size of a chunk")}, false},
		{"a chunk is cut", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Transfer-Encoding", "chunked"}}, Body: []byte("abc"),
				Flaw: flawed(Cut, "the connection ended within a chunk, after 3 bytes of content")}, false},
		{"the trailer section is cut", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nA: b\r\n",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Transfer-Encoding", "chunked"}}, Body: []byte("a"),
				Flaw: flawed(Cut, "the connection ended within the trailer section")}, false},
		{"an endless trailer section", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + strings.Repeat("A: b\r\n", 100),
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Transfer-Encoding", "chunked"}},
				Flaw: flawed(TooLong, "the header section is longer than 512 bytes")}, false},
		{"an unknown coding is kept as it came", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
			Answer{Status: 200, Reason: "OK", Fields: Fields{{"Transfer-Encoding", "gzip, chunked"}}, Body: []byte("a"),
				Flaw: flawed(Malformed, `transfer coding "gzip" is not known: its content is kept as it came`)}, false},
	}
	for _, test := range tests {
		if test.want.Proto == "" {
			test.want.Proto = "HTTP/1.1"
		}
		t.Run(test.name, func(t *testing.T) {
			for how, raw := range map[string]io.Reader{"at once": strings.NewReader(test.raw), "byte by byte": iotest.OneByteReader(strings.NewReader(test.raw))} {
				got, keep, f := reader(raw).read(new(Answer), test.method)
				if f != nil {
					t.Fatalf("%s: %v", how, f)
				}
				if diff := cmp.Diff(test.want, *got, byError); diff != "" {
					t.Errorf("%s: %s", how, diff)
				}
				if keep != test.keep {
					t.Errorf("%s: keep is %t, want %t", how, keep, test.keep)
				}
			}
		})
	}
}

func TestNoAnswer(t *testing.T) {
	tests := []struct{ name, raw, want string }{
		{"nothing at all", "", "closed: the connection ended before the first byte of an answer"},
		{"half a status line", "HTTP/1.1 20", "cut: the connection ended within the status line"},
		{"half a header section", "HTTP/1.1 200 OK\r\nA: b\r\n", "cut: the connection ended within the header section"},
		{"nothing after an interim response", "HTTP/1.1 100 Continue\r\n\r\n", "cut: the connection ended after an interim response"},
		{"another protocol", "SSH-2.0-OpenSSH_9.6 x\r\n", `malformed: no status line: the answer starts with "SSH-2.0-OpenSSH_"`},
		{"content alone, without a line end", "<html> hello", `malformed: no status line: the answer starts with "<html>"`},
		{"the request's own line, without its target", "GET /secret HTTP/1.1\r\n\r\n", `malformed: no status line: the answer starts with "GET"`},
		{"a TLS alert", "\x15\x03\x01\x00\x02\x02\x46", "malformed: the server speaks TLS on this port: is it https?"},
		{"an empty line", "\r\nHTTP/1.1 200 OK\r\n\r\n", `malformed: no status line: the answer starts with ""`},
		{"a version without a minor one", "HTTP/2 200 OK\r\n\r\n", `malformed: no status line: the answer starts with "HTTP/2"`},
		{"four digits", "HTTP/1.1 2000 OK\r\n\r\n", `malformed: no status line: the answer starts with "HTTP/1.1"`},
		{"two digits", "HTTP/1.1 20 OK\r\n\r\n", `malformed: no status line: the answer starts with "HTTP/1.1"`},
		{"a status below 100", "HTTP/1.1 099 OK\r\n\r\n", `malformed: no status line: the answer starts with "HTTP/1.1"`},
		{"lower case", "http/1.1 200 OK\r\n\r\n", `malformed: no status line: the answer starts with "http/1.1"`},
		{"an endless status line", "HTTP/1.1 200 " + strings.Repeat("x", 600), "too-long: the header section is longer than 512 bytes"},
		{"an endless header section", "HTTP/1.1 200 OK\r\n" + strings.Repeat("A: b\r\n", 100), "too-long: the header section is longer than 512 bytes"},
		{"endless interim responses", strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 100), "too-long: more than 64 interim responses"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, keep, f := reader(strings.NewReader(test.raw)).read(new(Answer), "GET")
			if a != nil || keep || f == nil {
				t.Fatalf("got answer %+v, keep %t, failure %v; want a failure alone", a, keep, f)
			}
			if f.Error() != test.want {
				t.Errorf("got %q, want %q", f.Error(), test.want)
			}
		})
	}
}

func TestAnswersFollowEachOther(t *testing.T) {
	const raw = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na" +
		"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nb\r\n0\r\nT: u\r\n\r\n" +
		"HTTP/1.1 204 No Content\r\n\r\n" +
		"HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nc"
	in := reader(strings.NewReader(raw))
	var got []string
	for range 4 {
		a, keep, f := in.read(new(Answer), "GET")
		if f != nil || !keep {
			t.Fatalf("keep %t, failure %v", keep, f)
		}
		got = append(got, fmt.Sprint(a.Status, " ", string(a.Body)))
	}
	if diff := cmp.Diff([]string{"200 a", "201 b", "204 ", "404 c"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestFoldedLinesTakeLinearTime(t *testing.T) {
	in := answers{Reader: bufio.NewReader(strings.NewReader("HTTP/1.1 200 OK\r\nA: b\n" + strings.Repeat(" c\n", 1<<20) + "\r\n")), maxHead: 8 << 20, maxBody: 1}
	a, _, f := in.read(new(Answer), "GET")
	if f != nil {
		t.Fatal(f)
	}
	if value, _ := a.Fields.Get("a"); len(value) != 1+2<<20 {
		t.Errorf("the value has %d bytes, want %d", len(value), 1+2<<20)
	}
}
