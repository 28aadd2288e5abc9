package suites

import (
	"strconv"
	"strings"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
)

// The probes here break how a message is told from the bytes around it (RFC 9112). They are asked of the target as a whole: the
// server decides about framing before it knows which operation is meant. All cases are GET requests, so that a target which
// wrongly obeys one does nothing.
//
// Whatever a target takes for the end of a request has been sent, or it would wait for more and its silence would say nothing. What
// must not be taken for a request of its own is one: a second answer gives the target away.

// onFraming makes cases of the target as a whole that get a connection of their own.
func onFraming(cases func(Good) []Case) func(Good) ([]Case, Gap) {
	return onTarget(func(g Good) ([]Case, Gap) {
		made := cases(g)
		for i := range made {
			made[i].Malformed = true
		}
		return made, Gap{}
	})
}

// hidden returns a whole request, which is sent as content.
func (g Good) hidden() string {
	path := strings.TrimSuffix(g.Base, "/") + "/conform-" + madeUp("framing", "hidden")
	return "GET " + path + " HTTP/1.1\r\nHost: conform.invalid\r\n\r\n"
}

// inField is a defect of a header field, or of several of the same name.
func inField(name, kind string) check.Defect {
	return check.Defect{Place: check.Place{In: "header", At: name}, Kind: kind}
}

var noHost = Probe{
	Name: "framing.no-host",
	Doc:  "sends no Host field",
	Cases: onFraming(func(g Good) []Case {
		r := g.Request
		r.NoHost = true
		return []Case{{Sent: "no Host", Request: r, Defect: inField("Host", "missing")}}
	}),
}

var twoHosts = Probe{
	Name: "framing.two-hosts",
	Doc:  "sends a second Host field: the same again, or another",
	Cases: onFraming(func(g Good) []Case {
		var cases []Case
		for _, second := range []struct{ variant, value, sent string }{
			{"same", exchange.TheHost, "the same Host twice"},
			{"other", "conform.invalid", "a second Host: conform.invalid"},
		} {
			r := g.Request.WithAddedField("Host", exchange.TheHost).WithAddedField("Host", second.value)
			cases = append(cases, Case{Variant: second.variant, Sent: second.sent, Request: r, Defect: inField("Host", "twice")})
		}
		return cases
	}),
}

var badHost = Probe{
	Name: "framing.bad-host",
	Doc:  "sends a Host field whose value is no host",
	Cases: onFraming(func(g Good) []Case {
		var cases []Case
		for _, bad := range []struct{ variant, value string }{
			{"space", "conform invalid"},
			{"path", "conform.invalid/path"},
			{"user", "user@conform.invalid"},
		} {
			r := g.Request.WithAddedField("Host", bad.value)
			cases = append(cases, Case{Variant: bad.variant, Sent: "Host: " + bad.value, Request: r, Defect: inField("Host", "malformed")})
		}
		return cases
	}),
}

var twoLengths = Probe{
	Name: "framing.two-lengths",
	Doc:  "sends content with two lengths that differ",
	Cases: onFraming(func(g Good) []Case {
		body := g.hidden()
		length := strconv.Itoa(len(body))
		r := g.Request.WithBody([]byte(body))
		return []Case{
			{
				Variant: "two-lines", Sent: "Content-Length: 0, and Content-Length: " + length,
				Request: r.WithAddedField("Content-Length", "0").WithAddedField("Content-Length", length),
				Defect:  inField("Content-Length", "twice"),
			},
			{
				Variant: "one-line", Sent: "Content-Length: 0, " + length,
				Request: r.WithAddedField("Content-Length", "0, "+length),
				Defect:  inField("Content-Length", "twice"),
			},
		}
	}),
}

