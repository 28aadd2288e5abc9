package main

import (
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
)

// room returns how much garbage there may be before it is collected, once this many bytes are in use.
func room(inUse int) uint64 {
	held := make([]byte, inUse)
	runtime.GC()
	read := []metrics.Sample{{Name: "/gc/heap/goal:bytes"}, {Name: "/gc/heap/live:bytes"}}
	metrics.Read(read)
	runtime.KeepAlive(held)
	return read[0].Value.Uint64() - read[1].Value.Uint64()
}

func TestTheRoomForGarbageIsBounded(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	restore := boundGarbage()
	for _, inUse := range []int{0, 40, 150} {
		least, most := uint64(48+inUse/5)<<20, uint64(60+inUse/5)<<20 // the tests themselves use some
		if got := room(inUse << 20); got < least || got > most {
			t.Errorf("%d MB in use: want room for %d to %d MB, got %d", inUse, least>>20, most>>20, got>>20)
		}
	}
	restore()
	if got := debug.SetGCPercent(100); got != 100 {
		t.Errorf("want GOGC as it was, got %d", got)
	}
}

func TestGarbageIsCollectedAsTheUserSays(t *testing.T) {
	for _, tt := range []struct {
		name    string
		percent int
		limit   int64
	}{
		{"GOGC", 50, math.MaxInt64},
		{"no collection", -1, math.MaxInt64},
		{"GOMEMLIMIT", 100, 1 << 40},
	} {
		t.Run(tt.name, func(t *testing.T) {
			defer debug.SetGCPercent(debug.SetGCPercent(tt.percent))
			defer debug.SetMemoryLimit(debug.SetMemoryLimit(tt.limit))
			before := room(0)
			restore := boundGarbage()
			if got := room(0); tt.percent > 0 && got > before+10<<20 {
				t.Errorf("want room for %d MB, got %d", before>>20, got>>20)
			}
			if got := debug.SetGCPercent(tt.percent); got != tt.percent {
				t.Errorf("want GOGC %d, got %d", tt.percent, got)
			}
			restore()
			if got := debug.SetGCPercent(tt.percent); got != tt.percent {
				t.Errorf("want GOGC %d in the end, got %d", tt.percent, got)
			}
		})
	}
}
