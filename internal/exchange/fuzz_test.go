package exchange

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzReadAnswer feeds the reader what a target may say. It holds limits, never gives half an answer, and agrees
// with net/http about every answer that both find whole.
func FuzzReadAnswer(f *testing.F) {
	for _, raw := range []string{
		"", ok,
		"HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\na",
		"HTTP/1.1 200\nA: b\n c\nA:d\n\nrest",
		"HTTP/1.0 404 Not Found\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
		"HTTP/1.1 101 Switching Protocols\r\n\r\nx",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nT: u\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\nContent-Length: 5\r\n\r\nffffffffffffffff\r\n",
		"HTTP/1.1 200 OK\r\nno colon\r\n : x\r\nContent-Length: -1\r\n\r\n",
		"SSH-2.0-x\r\n", "\x15\x03\x01\x00\x02\x02\x46",
	} {
		f.Add(raw, "GET")
		f.Add(raw, "HEAD")
	}
	f.Fuzz(func(t *testing.T, raw, method string) {
		in := reader(strings.NewReader(raw))
		a, keep, failed := in.read(new(Answer), method)
		if (a == nil) == (failed == nil) {
			t.Fatalf("answer %+v and failure %v", a, failed)
		}
		if failed != nil {
			if keep || failed.Kind == "" || failed.Err == nil {
				t.Errorf("keep %t after %v", keep, failed)
			}
			return
		}
		if a.Status < 100 || a.Status > 999 || a.Status/100 == 1 && a.Status != 101 || len(a.Interim) > maxInterim {
			t.Errorf("status %d after %d interim ones", a.Status, len(a.Interim))
		}
		if len(a.Body) > in.maxBody || size(a.Fields) > in.maxHead || size(a.Trailer) > in.maxHead {
			t.Errorf("%d bytes of content, %d of header section, %d of trailer section", len(a.Body), size(a.Fields), size(a.Trailer))
		}
		if keep && a.Flaw != nil {
			t.Errorf("the connection is kept after %v", a.Flaw)
		}
		used := &Answer{Status: 200, Fields: make(Fields, 3), Body: []byte("of another answer"), Trailer: make(Fields, 1), Interim: []int{100}}
		again, _, _ := reader(strings.NewReader(raw)).read(used, method)
		if diff := cmp.Diff(a, again, byError); diff != "" {
			t.Errorf("read twice: %s", diff)
		}
		if len(a.Interim) == 0 && a.Flaw == nil && a.Status != 101 && strings.HasPrefix(a.Proto, "HTTP/1.1") {
			agree(t, raw, method, a)
		}
	})
}

func size(fs Fields) int {
	n := 0
	for _, f := range fs {
		n += len(f.Name) + len(f.Value)
	}
	return n
}

// agree compares a with what net/http reads, where it reads all.
func agree(t *testing.T, raw, method string, a *Answer) {
	theirs, err := http.ReadResponse(bufio.NewReader(strings.NewReader(raw)), &http.Request{Method: method})
	if err != nil {
		return
	}
	body, err := io.ReadAll(theirs.Body)
	if err != nil {
		return
	}
	if theirs.StatusCode != a.Status || !bytes.Equal(body, a.Body) {
		t.Errorf("got %d %q, net/http %d %q", a.Status, a.Body, theirs.StatusCode, body)
	}
}

// FuzzDelay feeds Retry-After values.
func FuzzDelay(f *testing.F) {
	for _, value := range []string{"0", "10", "-1", "99999999999999999999", "Sun, 06 Nov 1994 08:49:37 GMT", ""} {
		f.Add(value)
	}
	k := clock{}
	p := newPace(0, 0)
	k.install(p)
	f.Fuzz(func(t *testing.T, value string) {
		if wait, ok := delay(value, p.now()); ok && wait < 0 {
			t.Errorf("delay(%q) = %v", value, wait)
		}
	})
}
