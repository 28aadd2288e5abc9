package check

import (
	"fmt"
	"strings"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
)

// formatOf returns the format that the answer to a request has to be of, nil where none is expected. Of several the request
// chooses: by the end of its path, else by what it accepts first.
func formatOf(names []string, formats map[string]contract.Format, r *exchange.Request) (*contract.Format, error) {
	if len(names) == 1 {
		if f, known := formats[names[0]]; known {
			return &f, nil
		}
	}
	var several []contract.Format
	for _, name := range names {
		f, known := formats[name]
		if !known {
			return nil, fmt.Errorf("no format is called %q", name)
		}
		several = append(several, f)
	}
	accepted := firstAccepted(r.Fields.Values("Accept"))
	for _, chosen := range []func(contract.Format) bool{
		func(f contract.Format) bool { return f.Suffix != "" && strings.HasSuffix(r.Path(), f.Suffix) },
		func(f contract.Format) bool { return f.Accept != "" && strings.EqualFold(f.Accept, accepted) },
		func(f contract.Format) bool { return f.Suffix == "" && f.Accept == "" },
		func(contract.Format) bool { return true },
	} {
		for i := range several {
			if chosen(several[i]) {
				return &several[i], nil
			}
		}
	}
	return nil, nil
}

// firstAccepted returns the media range that stands first in the lines of Accept, without parameters. The weights do not count: what
// a request asks for stands first in the requests that conform makes.
func firstAccepted(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	first := lines[0]
	if end := strings.IndexAny(first, ",;"); end >= 0 {
		first = first[:end]
	}
	return strings.Trim(first, ows)
}
