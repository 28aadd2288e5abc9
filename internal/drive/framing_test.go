package drive_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/seed-e125e033/conform/internal/report"
)

// listening serves raw connections, one after the other, and returns the base URL.
func listening(t *testing.T, serve func(in *bufio.Reader, c net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				serve(bufio.NewReader(c), c)
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

const framed = `
  - {id: twice, level: must, basis: documented, says: answers 400, source: x, probes: [framing.two-lengths], expect: {status: [400], connection: closed}}
  - {id: host, level: must, basis: documented, says: answers 400, source: x, probes: [framing.no-host], expect: {status: [400]}}
`

func TestAServerThatMakesTwoRequestsOfOneIsFound(t *testing.T) {
	found := story{requirements: framed}.at(t, listening(t, func(in *bufio.Reader, c net.Conn) {
		for { // refuses what has two lengths, and takes the content for the next request
			status, lengths := "404 Not Found", 0
			for line := ""; line != "\r\n"; {
				var err error
				if line, err = in.ReadString('\n'); err != nil {
					return
				}
				lengths += strings.Count(line, "Content-Length") + strings.Count(line, "0, ")
			}
			if lengths > 1 {
				status = "400 Bad Request"
			}
			io.WriteString(c, "HTTP/1.1 "+status+"\r\nContent-Length: 0\r\n\r\n")
		}
	}))
	c := found.verdict(t, "x.twice (any path)", report.Failed, "")
	if text := report.Describe(c); len(c.Misses) != 2 || strings.Contains(text, "want 400") || !strings.Contains(text, "another answer, of status 404") {
		t.Error(text)
	}
	found.verdict(t, "x.host (any path)", report.Failed, "")
}

func TestARefusalThatEveryRequestGetsTellsNothingOfTheDefect(t *testing.T) {
	always := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close")
		w.WriteHeader(400)
	}
	found := story{requirements: framed}.on(t, always)
	found.verdict(t, "x.host (any path)", report.Errored, "the target answers 400 to the same request without the defect too: give a base URL where it answers anything else")
	found.verdict(t, "x.twice (any path)", report.Errored, "the target answers 400 to the same request without the defect too: give a base URL where it answers anything else")
}

func TestAServerThatKnowsWhereARequestEndsPasses(t *testing.T) {
	found := story{requirements: framed}.on(t, answering(404))
	for _, name := range []string{"x.host (any path)", "x.twice (any path)"} {
		found.verdict(t, name, report.Passed, "")
	}
	for _, e := range found.exchanges {
		if strings.Contains(e.Case, "two-lengths") && (e.Answer == nil || e.Answer.After == nil || !e.Answer.After.Closed) {
			t.Errorf("%s was not watched: %+v", e.Case, e.Answer)
		}
		if strings.Contains(e.Case, "no-host") && (e.Head == "" || strings.Contains(e.Head, "Host:")) {
			t.Errorf("%s was sent as %q", e.Case, e.Head)
		}
	}
}
