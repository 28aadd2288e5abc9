package check

import (
	"errors"
	"fmt"
	"strings"

	"github.com/seed-e125e033/conform/internal/contract"
)

// readText holds the body to the format's pattern and reports whether it matches. The character set is not looked at: what
// patterns ask for is ASCII.
func (j *judge) readText() bool {
	pattern := j.format.Pattern
	if pattern == nil {
		j.cannotTell(fmt.Errorf("the pattern of format %q is not compiled", j.format.Name))
		return false
	}
	groups := j.reading.match(pattern)
	if groups == nil {
		j.another("text that matches "+excerpt(j.format.Text), errors.New("plain text: "+excerpt(string(j.answer.Body))))
		return false
	}
	j.get = func(place string) (value, bool) {
		i := pattern.SubexpIndex(place)
		if i < 0 || groups[i] == nil {
			return value{}, false
		}
		return value{text: string(groups[i])}, true
	}
	return true
}

// readPairs reads the body's line of name="value" and reports whether there is one.
func (j *judge) readPairs() bool {
	p := j.format.Pairs
	pairs, err := readPairs(string(j.answer.Body), *p)
	if err != nil {
		j.another(`a line of name="value" pairs`, err)
		return false
	}
	j.get = func(place string) (value, bool) {
		text, there := pairs[place]
		return value{text: text}, there
	}
	j.required(p.Required)
	return true
}

// readPairs returns the pairs of a text by their names. Lines end in LF or CRLF.
func readPairs(text string, p contract.Pairs) (map[string]string, error) {
	line, rest, more := cutLine(text)
	for after := line; p.After != ""; {
		if !more {
			return nil, fmt.Errorf("no line %q with another after it", p.After)
		}
		line, rest, more = cutLine(rest)
		if after == p.After {
			break
		}
		after = line
	}
	separator := p.Separator
	if separator == "" {
		separator = "&"
	}
	pairs := map[string]string{}
	for left := line; ; {
		name, value, rest, ok := cutPair(left)
		if !ok {
			return nil, fmt.Errorf("no name=%q at character %d of the line: %s", "value", len(line)-len(left)+1, excerpt(left))
		}
		if _, twice := pairs[name]; twice {
			return nil, fmt.Errorf("%s stands twice", excerpt(name))
		}
		pairs[name] = value
		if rest == "" {
			return pairs, nil
		}
		if left, ok = strings.CutPrefix(rest, separator); !ok {
			return nil, fmt.Errorf("no %s between pairs, at character %d of the line: %s", separator, len(line)-len(rest)+1, excerpt(rest))
		}
	}
}

// cutLine returns the first line without its end, what follows, and whether there was an end.
func cutLine(text string) (line, rest string, more bool) {
	line, rest, more = strings.Cut(text, "\n")
	return strings.TrimSuffix(line, "\r"), rest, more
}

// cutPair returns the pair that a text starts with, its value without backslashes, and what follows.
func cutPair(text string) (name, value, rest string, ok bool) {
	name, quoted, ok := strings.Cut(text, `="`)
	if !ok || name == "" || strings.ContainsAny(name, `="`) {
		return "", "", "", false
	}
	var b strings.Builder
	for i := 0; i < len(quoted); i++ {
		switch quoted[i] {
		case '"':
			return name, b.String(), quoted[i+1:], true
		case '\\':
			if i++; i == len(quoted) {
				return "", "", "", false
			}
		}
		b.WriteByte(quoted[i])
	}
	return "", "", "", false
}
