package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// bodySize is how many bytes the content of every refusal has.
const bodySize = 250

// serve answers requests on a loopback port, which it writes to out, until in ends. For each line of in it writes how many requests
// have come since the last. It speaks only as much HTTP as the workload needs, so that it takes little of the processors that the
// sender runs on.
func serve(out io.Writer, in io.Reader, delay time.Duration) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer l.Close()
	fmt.Fprintln(out, l.Addr())
	var requests atomic.Int64
	go accept(l, delay, &requests)
	told := int64(0)
	asking := bufio.NewScanner(in)
	for asking.Scan() {
		all := requests.Load()
		fmt.Fprintln(out, all-told)
		told = all
	}
	return asking.Err()
}

func accept(l net.Listener, delay time.Duration, requests *atomic.Int64) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go converse(c, delay, requests)
	}
}

// converse answers the requests of one connection, and closes it at the first that it cannot read.
func converse(c net.Conn, delay time.Duration, requests *atomic.Int64) {
	defer c.Close()
	in := bufio.NewReaderSize(c, 256<<10) // the longest line that a case has is of 128 KiB
	var out []byte
	for {
		r, err := readRequest(in)
		if err != nil {
			return
		}
		number := requests.Add(1)
		time.Sleep(delay)
		out = appendAnswer(out[:0], r, number)
		if _, err := c.Write(out); err != nil {
			return
		}
	}
}

// request is what the server has to know of one.
type request struct {
	method string
	name   string // of the case
	length int
}

func readRequest(in *bufio.Reader) (request, error) {
	var r request
	for number := 0; ; number++ {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return r, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if number == 0 {
			method, _, _ := bytes.Cut(line, []byte(" "))
			r.method = string(method)
			continue
		}
		if len(line) == 0 {
			_, err := in.Discard(r.length)
			return r, err
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch string(name) {
		case "Content-Length":
			if r.length, err = strconv.Atoi(string(value)); err != nil {
				return r, err
			}
		case "Conform-Case":
			r.name = string(value)
		}
	}
}

// good is the answer to a request that nothing is wrong with. It is the same whatever cases went before.
const good = "HTTP/1.1 200 OK\r\nDate: Fri, 21 Nov 2025 08:00:00 GMT\r\nContent-Type: application/json\r\nContent-Length: 69\r\n\r\n" +
	`{"display_name":"Conformance test","currency":"EUR","amount":12.9900}`

// appendAnswer appends the answer to the request of this number: what the contracts want for what its case has broken.
func appendAnswer(out []byte, r request, number int64) []byte {
	operation, rest, _ := strings.Cut(r.name, "/")
	family, rest, _ := strings.Cut(rest, ".")
	defect, variant, _ := strings.Cut(rest, "/")
	status, code, field := "400 Bad Request", "bad_request", ""
	if defect == "" { // no case: a control, or a look at what the cases may have changed
		return append(out, good...)
	}
	switch family {
	case "credentials":
		status, code, field = "401 Unauthorized", "unauthorized", "WWW-Authenticate: Bearer realm=\"bench\"\r\n"
	case "route", "identifier":
		status, code = "404 Not Found", "not_found"
	case "content-type":
		status, code = "415 Unsupported Media Type", "unsupported_media_type"
		if defect == "encoding" {
			field = "Accept-Encoding: gzip\r\n"
		}
	case "accept":
		status, code = "406 Not Acceptable", "not_acceptable"
	case "method":
		status, code, field = "405 Method Not Allowed", "method_not_allowed", "Allow: GET, POST\r\n"
		if strings.HasPrefix(operation, "get-") || strings.HasPrefix(operation, "replace-") {
			field = "Allow: GET, PUT\r\n"
		}
		if defect == "head-twin" {
			status, code, field = "404 Not Found", "not_found", ""
			if strings.HasPrefix(variant, "no-credential") {
				status, code, field = "401 Unauthorized", "unauthorized", "WWW-Authenticate: Bearer realm=\"bench\"\r\n"
			}
		}
	}
	out = append(out, "HTTP/1.1 "...)
	out = append(out, status...)
	out = append(out, "\r\nDate: Fri, 21 Nov 2025 08:00:00 GMT\r\nContent-Type: application/json\r\nContent-Length: "...)
	out = strconv.AppendInt(out, bodySize, 10)
	out = append(out, "\r\n"...)
	out = append(append(out, field...), "\r\n"...)
	if r.method == "HEAD" {
		return out
	}
	start := len(out)
	out = append(out, `{"type":"error","code":"`...)
	out = append(out, code...)
	out = append(out, `","status":`...)
	out = append(out, status[:3]...)
	out = append(out, `,"details":[],"request_id":"`...)
	out = fmt.Appendf(out, "%08x-9d0c-4e1f-8a2b-%012x", number, number*0x9e3779b1)
	out = append(out, `","message":"`...)
	const text = "The request was not understood: see the documentation of this operation, and the request id above in the log of the service."
	room := bodySize - (len(out) - start) - len(`"}`)
	out = append(out, text[:min(room, len(text))]...)
	for len(out)-start < bodySize-len(`"}`) {
		out = append(out, '.')
	}
	return append(out, `"}`...)
}
