package check

import (
	"bytes"
	"errors"
	"regexp"
	"sync"
)

// htmlStart is how a document of HTML starts: its document type or its element, after white space, comments and the XML declaration
// of XHTML. A document may leave both out, but then nothing tells it from a fragment.
var htmlStart = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?is)^(?:\s+|<!--.*?-->|<\?xml[^>]*\?>)*(?:<!doctype\s+html[\s>]|<html[\s/>])`)
})

// readHTML looks whether the body is a document of HTML. No value is read from it.
func (j *judge) readHTML() bool {
	body := bytes.TrimPrefix(j.answer.Body, byteOrderMark)
	if j.reading.seen.html == nil {
		is := htmlStart().Match(body)
		j.reading.seen.html = &is
	}
	if !*j.reading.seen.html {
		j.another("HTML", errors.New("no HTML document: "+excerpt(string(body))))
	}
	return false
}
