package report_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
)

func TestExcerpt(t *testing.T) {
	redact := report.NewRedactor(report.Secret{Value: "hunter2-hunter2"})
	long := strings.Repeat("x", 235)
	for _, test := range []struct {
		name string
		ex   exchange.Exchange
		want string
	}{
		{"an answer", *answer(400, "Bad Request", `{"a":1}`), `HTTP/1.1 400 Bad Request, application/json: {"a":1}`},
		{"an answer without content", *answer(404, "", ""), "HTTP/1.1 404, application/json, no content"},
		{"bytes that no terminal shows", *answer(400, "\x1b[2J", "a\nb\xff"), `HTTP/1.1 400 \x1b[2J, application/json: a\nb\xff`},
		{"a long body", *answer(400, "", long+"abcdefgh"), "HTTP/1.1 400, application/json: " + long + "abcde..."},
		{"a secret that the cut goes through", *answer(400, "", long+"hunter2-hunter2 and more"), "HTTP/1.1 400, application/json: " + long + "[redacted]..."},
		{"an answer that was cut", exchange.Exchange{Answer: &exchange.Answer{Proto: "HTTP/1.0", Status: 200, Flaw: &exchange.Failure{Kind: exchange.Cut}}}, "HTTP/1.0 200, no content (cut)"},
		{"no answer", exchange.Exchange{Failure: &exchange.Failure{Kind: exchange.Refused, Err: errors.New("connection refused by hunter2-hunter2")}}, "no answer: refused: connection refused by [redacted]"},
		{"nothing", exchange.Exchange{}, "no answer"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := report.Excerpt(&test.ex, redact); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
