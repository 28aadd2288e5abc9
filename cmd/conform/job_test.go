package main

import (
	"slices"
	"testing"
)

// A format that is new needs no more than its line in internal/report/formats.go.
func TestEveryFormatHasAFileOfItsOwn(t *testing.T) {
	var files []string
	for _, format := range append(formatNames(), "new") {
		file := fileName(format)
		if file == "" || slices.Contains(files, file) {
			t.Errorf("%s is written to %q", format, file)
		}
		files = append(files, file)
	}
}
