package report_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/seed-e125e033/conform/internal/report"
)

func readAll(log []byte) (records int, err error) {
	err = report.Read(bytes.NewReader(log), func(report.Record) error { records++; return nil })
	return records, err
}

func TestReadRefuses(t *testing.T) {
	good := string(sampleLog(t))
	lines := strings.SplitAfter(good, "\n")
	head, first := lines[0], lines[1]
	for _, test := range []struct{ name, log, want string }{
		{"nothing", "", "the run log is empty"},
		{"another format", "<?xml version=\"1.0\"?>\n<testsuites/>\n", "line 1: is not a record of a run log"},
		{"a header cut short", head[:40], "line 1: is not a record of a run log"},
		{"a log without its header", first, `line 1: a run log begins with a record of type "run", not "exchange"`},
		{"two logs in one", head + head, "line 2: is a second header"},
		{"a later version", strings.Replace(head, `"schema":1`, `"schema":2`, 1), "line 1: is the header of a run log of version 2"},
		{"a member that nobody knows", head + `{"type":"check","check":{"verdikt":"passed"}}` + "\n", `line 2: is not a record of a run log: json: unknown field "verdikt"`},
		{"a type that nobody knows", head + `{"type":"note"}` + "\n", `line 2: is not a record of a run log: "note" is no type of record`},
		{"a record of two types", head + `{"type":"end","end":{},"check":{}}` + "\n", `its type is "end"`},
		{"two records in a line", head + strings.TrimSpace(first) + first, "line 2: is not a record of a run log"},
		{"a verdict that nobody knows", head + `{"type":"check","check":{"verdict":"great"}}` + "\n", `line 2: "great" is no verdict`},
		{"an exchange missing", head + lines[2], "line 2: is exchange 2, want 1"},
		{"a changed byte", strings.Replace(good, "Bad Request", "Bad request", 1), "the log was changed"},
		{"a check taken out", strings.Replace(good, lines[4], "", 1), "line 15: counts 2 failed checks, and 1 stand"},
		{"something after the end", good + first, "line 17: comes after the last record"},
		{"a broken line in the middle", head + first[:30] + "\n" + lines[2], "line 2: is not a record of a run log"},
		{"an endless line", head + strings.Repeat("x", 17<<20), "line 2: is longer than"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := readAll([]byte(test.log)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// Wherever a run is killed, what it wrote can be read, and reports made of it never say that it conforms.
func TestReadTakesEveryPrefix(t *testing.T) {
	passed := sampleChecks()[2]
	log := writeLog(t, header(), nil, []report.Check{passed}, report.End{})
	if n, err := readAll(log); n != 6 || err != nil {
		t.Fatalf("read %d records of the whole log: %v", n, err)
	}
	if _, err := readAll(log[:len(log)-1]); err != nil {
		t.Errorf("without its last newline: %v", err)
	}
	head := bytes.IndexByte(log, '\n') + 1
	for size := head; size < len(log)-1; size += 7 {
		n, err := readAll(log[:size])
		if !errors.Is(err, report.ErrCut) || n < bytes.Count(log[:size], []byte("\n")) {
			t.Fatalf("%d bytes: read %d records: %v", size, n, err)
		}
		var text bytes.Buffer
		if err := report.Text(&text, bytes.NewReader(log[:size])); err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(text.String(), "\nno verdict: the run log ends before the run does\n") {
			t.Fatalf("%d bytes: the text ends %q", size, text.String()[text.Len()-60:])
		}
	}
}

func TestReadReturnsTheCallersError(t *testing.T) {
	enough := errors.New("enough")
	if err := report.Read(bytes.NewReader(sampleLog(t)), func(report.Record) error { return enough }); err != enough {
		t.Errorf("got %v", err)
	}
}

func FuzzRead(f *testing.F) {
	log := sampleLog(f)
	f.Add(log)
	f.Add(log[:len(log)/2])
	f.Add([]byte("{}\n"))
	f.Add([]byte(`{"type":"run","run":{"schema":1}}` + "\n" + `{"type":"check","check":{"verdict":"failed","misses":[{}]}}`))
	f.Fuzz(func(t *testing.T, log []byte) {
		_, err := readAll(log)
		for name, format := range report.Formats {
			var out bytes.Buffer
			switch rendered := format(&out, bytes.NewReader(log)); {
			case err == nil || errors.Is(err, report.ErrCut):
				if rendered != nil {
					t.Errorf("%s: %v", name, rendered)
				}
				if name == "junit" {
					wellFormed(t, out.Bytes())
				}
			case rendered == nil:
				t.Errorf("%s took a log that Read refuses: %v", name, err)
			}
		}
	})
}