var badLength = Probe{
	Name: "framing.bad-length",
	Doc:  "sends a Content-Length that is no number of bytes",
	Cases: onFraming(func(g Good) []Case {
		var cases []Case
		for _, bad := range []struct{ variant, value string }{
			{"word", "none"},
			{"negative", "-1"},
			{"plus", "+0"},
			{"fraction", "0.0"},
			{"hexadecimal", "0x0"},
		} {
			r := g.Request.WithAddedField("Content-Length", bad.value)
			cases = append(cases, Case{Variant: bad.variant, Sent: "Content-Length: " + bad.value, Request: r, Defect: inField("Content-Length", "malformed")})
		}
		return cases
	}),
}

var lengthAndChunked = Probe{
	Name: "framing.length-and-chunked",
	Doc:  "sends chunked content with a Content-Length, by which it would end elsewhere",
	Cases: onFraming(func(g Good) []Case {
		hidden := g.hidden()
		size := strconv.FormatInt(int64(len(hidden)), 16) + "\r\n"
		var cases []Case
		for _, both := range []struct{ variant, sent, body, length string }{
			{"chunked-ends-first", "chunked content, and a Content-Length beyond its end", "0\r\n\r\n" + hidden, strconv.Itoa(len("0\r\n\r\n" + hidden))},
			{"length-ends-first", "chunked content, and a Content-Length short of its end", size + hidden + "\r\n0\r\n\r\n", strconv.Itoa(len(size))},
		} {
			cases = append(cases, Case{
				Variant: both.variant, Sent: both.sent,
				Request: g.chunked("chunked", both.body).WithAddedField("Content-Length", both.length),
				Defect:  inField("Content-Length", "beside-chunked"),
			})
		}
		return cases
	}),
}

// chunked returns the good request with a transfer coding, and content that the sender takes as it is.
func (g Good) chunked(coding, body string) exchange.Request {
	return g.Request.WithAddedField("Transfer-Encoding", coding).WithBody([]byte(body))
}

var chunkedBefore11 = Probe{
	Name: "framing.chunked-in-1-0",
	Doc:  "sends chunked content with HTTP/1.0, which has none, and asks to keep the connection",
	Cases: onFraming(func(g Good) []Case {
		r := g.chunked("chunked", "0\r\n\r\n"+g.hidden()).WithField("Connection", "keep-alive")
		r.Line = r.Method + " " + r.Target + " HTTP/1.0"
		return []Case{{Sent: "chunked content with HTTP/1.0", Request: r, Defect: inField("Transfer-Encoding", "unexpected")}}
	}),
}

var badChunk = Probe{
	Name: "framing.bad-chunk",
	Doc:  "sends chunked content with a chunk that is none",
	Cases: onFraming(func(g Good) []Case {
		var cases []Case
		for _, bad := range []struct{ variant, sent, body string }{
			{"size-word", "a chunk of size xyz", "xyz\r\n"},
			{"size-negative", "a chunk of size -1", "-1\r\n"},
			{"size-prefix", "a chunk of size 0x3", "0x3\r\nabc\r\n"},
			{"longer", "a chunk of size 3 with 6 bytes", "3\r\nabcdef\r\n"},
		} {
			r := g.chunked("chunked", bad.body+"0\r\n\r\n"+g.hidden())
			cases = append(cases, Case{Variant: bad.variant, Sent: bad.sent, Request: r, Defect: check.Defect{Place: check.Place{In: "body"}, Kind: "not-chunked"}})
		}
		return cases
	}),
}

var unknownCoding = Probe{
	Name: "framing.unknown-coding",
	Doc:  "sends a transfer coding that nobody knows: before chunked, alone, or after chunked",
	Cases: onFraming(func(g Good) []Case {
		var cases []Case
		for _, c := range []struct{ variant, coding string }{
			{"chunked-last", "conform, chunked"},
			{"alone", "conform"},
			{"chunked-first", "chunked, conform"},
		} {
			cases = append(cases, Case{
				Variant: c.variant, Sent: "Transfer-Encoding: " + c.coding,
				Request: g.chunked(c.coding, "0\r\n\r\n"),
				Defect:  inField("Transfer-Encoding", "unknown"),
			})
		}
		return cases
	}),
}

