package report

import (
	"bufio"
	"hash/maphash"
	"io"
	"net/url"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	messageLimit = 300     // bytes of a failure's message: a headline
	failureLimit = 8 << 10 // bytes of a failure's text, before XML escapes it
)

// JUnit renders a run log as JUnit XML: one testsuite per contract, one testcase per check. There is no standard; this is what
// Jenkins, GitLab, GitHub's and Azure's readers take in alike. Names stay the same from run to run, counters are exact, and
// a run that came to no verdict never reads as one that passed: where no check says so, a testcase "run" does.
//
// The log is read once for the counters, and then again check by check, so that no report is held in memory.
func JUnit(w io.Writer, log io.ReadSeeker) error {
	if _, err := log.Seek(0, io.SeekStart); err != nil {
		return err
	}
	x := &junit{
		out: bufio.NewWriterSize(w, 64<<10), lines: lineBuffer{from: readerAt{log}},
		suites: make(map[string]*suite), names: make(map[uint64]uint64), twice: make(map[string]bool), seed: maphash.MakeSeed(),
	}
	if at, ok := log.(io.ReaderAt); ok {
		x.lines.from = at
	}
	var err error
	if x.summary, err = summarise(log, every, x.count); err != nil {
		return err
	}
	if err := x.write(); err != nil {
		return err
	}
	return x.out.Flush()
}

// junit is one JUnit report in the making.
type junit struct {
	*summary
	out    *bufio.Writer
	lines  lineBuffer
	suites map[string]*suite
	names  map[uint64]uint64 // hash of the operation by that of the testcase name: the names themselves would be 50 MB for 400,000 checks
	seed   maphash.Seed
	twice  map[string]bool // testcase names that several operations share
}

// suite is what has to be known of a contract before its checks are written.
type suite struct {
	lines   []place // of its checks, in the log's order
	counts  counters
	seconds float64
}

// counters are the counters of a testsuite.
type counters struct{ tests, failures, errors, skipped int }

func (c *counters) add(v Verdict) {
	c.tests++
	switch v {
	case Failed, Stale:
		c.failures++
	case Errored:
		c.errors++
	case Skipped, Waived:
		c.skipped++
	}
}

func (x *junit) count(c Check, at place) error {
	s := x.suites[c.Contract]
	if s == nil {
		s = &suite{}
		x.suites[c.Contract] = s
	}
	s.lines = append(s.lines, at)
	s.counts.add(c.Verdict)
	s.seconds += max(c.Seconds, 0)
	name := caseName(c)
	hash, operation := maphash.String(x.seed, name), maphash.String(x.seed, c.Operation)
	if other, known := x.names[hash]; known && other != operation {
		x.twice[name] = true
	}
	x.names[hash] = operation
	return nil
}

func (x *junit) write() error {
	var total counters
	for _, s := range x.suites {
		total.tests += s.counts.tests
		total.failures += s.counts.failures
		total.errors += s.counts.errors
		total.skipped += s.counts.skipped
	}
	outcome, why := x.end.Outcome()
	silent := outcome == NoVerdict && total.errors == 0
	if silent {
		total.add(Errored)
	}
	x.out.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n<testsuites")
	x.attributes("name", "conform")
	x.counters(total, x.end.Seconds)
	x.out.WriteString(">\n")
	for i, name := range x.contracts {
		if err := x.suite(name, i == 0); err != nil {
			return err
		}
	}
	if silent {
		x.silent(why)
	}
	x.out.WriteString("</testsuites>\n")
	return nil
}

