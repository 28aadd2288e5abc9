package exchange

import "testing"

// Writing a request is done for every case: into a buffer that is used again it takes no memory.
func TestWritingARequestAllocatesNothing(t *testing.T) {
	w := way{authority: "api.example.com"}
	out := make([]byte, 0, 4<<10)
	if n := testing.AllocsPerRun(100, func() { out = append(create.appendHead(out[:0], w), create.Body...) }); n > 0 {
		t.Errorf("want no allocation, got %v", n)
	}
}
