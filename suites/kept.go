package suites

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/target"
)

// Kept returns the request that makes the thing whose values other operations use, and the template that undoes it. It
// is the good request, with another value for each member that has to be unique: the good request stays one that works.
func (o *Operation) Kept() (r exchange.Request, undo string) {
	r, undo = o.Good.Request, o.Undo
	for _, at := range o.Unique {
		body := read(r.Body)
		v, ok := body.at(at)
		if !ok {
			continue
		}
		var good any
		if json.Unmarshal(body.raw(v), &good) != nil {
			continue
		}
		switch good := good.(type) {
		case string:
			other := good + "-kept"
			if format := o.Formats[at]; format != "" {
				other = target.Unknown(target.Value{Format: format, Good: good}, o.ID+at)
			}
			r = r.WithBody(body.replace(v, strconv.Quote(other)))
			undo = strings.ReplaceAll(undo, good, other)
		case float64:
			r = r.WithBody(body.replace(v, strconv.FormatFloat(good+1, 'f', -1, 64)))
		}
	}
	return r, undo
}
