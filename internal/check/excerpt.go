package check

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// longest is how many characters of an answer a finding shows.
const longest = 120

// excerpt returns text on one line, at most longest characters, with what cannot be seen escaped as in a Go string.
func excerpt(text string) string {
	if text == "" {
		return "empty"
	}
	// An escape is at least as long as what it stands for, so this much of the text is enough.
	cut := len(text) > utf8.UTFMax*(longest+1)
	if cut {
		text = text[:utf8.UTFMax*(longest+1)]
	}
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		if r == utf8.RuneError && size == 1 || !strconv.IsPrint(r) {
			quoted := strconv.Quote(text[:size])
			b.WriteString(quoted[1 : len(quoted)-1])
		} else {
			b.WriteString(text[:size])
		}
		text = text[size:]
	}
	visible := b.String()
	if !cut && utf8.RuneCountInString(visible) <= longest {
		return visible
	}
	runes := []rune(visible)
	return string(runes[:min(longest, len(runes))-1]) + "…"
}

// looksLike says in a few words what a body is that is not JSON; err is what its reader said.
func looksLike(body []byte, err error) string {
	text := bytes.TrimLeft(body, " \t\r\n")
	switch {
	case len(body) == 0:
		return "empty"
	case len(text) == 0:
		return "white space"
	case bytes.HasPrefix(body, byteOrderMark) && !bytes.HasPrefix(body[len(byteOrderMark):], byteOrderMark):
		rest := body[len(byteOrderMark):]
		if _, err = decode(rest); err == nil {
			return "JSON after a byte order mark"
		}
		return looksLike(rest, err)
	case text[0] == '<':
		return markup(text)
	case text[0] == '{' || text[0] == '[' || text[0] == '"':
		return "broken JSON: " + err.Error()
	case !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0:
		return "binary data: " + excerpt(string(text))
	}
	return "plain text: " + excerpt(string(text))
}

// markup tells HTML from XML by how the text starts.
func markup(text []byte) string {
	start := strings.ToLower(string(text[:min(len(text), 256)]))
	switch {
	case strings.HasPrefix(start, "<?xml") && !strings.Contains(start, "<html"):
		return "XML"
	case strings.HasPrefix(start, "<!doctype html"), strings.HasPrefix(start, "<!--"):
		return "HTML"
	}
	for _, element := range []string{"<html", "<head", "<body", "<title", "<h1", "<p>", "<pre", "<div", "<center"} {
		if strings.Contains(start, element) {
			return "HTML"
		}
	}
	return "XML"
}
