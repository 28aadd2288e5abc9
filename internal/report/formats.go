package report

import "io"

// Formats holds every way to render a run log, by the name that --format takes.
var Formats = map[string]func(w io.Writer, log io.ReadSeeker) error{
	"junit": JUnit,
	"text":  Text,
}
