package check

import (
	"errors"
	"fmt"
	"strings"

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
	for _, coding := range j.answer.Fields.Values("Content-Encoding") {
		if coding = strings.Trim(coding, ows); coding != "" && !strings.EqualFold(coding, "identity") {
			j.cannotTell(fmt.Errorf("the content is coded (Content-Encoding: %q): let the good request say Accept-Encoding: identity", coding))
			return false
		}
	}
	return true
}

// readValue reads the body as JSON and reports whether it is. What it is instead is a finding, whatever its label.
func (j *judge) readValue() bool {
	value, err := decode(j.answer.Body)
	switch {
	case errors.Is(err, errDepth):
		j.cannotTell(err)
		return false
	case err != nil:
		got := looksLike(j.answer.Body, err)
		if o := origin(j.answer.Body, nil); o != "" {
			got += ", " + o
		}
		j.add(Finding{Rule: "body", Want: "JSON", Got: got})
		return false
	}
	j.value = value
	return true
}

// body finds where the body differs from the format's schema.
func (j *judge) body() {
	if j.format == nil || j.format.Schema == nil {
		return
	}
	violations, err := j.format.Schema.ValidateValue(j.value)
	if err != nil {
		j.cannotTell(fmt.Errorf("the body cannot be compared with its schema: %w", err))
		return
	}
	for i, v := range violations {
		f := Finding{Rule: "body", At: v.At, Want: v.Text}
		if v.Property != "" { // people look for a member in its object, the more so where it is missing
			f.At = v.At[:max(0, strings.LastIndexByte(v.At, '/'))]
			f.Want = excerpt(v.Property) + " " + v.Text
		}
		if o := origin(nil, j.value); i == 0 && o != "" {
			f.Want += " (" + o + ")"
		}
		j.add(f)
	}
}
