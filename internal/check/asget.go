package check

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-e125e033/conform/internal/exchange"
)

// asGet finds what an answer to HEAD says otherwise than the answer to the same request with GET.
func (j *judge) asGet() {
	if len(j.expect.AsGet) == 0 {
		return
	}
	switch twin := j.reading.exchange.Twin; {
	case twin == nil:
		j.cannotTell(errors.New("the same request was not sent with GET"))
		return
	case twin.Failure != nil:
		j.cannotTell(fmt.Errorf("no answer to the same request with GET, or to it once more: %w", twin.Failure))
		return
	}
	for _, d := range unlike(j.reading.exchange) {
		if slices.Contains(j.expect.AsGet, d.what) {
			j.add(Finding{Rule: "as-get", At: d.at, Want: d.want + " as GET has it", Got: d.got})
		}
	}
}

// Unlike reports whether the answers to HEAD and to GET differ in anything that a requirement may compare. What is not the same each
// time that one of them is sent is not compared. The exchange has a twin, and all of that was answered.
func Unlike(ex *exchange.Exchange) bool { return len(unlike(ex)) > 0 }

// difference is one between HEAD and GET.
type difference struct{ what, at, want, got string }

// unlike returns the differences. Where the statuses differ it is for another reason that the rest does.
func unlike(ex *exchange.Exchange) []difference {
	heads, gets := append([]*exchange.Answer{ex.Answer}, ex.Twin.Heads...), ex.Twin.Gets
	code := func(a *exchange.Answer) (string, bool) { return strconv.Itoa(a.Status), true }
	head, get, steady := both(heads, gets, code)
	switch {
	case !steady:
		return nil
	case head == get:
		return append(unlikeLength(heads, gets), unlikeFields(heads, gets)...)
	case ex.Answer.Status == http.StatusMethodNotAllowed || ex.Answer.Status == http.StatusNotImplemented:
		return nil // HEAD is not taken, which is for other requirements to judge
	}
	return []difference{{"status", "", get, head}}
}

// both returns what each of two lists of answers has, and whether it is the same within each.
func both(heads, gets []*exchange.Answer, of func(*exchange.Answer) (string, bool)) (head, get string, steady bool) {
	one := func(all []*exchange.Answer) (text string, ok bool) {
		for i, a := range all {
			this, known := of(a)
			if !known || i > 0 && this != text {
				return "", false
			}
			text = this
		}
		return text, len(all) > 0
	}
	head, headSteady := one(heads)
	get, getSteady := one(gets)
	return head, get, headSteady && getSteady
}

// unlikeLength compares the length that HEAD tells, if it does, with the number of octets that GET sends (RFC 9110, sections 8.6 and
// 9.3.2). Which length GET tells is another matter: it may send its content in chunks.
func unlikeLength(heads, gets []*exchange.Answer) []difference {
	head, get, steady := both(heads, gets, func(a *exchange.Answer) (string, bool) {
		if slices.Contains(gets, a) {
			return strconv.Itoa(len(a.Body)), a.Flaw == nil
		}
		lines := a.Fields.Values("Content-Length")
		return strings.Join(lines, ", "), len(lines) > 0
	})
	if !steady || head == get {
		return nil
	}
	return []difference{{"length", "Content-Length", get, excerpt(head)}}
}

// unlikeFields compares the header fields that GET has. One that tells of the content may be left out: it may be known only once the
// content is made (RFC 9110, section 9.3.2).
func unlikeFields(heads, gets []*exchange.Answer) []difference {
	var found []difference
	seen := map[string]bool{}
	for _, f := range gets[0].Fields {
		name := strings.ToLower(f.Name)
		if seen[name] || slices.Contains(ownFields, name) {
			continue
		}
		seen[name] = true
		head, get, steady := both(heads, gets, func(a *exchange.Answer) (string, bool) {
			return strings.Join(a.Fields.Values(name), ", "), true
		})
		_, there := heads[0].Fields.Get(name)
		switch {
		case !steady || head == get, !there && ofContent(name):
		case !there:
			found = append(found, difference{"fields", f.Name, excerpt(get), "none"})
		default:
			found = append(found, difference{"fields", f.Name, excerpt(get), excerpt(head)})
		}
	}
	return found
}

// ownFields are about the one message, its time, its client or its connection. Lengths are compared by what GET sends.
var ownFields = []string{
	"age", "alt-svc", "connection", "content-length", "date", "keep-alive", "server-timing", "set-cookie", "trailer", "transfer-encoding", "via",
}

// ofContent reports whether a field, its name in small letters, tells of the content.
func ofContent(name string) bool {
	switch name {
	case "accept-ranges", "digest", "etag", "last-modified", "repr-digest", "vary":
		return true
	}
	return strings.HasPrefix(name, "content-")
}
