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
	"maps"
	"strconv"
	"sync"
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
// than everything else that is done for them here.
type Log struct {
	w       io.Writer
	secrets *Redactor
	buffers sync.Pool

	mu        sync.Mutex
	pending   []byte      // not yet written
	timer     *time.Timer // runs while there is something pending
	digest    hash.Hash
	size      int64   // bytes taken in, pending ones included
	summary   summary // of what was written
	checks    []place // of the checks
	counts    map[Verdict]int
	exchanges int
	requests  int
	ended     bool
	err       error // the first; nothing is written after it
}

// NewLog returns a Log that writes to w.
func NewLog(w io.Writer, redact *Redactor) *Log {
	l := &Log{w: w, secrets: redact, digest: sha256.New(), counts: make(map[Verdict]int)}
	l.buffers.New = func() any { return new([]byte) }
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
	l.mu.Lock()
	defer l.mu.Unlock()
	l.summary.begin(r)
	l.write(marshal(Record{Type: "run", Run: &r}))
}

// Exchange writes an exchange of the case name and returns its number, from 1. Bytes of a header section that are not
// UTF-8 are written as \xff.
func (l *Log) Exchange(name string, ex *exchange.Exchange) int {
	buffer := l.buffers.Get().(*[]byte)
	defer l.buffers.Put(buffer)
	e := encoder{l.secrets.load(), (*buffer)[:0]}
	e.exchange(name, ex)
	*buffer = e.dst

	l.mu.Lock()
	defer l.mu.Unlock()
	l.exchanges++
	l.requests += 1 + len(ex.Attempts)
	var head [64]byte
	start := append(head[:0], `{"type":"exchange","exchange":{"id":`...)
	l.write2(strconv.AppendInt(start, int64(l.exchanges), 10), e.dst)
	return l.exchanges
}

// Check writes a verdict and counts it.
func (l *Log) Check(c Check) {
	if plain(&c) {
		buffer := l.buffers.Get().(*[]byte)
		defer l.buffers.Put(buffer)
		e := encoder{l.secrets.load(), (*buffer)[:0]}
		e.check(&c)
		*buffer = e.dst
		l.count(c, e.dst, nil)
		return
	}
	text := []*string{&c.Operation, &c.Title, &c.Says, &c.Source, &c.File, &c.Reason, &c.Because}
	misses := make([]Miss, len(c.Misses))
	for i, m := range c.Misses {
		m.Findings = append(m.Findings[:0:0], m.Findings...)
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
	if c.Misses != nil {
		c.Misses = misses
	}
	record, err := marshal(Record{Type: "check", Check: &c})
	l.count(c, record, err)
}

// count writes the record of a check and notes where it stands.
func (l *Log) count(c Check, record []byte, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[c.Verdict]++
	l.summary.contract(c.Contract)[c.Verdict]++
	l.checks = append(l.checks, place{l.size, int32(min(len(record), lineLimit)), c.Verdict})
	l.write(record, err)
}

// End writes the last record and everything that waits. It fills in Counts, Requests (every attempt is one) and SHA256, and
// returns the record as written. The error is the first that writing met: the log is then not whole.
func (l *Log) End(e End) (End, error) {
	e.Unexercised, e.Left = l.cleanAll(e.Unexercised), l.cleanAll(e.Left)
	e.Dead = l.clean(e.Dead)
	l.mu.Lock()
	defer l.mu.Unlock()
	e.Counts, e.Requests = maps.Clone(l.counts), l.requests
	l.flush()
	e.SHA256 = hex.EncodeToString(l.digest.Sum(nil))
	l.summary.end = e
	l.write(marshal(Record{Type: "end", End: &e}))
	l.flush()
	l.ended = true
	l.timer.Stop()
	return e, l.err
}

// Err returns the first error that writing met. The log ends there.
func (l *Log) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
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

func marshal(r Record) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(r)
	return b.Bytes(), err
}

// write takes in a record that ends in a newline. The caller holds the lock.
func (l *Log) write(record []byte, err error) {
	if err != nil && l.err == nil {
		l.err = fmt.Errorf("run log: %w", err)
	}
	l.write2(nil, record)
}

// write2 takes in a record in two parts.
func (l *Log) write2(head, tail []byte) {
	switch {
	case l.err != nil:
	case l.ended:
		l.err = errors.New("run log: a record came after the last one")
	case len(head)+len(tail) > lineLimit:
		l.err = fmt.Errorf("run log: a record of %d bytes is longer than %d: nothing could read it back", len(head)+len(tail), lineLimit)
	default:
		if len(l.pending) == 0 {
			l.timer.Reset(flushAfter)
		}
		l.pending = append(append(l.pending, head...), tail...)
		l.size += int64(len(head) + len(tail))
		if len(l.pending) >= flushSize {
			l.flush()
		}
	}
}

func (l *Log) flushLate() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.flush()
}

// flush writes what is pending. The caller holds the lock.
func (l *Log) flush() {
	l.timer.Stop()
	if l.err == nil && len(l.pending) > 0 {
		l.digest.Write(l.pending)
		if _, err := l.w.Write(l.pending); err != nil {
			l.err = fmt.Errorf("run log: %w", err)
		}
	}
	l.pending = l.pending[:0]
}
