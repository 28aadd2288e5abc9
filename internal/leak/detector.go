package leak

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// detector knows one shape of a class.
type detector struct {
	class   string
	what    string   // for people: "a Java stack trace"
	hints   []string // one of them is in every text that has the shape: looked for first. No quotes or brackets: those may be escaped
	pattern string   // its groups are what is the same everywhere, and shown
	times   int      // how often the pattern has to be there; 0 is once
	raw     bool     // it is about the body as it stands, not about the strings in it

	compiled func() *regexp.Regexp // when it is first needed: all of them take 1 ms, which every start of the process would pay for
}

// detectors lists every detector.
var detectors = compiled(traces, exceptions, databases, pages, hosts, paths, keys)

func compiled(groups ...[]detector) []detector {
	all := slices.Concat(groups...)
	for i := range all {
		pattern := all[i].pattern
		all[i].compiled = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
		all[i].times = max(1, all[i].times)
	}
	return all
}

// match is where a detector found its shape: it starts at the first character that is not white space.
type match struct {
	start int
	shape string
}

// find returns the first place in text that has the shape, if it is there as often as it takes. What is allowed, of what stands at
// text[start:end], does not count.
func (d *detector) find(text string, allowed func(start, end int) bool) (match, bool) {
	var first match
	count := 0
	for from := 0; from <= len(text); {
		m := d.compiled().FindStringSubmatchIndex(text[from:])
		if m == nil {
			break
		}
		if !allowed(from+m[0], from+m[1]) {
			if count++; count == 1 {
				line := text[from+m[0]:]
				first = match{from + m[0] + len(line) - len(strings.TrimLeft(line, " \t\r\n")), shape(text[from:], m)}
			}
			if count == d.times {
				return first, true
			}
		}
		from += max(m[1], m[0]+1)
	}
	return match{}, false
}

// allowed reports whether what a detector has found is the caller's own, or something that answers may show.
func (d *detector) allowed(whole string, sent *sent) bool {
	if d.class == internalHost && slices.ContainsFunc(sent.Hosts, func(host string) bool { return host != "" && strings.Contains(whole, host) }) {
		return true
	}
	return sent.says(strings.Trim(whole, " \t\r\n\"'(=[,>"))
}

// refers reports whether the string at a place in a body names a part of the request: its paths are none of a file system.
func refers(at *place) bool {
	if at == nil {
		return false
	}
	switch at.token {
	case "pointer", "path", "instance", "field", "source":
		return true
	}
	return false
}

func (d *detector) finding(at string, m match) Finding {
	return Finding{Class: Named(d.class), What: d.what, At: at, Excerpt: m.shape}
}

// shown is how many characters of a shape are told.
const shown = 80

// shape returns what a pattern has found in text, with x in place of each word outside of its groups, and 0 in place of each number: two
// tokens have one shape, however long they are.
func shape(text string, m []int) string {
	var b strings.Builder
	told := 0
	const none, number, word = 0, 1, 2
	run := none // of the last characters
	end := func() {
		switch run {
		case number:
			b.WriteByte('0')
		case word:
			b.WriteByte('x')
		}
		if run != none {
			told++
		}
		run = none
	}
	for i, r := range text[m[0]:m[1]] {
		at := m[0] + i
		kept := false
		for g := 2; g < len(m); g += 2 {
			kept = kept || m[g] <= at && at < m[g+1]
		}
		switch {
		case !kept && unicode.IsDigit(r) && run != word:
			run = max(run, number)
			continue
		case !kept && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '-' && run != none):
			run = word
			continue
		}
		end()
		if told++; told > shown {
			b.WriteString("...")
			break
		}
		if unicode.IsSpace(r) {
			r = ' '
		}
		b.WriteRune(r)
	}
	end()
	return strings.TrimSpace(b.String())
}
