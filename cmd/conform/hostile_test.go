package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/seed-e125e033/conform/fixtures/apis"
	"github.com/seed-e125e033/conform/internal/report"
)

// hostile are servers that do what no API should, by name. Each is made for the server that it is to run in.
var hostile = map[string]func(*httptest.Server) http.Handler{
	// dying is the reference API of Gr4vy until a case of syntax.bare-word ends it.
	"dying": func(server *httptest.Server) http.Handler {
		api, _ := apis.Named("gr4vy")
		whole := api.New(nil)
		var dead atomic.Bool
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.Header.Get("Conform-Case"), "syntax.bare-word") && !dead.Swap(true) {
				server.Listener.Close()
			}
			if dead.Load() {
				panic(http.ErrAbortHandler)
			}
			whole.ServeHTTP(w, r)
		})
	},
	// refusing answers 401 to whatever it is sent, in the error format of Gr4vy.
	"refusing": func(*httptest.Server) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnauthorized)
			w.Write([]byte(`{"type":"error","code":"unauthorized","status":401,"message":"No valid API authentication found","details":[]}`))
		})
	},
	// echoing obeys everything, and sends back all that it was sent: in the body and in a field.
	"echoing": func(*httptest.Server) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var heard strings.Builder
			r.Write(&heard)
			w.Header().Set("X-Heard", strings.NewReplacer("\r", " ", "\n", " ").Replace(heard.String()))
			w.Write([]byte(heard.String()))
		})
	},
}