func (x *junit) suite(name string, first bool) error {
	s := x.suites[name]
	if s == nil {
		s = &suite{}
	}
	x.openSuite(name, s.counts, s.seconds)
	x.out.WriteString("    <properties>\n")
	property := func(name, value string) { x.property("      ", name, value) }
	for _, c := range x.run.Contracts {
		if c.Name == name {
			property("contract", c.Name+"@"+c.Version+" sha256:"+c.Digest)
			property("source", c.Source)
		}
	}
	property("conform", x.run.Conform)
	property("target", x.run.Target)
	property("plan", "sha256:"+x.run.Plan)
	property("level", x.run.Level)
	for _, text := range x.end.Unexercised {
		if strings.HasPrefix(text, name+".") {
			property("unexercised", text)
		}
	}
	for _, text := range x.end.Left {
		if first {
			property("left", text)
		}
	}
	x.out.WriteString("    </properties>\n")
	for _, at := range s.lines {
		c, err := x.lines.check(at)
		if err != nil {
			return err
		}
		x.testcase(c)
	}
	x.out.WriteString("  </testsuite>\n")
	return nil
}

// readerAt reads a log that can only be sought in.
type readerAt struct{ log io.ReadSeeker }

func (r readerAt) ReadAt(p []byte, offset int64) (int, error) {
	if _, err := r.log.Seek(offset, io.SeekStart); err != nil {
		return 0, err
	}
	return io.ReadFull(r.log, p)
}

// silent writes the testsuite of a run without a verdict in which no check says so.
func (x *junit) silent(why string) {
	x.openSuite("run", counters{tests: 1, errors: 1}, 0)
	x.out.WriteString("    <testcase")
	x.attributes("classname", "conform.run", "name", "run", "time", "0.000000")
	x.out.WriteString(">\n      <error")
	x.attributes("type", "no-verdict", "message", cut(line(why), messageLimit))
	x.out.WriteString(">")
	x.text(why)
	x.out.WriteString("</error>\n    </testcase>\n  </testsuite>\n")
}

func (x *junit) testcase(c Check) {
	name := caseName(c)
	if x.twice[name] {
		name += " [" + line(c.Operation) + "]"
	}
	x.out.WriteString("    <testcase")
	x.attributes("classname", "conform."+slug(c.Contract)+"."+slug(c.Operation), "name", name)
	if c.File != "" {
		x.attributes("file", relative(c.File), "line", strconv.Itoa(c.Line))
	}
	x.attributes("time", seconds(c.Seconds))
	x.out.WriteString(">\n      <properties>\n")
	x.property("        ", "requirement", c.Requirement)
	x.property("        ", "level", c.Level)
	x.property("        ", "source", c.Source)
	if c.Verdict == Warned {
		x.property("        ", "warned", headline(c))
	}
	x.out.WriteString("      </properties>\n")
	x.result(c)
	x.out.WriteString("    </testcase>\n")
}

// result writes what tells a check from one that passed.
func (x *junit) result(c Check) {
	text := shorten(Describe(c), failureLimit)
	switch c.Verdict {
	case Failed:
		x.element("failure", firstRule(c), headline(c), text)
	case Stale:
		x.element("failure", "stale", headline(c), text)
	case Errored:
		x.element("error", "errored", headline(c), text)
	case Waived:
		x.element("skipped", "", "waived: "+headline(c), "waived: "+c.Reason+"\n"+text)
	case Skipped:
		x.element("skipped", "", headline(c), c.Reason)
	case Warned:
		x.out.WriteString("      <system-out>")
		x.text(text)
		x.out.WriteString("</system-out>\n")
	}
}

// element writes a result with its headline and its text.
func (x *junit) element(name, kind, message, text string) {
	x.out.WriteString("      <" + name)
	if kind != "" {
		x.attributes("type", kind)
	}
	x.attributes("message", cut(message, messageLimit))
	x.out.WriteString(">")
	x.text(text)
	x.out.WriteString("</" + name + ">\n")
}

func (x *junit) openSuite(name string, c counters, time float64) {
	target, err := url.Parse(x.run.Target)
	if err != nil {
		target = &url.URL{}
	}
	x.out.WriteString("  <testsuite")
	x.attributes("name", slug(target.Hostname())+"."+slug(name), "hostname", target.Host)
	x.counters(c, time)
	x.out.WriteString(">\n")
}

