package report

import (
	"encoding/json"
	"fmt"
	"io"
)

// Written is a run log just written by this process. Its reader need not go through every exchange to find the checks, nor
// doubt what it reads: a report of it takes a hundredth of the time.
type Written struct {
	*io.SectionReader
	summary *summary
	checks  []place
}

// place is where the line of a check stands, and what it came to.
type place struct {
	offset  int64
	length  int32 // at most lineLimit
	verdict Verdict
}

// Written returns the log for reports, once its last record is written. The file is what it was written to.
func (l *Log) Written(file io.ReaderAt) *Written {
	l.mu.Lock()
	defer l.mu.Unlock()
	return &Written{io.NewSectionReader(file, 0, l.size), &l.summary, l.checks}
}

// each calls each with every check of a verdict that is wanted, in the log's order.
func (w *Written) each(wanted func(Verdict) bool, each func(Check, place) error) error {
	lines := lineBuffer{from: w.SectionReader}
	for _, at := range w.checks {
		if !wanted(at.verdict) {
			continue
		}
		c, err := lines.check(at)
		if err == nil {
			err = each(c, at)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// lineBuffer reads checks again.
type lineBuffer struct {
	from   io.ReaderAt
	buffer []byte
}

func (l *lineBuffer) check(at place) (Check, error) {
	if cap(l.buffer) < int(at.length) {
		l.buffer = make([]byte, at.length)
	}
	text := l.buffer[:at.length]
	if _, err := l.from.ReadAt(text, at.offset); err != nil {
		return Check{}, fmt.Errorf("read the run log again: %w", err)
	}
	if c, ok := parseCheck(text); ok {
		return c, nil
	}
	var r Record
	if err := json.Unmarshal(text, &r); err != nil || r.Check == nil {
		return Check{}, fmt.Errorf("the run log changed while it was read, at byte %d: render it when the run is over", at.offset)
	}
	return *r.Check, nil
}
