package check

import (
	"strings"

	"github.com/seed-e125e033/conform/internal/contract"
)

// channels finds where an answer says different things in the places where it says one: status line, header field and body. The first of
// these that is there is what the others are held to. A place in a body that could not be read is left out.
func (j *judge) channels() {
	if j.format == nil {
		return
	}
	for _, c := range j.format.Same {
		said := j.saidIn(c)
		var first *channel
		written := false // in the header or the body
		for i := range said {
			if said[i].there && first == nil {
				first = &said[i]
			}
			written = written || said[i].there && said[i].at != ""
		}
		for _, s := range said {
			if s.there && s.text == first.text || !s.there && c.Optional && (s.at == "" || !written) {
				continue
			}
			f := Finding{Rule: "channels", At: s.at, Want: "any value", Got: "none"}
			if first != nil {
				f.Want = excerpt(first.text) + " as in " + first.name
			}
			if s.at == "" {
				f.Want += ", in " + s.name
			}
			if s.there {
				f.Got = excerpt(s.text)
			}
			j.add(f)
		}
	}
}

// channel is one of the places in which an answer says the same.
type channel struct {
	name  string // for people
	at    string // as in Finding; empty: the status line
	text  string
	there bool
}

func (j *judge) saidIn(c contract.Channels) []channel {
	var said []channel
	switch c.Is {
	case "status":
		said = append(said, channel{"the status line", "", j.reading.status(), true})
	case "reason":
		if strings.HasPrefix(j.answer.Proto, "HTTP/2") {
			break // it has no reason phrase (RFC 9113, section 8.3.2)
		}
		said = append(said, channel{"the status line", "", j.answer.Reason, j.answer.Reason != ""})
	}
	if c.Header != "" {
		lines := j.reading.values(c.Header)
		text := strings.Join(lines, "")
		if len(lines) > 1 {
			text = severalLines(lines)
		}
		said = append(said, channel{"the header " + c.Header, c.Header, text, len(lines) > 0})
	}
	if c.Place != "" && j.get != nil {
		value, there := j.get(c.Place)
		said = append(said, channel{"the body", c.Place, value.written(), there})
	}
	return said
}