func (x *junit) counters(c counters, total float64) {
	x.attributes("tests", strconv.Itoa(c.tests), "failures", strconv.Itoa(c.failures), "errors", strconv.Itoa(c.errors),
		"skipped", strconv.Itoa(c.skipped), "time", seconds(total), "timestamp", x.run.Start.UTC().Format(time.DateOnly+"T"+time.TimeOnly))
}

func (x *junit) property(indent, name, value string) {
	if value != "" {
		x.out.WriteString(indent + "<property")
		x.attributes("name", name, "value", value)
		x.out.WriteString("/>\n")
	}
}

// attributes writes names and values in turn.
func (x *junit) attributes(pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		x.out.WriteString(" " + pairs[i] + `="`)
		x.escape(line(pairs[i+1]))
		x.out.WriteString(`"`)
	}
}

// text writes character data of several lines.
func (x *junit) text(s string) {
	for i, part := range strings.Split(s, "\n") {
		if i > 0 {
			x.out.WriteByte('\n')
		}
		x.escape(line(part))
	}
}

func (x *junit) escape(s string) {
	from := 0
	for i := range len(s) {
		var entity string
		switch s[i] {
		case '<':
			entity = "&lt;"
		case '>':
			entity = "&gt;"
		case '&':
			entity = "&amp;"
		case '"':
			entity = "&quot;"
		default:
			continue
		}
		x.out.WriteString(s[from:i])
		x.out.WriteString(entity)
		from = i + 1
	}
	x.out.WriteString(s[from:])
}

// caseName is the name of a check's testcase, by which history tools know it again.
func caseName(c Check) string { return line(c.Requirement) + " " + line(c.Title) }

// firstRule returns the rule of the first finding.
func firstRule(c Check) string {
	for _, m := range c.Misses {
		for _, f := range m.Findings {
			return f.Rule
		}
	}
	return "finding"
}

// headline tells in one line what is wrong with a check, or why it was not judged.
func headline(c Check) string {
	if c.Reason != "" && c.Verdict != Failed && c.Verdict != Warned {
		return line(c.Reason)
	}
	for _, found := range []bool{true, false} {
		for _, m := range c.Misses {
			if found && len(m.Findings) > 0 {
				var parts []string
				for _, f := range m.Findings {
					parts = append(parts, f.Rule+": "+findingText(f))
				}
				return line(strings.Join(parts, "; "))
			}
			if !found && m.Error != "" {
				return line(m.Error)
			}
		}
	}
	return line(c.Says)
}

// shorten cuts a text of several lines, at the end of a line where it can.
func shorten(text string, limit int) string {
	const rest = "(cut: the rest is in the run log)\n"
	if len(text) <= limit {
		return text
	}
	kept := text[:runeStart(text, limit-len(rest)-1)]
	if end := strings.LastIndexByte(kept, '\n'); end > limit/2 {
		kept = kept[:end]
	}
	return kept + "\n" + rest
}

// relative returns a file as a repository knows it. Of a path that leads elsewhere only the name is shown: a report says
// nothing of the machine it was made on.
func relative(file string) string {
	file = strings.ReplaceAll(file, `\`, "/")
	if path.IsAbs(file) || filepath.VolumeName(file) != "" || strings.HasPrefix(file, "../") || len(file) > 1 && file[1] == ':' {
		return path.Base(file)
	}
	return path.Clean(file)
}

// slug returns a name without the dots that readers split names at: lower-case letters, digits and hyphens.
func slug(name string) string {
	s := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '_':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, name)
	if s = strings.Trim(s, "-"); s == "" {
		return "target"
	}
	return s
}

// seconds returns a duration as readers of XML decimals take it.
func seconds(s float64) string { return string(appendSeconds(nil, s)) }
