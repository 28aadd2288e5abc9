package report

import (
	"encoding/base64"
	"encoding/json"
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seed-e125e033/conform/internal/exchange"
)

// encoder writes exchanges, and checks without misses, as JSON by hand, as encoding/json would write an Exchange and a Check. They
// are nearly all of a log.
type encoder struct {
	secrets         *matcher
	dst             []byte
	found           []match // in the text at hand
	asked, answered headers // of the exchange before
	clock           clock
}

// know makes encoder take out these secrets from now on.
func (e *encoder) know(secrets *matcher) {
	if e.secrets != secrets {
		e.secrets = secrets
		e.asked.forget()
		e.answered.forget()
	}
}

// exchange writes what follows the number of an exchange, up to the end of the line.
func (e *encoder) exchange(name string, ex *exchange.Exchange) {
	e.member("case", name)
	e.member("method", ex.Request.Method)
	e.member("target", ex.Request.Target)
	e.fields("fields", ex.Request.Fields, &e.asked)
	if ex.Head != "" {
		e.member("head", ex.Head)
	}
	if ex.Request.Body != nil {
		e.content(ex.Request.Body)
	}
	if ex.Answer != nil {
		e.answer(ex.Answer)
	}
	if ex.Failure != nil {
		e.member("failure", ex.Failure.Error())
	}
	if len(ex.Attempts) > 0 {
		e.attempts(ex.Attempts)
	}
	e.dst = append(e.dst, `,"start":"`...)
	e.dst = e.clock.append(e.dst, ex.Start)
	e.dst = append(e.dst, `","seconds":`...)
	e.dst = appendDuration(e.dst, ex.Duration)
	e.dst = append(e.dst, "}}\n"...)
}

// beginning returns what the lines of all checks of a requirement begin with, what their level to their verdict is, and the member
// because.
func beginning(r requirement) begun {
	var head, level, because encoder
	head.dst = append(head.dst, `{"type":"check","check":{"requirement":`...)
	head.text(r.name)
	head.member("contract", r.contract)
	level.member("level", r.level)
	level.member("says", r.says)
	level.member("source", r.source)
	level.member("file", r.file)
	level.number("line", r.line)
	if r.because != "" {
		because.member("because", r.because)
	}
	return begun{head.dst, level.dst, because.dst}
}

// check writes the line of a check without misses, member by member as encoding/json does, which takes 5 us. What it is given has no secret.
func (e *encoder) check(b begun, o operation, reason string, c *Check, micros int64) {
	e.dst = append(e.dst[:0], b.head...)
	e.member("operation", o.id)
	e.member("title", o.title)
	e.dst = append(e.dst, b.level...)
	e.member("verdict", string(c.Verdict))
	if reason != "" {
		e.member("reason", reason)
	}
	e.dst = append(e.dst, b.because...)
	e.number("cases", c.Cases)
	if len(c.Exchanges) > 0 {
		e.dst = append(e.dst, `,"exchanges":[`...)
		e.dst = append(appendNumbers(e.dst, c.Exchanges), ']')
	}
	e.dst = append(e.dst, `,"seconds":`...)
	e.dst = append(trimFraction(appendSeconds(e.dst, micros)), "}}\n"...)
}

// appendNumbers appends numbers of exchanges. Those of a check are near each other, and what they have in common but for the last two
// digits is copied from the one before: that halves the time.
func appendNumbers(dst []byte, numbers []int) []byte {
	hundreds, from, to := 0, 0, 0 // of one before, and where their digits stand
	for i, n := range numbers {
		if i > 0 {
			dst = append(dst, ',')
		}
		if hundreds == 0 || n < hundreds || n >= hundreds+100 {
			hundreds, from = n-n%100, len(dst)
			dst = strconv.AppendInt(dst, int64(n), 10)
			to = max(from, len(dst)-2)
			continue
		}
		last := byte(n - hundreds)
		dst = append(append(dst, dst[from:to]...), '0'+last/10, '0'+last%10)
	}
	return dst
}

