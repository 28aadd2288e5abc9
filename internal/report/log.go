package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-e125e033/conform/internal/exchange"
)

const (
	bodyLimit  = 64 << 10               // bytes of a body that are kept in the log
	curlLimit  = 16 << 10               // bytes of a line that a person may still paste
	flushSize  = 64 << 10               // bytes that are written at once
	flushAfter = 100 * time.Millisecond // how long a record may wait to be written
	lineLimit  = 16 << 20               // bytes of a record
)

// Log writes a run log: one JSON object per line, secrets taken out, as the run goes. A run that is ended early
// leaves whole lines and perhaps the beginning of one. It may be used by many goroutines.
//
// Records are gathered and written every 64 KiB or 100 ms: a write for each of 40,000 exchanges a second would cost more
// than everything else that is done for them here. While one goroutine writes what was gathered, the others go on.
type Log struct {
	w        io.Writer
	secrets  *Redactor
	encoders sync.Pool
	err      atomic.Pointer[error] // the first; nothing is written after it

	mu        sync.Mutex
	pending   []byte      // not yet written
	timer     *time.Timer // runs while there is something pending
	size      int64       // bytes taken in, pending ones included
	index     index       // of the checks taken in
	begun     []begun     // by place in index.requirements
	known     *matcher    // the secrets that index was cleaned of
	line      encoder     // of checks without misses, which have no secret any more
	exchanges int
	requests  int
	ended     bool

	writing sync.Mutex // locked with mu held, and held when mu is let go: records are written in the order they came
	digest  hash.Hash
	spare   []byte // the next pending
}

// begun is what the lines of a requirement's checks have in common, as JSON: most of each.
type begun struct{ head, level, because []byte }

// NewLog returns a Log that writes to w.
func NewLog(w io.Writer, redact *Redactor) *Log {
	l := &Log{w: w, secrets: redact, digest: sha256.New()}
	l.encoders.New = func() any { return new(encoder) }
	l.timer = time.AfterFunc(time.Hour, l.flushLate)
	l.timer.Stop()
	return l
}

// Run writes the first record. Schema is filled in.
func (l *Log) Run(r Run) {
	r.Schema = schemaVersion
	r.Start = r.Start.UTC()
	r.Target = l.clean(r.Target)
	contracts := make([]Contract, len(r.Contracts))
	for i, c := range r.Contracts {
		c.Title, c.Source, c.File = l.clean(c.Title), l.clean(c.Source), l.clean(c.File)
		contracts[i] = c
	}
	r.Contracts = contracts
	record := l.marshal(Record{Type: "run", Run: &r})
	l.mu.Lock()
	defer l.mu.Unlock()
	l.index.begin(r)
	l.write(nil, record)
}

// Exchange writes an exchange of the case name and returns its number, from 1. Bytes of a header section that are not
// UTF-8 are written as \xff.
func (l *Log) Exchange(name string, ex *exchange.Exchange) int {
	e := l.encoder()
	defer l.encoders.Put(e)
	e.exchange(name, ex)

	l.mu.Lock()
	defer l.mu.Unlock()
	l.exchanges++
	l.requests += 1 + len(ex.Attempts)
	id := l.exchanges // others may write theirs while this one is written
	var head [64]byte
	start := append(head[:0], `{"type":"exchange","exchange":{"id":`...)
	l.write(strconv.AppendInt(start, int64(id), 10), e.dst)
	return id
}

// encoder returns an encoder without text.
func (l *Log) encoder() *encoder {
	e := l.encoders.Get().(*encoder)
	e.know(l.secrets.load())
	e.dst = e.dst[:0]
	return e
}

