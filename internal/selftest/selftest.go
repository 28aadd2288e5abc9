// Package selftest proves the harness: it breaks the answers of the reference APIs in every way that fixtures/faults knows and compares what
// the harness makes of each with what the tables in fixtures/faults/expected say it has to, which are written from the documents.
package selftest

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/seed-e125e033/conform/contracts"
	"github.com/seed-e125e033/conform/fixtures/apis"
	"github.com/seed-e125e033/conform/fixtures/faults"
	"github.com/seed-e125e033/conform/fixtures/faults/expected"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/suites"
)

// layer makes the changes of an answer.
type layer struct {
	faults  func(*faults.Exchange, faults.Choices) []faults.Change
	accents func(*faults.Exchange) []faults.Change
}

// Config says what is proven and how.
type Config struct {
	Contracts []string            // names; empty: all that ship
	Sample    int                 // of so many faults one is tried, and of each family and API one at least; below 2: every fault
	Progress  func(done, all int) // called after each run, by one goroutine at a time; nil: nobody

	load   func() ([]*contract.Contract, error) // nil: the contracts that ship
	apis   []apis.API                           // nil: all
	layer  *layer                               // nil: fixtures/faults
	tables fs.FS                                // nil: fixtures/faults/expected
}

// Mistake is an error in what was asked for, or in a table.
type Mistake struct{ error }

// Run proves the contracts. Its error is a Mistake, or what kept a run from being made; what slipped through is in the Score.
func Run(ctx context.Context, c Config) (*Score, error) {
	s, err := prepare(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := s.clean(ctx); err != nil {
		return nil, err
	}
	err = s.work(ctx)
	s.score.sort()
	return s.score, err
}

// Plan returns the score of a run that tries nothing: what there is to catch.
func Plan(ctx context.Context, c Config) (*Score, error) {
	s, err := prepare(ctx, c)
	if err != nil {
		return nil, err
	}
	return s.score, s.clean(ctx)
}

// selftest is one proof under way.
type selftest struct {
	Config
	beds  []*bed
	score *Score
	jobs  []job

	mu sync.Mutex // of score
}

// job is one run: a fault or an accent on every answer that it changes.
type job struct {
	bed    *bed
	name   string
	accent bool
	pairs  []pair
}

// prepare reads contracts and tables and plans each reference API.
func prepare(ctx context.Context, c Config) (*selftest, error) {
	if c.layer == nil {
		c.layer = &layer{faults.Faults, faults.Accents}
	}
	if c.tables == nil {
		c.tables = expected.Files
	}
	if c.apis == nil {
		c.apis = apis.All()
	}
	if c.load == nil {
		c.load = func() ([]*contract.Contract, error) {
			return contracts.Load(contracts.Names(), suites.Names(), contract.Options{Unprobed: true})
		}
	}
	loaded, err := c.load()
	if err != nil {
		return nil, Mistake{err}
	}
	s := &selftest{Config: c, score: &Score{Sample: c.Sample}}
	names := map[string]*contract.Contract{}
	for _, l := range loaded {
		names[l.Name] = l
	}
	var mistakes []error
	for _, name := range c.Contracts {
		if names[name] == nil {
			mistakes = append(mistakes, fmt.Errorf("no contract is called %q%s", name, document.Meant(name, slices.Sorted(maps.Keys(names)))))
		}
	}
	tables := map[string]*Table{}
	for _, l := range loaded {
		table, err := LoadTable(c.tables, l)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			mistakes = append(mistakes, err)
		default:
			tables[l.Name] = table
		}
	}
	if len(mistakes) > 0 {
		return nil, Mistake{errors.Join(mistakes...)}
	}
	for _, l := range loaded {
		if len(c.Contracts) == 0 || slices.Contains(c.Contracts, l.Name) {
			s.score.add(l, tables[l.Name], c.apis)
		}
	}
	for _, api := range c.apis {
		// All of its contracts are planned, whichever are proven: a row of a table fits the same cases each time.
		var own []*contract.Contract
		wanted := false
		for _, name := range api.Contracts {
			if names[name] != nil {
				own = append(own, names[name])
			}
			wanted = wanted || s.score.of(name) != nil
		}
		if !wanted {
			continue
		}
		b, err := newBed(ctx, api, own, tables)
		if err != nil {
			return nil, err
		}
		s.beds = append(s.beds, b)
	}
	return s, nil
}

// clean runs each API unchanged, counts what there is to catch, and chooses what is tried.
func (s *selftest) clean(ctx context.Context) error {
	wanted := func(contract string) bool { return s.score.of(contract) != nil }
	err := each(ctx, runtime.GOMAXPROCS(0), s.beds, func(ctx context.Context, b *bed) error {
		err := b.runClean(ctx, *s.layer)
		if err == nil {
			b.pairs = b.pair(wanted)
		}
		return err
	})
	if err != nil {
		return err
	}
	var stale []document.Mistake
	tables := map[*Table]bool{}
	for _, b := range s.beds {
		jobs := map[string]*job{}
		for _, p := range b.pairs {
			contract, _, _ := strings.Cut(p.check.requirement, ".")
			tables[b.tables[contract]] = true
			s.score.expect(p)
			if jobs[p.fault] == nil {
				jobs[p.fault] = &job{bed: b, name: p.fault}
			}
			jobs[p.fault].pairs = append(jobs[p.fault].pairs, p)
		}
		for _, name := range sample(slices.Sorted(maps.Keys(jobs)), b.api.Name, s.Sample) {
			s.jobs = append(s.jobs, jobs[name].apart()...)
		}
		for _, name := range sample(slices.Sorted(maps.Keys(b.clean.accents)), b.api.Name, s.Sample) {
			s.jobs = append(s.jobs, job{bed: b, name: name, accent: true})
		}
		s.score.meet(b)
	}
	for t := range tables {
		stale = append(stale, s.score.met(t)...)
		stale = append(stale, t.stale()...)
	}
	if err := document.Join(stale); err != nil {
		return Mistake{err}
	}
	return nil
}

