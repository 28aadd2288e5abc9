package report

import (
	"bufio"
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
// What passed is written from the log's index; what has more to tell is read again, check by check, so that no report is held in memory.
func JUnit(w io.Writer, log io.ReadSeeker) error {
	read, err := open(log)
	if err != nil {
		return err
	}
	x := &junit{index: read.index, out: bufio.NewWriterSize(w, 64<<10), whole: read.checks(), at: called{place: -1}}
	x.findTwins()
	for _, q := range x.requirements.all {
		x.common = append(x.common, commonOf(q))
	}
	if err := x.write(); err != nil {
		return err
	}
	return x.out.Flush()
}

// junit is one JUnit report in the making.
type junit struct {
	*index
	out    *bufio.Writer
	whole  func(row) (Check, error)
	common []common        // by place in index.requirements
	shared map[string]bool // titles that several operations have
	twins  map[string]bool // testcase names that several operations share
	at     called          // the operation of the testcase before: those of one follow on each other
}

// common is what the testcases of a requirement have in common, as XML: what comes before the operation, before its title, before the
// time, and after it.
type common struct{ class, name, place, properties string }

// called is an operation as testcases name it, as XML.
type called struct {
	place       int32 // in index.operations; -1: none yet
	slug, title string
	shared      bool // another operation has this title
}

func commonOf(q requirement) common {
	place := ""
	if q.file != "" {
		place = attribute("file", relative(q.file)) + attribute("line", strconv.Itoa(q.line))
	}
	return common{
		class: "    <testcase classname=\"conform." + slug(q.contract) + ".",
		name:  "\" name=\"" + escaped(q.name) + " ",
		place: "\"" + place + " time=\"",
		properties: "\">\n      <properties>\n" +
			property("        ", "requirement", q.name) + property("        ", "level", q.level) + property("        ", "source", q.source),
	}
}

// findTwins finds the testcase names that several operations share. There are none where every operation has a title of its own, and
// all names together would be 50 MB for 400,000 checks.
func (x *junit) findTwins() {
	x.shared = make(map[string]bool)
	for _, o := range x.operations.all {
		_, known := x.shared[line(o.title)]
		x.shared[line(o.title)] = known
	}
	if len(x.shared) == len(x.operations.all) {
		return
	}
	operations := make(map[string]string) // by name
	x.twins = make(map[string]bool)
	for _, r := range x.rows {
		o := x.operations.all[r.operation]
		if !x.shared[line(o.title)] {
			continue
		}
		name := caseName(x.requirements.all[x.kind(r).requirement].name, o.title)
		if other, known := operations[name]; known && other != o.id {
			x.twins[name] = true
		}
		operations[name] = o.id
	}
}

// counters are the counters of a testsuite.
type counters struct{ tests, failures, errors, skipped int }

// add adds checks of a verdict.
func (c *counters) add(v Verdict, n int) {
	c.tests += n
	switch v {
	case Failed, Stale:
		c.failures += n
	case Errored:
		c.errors += n
	case Skipped, Waived:
		c.skipped += n
	}
}

func (x *junit) write() error {
	var total counters
	for _, t := range x.contracts.all {
		for i, n := range t.counts {
			total.add(Verdicts[i], n)
		}
	}
	outcome, why := x.end.Outcome()
	silent := outcome == NoVerdict && total.errors == 0
	if silent {
		total.add(Errored, 1)
	}
	x.out.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n<testsuites")
	x.attribute("name", "conform")
	x.counters(total, x.end.Seconds)
	x.out.WriteString(">\n")
	for i := range x.contracts.all {
		if err := x.suite(i); err != nil {
			return err
		}
	}
	if silent {
		x.silent(why)
	}
	x.out.WriteString("</testsuites>\n")
	return nil
}

// suite writes the testsuite of a contract, by its place.
func (x *junit) suite(place int) error {
	t := x.contracts.all[place]
	var c counters
	for i, n := range t.counts {
		c.add(Verdicts[i], n)
	}
	x.openSuite(t.name, c, float64(t.micros)/1e6)
	x.out.WriteString("    <properties>\n")
	property := func(name, value string) { x.property("      ", name, value) }
	for _, c := range x.run.Contracts {
		if c.Name == t.name {
			property("contract", c.Name+"@"+c.Version+" sha256:"+c.Digest)
			property("source", c.Source)
		}
	}
	property("conform", x.run.Conform)
	property("target", x.run.Target)
	property("plan", "sha256:"+x.run.Plan)
	property("level", x.run.Level)
	for _, text := range x.end.Unexercised {
		if strings.HasPrefix(text, t.name+".") {
			property("unexercised", text)
		}
	}
	for _, text := range x.end.Left {
		if place == 0 {
			property("left", text)
		}
	}
	x.out.WriteString("    </properties>\n")
	for _, r := range x.rows {
		if int(x.requirements.all[x.kind(r).requirement].tally) != place {
			continue
		}
		if err := x.testcase(r); err != nil {
			return err
		}
	}
	x.out.WriteString("  </testsuite>\n")
	return nil
}

// silent writes the testsuite of a run without a verdict in which no check says so.
func (x *junit) silent(why string) {
	x.openSuite("run", counters{tests: 1, errors: 1}, 0)
	x.out.WriteString("    <testcase")
	x.attribute("classname", "conform.run")
	x.attribute("name", "run")
	x.attribute("time", seconds(0))
	x.out.WriteString(">\n      <error")
	x.attribute("type", "no-verdict")
	x.attribute("message", cut(line(why), messageLimit))
	x.out.WriteString(">")
	x.text(why)
	x.out.WriteString("</error>\n    </testcase>\n  </testsuite>\n")
}

// testcase writes a check: what it has in common with others from there, and what tells it from one that passed from the check itself.
func (x *junit) testcase(r row) error {
	k := x.kind(r)
	c := Check{Verdict: Passed}
	micros := r.value
	if Verdicts[k.verdict] != Passed || k.told {
		var err error
		if c, err = x.whole(r); err != nil {
			return err
		}
		micros = microseconds(c.Seconds)
	}
	q, o := &x.common[k.requirement], x.call(r.operation)
	x.out.WriteString(q.class)
	x.out.WriteString(o.slug)
	x.out.WriteString(q.name)
	x.out.WriteString(o.title)
	if o.shared && x.twins[caseName(x.requirements.all[k.requirement].name, x.operations.all[r.operation].title)] {
		x.out.WriteString(" [" + escaped(x.operations.all[r.operation].id) + "]")
	}
	x.out.WriteString(q.place)
	x.out.Write(appendSeconds(x.out.AvailableBuffer(), micros))
	x.out.WriteString(q.properties)
	if c.Verdict == Warned {
		x.property("        ", "warned", headline(c))
	}
	x.out.WriteString("      </properties>\n")
	x.result(c)
	x.out.WriteString("    </testcase>\n")
	return nil
}

// call returns how testcases name an operation, by its place.
func (x *junit) call(place int32) *called {
	if x.at.place != place {
		o := x.operations.all[place]
		x.at = called{place, slug(o.id), escaped(o.title), x.shared[line(o.title)]}
	}
	return &x.at
}

// result writes what tells a check from one that passed.
func (x *junit) result(c Check) {
	if c.Verdict == Passed {
		return
	}
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
		x.attribute("type", kind)
	}
	x.attribute("message", cut(message, messageLimit))
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
	x.attribute("name", slug(target.Hostname())+"."+slug(name))
	x.attribute("hostname", target.Host)
	x.counters(c, time)
	x.out.WriteString(">\n")
}

