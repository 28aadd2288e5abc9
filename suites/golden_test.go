package suites

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/exchange"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGoldenRequests holds fixtures/requests to what the probes send: one file per family, each with the good requests and what
// became of them.
func TestGoldenRequests(t *testing.T) {
	dir := filepath.Join("..", "fixtures", "requests")
	var families []string
	for _, p := range Catalog {
		families = append(families, p.Family())
	}
	var files []string
	for _, family := range slices.Compact(families) {
		file := family + ".http"
		files = append(files, file)
		t.Run(file, func(t *testing.T) {
			got := requests(family, shown(t, family))
			path := filepath.Join(dir, file)
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s: run go test ./suites -run Golden -update, and review the difference (-want +got):\n%s", file, diff)
			}
		})
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.http"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		if !slices.Contains(files, filepath.Base(path)) {
			t.Errorf("%s is of no family: remove it", filepath.Base(path))
		}
	}
}

// requests writes what the probes of a family send, made from each of the good requests that they apply to.
func requests(family string, goods []Good) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# What the probes of the family %s send. Written by go test ./suites -run Golden -update.\n", family)
	b.WriteString("# Bytes that are no text stand in ⟨⟩, in hexadecimal digits; long runs are cut short there. Host and Content-Length are added on sending.\n")
	for _, g := range goods {
		var cases bytes.Buffer
		for _, p := range Named(family) {
			made, _ := p.Cases(g)
			for _, c := range made {
				for _, before := range c.Before {
					write(&cases, p.Name+": sent first, and not judged", before)
				}
				write(&cases, strings.TrimSpace(p.Name+" "+c.Variant)+" - "+c.Sent, c.Request)
			}
		}
		if cases.Len() > 0 {
			fmt.Fprintf(&b, "\n# ---- %s ----\n", g.Operation.ID)
			write(&b, "the good request", g.Request)
			b.Write(cases.Bytes())
		}
	}
	return b.Bytes()
}

// write writes a request as text.
func write(b *bytes.Buffer, title string, r exchange.Request) {
	line := r.Method + " " + r.Target + " HTTP/1.1"
	if r.Line != "" {
		line = r.Line
	}
	fmt.Fprintf(b, "\n### %s\n%s\n", title, visible([]byte(line)))
	if r.NoHost {
		b.WriteString("# without Host\n")
	}
	for _, f := range r.Fields {
		fmt.Fprintf(b, "%s\n", strings.TrimSpace(visible([]byte(f.Name+": "+f.Value))))
	}
	switch {
	case r.Body != nil && len(bytes.TrimSpace(r.Body)) == 0:
		fmt.Fprintf(b, "\n⟨% X⟩\n", r.Body)
	case r.Body != nil:
		fmt.Fprintf(b, "\n%s\n", visible(r.Body))
	}
}

// visible returns bytes as text that a person can read.
func visible(body []byte) string {
	const most, end = 1000, 40
	var b strings.Builder
	for at := 0; at < len(body); {
		if len(body) > most && at == end {
			fmt.Fprintf(&b, "⟨%d bytes more⟩", len(body)-2*end)
			at = len(body) - end
		}
		r, size := utf8.DecodeRune(body[at:])
		if r == utf8.RuneError && size == 1 || r != '\n' && !unicode.IsPrint(r) {
			fmt.Fprintf(&b, "⟨% X⟩", body[at:at+size])
		} else {
			b.WriteRune(r)
		}
		at += size
	}
	return b.String()
}
