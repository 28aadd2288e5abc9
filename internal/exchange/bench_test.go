package exchange

import (
	"bufio"
	"strings"
	"testing"
)

var create = Request{Method: "POST", Target: "/v1/subscriptions/31740ac6-e39d-49cd-9179-634bcecf4143?page=1",
	Fields: Fields{{"User-Agent", "conform/1"}, {"Accept", "application/json"}, {"Content-Type", "application/json"}, {"Authorization", "Bearer 0123456789"}},
	Body:   []byte(`{"data":{"type":"subscription","id":"968cb508-803c-493c-8ff2-9e397dadb83c"}}`)}

const refusal = "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nDate: Sun, 01 Mar 2026 12:00:00 GMT\r\nServer: x\r\n" +
	"Cache-Control: no-store\r\nContent-Length: 65\r\n\r\n" + `{"type":"error","code":"not_found","status":404,"message":"none"}`

func BenchmarkWriteRequest(b *testing.B) {
	w := way{authority: "api.example.com"}
	var out []byte
	b.ReportAllocs()
	for b.Loop() {
		out = append(create.appendHead(out[:0], w), create.Body...)
	}
	b.SetBytes(int64(len(out)))
}

func BenchmarkReadAnswer(b *testing.B) {
	raw := strings.NewReader(refusal)
	in := &answers{Reader: bufio.NewReader(raw), maxHead: 64 << 10, maxBody: 1 << 20}
	b.SetBytes(int64(len(refusal)))
	b.ReportAllocs()
	for b.Loop() {
		raw.Reset(refusal)
		in.Reset(raw)
		if a, _, f := in.read(new(Answer), "POST"); f != nil || a.Status != 404 {
			b.Fatal(f)
		}
	}
}