// Check writes a verdict and counts it. Its time is written in whole microseconds.
func (l *Log) Check(c Check) {
	verdict := slices.Index(Verdicts, c.Verdict)
	if verdict < 0 {
		l.fail(fmt.Errorf("%q is no verdict", c.Verdict))
		return
	}
	micros := microseconds(c.Seconds)
	var whole []byte
	if len(c.Misses) > 0 {
		c.Seconds = float64(micros) / 1e6
		whole = l.marshalMisses(c)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if known := l.secrets.load(); l.known != known {
		l.index.forget() // what was written before stays as it is
		l.known = known
	}
	k := kind{requirement: l.index.requirement(&c, l.cleanRequirement), verdict: uint8(verdict), told: whole != nil}
	operation := l.index.operations.place(operation{c.Operation, c.Title}, l.cleanOperation)
	if !k.told {
		k.reason = l.index.reasons.place(c.Reason, l.clean)
		l.line.check(l.beginning(k.requirement), l.index.operations.all[operation], l.index.reasons.all[k.reason], &c, micros)
		whole = l.line.dst
	}
	l.index.add(k, operation, micros, l.size)
	l.write(nil, whole)
}

// beginning returns what the lines of a requirement's checks have in common. The caller holds mu.
func (l *Log) beginning(place int32) begun {
	for len(l.begun) <= int(place) {
		l.begun = append(l.begun, beginning(l.index.requirements.all[len(l.begun)]))
	}
	return l.begun[place]
}

// marshalMisses returns the record of a check that has misses.
func (l *Log) marshalMisses(c Check) []byte {
	text := []*string{&c.Operation, &c.Title, &c.Says, &c.Source, &c.File, &c.Reason, &c.Because}
	misses := make([]Miss, len(c.Misses))
	for i, m := range c.Misses {
		m.Findings = slices.Clone(m.Findings)
		misses[i] = m
		text = append(text, &misses[i].Case, &misses[i].Variant, &misses[i].Sent, &misses[i].Error, &misses[i].Answer, &misses[i].Curl)
		for j := range m.Findings {
			f := &m.Findings[j]
			text = append(text, &f.Want, &f.Got, &f.At)
		}
	}
	for _, s := range text {
		*s = l.clean(*s)
	}
	for i := range misses {
		if m := &misses[i]; len(m.Curl) > curlLimit {
			m.Curl = "too long to be shown: see the case " + m.Case + " in the run log"
		}
	}
	c.Misses = misses
	return l.marshal(Record{Type: "check", Check: &c})
}

// End writes the last record and everything that waits. It fills in Counts, Requests (every attempt is one) and SHA256, and
// returns the record as written. The error is the first that writing met: the log is then not whole.
func (l *Log) End(e End) (End, error) {
	e.Unexercised, e.Left = l.cleanAll(e.Unexercised), l.cleanAll(e.Left)
	e.Dead = l.clean(e.Dead)
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.pending) > 0 {
		l.flush()
	}
	l.writing.Lock() // what others took to write is written
	sum := hex.EncodeToString(l.digest.Sum(nil))
	l.writing.Unlock()
	e.Counts, e.Requests, e.SHA256 = l.index.counts(), l.requests, sum
	l.index.end = e
	l.take(nil, l.marshal(Record{Type: "end", End: &e}))
	l.ended = true
	l.flush()
	return e, l.Err()
}

// Err returns the first error that writing met. The log ends there.
func (l *Log) Err() error {
	if err := l.err.Load(); err != nil {
		return *err
	}
	return nil
}

// fail notes an error, unless there was one before.
func (l *Log) fail(err error) {
	err = fmt.Errorf("run log: %w", err)
	l.err.CompareAndSwap(nil, &err)
}

// clean takes secrets out of s, and writes bytes that are not UTF-8 visibly. Text that would make the log unreadable by its
// length is cut.
func (l *Log) clean(s string) string { return cut(validText(l.secrets.String(s)), bodyLimit) }

func (l *Log) cleanAll(all []string) []string {
	var out []string
	for _, s := range all {
		out = append(out, l.clean(s))
	}
	return out
}

func (l *Log) cleanRequirement(r requirement) requirement {
	r.name, r.contract, r.level = validText(r.name), validText(r.contract), validText(r.level) // ours: no secret is looked for
	r.says, r.source, r.file, r.because = l.clean(r.says), l.clean(r.source), l.clean(r.file), l.clean(r.because)
	return r
}

func (l *Log) cleanOperation(o operation) operation {
	return operation{l.clean(o.id), l.clean(o.title)}
}

// marshal returns the line of a record.
func (l *Log) marshal(r Record) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r); err != nil {
		l.fail(err)
	}
	return b.Bytes()
}

// write takes in a record, and writes what is pending where that is much: mu, which the caller holds, is let go meanwhile.
func (l *Log) write(head, tail []byte) {
	if l.take(head, tail); len(l.pending) >= flushSize {
		l.flush()
	}
}

// take takes in a record that ends in a newline, in two parts. The caller holds mu.
func (l *Log) take(head, tail []byte) {
	length := len(head) + len(tail)
	switch {
	case l.Err() != nil:
	case l.ended:
		l.fail(errors.New("a record came after the last one"))
	case length > lineLimit:
		l.fail(fmt.Errorf("a record of %d bytes is longer than %d: nothing could read it back", length, lineLimit))
	default:
		if len(l.pending) == 0 {
			l.timer.Reset(flushAfter)
		}
		l.pending = append(append(l.pending, head...), tail...)
		l.size += int64(length)
	}
}

func (l *Log) flushLate() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.flush()
}

// flush writes what is pending. The caller holds mu; flush lets it go while it writes, or every worker would wait for the file.
func (l *Log) flush() {
	l.timer.Stop()
	l.writing.Lock()
	batch := l.pending
	l.pending = l.spare[:0]
	l.mu.Unlock()
	if len(batch) > 0 && l.Err() == nil {
		l.digest.Write(batch)
		if _, err := l.w.Write(batch); err != nil {
			l.fail(err)
		}
	}
	l.spare = batch
	l.writing.Unlock()
	l.mu.Lock()
}