func (x *junit) counters(c counters, total float64) {
	x.attribute("tests", strconv.Itoa(c.tests))
	x.attribute("failures", strconv.Itoa(c.failures))
	x.attribute("errors", strconv.Itoa(c.errors))
	x.attribute("skipped", strconv.Itoa(c.skipped))
	x.attribute("time", seconds(total))
	x.attribute("timestamp", x.run.Start.UTC().Format(time.DateOnly+"T"+time.TimeOnly))
}

// property returns an element property in a line of its own, or nothing where there is no value.
func property(indent, name, value string) string {
	if value == "" {
		return ""
	}
	return indent + "<property" + attribute("name", name) + attribute("value", value) + "/>\n"
}

// attribute returns an attribute.
func attribute(name, value string) string { return " " + name + `="` + escaped(value) + `"` }

func (x *junit) property(indent, name, value string) {
	x.out.WriteString(property(indent, name, value))
}

func (x *junit) attribute(name, value string) { x.out.WriteString(attribute(name, value)) }

// text writes character data of several lines.
func (x *junit) text(s string) {
	for i, part := range strings.Split(s, "\n") {
		if i > 0 {
			x.out.WriteByte('\n')
		}
		x.out.Write(appendXML(x.out.AvailableBuffer(), part))
	}
}

// escaped returns s as appendXML writes it.
func escaped(s string) string { return string(appendXML(nil, s)) }

// appendXML appends s in one line, without characters that mean something to XML.
func appendXML(dst []byte, s string) []byte {
	s = line(s)
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
		dst = append(append(dst, s[from:i]...), entity...)
		from = i + 1
	}
	return append(dst, s[from:]...)
}

// caseName is the name of a check's testcase, by which history tools know it again.
func caseName(requirement, title string) string { return line(requirement) + " " + line(title) }

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
func seconds(s float64) string { return string(appendSeconds(nil, microseconds(s))) }
