package exchange

import (
	"bufio"
	"bytes"
	"errors"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// What room is kept for the next answer, in bytes of content and in fields: one large answer shall not take its memory for ever.
const (
	roomy       = 8 << 10
	roomyFields = 64
)

// maxInterim bounds the 1xx responses before an answer. Nothing real sends more than a few.
const maxInterim = 64

// answers reads the answers of one connection. It takes what other clients take (bare line feeds, folded lines, a
// missing reason phrase) and keeps it as it came.
type answers struct {
	*bufio.Reader
	maxHead int    // bytes of a header section, status line included
	maxBody int    // bytes of content
	section []byte // of the header or trailer section, reused
	room    []byte // for content, of the answer before
}

// read reads into a the final answer to a request with method, and reports whether another can follow on the connection. The room of
// the fields and the content that a has is used again. No Answer is given without its whole header section: a field that did not
// arrive would look like one not sent. From there on a flaw keeps what came.
func (in *answers) read(a *Answer, method string) (_ *Answer, keep bool, f *Failure) {
	var interim []int
	fields := a.Fields[:0]
	if in.room = a.Body[:0]; cap(in.room) > roomy || cap(fields) > roomyFields {
		fields, in.room = nil, nil
	}
	for {
		head, f := in.head(len(interim) == 0)
		if f != nil {
			return nil, false, f
		}
		*a = Answer{Interim: interim}
		a.Fields, a.Flaw = parseFields(fields, a.setStatus(head))
		if a.Status/100 != 1 || a.Status == 101 {
			return a, in.content(a, method), nil
		}
		if interim = append(interim, a.Status); len(interim) > maxInterim {
			return nil, false, failure(TooLong, "more than %d interim responses", maxInterim)
		}
	}
}

// head reads a status line and header section, without the empty line at its end.
func (in *answers) head(first bool) (string, *Failure) {
	head, err := in.lines(func(line []byte) error {
		if !isStatus(line) {
			return noStatus(line)
		}
		return nil
	})
	if err != nil {
		return "", headless(head, err, first)
	}
	return head, nil
}

// headless says why a header section did not come whole, of which this much came.
func headless(head string, err error, first bool) *Failure {
	var f *Failure
	switch {
	case errors.As(err, &f):
		return f
	case head == "" && first:
		f = ended(err, "before the first byte of an answer")
		if f.Kind == Cut {
			f.Kind = Closed
		}
		return f
	case head == "":
		return ended(err, "after an interim response")
	case strings.Contains(head, "\n"):
		return ended(err, "within the header section")
	case !strings.HasPrefix(head, "HTTP/") && !strings.HasPrefix("HTTP/", head):
		return noStatus([]byte(head)) // no line end came, but it would not have been HTTP with one either
	}
	return ended(err, "within the status line")
}

// lines reads up to and including an empty line and returns what came before it. It gives the first line to check,
// as soon as it is there. At an error it returns what came before it.
func (in *answers) lines(check func(line []byte) error) (string, error) {
	in.section = in.section[:0]
	start := 0 // of the current line
	for {
		piece, err := in.ReadSlice('\n')
		if len(in.section)+len(piece) > in.maxHead {
			return string(in.section), failure(TooLong, "the header section is longer than %d bytes", in.maxHead)
		}
		in.section = append(in.section, piece...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil:
			return string(in.section), err
		}
		line := trimEnd(in.section[start:])
		if start == 0 && check != nil {
			if err := check(line); err != nil {
				return "", err
			}
		} else if len(line) == 0 {
			return string(in.section[:start]), nil
		}
		start = len(in.section)
	}
}

// trimEnd takes the line end off: CRLF, or a bare LF (RFC 9112, section 2.2).
func trimEnd(line []byte) []byte {
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line
}

// leastStatus is the length of a status line without a reason phrase, which may take its space along.
const leastStatus = len("HTTP/1.1 200")

// isStatus reports whether line is a status line (RFC 9112, section 4).
func isStatus(line []byte) bool {
	digit := func(at int) bool { return '0' <= line[at] && line[at] <= '9' }
	return len(line) >= leastStatus && bytes.HasPrefix(line, []byte("HTTP/")) && digit(5) && line[6] == '.' && digit(7) && line[8] == ' ' &&
		digit(9) && line[9] != '0' && digit(10) && digit(11) && (len(line) == leastStatus || line[leastStatus] == ' ')
}

// setStatus sets protocol, status and reason phrase from the status line that a header section begins with, and returns the field
// lines after it.
func (a *Answer) setStatus(head string) (fields string) {
	line, fields, _ := strings.Cut(head, "\n")
	line = strings.TrimSuffix(line, "\r")
	a.Proto = line[:len("HTTP/1.1")]
	a.Status = int(line[9]-'0')*100 + int(line[10]-'0')*10 + int(line[11]-'0')
	if len(line) > leastStatus {
		a.Reason = line[leastStatus+1:]
	}
	return fields
}

// noStatus is the failure of a first line that is no status line. It shows the first word only: a server may echo
// the request.
func noStatus(line []byte) *Failure {
	if len(line) > 1 && (line[0] == 0x15 || line[0] == 0x16) && line[1] == 3 { // alert or handshake record
		return failure(Malformed, "the server speaks TLS on this port: is it https?")
	}
	word, _, _ := bytes.Cut(line, []byte(" "))
	return failure(Malformed, "no status line: the answer starts with %q", word[:min(len(word), 16)])
}

// parseFields splits a header or trailer section into field lines, in room if there is enough of it. A flawed line is kept as it came,
// under the name that it most likely has; the flaw names the first such line.
func parseFields(room Fields, section string) (Fields, *Failure) {
	if section == "" {
		return nil, nil
	}
	fields := slices.Grow(room, strings.Count(section, "\n"))
	var flaw *Failure
	for number := 1; section != ""; number++ {
		var line string
		line, section = cutField(section)
		name, value, colon := strings.Cut(line, ":")
		fields = append(fields, Field{name, unfold(value)})
		if flaw != nil {
			continue
		}
		switch {
		case !colon:
			flaw = failure(Malformed, "field line %d has no colon", number)
		case !httpguts.ValidHeaderFieldName(name):
			flaw = failure(Malformed, "field line %d: %q is not a field name", number, name[:min(len(name), 32)])
		}
	}
	return fields, flaw
}

// cutField cuts the first field line off section, with the lines folded into it, but for its line end.
func cutField(section string) (line, rest string) {
	end := 0
	for {
		i := strings.IndexByte(section[end:], '\n')
		if i < 0 {
			return section, ""
		}
		end += i + 1
		if end == len(section) || section[end] != ' ' && section[end] != '\t' {
			return strings.TrimSuffix(section[:end-1], "\r"), section[end:]
		}
	}
}

// unfold joins the lines of a folded value by one space each (obs-fold: RFC 9112, section 5.2).
func unfold(value string) string {
	if strings.IndexByte(value, '\n') < 0 {
		return trimSpace(value)
	}
	lines := strings.Split(value, "\n")
	for i, line := range lines {
		lines[i] = trimSpace(strings.TrimSuffix(line, "\r"))
	}
	return trimSpace(strings.Join(lines, " "))
}

// trimSpace takes optional whitespace off both ends (RFC 9110, section 5.6.3): no other space.
func trimSpace(s string) string {
	space := func(at int) bool { return s[at] == ' ' || s[at] == '\t' }
	for s != "" && space(0) {
		s = s[1:]
	}
	for s != "" && space(len(s)-1) {
		s = s[:len(s)-1]
	}
	return s
}

// has reports whether token stands in the comma-separated lists of name.
func (fs Fields) has(name, token string) bool {
	for _, f := range fs {
		if !f.Is(name) {
			continue
		}
		for item := range strings.SplitSeq(f.Value, ",") {
			if strings.EqualFold(trimSpace(item), token) {
				return true
			}
		}
	}
	return false
}
