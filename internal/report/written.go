package report

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Written is a run log together with what reports need to know of it, so that they need not read it whole: of a log just
// written by this process a report takes a hundredth of the time.
type Written struct {
	*io.SectionReader
	index *index
}

// Written returns the log for reports, once its last record is written. The file is what it was written to.
func (l *Log) Written(file io.ReaderAt) *Written {
	l.mu.Lock()
	defer l.mu.Unlock()
	return &Written{io.NewSectionReader(file, 0, l.size), &l.index}
}

// open reads a run log whole, unless this process wrote it, and gives one that was cut an end.
func open(log io.ReadSeeker) (*Written, error) {
	if w, ok := log.(*Written); ok {
		return w, nil
	}
	if _, err := log.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	x := &index{}
	requests := 0
	ended := false
	size := int64(0)
	err := readLines(log, func(r Record, offset, length int64) error {
		size = offset + length
		switch {
		case r.Run != nil:
			x.begin(*r.Run)
		case r.Exchange != nil:
			requests += 1 + len(r.Exchange.Attempts)
		case r.Check != nil:
			x.addCheck(r.Check, offset)
		case r.End != nil:
			x.end = *r.End
			ended = true
		}
		return nil
	})
	if err != nil && !errors.Is(err, ErrCut) {
		return nil, err
	}
	if !ended {
		x.end = End{Counts: x.counts(), Requests: requests, Dead: ErrCut.Error()}
	}
	file, ok := log.(io.ReaderAt)
	if !ok {
		file = readerAt{log}
	}
	return &Written{io.NewSectionReader(file, 0, size), x}, nil
}

// readerAt reads a log that can only be sought in.
type readerAt struct{ log io.ReadSeeker }

func (r readerAt) ReadAt(p []byte, offset int64) (int, error) {
	if _, err := r.log.Seek(offset, io.SeekStart); err != nil {
		return 0, err
	}
	return io.ReadFull(r.log, p)
}

// checks returns a function that returns the check of a row, whole where it has misses: that one it reads again.
func (w *Written) checks() func(row) (Check, error) {
	lines := lineReader{r: bufio.NewReader(nil)}
	return func(r row) (Check, error) {
		k := w.index.kind(r)
		if !k.told {
			return w.index.check(r), nil
		}
		lines.r.Reset(io.NewSectionReader(w.SectionReader, r.value, lineLimit))
		text, err := lines.next()
		if err != nil {
			return Check{}, fmt.Errorf("read the run log again: %w", err)
		}
		var record Record
		if err := json.Unmarshal(text, &record); err != nil || record.Check == nil || record.Check.Verdict != Verdicts[k.verdict] {
			return Check{}, fmt.Errorf("the run log changed while it was read, at byte %d: render it when the run is over", r.value)
		}
		return *record.Check, nil
	}
}
