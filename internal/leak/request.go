package leak

import (
	"strings"

	"github.com/seed-e125e033/conform/internal/exchange"
)

// Sent is what is known of the request that was answered.
type Sent struct {
	Request *exchange.Request // as it was sent: what it says itself is no leak
	Secrets []Secret          // that it carried
	Mark    string            // the marked text in it (see Mark); empty: none
	Hosts   []string          // names and addresses that answers may show, the target's own among them
}

// sent is a Sent while one answer is looked through.
type sent struct {
	Sent
	texts []string // what the request says, as it was sent and with its escapes undone; nil: not asked for yet
}

// says reports whether the request itself has a text: then the answer only repeats it.
func (s *sent) says(text string) bool {
	if s.Request == nil || text == "" {
		return false
	}
	if s.texts == nil {
		r := s.Request
		s.texts = []string{r.Target, percentDecoded(r.Target), string(r.Body), string(unescaped(nil, r.Body))}
		for _, f := range r.Fields {
			s.texts = append(s.texts, f.Value)
		}
	}
	for _, said := range s.texts {
		if strings.Contains(said, text) {
			return true
		}
	}
	return false
}
