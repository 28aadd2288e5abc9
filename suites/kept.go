package suites

import (
	"encoding/json"
	"net/url"
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
			r = r.WithBody(body.replace(v, inQuotes(other)))
			undo = o.undoOf(undo, good, other)
		case float64:
			other := strconv.FormatFloat(good+1, 'f', -1, 64)
			r = r.WithBody(body.replace(v, other))
			undo = o.undoOf(undo, strconv.FormatFloat(good, 'f', -1, 64), other)
		}
	}
	return r, undo
}

// undoOf returns an undo template with another value where one stands as a segment of the path, or of the query, but
// for those segments that the operation's own path begins with.
func (o *Operation) undoOf(undo, good, other string) string {
	method, path, found := strings.Cut(undo, " ")
	if !found {
		return undo
	}
	own := strings.Split(o.Path, "/")
	segments := strings.Split(path, "/")
	for i := range segments {
		if i < len(own) && segments[i] == own[i] {
			continue
		}
		name, query, asked := strings.Cut(segments[i], "?")
		if name == url.PathEscape(good) || name == good {
			name = url.PathEscape(other)
		}
		if asked {
			pairs := strings.Split(query, "&")
			for j, pair := range pairs {
				if key, value, _ := strings.Cut(pair, "="); value == url.QueryEscape(good) || value == good {
					pairs[j] = key + "=" + url.QueryEscape(other)
				}
			}
			name += "?" + strings.Join(pairs, "&")
		}
		segments[i] = name
	}
	return method + " " + strings.Join(segments, "/")
}
