package check

import (
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
)

// format returns the format that the answer to a request has to be of, nil where none is expected. Of several the request
// chooses: by the end of its path, else by what it accepts first.
func (e *Expectation) format(r *exchange.Request) *contract.Format {
	switch len(e.formats) {
	case 0:
		return nil
	case 1:
		return e.formats[0]
	}
	path, accepted := r.Path(), firstAccepted(r)
	for _, chosen := range []func(*contract.Format) bool{
		func(f *contract.Format) bool { return f.Suffix != "" && strings.HasSuffix(path, f.Suffix) },
		func(f *contract.Format) bool { return f.Accept != "" && strings.EqualFold(f.Accept, accepted) },
		func(f *contract.Format) bool { return f.Suffix == "" && f.Accept == "" },
	} {
		if i := slices.IndexFunc(e.formats, chosen); i >= 0 {
			return e.formats[i]
		}
	}
	return e.formats[0]
}

// firstAccepted returns the media range that stands first in a request's Accept, without parameters. The weights do not count: what
// a request asks for stands first in the requests that conform makes.
func firstAccepted(r *exchange.Request) string {
	first, _ := r.Fields.Get("Accept")
	if end := strings.IndexAny(first, ",;"); end >= 0 {
		first = first[:end]
	}
	return strings.Trim(first, ows)
}
