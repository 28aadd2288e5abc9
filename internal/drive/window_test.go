package drive

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// TestWindowHandsOutEveryCaseWhateverTheOrderOfAwaiting awaits the checks of a made-up plan, each of which needs some cases, in many
// orders, by one goroutine and by several. Nobody may wait for ever, no more may be ahead than the window allows, and what must
// be alone in its lane is.
func TestWindowHandsOutEveryCaseWhateverTheOrderOfAwaiting(t *testing.T) {
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 1))
		cases, size, workers, awaiting := 1+random.IntN(200), random.IntN(20), 1+random.IntN(8), 1+random.IntN(3)
		all := make([]lane, 1+random.IntN(4))
		in, alone := make([]int, cases), make([]bool, cases)
		for i := range cases {
			in[i], alone[i] = random.IntN(len(all)), random.IntN(3) == 0
		}
		w := newWindow(size, cases, func(i int) (*lane, bool) { return &all[in[i]], alone[i] })
		beside, apart := make([]atomic.Int64, len(all)), make([]atomic.Int64, len(all)) // under way, by lane
		done := make([]chan struct{}, cases)
		for i := range done {
			done[i] = make(chan struct{})
		}
		var reached atomic.Int64 // rises before the window does
		reached.Store(-1)
		var working sync.WaitGroup
		for range workers {
			working.Go(func() {
				for i, ok := w.take(); ok; i, ok = w.take() {
					if ahead := i - int(reached.Load()); ahead > size {
						t.Errorf("seed %d: case %d is %d ahead of what is awaited, the window is %d", seed, i, ahead, size)
					}
					if alone[i] {
						apart[in[i]].Add(1)
					} else {
						beside[in[i]].Add(1)
					}
					runtime.Gosched()
					if a, b := apart[in[i]].Load(), beside[in[i]].Load(); a > 1 || a > 0 && b > 0 {
						t.Errorf("seed %d: %d cases that must be alone are under way with %d others of their lane", seed, a, b)
					}
					if alone[i] {
						apart[in[i]].Add(-1)
					} else {
						beside[in[i]].Add(-1)
					}
					w.leave(i)
					close(done[i]) // a second time would panic
				}
			})
		}
		var waiting sync.WaitGroup
		order := random.Perm(cases)
		for a := range awaiting {
			waiting.Go(func() {
				for n := a; n < cases; n += awaiting {
					last := int64(order[n])
					for old := reached.Load(); old < last && !reached.CompareAndSwap(old, last); old = reached.Load() {
					}
					w.reach(order[n])
					<-done[order[n]]
				}
			})
		}
		waiting.Wait()
		working.Wait()
	}
}

func TestAClosedWindowHandsOutNothingAndLetsWaitersGo(t *testing.T) {
	w := newWindow(1, 10, func(int) (*lane, bool) { return &lane{}, false })
	if i, ok := w.take(); i != 0 || !ok {
		t.Fatalf("want case 0, got %d, %t", i, ok)
	}
	var waiting sync.WaitGroup
	for range 3 {
		waiting.Go(func() {
			if i, ok := w.take(); ok {
				t.Errorf("case %d was handed out beyond the window", i)
			}
		})
	}
	w.close()
	waiting.Wait()
	w.reach(9)
	if i, ok := w.take(); ok {
		t.Errorf("case %d was handed out after the end", i)
	}
}

func TestAnEmptyWindowIsAtItsEnd(t *testing.T) {
	if i, ok := newWindow(8, 0, nil).take(); ok {
		t.Errorf("want no case, got %d", i)
	}
}