func (e *encoder) answer(a *exchange.Answer) {
	e.dst = append(e.dst, `,"answer":{"status":`...)
	e.dst = strconv.AppendInt(e.dst, int64(a.Status), 10)
	e.member("proto", a.Proto)
	if a.Reason != "" {
		e.member("reason", a.Reason)
	}
	e.fields("fields", a.Fields, &e.answered)
	if len(a.Body) > 0 {
		e.content(a.Body)
	}
	e.fields("trailer", a.Trailer, nil)
	if len(a.Interim) > 0 {
		e.dst = append(e.dst, `,"interim":[`...)
		for i, status := range a.Interim {
			e.comma(i)
			e.dst = strconv.AppendInt(e.dst, int64(status), 10)
		}
		e.dst = append(e.dst, ']')
	}
	if a.Flaw != nil {
		e.member("flaw", a.Flaw.Error())
	}
	if a.After != nil {
		e.after(*a.After)
	}
	e.dst = append(e.dst, '}')
}

func (e *encoder) after(a exchange.After) {
	text, err := json.Marshal(a)
	if err != nil {
		panic(err) // two flags and a number
	}
	e.dst = append(append(e.dst, `,"after":`...), text...)
}

func (e *encoder) attempts(attempts []exchange.Attempt) {
	e.dst = append(e.dst, `,"attempts":[`...)
	for i, a := range attempts {
		e.comma(i)
		e.dst = append(e.dst, `{"waited":`...)
		e.dst = appendDuration(e.dst, a.Waited)
		if a.Status != 0 {
			e.dst = append(e.dst, `,"status":`...)
			e.dst = strconv.AppendInt(e.dst, int64(a.Status), 10)
		}
		if a.Failure != nil {
			e.member("failure", a.Failure.Error())
		}
		e.dst = append(e.dst, '}')
	}
	e.dst = append(e.dst, ']')
}

// fields writes a header section. before is that of the exchange before; nil where none is kept.
func (e *encoder) fields(name string, fields exchange.Fields, before *headers) {
	if len(fields) == 0 {
		return
	}
	e.dst = append(append(append(e.dst, ',', '"'), name...), `":[`...)
	for i, f := range fields {
		e.comma(i)
		if text := before.text(i, f); text != nil {
			e.dst = append(e.dst, text...)
			continue
		}
		from := len(e.dst)
		e.field(f)
		before.keep(i, f, e.dst[from:])
	}
	e.dst = append(e.dst, ']')
}

func (e *encoder) field(f exchange.Field) {
	e.dst = append(e.dst, `{"name":`...)
	e.text(f.Name)
	e.dst = append(e.dst, `,"value":`...)
	e.text(f.Value)
	e.dst = append(e.dst, '}')
}

// content writes a body. It is UTF-8 or not as it came; what is cut off does not count.
func (e *encoder) content(body []byte) {
	e.dst = append(e.dst, `,"body":{`...)
	limit := len(body)
	if limit > bodyLimit {
		limit = runeStart(body, bodyLimit)
	}
	switch {
	case limit == 0:
	case utf8.Valid(body[:limit]):
		e.dst = append(e.dst, `"text":"`...)
		e.dst = appendEscaped(e.dst, redactUpTo(e.secrets, body, limit))
		e.dst = append(e.dst, '"')
	default:
		e.dst = append(e.dst, `"base64":"`...)
		e.dst = base64.StdEncoding.AppendEncode(e.dst, redactUpTo(e.secrets, body, limit))
		e.dst = append(e.dst, '"')
	}
	if limit < len(body) {
		e.dst = append(e.dst, `,"length":`...)
		e.dst = strconv.AppendInt(e.dst, int64(len(body)), 10)
	}
	e.dst = append(e.dst, '}')
}

