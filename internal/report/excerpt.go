package report

import (
	"strconv"

	"github.com/seed-e125e033/conform/internal/exchange"
)

// excerptLimit is how many bytes of a body an excerpt shows.
const excerptLimit = 240

// Excerpt returns what came back in one line for people, secrets taken out: status line, Content-Type and the beginning of the
// body, or why there is no answer.
func Excerpt(ex *exchange.Exchange, secrets *Redactor) string {
	if ex.Answer == nil {
		if ex.Failure == nil {
			return "no answer"
		}
		return line(secrets.String("no answer: " + ex.Failure.Error()))
	}
	a := ex.Answer
	text := a.Proto + " " + strconv.Itoa(a.Status)
	if a.Reason != "" {
		text += " " + a.Reason
	}
	if mediaType, ok := a.Fields.Get("Content-Type"); ok {
		text += ", " + mediaType
	}
	text = line(secrets.String(text))
	if len(a.Body) == 0 {
		text += ", no content"
	} else {
		// A secret is taken out before the cut, or its first half would stay.
		limit := runeStart(a.Body, min(len(a.Body), excerptLimit))
		text += ": " + line(string(redactUpTo(secrets.load(), a.Body, limit)))
		if limit < len(a.Body) {
			text += "..."
		}
	}
	if a.Flaw != nil {
		text += " (" + line(secrets.String(a.Flaw.Error())) + ")"
	}
	return text
}
