package exchange

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// step is how much room is made for content at a time: a length that is announced need not come.
const step = 64 << 10

// maxChunkLine bounds a chunk's size and extensions.
const maxChunkLine = 4 << 10

// errTooLong is the end of content that is longer than the client's limit.
var errTooLong = errors.New("content too long")

// content reads what follows the header section (RFC 9112, section 6.3) and reports whether another answer can follow.
func (in *answers) content(a *Answer, method string) (keep bool) {
	keep = persistent(a)
	var flaw *Failure
	switch codings := a.Fields.Values("Transfer-Encoding"); {
	case method == "HEAD", a.Status == 204, a.Status == 304:
	case a.Status == 101:
		return false // another protocol from here on
	case len(codings) > 0:
		// A length beside it may be an attempt at smuggling: nothing after it is trusted.
		_, sized := a.Fields.Get("Content-Length")
		chunked, other := transferCoding(codings)
		if chunked {
			flaw = in.chunks(a)
		} else {
			flaw = in.rest(a)
		}
		if flaw == nil && other != "" {
			flaw = failure(Malformed, "transfer coding %q is not known: its content is kept as it came", other)
		}
		keep = keep && chunked && !sized
	default:
		var length int64
		length, flaw = contentLength(a.Fields)
		switch {
		case flaw != nil:
		case length >= 0:
			flaw = in.counted(a, length)
		default:
			keep, flaw = false, in.rest(a)
		}
	}
	if a.Flaw == nil {
		a.Flaw = flaw
	}
	return keep && a.Flaw == nil
}

// persistent reports whether the connection stays open after the answer (RFC 9112, section 9.3).
func persistent(a *Answer) bool {
	if a.Fields.has("Connection", "close") {
		return false
	}
	return a.Proto >= "HTTP/1.1" || a.Fields.has("Connection", "keep-alive")
}

// transferCoding reports whether the last coding is chunked, and names one that is neither that nor identity.
func transferCoding(values []string) (chunked bool, other string) {
	for coding := range strings.SplitSeq(strings.Join(values, ","), ",") {
		coding = trimSpace(coding)
		chunked = strings.EqualFold(coding, "chunked")
		if !chunked && coding != "" && !strings.EqualFold(coding, "identity") {
			other = coding[:min(len(coding), 32)]
		}
	}
	return chunked, other
}

// contentLength returns the length announced, -1 for none. The same length several times is one length.
func contentLength(fields Fields) (int64, *Failure) {
	length := int64(-1)
	for _, f := range fields {
		if !f.Is("Content-Length") {
			continue
		}
		for value := range strings.SplitSeq(f.Value, ",") {
			value = trimSpace(value)
			n, err := strconv.ParseUint(value, 10, 63)
			switch {
			case err != nil:
				return -1, failure(Malformed, "Content-Length %q is not a number of bytes", value[:min(len(value), 32)])
			case length >= 0 && int64(n) != length:
				return -1, failure(Malformed, "Content-Length is both %d and %d", length, n)
			}
			length = int64(n)
		}
	}
	return length, nil
}

// counted reads content of a known length.
func (in *answers) counted(a *Answer, length int64) *Failure {
	err := in.take(a, length)
	if err == nil {
		return nil
	}
	return in.stopped(err, fmt.Sprintf("after %d of %d bytes of content", len(a.Body), length))
}

// rest reads content up to the end of the connection.
func (in *answers) rest(a *Answer) *Failure {
	err := in.take(a, math.MaxInt64)
	if errors.Is(err, io.EOF) {
		return nil
	}
	return in.stopped(err, fmt.Sprintf("after %d bytes of content", len(a.Body)))
}

// chunks reads chunked content and its trailer section (RFC 9112, section 7.1).
func (in *answers) chunks(a *Answer) *Failure {
	for {
		size, f := in.chunkSize()
		if f != nil {
			return f
		}
		if size == 0 {
			break
		}
		if err := in.take(a, size); err != nil {
			return in.stopped(err, fmt.Sprintf("within a chunk, after %d bytes of content", len(a.Body)))
		}
		switch line, err := in.ReadSlice('\n'); {
		case len(trimEnd(line)) > 0:
			return failure(Malformed, "a chunk is longer than its size says")
		case err != nil:
			return in.stopped(err, "after a chunk")
		}
	}
	section, err := in.lines(nil)
	var flaw *Failure
	switch {
	case errors.As(err, &flaw):
		return flaw
	case err != nil:
		return ended(err, "within the trailer section")
	}
	a.Trailer, flaw = parseFields(nil, section)
	return flaw
}

// chunkSize reads a chunk's size and drops its extensions.
func (in *answers) chunkSize() (int64, *Failure) {
	line, err := in.ReadSlice('\n')
	if err != nil && len(line) < maxChunkLine {
		return 0, ended(err, "before the size of a chunk")
	}
	if err != nil || len(line) > maxChunkLine {
		return 0, failure(Malformed, "the line with a chunk's size is longer than %d bytes", maxChunkLine)
	}
	digits, _, _ := strings.Cut(string(trimEnd(line)), ";")
	digits = strings.TrimRight(digits, " \t") // bad whitespace that servers send (RFC 9112, section 7.1.1)
	size, err := strconv.ParseUint(digits, 16, 63)
	if err != nil {
		return 0, failure(Malformed, "%q is not the size of a chunk", digits[:min(len(digits), 16)])
	}
	return int64(size), nil
}

// take appends n bytes to the content. It gives errTooLong where the limit comes first, and io.EOF where the
// connection ends first.
func (in *answers) take(a *Answer, n int64) error {
	for n > 0 {
		room := int64(in.maxBody - len(a.Body))
		if room == 0 {
			if _, err := in.Peek(1); err != nil {
				return err
			}
			return errTooLong
		}
		want := int(min(n, room, step))
		if n == math.MaxInt64 {
			want = min(want, max(512, in.Buffered())) // no length announced: most often it is short
		}
		if a.Body == nil {
			a.Body, in.room = in.room, nil
		}
		a.Body = slices.Grow(a.Body, want)
		got, err := in.Read(a.Body[len(a.Body):][:want])
		a.Body = a.Body[:len(a.Body)+got]
		if n != math.MaxInt64 {
			n -= int64(got)
		}
		if err != nil && n > 0 {
			return err
		}
	}
	return nil
}

// stopped says why reading content stopped.
func (in *answers) stopped(err error, where string) *Failure {
	if errors.Is(err, errTooLong) {
		return failure(TooLong, "the content is longer than %d bytes", in.maxBody)
	}
	return ended(err, where)
}
