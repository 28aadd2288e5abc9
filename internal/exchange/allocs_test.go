//go:build !race

// The race detector allocates too.

package exchange

import (
	"bufio"
	"io"
	"net"
	"net/url"
	"strings"
	"testing"
)

// Writing a request is done for every case: into a buffer that is used again it takes no memory.
func TestWritingARequestAllocatesNothing(t *testing.T) {
	w := way{authority: "api.example.com"}
	out := make([]byte, 0, 4<<10)
	if n := testing.AllocsPerRun(100, func() { out = append(create.appendHead(out[:0], w), create.Body...) }); n > 0 {
		t.Errorf("want no allocation, got %v", n)
	}
}

// Of an answer there are its header section, the fields in it and its content, beside the room that it is read into: nothing else is kept.
func TestReadingAnAnswerAllocatesWhatIsKept(t *testing.T) {
	raw := strings.NewReader(refusal)
	in := &answers{Reader: bufio.NewReader(raw), maxHead: 64 << 10, maxBody: 1 << 20}
	n := testing.AllocsPerRun(100, func() {
		raw.Reset(refusal)
		in.Reset(raw)
		if _, _, f := in.read(new(Answer), "POST"); f != nil {
			t.Error(f)
		}
	})
	if n > 3 {
		t.Errorf("want 3 allocations, got %v", n)
	}
}

// repeating returns a target that allocates nothing for an answer.
func repeating(t *testing.T) *url.URL {
	answer := []byte(refusal)
	return listen(t, func(_ int, c net.Conn) {
		for request := make([]byte, len(create.Bytes(c.LocalAddr().String()))); ; {
			if _, err := io.ReadFull(c, request); err != nil {
				return
			}
			c.Write(answer)
		}
	})
}

// Of an exchange on a connection that is open there is no more: it and the answer are one.
func TestSendingAllocatesWhatIsKept(t *testing.T) {
	c := client(t, Config{Target: repeating(t)})
	ctx := t.Context()
	n := testing.AllocsPerRun(100, func() {
		if e := c.Send(ctx, create, Options{Repeatable: true}); e.Failure != nil {
			t.Error(e.Failure)
		}
	})
	if n > 4 {
		t.Errorf("want 4 allocations, got %v", n)
	}
}

// Where the room of an exchange is used again for the next, only the header section is new: its strings may be kept.
func TestSendingIntoARoomAllocatesTheHeaderSectionAlone(t *testing.T) {
	c := client(t, Config{Target: repeating(t)})
	ctx, room := t.Context(), &Room{}
	n := testing.AllocsPerRun(100, func() {
		if e := c.Send(ctx, create, Options{Repeatable: true, Room: room}); e.Failure != nil {
			t.Error(e.Failure)
		}
	})
	if n > 1 {
		t.Errorf("want 1 allocation, got %v", n)
	}
}
