package suites

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/report"
)

// The shell line of a report sends what the case sent, whatever that is: one case of each probe and variant is tried, by curl where it
// can send it, and else as what is printed for nc.
func TestShellLinesSendEveryKindOfCase(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("needs curl")
	}
	t.Parallel()
	at, requests := recorder(t)
	const token = "the-good-token"
	secrets := report.NewRedactor(report.Secret{Value: token, Shell: "$API_TOKEN", Kind: "bearer"})
	tried := map[string]bool{}
	for _, p := range Catalog {
		for _, good := range shown(t, p.Family()) {
			made, _ := p.Cases(good)
			for _, c := range made {
				name := p.Name + " " + c.Variant
				if tried[name] {
					continue
				}
				tried[name] = true
				line := report.Curl(at, c.Request, secrets, report.TLSFiles{})
				printed, toNC := strings.CutSuffix(line, " | nc -w 2 '127.0.0.1' "+at.Port())
				file := t.TempDir() + "/line.sh"
				if err := os.WriteFile(file, []byte(printed), 0o600); err != nil {
					t.Fatal(err)
				}
				shell := exec.CommandContext(t.Context(), "sh", file)
				shell.Env = append(os.Environ(), "API_TOKEN="+token)
				got, err := shell.Output()
				if err != nil {
					t.Fatalf("%s: %.300s: %v", name, line, err)
				}
				want := c.Request.Bytes(at.Host)
				if !toNC {
					got, want = sorted(<-requests), sorted(want)
				}
				if !bytes.Equal(got, want) {
					t.Errorf("%s: %.300s\n(-want +got):\n%.1000s", name, line, cmp.Diff(string(want), string(got)))
				}
			}
		}
	}
	if len(tried) < 200 {
		t.Errorf("only %d kinds of case were tried", len(tried))
	}
}

// sorted returns a request with its header fields in the order of their names: curl has an order of its own. Space around a value
// means nothing (RFC 9110, section 5.5).
func sorted(request []byte) []byte {
	head, body, _ := strings.Cut(string(request), "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	for i, f := range lines[1:] {
		name, value, _ := strings.Cut(f, ":")
		lines[i+1] = name + ": " + strings.Trim(value, " \t")
	}
	slices.Sort(lines[1:])
	return []byte(strings.Join(lines, "\r\n") + "\r\n\r\n" + body)
}

// recorder is a server that keeps the bytes of one request per connection.
func recorder(t *testing.T) (*url.URL, <-chan []byte) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	requests := make(chan []byte, 1)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			requests <- received(conn)
			conn.Close()
		}
	}()
	return &url.URL{Scheme: "http", Host: listener.Addr().String()}, requests
}

func received(conn net.Conn) []byte {
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	var got bytes.Buffer
	r := bufio.NewReader(io.TeeReader(conn, &got))
	length := int64(0)
	for {
		text, err := r.ReadString('\n')
		if err != nil || text == "\r\n" {
			break
		}
		if name, value, _ := strings.Cut(text, ":"); strings.EqualFold(name, "Content-Length") {
			length, _ = strconv.ParseInt(strings.TrimSpace(value), 10, 64)
		}
	}
	_, _ = io.CopyN(io.Discard, r, length)
	_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	return got.Bytes()
}