// Whatever a target sends instead of an answer is a finding or is told as what could not be judged; the run goes on, ends
// in bounded time and memory, and leaves whole reports.
func TestNoAnswerOfATargetEndsTheRun(t *testing.T) {
	const (
		head  = "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
		start = `{"type":"error","status":404,"code":"not_found","details":[],"message":`
	)
	whole := func(body string) string { return fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", head, len(body), body) }
	forever := func(first, then string) func(io.Writer) {
		return func(w io.Writer) {
			_, err := io.WriteString(w, first)
			for part := strings.Repeat(then, 1+(64<<10)/len(then)); err == nil; {
				_, err = io.WriteString(w, part)
			}
		}
	}
	once := func(answer string) func(io.Writer) { return func(w io.Writer) { io.WriteString(w, answer) } }
	var elsewhere atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()

	for _, test := range []struct {
		name    string
		answer  func(io.Writer) // to every bad request; the connection ends with it
		verdict report.Verdict  // of gr4vy.unknown-route
		told    string          // in the report of that check
	}{
		{"a body that never ends", forever(head+"\r\n", " "), report.Errored, "the content was not read whole: too-long: the content is longer than 1048576 bytes"},
		{"a body of 100 MB", forever(head+"Content-Length: 104857600\r\n\r\n", " "), report.Errored, "the content was not read whole: too-long: the content is longer than 1048576 bytes"},
		{"chunks that never end", forever(head+"Transfer-Encoding: chunked\r\n\r\n", "400\r\n"+strings.Repeat(" ", 1024)+"\r\n"), report.Errored, "the content was not read whole: too-long: the content is longer than 1048576 bytes"},
		{"chunks that are none", once(head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"), report.Failed, `the content is not whole: malformed: "zz" is not the size of a chunk`},
		{"a chunk as large as a number gets", once(head + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n"), report.Failed, `the content is not whole: malformed: "ffffffffffffffff" is not the size of a chunk`},
		{"less than was announced", once(head + "Content-Length: 1000\r\n\r\n{}"), report.Failed, "the content is not whole: cut: the connection ended after 2 of 1000 bytes of content"},
		{"text that is not UTF-8", once(whole(start + "\"\xff\xfe\"}")), report.Failed, "want JSON, got broken JSON: not UTF-8"},
		{"JSON 10,000 deep", once(whole(strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000))), report.Failed, `/code: want "not_found", got none`},
		{"a number that no computer holds", once(whole(start + `"x","n":1e9999999}`)), report.Errored, "the body cannot be compared with its schema: a number with an exponent beyond 1000"},
		{"a status that no computer holds", once(whole(`{"type":"error","code":"not_found","details":[],"message":"x","status":1e9999999}`)), report.Failed, "/status: want 404 as the HTTP status, got 1e9999999"},
		{"a redirect to another host", once("HTTP/1.1 302 Found\r\nLocation: " + other.URL + "/\r\nContent-Length: 0\r\n\r\n"), report.Failed, "want 404, got 302"},
		{"no answer", func(w io.Writer) { io.Copy(io.Discard, w.(io.Reader)) }, report.Errored, "no answer: timeout: the deadline passed before the first byte of an answer"},
		{"half a status line", func(w io.Writer) { io.WriteString(w, "HTTP/1.1 40"); io.Copy(io.Discard, w.(io.Reader)) }, report.Errored, "no answer: timeout: the deadline passed within the status line"},
		{"a closed connection", once(""), report.Failed, "want an HTTP answer, got closed: the connection ended before the first byte of an answer"},
		{"what is not HTTP", once("SSH-2.0-OpenSSH_9.9\r\n"), report.Failed, `want an HTTP answer, got malformed: no status line: the answer starts with "SSH-2.0-OpenSSH_"`},
		{"a header section that never ends", forever("HTTP/1.1 404 Not Found\r\n", "X-More: of the same\r\n"), report.Errored, "no answer: too-long: the header section is longer than 65536 bytes"},
		{"provisional answers that never end", forever("", "HTTP/1.1 103 Early Hints\r\n\r\n"), report.Errored, "no answer: too-long: more than 64 interim responses"},
		{"a status that is none", once("HTTP/1.1 000 Nothing\r\nContent-Length: 0\r\n\r\n"), report.Failed, "want an HTTP answer, got malformed: no status line"},
		{"control characters", once(whole(start + "\"\\u0000\\u001b[2J\"}" + "\x00\x1b[2J")), report.Failed, `want JSON, got broken JSON: after it comes \x00\x1b[2J`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			base := hostileServer(t, test.answer)
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, "conform.yaml"), []byte("version: 1\noperations: [{id: get-thing, request: GET /thing}]\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			timeout := "10s" // for a busy machine
			if strings.Contains(test.told, "timeout") {
				timeout = "300ms"
			}
			began := time.Now()
			stdout, peak := conformOutside(t, folder, "--target", base, "--timeout", timeout, "--requirement", "gr4vy.unknown-route", "--requirement", "http.*", "--format", "text")
			if took := time.Since(began); took > 15*time.Second {
				t.Errorf("it took %s", took)
			}
			if peak > 256<<20 {
				t.Errorf("it took %d MB of memory", peak>>20)
			}
			var verdict report.Verdict
			var text string
			for _, r := range records(t, filepath.Join(folder, "reports")) {
				if r.Check != nil && r.Check.Requirement == "gr4vy.unknown-route" {
					verdict, text = r.Check.Verdict, report.Describe(*r.Check)
				}
			}
			if verdict != test.verdict || !strings.Contains(text, test.told) {
				t.Errorf("want %s: %s\ngot %s:\n%s", test.verdict, test.told, verdict, text)
			}
			if strings.Contains(stdout, "panic") || strings.ContainsAny(stdout, "\x00\x1b") || !utf8.ValidString(stdout) {
				t.Errorf("told:\n%s", stdout)
			}
		})
	}
	t.Cleanup(func() {
		if n := elsewhere.Load(); n > 0 {
			t.Errorf("a redirect was followed %d times", n)
		}
	})
}

func TestATLSFailureSaysWhy(t *testing.T) {
	answer := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	plain, secured := httptest.NewServer(answer), httptest.NewUnstartedServer(answer)
	secured.Config.ErrorLog = log.New(io.Discard, "", 0)
	secured.StartTLS()
	defer plain.Close()
	defer secured.Close()
	trusted := filepath.Join(t.TempDir(), "ca.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secured.Certificate().Raw})
	if err := os.WriteFile(trusted, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, target string
		flags        []string
		code         int
		told         string
	}{
		{"a server that speaks no TLS", strings.Replace(plain.URL, "http:", "https:", 1), nil, noVerdict, "the server does not speak TLS on this port: is it http?"},
		{"a certificate of nobody's", secured.URL, nil, noVerdict, "the server's certificate is signed by an authority that is not trusted: give its CA file"},
		{"a certificate of ours", secured.URL, []string{"--ca-file", trusted}, conforms, "conforms"},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := append([]string{"--target", test.target, "--contract", "http", "--requirement", "http.content-*", "--report-dir", t.TempDir()}, test.flags...)
			code, stdout, _ := inside(t, nil, args...)
			if code != test.code || !strings.Contains(stdout, test.told) {
				t.Errorf("got %d, want %d and %q:\n%s", code, test.code, test.told, stdout)
			}
		})
	}
}

// hostileServer serves GET / and GET /thing well, and answers everything else as told.
func hostileServer(t *testing.T, answer func(io.Writer)) (base string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				for in := bufio.NewReader(conn); ; {
					r, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					io.Copy(io.Discard, r.Body)
					if r.Method != "GET" || r.URL.Path != "/" && r.URL.Path != "/thing" {
						answer(conn)
						return
					}
					io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
				}
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

// conformOutside runs conform as a process, judging one operation by gr4vy and http, and returns what it printed and the
// most memory that it took, in bytes.
func conformOutside(t *testing.T, folder string, args ...string) (stdout string, peak int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "conform", append(args, "--contract", "gr4vy", "--contract", "http", "--config", "conform.yaml")...)
	cmd.Dir = folder
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() > noVerdict {
		t.Errorf("%v\n%s", err, out.String())
	}
	return out.String(), memory(cmd.ProcessState)
}
