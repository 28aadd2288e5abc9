package drive

import (
	"math/bits"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

// TestWindowHandsOutEveryCaseWhateverTheOrderOfAwaiting awaits the checks of a made-up plan, each of which needs some cases, in many
// orders, by one goroutine and by several. Nobody may wait for ever, no more may be ahead than the window allows, what must
// be alone in its lane is, and nothing meets what is of another stage.
func TestWindowHandsOutEveryCaseWhateverTheOrderOfAwaiting(t *testing.T) {
	for seed := range uint64(100) {
		random := rand.New(rand.NewPCG(seed, 1))
		cases, size, workers, awaiting := 1+random.IntN(300), random.IntN(20), 1+random.IntN(8), 1+random.IntN(3)
		all := make([]lane, 1+random.IntN(6))
		for i := range all {
			all[i] = lane{early: random.IntN(2) == 0, may: everything}
		}
		places := make([]place, cases)
		stage := 0
		for i := range places {
			if random.IntN(100) == 0 {
				stage++
			}
			places[i] = place{&all[random.IntN(len(all))], random.IntN(3) == 0, random.IntN(3) == 0, stage}
		}
		w := newWindow(size, cases, workers, func(i int) place { return places[i] })
		beside, apart := map[*lane]*atomic.Int64{}, map[*lane]*atomic.Int64{} // under way
		for i := range all {
			beside[&all[i]], apart[&all[i]] = &atomic.Int64{}, &atomic.Int64{}
		}
		stages := make([]atomic.Int64, stage+1) // under way
		done := make([]chan struct{}, cases)
		for i := range done {
			done[i] = make(chan struct{})
		}
		var reached atomic.Int64 // rises before the window does
		reached.Store(-1)
		var working sync.WaitGroup
		working.Go(w.fill)
		for range workers {
			working.Go(func() {
				for turn, ok := w.take(); ok; turn, ok = w.take() {
					i := turn.index
					p := places[i]
					if ahead := i - int(reached.Load()); ahead > size {
						t.Errorf("seed %d: case %d is %d ahead of what is awaited, the window is %d", seed, i, ahead, size)
					}
					count := beside[p.lane]
					if p.alone {
						count = apart[p.lane]
					}
					count.Add(1)
					stages[p.stage].Add(1)
					runtime.Gosched()
					if a, b := apart[p.lane].Load(), beside[p.lane].Load(); a > 1 || a > 0 && b > 0 {
						t.Errorf("seed %d: %d cases that must be alone are under way with %d others of their lane", seed, a, b)
					}
					for other := range stages {
						if n := stages[other].Load(); n > 0 && other != p.stage {
							t.Errorf("seed %d: a case of stage %d is under way with %d of stage %d", seed, p.stage, n, other)
						}
					}
					stages[p.stage].Add(-1)
					count.Add(-1)
					w.leave(turn)
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

// TestEveryWorkerHasACaseToTheEnd sends the cases of made-up plans in rounds: each worker takes one, then all give theirs back. There
// may be little more rounds than all cases over the workers, or cases of the longest lane, whichever is more.
func TestEveryWorkerHasACaseToTheEnd(t *testing.T) {
	for _, test := range []struct {
		name                                           string
		lanes, first, besides, alones, workers, rounds int // cases of each lane: first, and then besides some that must be alone
		most                                           int // rounds
	}{
		{"no case must be alone", 10, 0, 100, 0, 50, 20, 20},
		{"one contract, and then another with some that must be", 50, 130, 70, 10, 64, 165, 168},
		{"the lanes of a plan of 10,000 cases", 43, 195, 24, 10, 256, 39, 41},
		{"far more workers than lanes", 50, 130, 70, 10, 256, 42, 50},
		{"many lanes", 480, 130, 70, 10, 256, 394, 400},
		{"one lane has by far the most", 1, 0, 20, 200, 8, 203, 203},
		{"two lanes", 2, 0, 500, 40, 8, 135, 140},
		{"one lane", 1, 0, 500, 40, 8, 103, 103},
		{"nothing but what must be alone", 8, 0, 0, 100, 8, 100, 100},
	} {
		t.Run(test.name, func(t *testing.T) {
			lanes := make([]lane, test.lanes)
			var places []place
			for i := range lanes {
				lanes[i] = lane{early: i%2 == 0, may: everything}
				for range test.first {
					places = append(places, place{lane: &lanes[i]})
				}
			}
			for i := range lanes {
				for n := range test.besides + test.alones {
					places = append(places, place{lane: &lanes[i], alone: n*test.alones/(test.besides+test.alones) != (n+1)*test.alones/(test.besides+test.alones)})
				}
			}
			w := newWindow(len(places), len(places), test.workers, func(i int) place { return places[i] })
			rounds := 0
			for w.next < w.end || w.waiting > 0 {
				var turns []turn
				for w.next < w.end {
					some := places[w.next:min(w.end, w.next-w.next%w.most+w.most)]
					if !w.fits(some) {
						break
					}
					w.add(some)
				}
				for range test.workers {
					if l := w.choose(); l != nil {
						turns = append(turns, w.handOut(l))
					}
				}
				for _, turn := range turns {
					w.leave(turn)
				}
				rounds++
			}
			if rounds < test.rounds || rounds > test.most {
				t.Errorf("want %d rounds, and %d at most, got %d", test.rounds, test.most, rounds)
			}
		})
	}
}

// TestTheLaneOfTheNextCase looks at all lanes in the order in which they came, each time that a case of a made-up plan is handed out. A
// case that must be alone goes first; else one of a lane with far more such cases than others; else one of the lane that came first.
func TestTheLaneOfTheNextCase(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 2))
		lanes := make([]lane, 1+random.IntN(40))
		for i := range lanes {
			lanes[i] = lane{early: random.IntN(2) == 0, may: everything}
		}
		places := make([]place, 1+random.IntN(2000))
		alone := random.IntN(5)
		for i := range places {
			places[i] = place{lane: &lanes[random.IntN(len(lanes))], alone: random.IntN(5) < alone}
		}
		w := newWindow(1+random.IntN(300), len(places), 8, nil)
		w.limit = w.end
		var came []*lane // of which cases wait
		want := func() (chosen *lane) {
			for _, l := range came {
				switch {
				case len(l.waiting) == 0 || l.alone || l.beside > 0 && l.waiting[0].alone:
				case l.waiting[0].alone:
					return l
				case chosen == nil || bits.Len(uint(l.alones)) > bits.Len(uint(chosen.alones)):
					chosen = l
				}
			}
			return chosen
		}
		var underway []turn
		for handedOut := 0; handedOut < len(places); {
			if w.next < w.end && w.waiting < w.most {
				some := places[w.next:min(w.end, w.next+w.most)]
				for _, first := range []bool{true, false} {
					for _, p := range some {
						if goes := p.alone == (p.lane.early != (w.next/w.most%2 == 1)); goes == first && !slices.Contains(came, p.lane) {
							came = append(came, p.lane)
						}
					}
				}
				w.add(some)
			}
			if len(underway) > 0 && (len(underway) == 8 || random.IntN(2) == 0) {
				i := random.IntN(len(underway))
				w.leave(underway[i])
				underway = slices.Delete(underway, i, i+1)
			}
			l := w.choose()
			if chosen := want(); l != chosen {
				t.Fatalf("seed %d: after %d cases: got %+v, want %+v", seed, handedOut, l, chosen)
			}
			if l != nil {
				underway = append(underway, w.handOut(l))
				handedOut++
				came = slices.DeleteFunc(came, func(l *lane) bool { return len(l.waiting) == 0 })
			}
		}
	}
}

// TestNoCaseGoesBeforeItMay lends workers while lanes open one after the other. In the first slice the cases that read come first.
func TestNoCaseGoesBeforeItMay(t *testing.T) {
	const cases, workers = 400, 6
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 3))
		lanes := make([]lane, 1+random.IntN(6))
		places := make([]place, cases)
		for i := range places {
			alone := random.IntN(3) == 0
			places[i] = place{lane: &lanes[random.IntN(len(lanes))], alone: alone, reads: !alone && random.IntN(2) == 0}
		}
		w := newWindow(cases, cases, workers, func(i int) place { return places[i] })
		allowed := map[*lane]*atomic.Int32{}
		for i := range lanes {
			allowed[&lanes[i]] = &atomic.Int32{}
		}
		var underway, handedOut atomic.Int64
		one := func() {
			if n := underway.Add(1); n > workers {
				t.Errorf("seed %d: %d requests are under way", seed, n)
			}
			runtime.Gosched()
			underway.Add(-1)
		}
		var working sync.WaitGroup
		working.Go(w.fill)
		for range workers {
			working.Go(func() {
				for turn, ok := w.take(); ok; turn, ok = w.take() {
					p := places[turn.index]
					if may := may(allowed[p.lane].Load()); may == nothing || may == whatReads && !p.reads {
						t.Errorf("seed %d: case %d (reads: %t) goes where %d may", seed, turn.index, p.reads, may)
					}
					handedOut.Add(1)
					one()
					w.leave(turn)
				}
			})
		}
		let := func(l *lane, what may) {
			allowed[l].Store(int32(what))
			w.let(what, l)
		}
		var openings sync.WaitGroup
		for i := range lanes {
			openings.Go(func() {
				for range 5 {
					w.lend()
					one()
					w.giveBack()
				}
				let(&lanes[i], whatReads)
				for range 5 {
					w.lend()
					one()
					w.giveBack()
				}
			})
		}
		openings.Wait()
		for i := range lanes {
			let(&lanes[i], everything)
		}
		working.Wait()
		if handedOut.Load() != cases {
			t.Errorf("seed %d: %d of %d cases were handed out", seed, handedOut.Load(), cases)
		}
	}
}

// While the rest may not go, there is something for the workers to do.
func TestWhatReadsGoesWhileNothingElseMay(t *testing.T) {
	l := &lane{early: true}
	w := newWindow(9, 9, 2, func(i int) place { return place{lane: l, alone: i < 3, reads: i >= 6} })
	go w.fill()
	w.let(whatReads, l)
	for want := 6; want < 9; want++ {
		turn, ok := w.take()
		if !ok || turn.index != want {
			t.Fatalf("want case %d, got %d, %t", want, turn.index, ok)
		}
		w.leave(turn)
	}
	if l.open() {
		t.Error("another case may go")
	}
}

func TestLanesThatOpenTogetherComeToTheirCasesInOrder(t *testing.T) {
	const cases = 50
	lanes := make([]lane, cases)
	w := newWindow(cases, cases, 2, func(i int) place { return place{lane: &lanes[i]} })
	w.fill()
	var backwards []*lane
	for i := range lanes {
		backwards = append(backwards, &lanes[cases-1-i])
	}
	w.let(everything, backwards...)
	for want := range cases {
		turn, ok := w.take()
		if !ok || turn.index != want {
			t.Fatalf("want case %d, got %d, %t", want, turn.index, ok)
		}
		w.leave(turn)
	}
}

func TestAClosedWindowLendsWithoutWaiting(t *testing.T) {
	w := newWindow(1, 10, 1, nil)
	w.lend()
	var waiting sync.WaitGroup
	waiting.Go(w.lend)
	w.close()
	waiting.Wait()
}

func TestASingleWorkerKeepsTheOrderOfThePlan(t *testing.T) {
	lanes := []lane{{may: everything}, {may: everything}}
	w := newWindow(10, 10, 1, func(i int) place { return place{lane: &lanes[i%2], alone: i%3 == 0} })
	go w.fill()
	for want := range 10 {
		turn, ok := w.take()
		if !ok || turn.index != want {
			t.Fatalf("want case %d, got %d, %t", want, turn.index, ok)
		}
		w.leave(turn)
	}
}

func TestAClosedWindowHandsOutNothingAndLetsWaitersGo(t *testing.T) {
	w := newWindow(1, 10, 4, func(int) place { return place{lane: &lane{may: everything}} })
	var waiting sync.WaitGroup
	waiting.Go(w.fill)
	if turn, ok := w.take(); turn.index != 0 || !ok {
		t.Fatalf("want case 0, got %d, %t", turn.index, ok)
	}
	for range 3 {
		waiting.Go(func() {
			if turn, ok := w.take(); ok {
				t.Errorf("case %d was handed out beyond the window", turn.index)
			}
		})
	}
	w.close()
	waiting.Wait()
	w.reach(9)
	if turn, ok := w.take(); ok {
		t.Errorf("case %d was handed out after the end", turn.index)
	}
}

func TestAnEmptyWindowIsAtItsEnd(t *testing.T) {
	if turn, ok := newWindow(8, 0, 4, nil).take(); ok {
		t.Errorf("want no case, got %d", turn.index)
	}
}

// BenchmarkWindow hands out the cases of 1,000 lanes, of which sixteen are under way.
func BenchmarkWindow(b *testing.B) {
	const each = 50
	lanes := make([]lane, 1000)
	places := make([]place, each*len(lanes))
	for i := range places {
		l := &lanes[i/each]
		l.early, l.may = i/each%2 == 0, everything
		places[i] = place{lane: l, alone: i%3 == 0}
	}
	b.ReportAllocs()
	for b.Loop() {
		w := newWindow(len(places), len(places), 16, nil)
		var underway []turn
		for w.next < w.end || w.waiting > 0 {
			for w.next < w.end && w.waiting < w.most {
				w.add(places[w.next:min(w.end, w.next+w.most)])
			}
			for l := w.choose(); l != nil && len(underway) < 16; l = w.choose() {
				underway = append(underway, w.handOut(l))
			}
			w.leave(underway[0])
			underway = underway[1:]
		}
		for _, turn := range underway {
			w.leave(turn)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(places)), "ns/case")
}
