package check

import (
	"strconv"
	"strings"
)

// known is what a Reading has made of texts that most answers of a target have in common, and that alone: it holds for the next answer as
// well. It takes 0.4 us off the 2.3 that judging an answer takes without it.
type known struct {
	status      int
	code        string // of status
	contentType string // a line of Content-Type
	label       label  // of contentType, if it is not zero
	challenges  challenges
	date        string // an IMF-fixdate
}

// codeOf returns a status as text.
func (k *known) codeOf(status int) string {
	if k.status != status || k.code == "" {
		k.status, k.code = status, strconv.Itoa(status)
	}
	return k.code
}

// labelOf returns what the lines of Content-Type say.
func (k *known) labelOf(lines []string) label {
	if len(lines) != 1 {
		return oneMediaType(lines)
	}
	if k.contentType != lines[0] || k.label == (label{}) {
		k.contentType, k.label = lines[0], oneMediaType(lines)
	}
	return k.label
}

// challengesOf returns what the lines of a field such as WWW-Authenticate say.
func (k *known) challengesOf(lines []string) challenges {
	if len(lines) == 0 {
		return challenges{}
	}
	if text := strings.Join(lines, ", "); text != k.challenges.text {
		k.challenges = readChallenges(text)
	}
	return k.challenges
}

// isFixdate reports whether a text is an IMF-fixdate.
func (k *known) isFixdate(text string) bool {
	if text == "" || text != k.date && !isFixdate(text) {
		return false
	}
	k.date = text
	return true
}