// waits reports whether the job's fault keeps the client waiting until it gives up.
func (j *job) waits() bool { return j.name == "connection.never" || j.name == "connection.drip" }

// apart returns the runs that the job takes: one, of one case for each pair where it keeps the client waiting; but for a fault that
// changes what the API holds, and so what it answers afterwards, one for each operation, with a single case.
func (j *job) apart() []job {
	if j.waits() {
		for i, p := range j.pairs {
			k := slices.IndexFunc(p.cases, func(h hit) bool { return h.is == p.is() })
			j.pairs[i].cases = p.cases[k : k+1]
		}
		return []job{*j}
	}
	if !strings.HasPrefix(j.name, "effect.") {
		return []job{*j}
	}
	chosen := map[string]string{} // by operation: a case that the API could take for a good request, if it were careless
	for _, is := range []expectation{caught, told, either, equivalent} {
		for _, p := range j.pairs {
			i := slices.IndexFunc(p.cases, func(h hit) bool {
				c := j.bed.cases[h.name]
				return h.is == is && c.Request.Method == c.Operation.Method
			})
			if i >= 0 && chosen[p.check.operation] == "" {
				chosen[p.check.operation] = p.cases[i].name
			}
		}
	}
	var jobs []job
	for _, operation := range slices.Sorted(maps.Keys(chosen)) {
		one := job{bed: j.bed, name: j.name}
		for _, p := range j.pairs {
			i := slices.IndexFunc(p.cases, func(h hit) bool { return h.name == chosen[operation] })
			if i >= 0 && p.check.operation == operation {
				p.cases = p.cases[i : i+1]
				one.pairs = append(one.pairs, p)
			}
		}
		jobs = append(jobs, one)
	}
	return jobs
}

// sample returns one of so many names, and of each family one at least. Which ones hangs on the names alone.
func sample(names []string, api string, of int) []string {
	if of < 2 {
		return names
	}
	rank := func(name string) uint32 {
		h := fnv.New32a()
		_, _ = h.Write([]byte(api + " " + name)) // a hash never fails
		return h.Sum32()
	}
	least := map[string]string{}
	for _, name := range names {
		family, _, _ := strings.Cut(name, ".")
		if first, ok := least[family]; !ok || rank(name) < rank(first) {
			least[family] = name
		}
	}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		family, _, _ := strings.Cut(name, ".")
		return rank(name)%uint32(of) != 0 && least[family] != name
	})
}

// work makes the runs, as many at a time as there are processors, and beside them some of those that only wait.
func (s *selftest) work(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var busy, idle []job
	for _, j := range s.jobs {
		if j.waits() {
			idle = append(idle, j)
		} else {
			busy = append(busy, j)
		}
	}
	done := 0
	do := func(ctx context.Context, j job) error {
		var err error
		if j.accent {
			err = s.accent(ctx, j)
		} else {
			err = s.fault(ctx, j)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		done++
		if s.Progress != nil {
			s.Progress(done, len(s.jobs))
		}
		return err
	}
	var group sync.WaitGroup
	group.Go(func() {
		if err := each(ctx, 4, idle, do); err != nil {
			cancel(err)
		}
	})
	if err := each(ctx, runtime.GOMAXPROCS(0), busy, do); err != nil {
		cancel(err)
	}
	group.Wait()
	return context.Cause(ctx)
}

// each calls do with every item, so many at a time, until one fails.
func each[T any](ctx context.Context, many int, items []T, do func(context.Context, T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	free := make(chan struct{}, many)
	var group sync.WaitGroup
	for _, item := range items {
		free <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		group.Go(func() {
			defer func() { <-free }()
			if err := do(ctx, item); err != nil {
				cancel(err)
			}
		})
	}
	group.Wait()
	return context.Cause(ctx)
}

// fault changes every answer that the fault changes, and compares what was made of it with what is expected.
func (s *selftest) fault(ctx context.Context, j job) error {
	p := usual()
	if j.waits() {
		p = waiting()
	}
	cases := map[string]bool{}
	for _, pair := range j.pairs {
		for _, h := range pair.cases {
			cases[h.name] = true
		}
	}
	var mu sync.Mutex
	did := map[string]bool{}
	v, err := j.bed.run(ctx, func(c *suites.Planned) bool { return cases[c.Name()] }, p, func(c *suites.Planned, x *faults.Exchange) faults.Answer {
		if twin(c, x) || x.Answer.Status != j.bed.clean.was[c.Name()] {
			return x.Answer // what was changed before has changed what the API does
		}
		answer, ok := j.bed.clean.changes[j.name].Make(x)
		mu.Lock()
		defer mu.Unlock()
		did[c.Name()] = ok
		return answer
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range j.pairs {
		s.score.judge(j.bed.api.Name, p, did, v)
	}
	return nil
}

// accent changes every answer that the accent changes. Nothing may be made of it that was not made of the API's own.
func (s *selftest) accent(ctx context.Context, j job) error {
	v, err := j.bed.run(ctx, all, usual(), func(_ *suites.Planned, x *faults.Exchange) faults.Answer {
		if answer, ok := j.bed.clean.changes[j.name].Make(x); ok && x.Answer.Status >= 400 {
			return answer
		}
		return x.Answer
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.score.judgeAccents(j.bed, j.name, v)
	return nil
}
