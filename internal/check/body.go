package check

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
)

// readWhole reports whether the body is there as the target meant it, so that it can be judged. A body that the target
// left unfinished is a finding of the rule "content"; one that was not waited for is no fault of the target.
func (j *judge) readWhole() bool {
	flaw := j.answer.Flaw
	switch {
	case flaw == nil:
		return j.plain()
	case flaw.Kind == exchange.Malformed || flaw.Kind == exchange.Cut:
		if !j.partial {
			j.partial = true
			j.add(Finding{Rule: "content", Want: "the content is not whole: " + excerpt(flaw.Error())})
		}
	default:
		j.cannotTell(fmt.Errorf("the content was not read whole: %w", flaw))
	}
	return false
}

// plain reports whether the content stands as it is. A request without Accept-Encoding lets the target choose any
// coding (RFC 9110, section 12.5.3), so coded content is no finding, but nothing can be seen in it.
func (j *judge) plain() bool {
	if len(j.answer.Body) == 0 {
		return true
	}
	if coding := j.reading.coding(); coding != "" {
		j.cannotTell(fmt.Errorf("the content is coded (Content-Encoding: %q): let the good request say Accept-Encoding: identity", coding))
		return false
	}
	return true
}

// readBody reads the body as what it has to be, JSON where there is no format, and reports whether values can be got from
// it by their places. What it is instead is a finding, whatever its label.
func (j *judge) readBody() bool {
	switch j.kind() {
	case contract.KindXML:
		return j.readXML()
	case contract.KindText:
		return j.readText()
	case contract.KindPairs:
		return j.readPairs()
	case contract.KindHTML:
		return j.readHTML()
	}
	return j.readJSON()
}

// kind returns the kind of body that is expected.
func (j *judge) kind() contract.Kind {
	if j.format == nil {
		return contract.KindJSON
	}
	return j.format.Kind()
}

func (j *judge) readJSON() bool {
	value, err := j.reading.asJSON()
	switch {
	case errors.Is(err, errDepth):
		j.cannotTell(err)
		return false
	case err != nil:
		j.add(Finding{Rule: "body", Want: "JSON", Got: looksLike(j.answer.Body, err)})
		return false
	}
	j.value, j.get = value, j.reading.at()
	return true
}

// another finds a body that is of another kind than wanted, or a flawed one of that kind: the flaw is told where nothing
// plainer can be said.
func (j *judge) another(want string, flaw error) {
	body := j.answer.Body
	start := bytes.TrimLeft(bytes.TrimPrefix(body, byteOrderMark), " \t\r\n")
	_, err := j.reading.asJSON()
	got := excerpt(flaw.Error())
	switch {
	case len(start) == 0:
		got = looksLike(body, err)
	case start[0] == '<' && j.kind() == contract.KindXML && markup(start) == "HTML":
		got = "HTML: " + got
	case start[0] == '<' && j.kind() != contract.KindXML && j.kind() != contract.KindHTML:
		got = markup(start)
	case err == nil:
		got = "JSON"
	}
	j.add(Finding{Rule: "body", Want: want, Got: got})
}

// required finds places without a value. Of several for one value, any will do.
func (j *judge) required(all []contract.OneOrMore) {
	for _, places := range all {
		if !slices.ContainsFunc(places, func(place string) bool {
			_, there := j.get(place)
			return there
		}) {
			j.add(Finding{Rule: "body", Want: strings.Join(places, " or ") + " is required"})
		}
	}
}

// body finds where the body differs from the format's schema.
func (j *judge) body() {
	if j.format == nil || j.format.Schema == nil {
		return
	}
	violations, err := j.reading.compare(j.format.Schema)
	if err != nil {
		j.cannotTell(fmt.Errorf("the body cannot be compared with its schema: %w", err))
		return
	}
	for _, v := range violations {
		f := Finding{Rule: "body", At: v.At, Want: v.Text}
		if v.Property != "" { // people look for a member in its object, the more so where it is missing
			f.At = v.At[:max(0, strings.LastIndexByte(v.At, '/'))]
			f.Want = excerpt(v.Property) + " " + v.Text
		}
		j.add(f)
	}
}