func (e *encoder) comma(i int) {
	if i > 0 {
		e.dst = append(e.dst, ',')
	}
}

func (e *encoder) number(name string, value int) {
	e.dst = append(append(append(e.dst, ',', '"'), name...), '"', ':')
	e.dst = strconv.AppendInt(e.dst, int64(value), 10)
}

func (e *encoder) member(name, value string) {
	e.dst = append(append(append(e.dst, ',', '"'), name...), '"', ':')
	e.text(value)
}

// text writes s, secrets taken out, as a JSON string.
func (e *encoder) text(s string) {
	e.dst = append(e.dst, '"')
	if ordinary(s) && !plainly(e.secrets, s) {
		e.dst = append(append(e.dst, s...), '"')
		return
	}
	e.found = matches(e.secrets, e.found[:0], s)
	from := 0
	for _, f := range e.found {
		e.dst = append(appendEscaped(e.dst, s[from:f.start]), redacted...)
		from = f.end
	}
	e.dst = append(appendEscaped(e.dst, s[from:]), '"')
}

// appendEscaped appends s as the inside of a JSON string (RFC 8259, section 7). A byte that is not UTF-8, which JSON cannot
// hold, becomes the four characters \xff.
func appendEscaped[S string | []byte](dst []byte, s S) []byte {
	const hex = "0123456789abcdef"
	from := 0
	for i := special(s, 0); i < len(s); i = special(s, i) {
		c := s[i]
		if c >= utf8.RuneSelf {
			// Four bytes hold any character, and a short copy keeps this code the same for strings and bytes.
			r, size := utf8.DecodeRuneInString(string(s[i:min(i+utf8.UTFMax, len(s))]))
			if r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
		}
		dst = append(dst, s[from:i]...)
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			dst = append(dst, '\\', '\\', 'x', hex[c>>4], hex[c&15])
		}
		i++
		from = i
	}
	return append(dst, s[from:]...)
}

// Eight bytes are looked at together below: 0.4 ns a byte rather than 1.2, in what takes most of the time that a record takes. The high
// bit of each byte is set where it is not below limit, or equal to c. A borrow or carry spoils only the bytes after such a one.
const (
	each = 0x0101010101010101
	high = 0x80 * each
)

func below(x uint64, limit byte) uint64 { return (x - each*uint64(limit)) &^ x }
func equal(x uint64, c byte) uint64     { return below(x^each*uint64(c), 1) }

// ordinary reports whether every byte of s is ASCII, needs no escape in JSON and begins none that could hide a secret.
func ordinary(s string) bool {
	if len(s) < 8 {
		for _, c := range []byte(s) {
			switch {
			case c < ' ', c >= utf8.RuneSelf, c == '"', c == '\\', c == '%', c == '&':
				return false
			}
		}
		return true
	}
	for i := 0; i < len(s); i += 8 {
		x := eight(s, min(i, len(s)-8)) // the last ones overlap
		if (x|below(x, ' ')|equal(x, '"')|equal(x, '\\')|equal(x, '%')|equal(x, '&'))&high != 0 {
			return false
		}
	}
	return true
}

// special returns the first index from i on of a byte that cannot stand in a JSON string as it is, or is not ASCII.
func special[S string | []byte](s S, i int) int {
	for ; i+8 <= len(s); i += 8 {
		x := eight(s, i)
		if found := (x | below(x, ' ') | equal(x, '"') | equal(x, '\\')) & high; found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			break
		}
	}
	return i
}

// eight returns eight bytes of s, the first of them lowest. The compiler makes one load of it.
func eight[S string | []byte](s S, i int) uint64 {
	return uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
		uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
}

// validText returns s with bytes that are not UTF-8 written visibly, as appendEscaped writes them.
func validText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		if _, size := utf8.DecodeRuneInString(s[i:]); r == utf8.RuneError && size == 1 {
			b.WriteString(`\x` + strconv.FormatUint(uint64(s[i]), 16))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
