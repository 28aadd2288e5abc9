package report

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// schemaVersion is the version of the run log that this package writes and reads.
const schemaVersion = 1

// ErrCut says that a run log has no last record: the run was killed, or still goes on. What was read of it is good.
var ErrCut = errors.New("the run log ends before the run does")

// Read reads a run log and calls each for every record, in order. It is strict: the header comes first, every line is a
// record with known members only, exchanges count from 1, and the last record has the counts and the digest of the
// lines before it. An error tells the line. A log without a last record, its last line perhaps cut, is read to its end;
// the error then is ErrCut. An error of each ends the reading and is returned as it is.
func Read(r io.Reader, each func(Record) error) error {
	return readLines(r, func(record Record, _, _ int64) error { return each(record) })
}

// readLines is Read, with the offset and the length of each line.
func readLines(r io.Reader, each func(record Record, offset, length int64) error) error {
	lines := lineReader{r: bufio.NewReaderSize(r, 64<<10)}
	follow := follower{counts: make(map[Verdict]int)}
	digest := sha256.New()
	for number := 1; ; number++ {
		offset := lines.offset
		text, err := lines.next()
		switch {
		case err == io.EOF && number == 1:
			return errors.New("the run log is empty")
		case err == io.EOF:
			if !follow.ended {
				return ErrCut
			}
			return nil
		case err != nil:
			return fmt.Errorf("line %d: %w", number, err)
		}
		record, err := decodeRecord(text)
		if err != nil {
			if number > 1 && text[len(text)-1] != '\n' && !follow.ended {
				return ErrCut
			}
			return fmt.Errorf("line %d: %w", number, err)
		}
		if err := follow.accept(record, digest.Sum); err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
		digest.Write(text)
		if err := each(record, offset, int64(len(text))); err != nil {
			return err
		}
	}
}

// lineReader reads lines of bounded length.
type lineReader struct {
	r      *bufio.Reader
	long   []byte
	offset int64
}

// next returns the next line with its newline, which the last may lack; it holds until the following call.
func (l *lineReader) next() ([]byte, error) {
	l.long = l.long[:0]
	for {
		part, err := l.r.ReadSlice('\n')
		l.offset += int64(len(part))
		if len(l.long)+len(part) > lineLimit {
			return nil, fmt.Errorf("is longer than %d bytes: this is not a run log", lineLimit)
		}
		switch {
		case err == nil && len(l.long) == 0:
			return part, nil
		case err == nil:
			return append(l.long, part...), nil
		case err == bufio.ErrBufferFull:
			l.long = append(l.long, part...)
		case err == io.EOF && len(l.long)+len(part) > 0:
			return append(l.long, part...), nil
		default:
			return nil, err
		}
	}
}

func decodeRecord(text []byte) (Record, error) {
	var record Record
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&record); err != nil {
		return record, fmt.Errorf("is not a record of a run log: %w", err)
	}
	if rest := bytes.TrimSpace(text[decoder.InputOffset():]); len(rest) > 0 {
		return record, fmt.Errorf("is not a record of a run log: %q after it", cut(string(rest), 40))
	}
	known := false
	for _, member := range []struct {
		name  string
		there bool
	}{{"run", record.Run != nil}, {"exchange", record.Exchange != nil}, {"check", record.Check != nil}, {"end", record.End != nil}} {
		if member.there != (member.name == record.Type) {
			return record, fmt.Errorf("is not a record of a run log: its type is %q, and that member alone has to be there", record.Type)
		}
		known = known || member.there
	}
	if !known {
		return record, fmt.Errorf("is not a record of a run log: %q is no type of record", record.Type)
	}
	return record, nil
}

// follower checks that records follow on each other.
type follower struct {
	started   bool
	ended     bool
	exchanges int
	counts    map[Verdict]int
}

func (f *follower) accept(r Record, digest func([]byte) []byte) error {
	switch {
	case f.ended:
		return errors.New("comes after the last record")
	case r.Run != nil && f.started:
		return errors.New("is a second header: render one run log at a time")
	case r.Run == nil && !f.started:
		return fmt.Errorf("a run log begins with a record of type \"run\", not %q", r.Type)
	case r.Run != nil:
		f.started = true
		if r.Run.Schema != schemaVersion {
			return fmt.Errorf("is the header of a run log of version %d, and this conform reads version %d: use the conform that wrote it (%s)",
				r.Run.Schema, schemaVersion, cut(line(r.Run.Conform), 40))
		}
	case r.Exchange != nil:
		f.exchanges++
		if r.Exchange.ID != f.exchanges {
			return fmt.Errorf("is exchange %d, want %d: lines are missing or moved", r.Exchange.ID, f.exchanges)
		}
	case r.Check != nil:
		if !slices.Contains(Verdicts, r.Check.Verdict) {
			return fmt.Errorf("%q is no verdict", r.Check.Verdict)
		}
		f.counts[r.Check.Verdict]++
	case r.End != nil:
		f.ended = true
		for v := range r.End.Counts {
			if !slices.Contains(Verdicts, v) {
				return fmt.Errorf("%q is no verdict", v)
			}
		}
		for _, v := range Verdicts {
			if r.End.Counts[v] != f.counts[v] {
				return fmt.Errorf("counts %d %s checks, and %d stand in the log", r.End.Counts[v], v, f.counts[v])
			}
		}
		if sum := hex.EncodeToString(digest(nil)); r.End.SHA256 != sum {
			return fmt.Errorf("the lines before have the SHA-256 %s, not %q: the log was changed", sum, cut(line(r.End.SHA256), 64))
		}
	}
	return nil
}