var spaceBeforeColon = Probe{
	Name: "framing.space-before-colon",
	Doc:  "sends a field with whitespace between its name and the colon",
	Cases: onFraming(func(g Good) []Case {
		var cases []Case
		for _, blank := range []struct{ variant, name, text, value string }{
			{"space", "Conform-Framing ", "a space", "blank"},
			{"tab", "Conform-Framing\t", "a tab", "blank"},
			{"length", "Content-Length ", "a space", "0"},
		} {
			cases = append(cases, Case{
				Variant: blank.variant, Sent: blank.text + " between " + strings.TrimSpace(blank.name) + " and its colon",
				Request: g.Request.WithAddedField(blank.name, blank.value),
				Defect:  inField(blank.name, "malformed"),
			})
		}
		return cases
	}),
}

// badName breaks RFC 9110, section 5.1: a field name is a token.
var badName = Probe{
	Name: "framing.bad-name",
	Doc:  "sends a field whose name is no token",
	Cases: onFraming(func(g Good) []Case {
		var cases []Case
		for _, bad := range []struct{ variant, name, sent string }{
			{"empty", "", "a field without a name"},
			{"space", "Conform Framing", "a space within the name of a field"},
			{"delimiter", "Conform(Framing)", "parentheses in the name of a field"},
			{"control-character", "Conform\x01Framing", "a control character in the name of a field"},
			{"beyond-ascii", "Conform-Fr\xc3\xa4ming", "a letter beyond ASCII in the name of a field"},
		} {
			cases = append(cases, Case{
				Variant: bad.variant, Sent: bad.sent,
				Request: g.Request.WithAddedField(bad.name, "named"),
				Defect:  check.Defect{Place: check.Place{In: "header"}, Kind: "malformed"},
			})
		}
		return cases
	}),
}

var foldedField = Probe{
	Name: "framing.folded-field",
	Doc:  "sends a field whose value goes on in the next line",
	Cases: onFraming(func(g Good) []Case {
		const name = "Conform-Framing"
		return []Case{
			{
				Variant: "word", Sent: name + ": folded, with a word in its second line",
				Request: g.Request.WithAddedField(name, "folded\r\n word"),
				Defect:  inField(name, "folded"),
			},
			{ // who reads the second line as a field ends the content too early, and goes on with what is left
				Variant: "coding", Sent: name + ": folded, with Transfer-Encoding: chunked in its second line",
				Request: g.Request.WithAddedField(name, "folded\r\n Transfer-Encoding: chunked").WithBody([]byte("0\r\n\r\n" + g.hidden())),
				Defect:  inField(name, "folded"),
			},
		}
	}),
}

var badVersion = Probe{
	Name: "framing.bad-version",
	Doc:  "sends a request line whose version is none",
	Cases: onFraming(func(g Good) []Case {
		var cases []Case
		for _, bad := range []struct{ variant, version string }{
			{"small-letters", "http/1.1"},
			{"no-minor", "HTTP/1"},
			{"two-digits", "HTTP/1.10"},
			{"other-name", "HTTQ/1.1"},
		} {
			line := g.Request.Method + " " + g.Request.Target + " " + bad.version
			cases = append(cases, g.withLine(bad.variant, bad.version+" in the request line", line))
		}
		return cases
	}),
}

var garbageLine = Probe{
	Name: "framing.garbage-line",
	Doc:  "sends something else in place of the request line",
	Cases: onFraming(func(g Good) []Case {
		return []Case{
			g.withLine("one-word", "one word as the request line", "conform"),
			g.withLine("three-words", "three words as the request line", "this is garbage"),
			g.withLine("bytes", "bytes that are no text as the request line", "\x00\x01\x02 \xfe\xff"),
			g.withLine("space-in-target", "a space within the target of the request line", g.Request.Method+" "+g.Request.Path()+" conform HTTP/1.1"),
		}
	}),
}

// withLine makes a case of another request line.
func (g Good) withLine(variant, sent, line string) Case {
	r := g.Request
	r.Line = line
	return Case{Variant: variant, Sent: sent, Request: r, Defect: check.Defect{Place: check.Place{In: "line"}, Kind: "malformed"}}
}
