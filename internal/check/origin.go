package check

import (
	"bytes"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/schema"
)

// attribute says with what was found whose own answer this looks like: the question is then not what the API does, but which
// layer answered in its stead. It is told once, where the body is spoken of if it is.
func (j *judge) attribute() {
	if j.reading.contentless() {
		return
	}
	name := j.reading.origin()
	if name == "" {
		return
	}
	at := 0
	for _, rule := range []string{"media-type", "body"} {
		if i := slices.IndexFunc(j.found, func(f Finding) bool { return f.Rule == rule }); i >= 0 {
			at = i
		}
	}
	if f := &j.found[at]; f.Got == "" {
		f.Want += " (looks like " + name + "'s own)"
	} else {
		f.Got += ", looks like " + name + "'s own"
	}
}

// origin names the web server, gateway, network or framework whose own answer this looks like. It goes by what these programs
// send unless told otherwise, by the body and the header together where the body alone could be an API's, and is empty
// where in doubt. That an answer has passed through one of them says nothing.
func (r *Reading) origin() string {
	if r.seen.author == nil {
		name := r.author()
		r.seen.author = &name
	}
	return *r.seen.author
}

func (r *Reading) author() string {
	a := r.exchange.Answer
	if a.Status < 400 {
		return ""
	}
	body, marked := bytes.CutPrefix(a.Body, byteOrderMark)
	value, err := r.asJSON()
	if marked { // it is no JSON, and yet somebody's answer
		var d schema.Document
		var decoded any
		decoded, err = decode(body)
		d.Take(decoded)
		value = d.Top()
	}
	if err == nil && value.Type() == schema.Object {
		return ofObject(a, value)
	}
	for _, s := range append(serverSigns(), frameworkSigns()...) {
		if s.fits(a, body) {
			return s.name
		}
	}
	return ""
}

// sign is how an answer of one program looks: what is given holds, all of it.
type sign struct {
	name   string
	start  string   // the body starts so, but for white space
	whole  string   // the body is this, but for white space
	exact  string   // the body is this
	has    []string // the body has each of these
	field  string   // the header has a field that starts so: "Server: awselb/"
	not    string   // and none that starts so
	silent bool     // there is no body, and no Content-Type
}

func (s sign) fits(a *exchange.Answer, body []byte) bool {
	text := bytes.TrimSpace(body)
	if s.silent {
		if _, labelled := a.Fields.Get("Content-Type"); labelled || len(body) > 0 {
			return false
		}
	}
	return bytes.HasPrefix(text, []byte(s.start)) &&
		(s.exact == "" || string(body) == s.exact) &&
		(s.whole == "" || string(text) == s.whole) &&
		!slices.ContainsFunc(s.has, func(mark string) bool { return !bytes.Contains(text, []byte(mark)) }) &&
		(s.field == "" || hasField(a, s.field)) &&
		(s.not == "" || !hasField(a, s.not))
}

// hasField reports whether a field line starts like "Name: value", in any case.
func hasField(a *exchange.Answer, line string) bool {
	name, start, _ := strings.Cut(line, ":")
	start = strings.ToLower(strings.TrimSpace(start))
	return slices.ContainsFunc(a.Fields.Values(name), func(value string) bool {
		return strings.HasPrefix(strings.ToLower(strings.Trim(value, ows)), start)
	})
}
