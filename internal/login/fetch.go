package login

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/pointer"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/schema"
	"github.com/seed-e125e033/conform/internal/target"
)

// maxToken bounds a token: header sections that are much longer are refused everywhere.
const maxToken = 16 << 10

// fetch logs in and keeps the token. The redactor knows it before the exchange is written. The caller holds t.fetching.
func (s *Session) fetch(ctx context.Context, t *token) error {
	l := t.credential.Login
	began := s.Now()
	var ex *exchange.Exchange
	var value string
	var err error
	if l.OAuth2 != nil {
		ex, value, err = s.grant(ctx, t)
	} else {
		ex = s.Client.Send(ctx, s.request(l), exchange.Options{Repeatable: true})
		value, err = tokenIn(l, ex)
	}
	if err == nil {
		err = usable(value, t.credential.Kind)
	}
	if ex == nil { // nothing was sent
		return err
	}
	if value != "" {
		s.Secrets.Add(report.Secret{Value: value, Shell: t.credential.Shell, Kind: string(t.credential.Kind)})
	}
	s.Secrets.Add(besides(ex, value)...)
	s.Record("login/"+t.name, withheld(ex, value != ""))
	if err := s.explained(err, ex, l); err != nil {
		return err
	}
	next := &fetched{value: value, escaped: strings.ReplaceAll(url.QueryEscape(value), "+", "%20")}
	if lasts := lifetime(l, ex.Answer); lasts > 0 {
		next.until = began.Add(lasts - min(lasts/10, mostAhead))
	}
	t.now.Store(next)
	return nil
}

// How long a token is believed to last: one for moments would be fetched again and again, and is left to be refused; one for
// years outlasts any run.
const (
	leastLife = 10 * time.Second
	mostLife  = 366 * 24 * time.Hour
	mostAhead = 30 * time.Second // before a token runs out
)

// lifetime returns how long a token lasts, by the expires_in beside its access_token (RFC 6749, section 5.1); 0 where the
// answer does not say so, or nothing that can be believed.
func lifetime(l *target.Login, a *exchange.Answer) time.Duration {
	beside, ok := strings.CutSuffix(l.Pointer, "/access_token")
	if l.OAuth2 == nil && !ok {
		return 0 // in an answer of another form the name may mean something else
	}
	body, err := schema.JSON(a.Body)
	if err != nil {
		return 0
	}
	var text string
	switch value, _ := pointer.Get(body, beside+"/expires_in"); value := value.(type) {
	case json.Number:
		text = value.String()
	case string: // a number in quotes, as some servers write it
		text = value
	}
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil || !(seconds >= leastLife.Seconds() && seconds <= mostLife.Seconds()) { // a text such as NaN is in no range
		return 0
	}
	return time.Duration(seconds * float64(time.Second))
}

// Learn makes the tokens known to the redactor that are in the answer to a log-in of the plan's own.
func (s *Session) Learn(ex *exchange.Exchange) {
	if s == nil || ex.Answer == nil {
		return
	}
	for _, t := range s.tokens {
		if l := t.credential.Login; l.OAuth2 == nil && ex.Request.Path() == t.path {
			value, _ := tokenIn(l, ex)
			s.Secrets.Add(append(besides(ex, value), report.Secret{Value: value})...)
		}
	}
}

// request returns the request that logs in.
func (s *Session) request(l *target.Login) exchange.Request {
	r := exchange.Request{Method: l.Method, Target: s.base() + l.Path, Fields: slices.Clone(l.Fields), Body: filled(l)}
	if _, ok := r.Fields.Get("Content-Type"); !ok && r.Body != nil {
		if _, err := schema.JSON(r.Body); err == nil {
			r = r.WithAddedField("Content-Type", "application/json")
		}
	}
	return l.With.Apply(s.signed(r))
}

// filled returns the body with its secrets.
func filled(l *target.Login) []byte {
	if len(l.Secrets) == 0 {
		return l.Body
	}
	body, err := schema.JSON(l.Body)
	if err != nil {
		panic(err) // it was read when the log-in was
	}
	for at, c := range l.Secrets {
		tokens, _ := pointer.Parse(at)
		last := len(tokens) - 1
		parent, _ := pointer.Get(body, pointer.Join("", tokens[:last]...))
		switch parent := parent.(type) {
		case map[string]any:
			parent[tokens[last]] = c.Value
		case []any:
			i, _ := pointer.Index(tokens[last])
			parent[i] = c.Value
		}
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		panic(err) // it came from JSON
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// tokenIn finds the token in the answer to a log-in.
func tokenIn(l *target.Login, ex *exchange.Exchange) (string, error) {
	if err := refused(ex); err != nil {
		return "", err
	}
	a := ex.Answer
	if l.Header != "" {
		value, ok := a.Fields.Get(l.Header)
		if !ok || value == "" {
			return "", fmt.Errorf("the answer (%d) has no field %s with a token%s", a.Status, l.Header, shape(a))
		}
		return value, nil
	}
	body, err := schema.JSON(a.Body)
	if err != nil {
		return "", fmt.Errorf("the answer (%d) has no token at %s: %w", a.Status, l.Pointer, plainly(err, a))
	}
	switch value, _ := pointer.Get(body, l.Pointer); value := value.(type) {
	case string:
		if value != "" {
			return value, nil
		}
	case json.Number:
		return value.String(), nil
	}
	return "", fmt.Errorf("the answer (%d) has no token at %s%s", a.Status, l.Pointer, shape(a))
}

// errRefused says that the answer itself tells why: explained shows it.
var errRefused = errors.New("refused")

// refused tells why the answer to a log-in cannot be one that has a token.
func refused(ex *exchange.Exchange) error {
	switch a := ex.Answer; {
	case ex.Failure != nil:
		return fmt.Errorf("no answer: %w", ex.Failure)
	case a.Status >= 300 && a.Status <= 399:
		to, _ := a.Fields.Get("Location")
		return fmt.Errorf("the answer is %d to %q: redirects are not followed, give the final URL", a.Status, to)
	case a.Status < 200 || a.Status > 299:
		return errRefused
	case a.Flaw != nil:
		return fmt.Errorf("the answer is not whole: %w", a.Flaw)
	}
	return nil
}

// explained adds to a refusal the answer, and where the secret was that is refused.
func (s *Session) explained(err error, ex *exchange.Exchange, l *target.Login) error {
	if !errors.Is(err, errRefused) {
		return err
	}
	text := report.Excerpt(ex, s.Secrets)
	if status := ex.Answer.Status; l.With.Shell != "" && (status == 400 || status == 401 || status == 403) {
		text += "; is the secret in " + l.With.Shell + " right?"
	}
	return errors.New(text)
}

// shape tells people what an answer without a token has instead: no value of it, one of them might be the token.
func shape(a *exchange.Answer) string {
	body, err := schema.JSON(a.Body)
	members, ok := body.(map[string]any)
	if err != nil || !ok || len(members) == 0 {
		return ""
	}
	var names []string
	for name := range members {
		names = append(names, fmt.Sprintf("%.40q", name))
	}
	slices.Sort(names)
	return ": its members are " + strings.Join(names[:min(len(names), 8)], ", ")
}

// plainly keeps what a JSON reader quotes of a body out of a message.
func plainly(err error, a *exchange.Answer) error {
	if len(a.Body) == 0 {
		return errors.New("it has no content")
	}
	text, _, _ := strings.Cut(err.Error(), ":")
	return errors.New(text)
}

// usable tells why a token cannot be sent. It does not show it.
func usable(value string, kind target.Kind) error {
	switch {
	case len(value) > maxToken:
		return fmt.Errorf("the token has %d bytes: at most %d can be sent", len(value), maxToken)
	case strings.ContainsFunc(value, unicode.IsControl), strings.TrimSpace(value) != value:
		return errors.New("the token has a line break, a space around it or another control character")
	case kind == target.Cookie && strings.ContainsAny(value, `;, "\`):
		return errors.New("the token has a letter that no cookie may have")
	case kind == target.Bearer && strings.ContainsRune(value, ' '):
		return errors.New("the token has a space, which no bearer token may have")
	}
	return nil
}

// leastSecret is the length from which what an answer calls a token or secret is taken for one.
const leastSecret = 8

// besides returns what else in the answer to a log-in must not be written: cookies, and other tokens such as one that renews.
func besides(ex *exchange.Exchange, value string) []report.Secret {
	if ex.Answer == nil {
		return nil
	}
	var secrets []report.Secret
	add := func(found string) {
		if len(found) >= leastSecret && found != value {
			secrets = append(secrets, report.Secret{Value: found})
		}
	}
	for _, f := range ex.Answer.Fields {
		switch {
		case f.Is("Set-Cookie"):
			pair, _, _ := strings.Cut(f.Value, ";")
			_, cookie, _ := strings.Cut(pair, "=")
			add(strings.Trim(strings.TrimSpace(cookie), `"`))
		case secretive(f.Name):
			add(f.Value)
		}
	}
	if body, err := schema.JSON(ex.Answer.Body); err == nil {
		walk("", body, func(name, text string) {
			if secretive(name) {
				add(text)
			}
		})
	}
	return secrets
}

// secretive reports whether a name is that of a secret.
func secretive(name string) bool {
	name = strings.ToLower(name)
	return (strings.Contains(name, "token") || strings.Contains(name, "secret")) && !strings.HasSuffix(name, "token_type")
}

// walk calls see with every text in a JSON value and the name of the member that it is, or is listed in.
func walk(name string, value any, see func(name, text string)) {
	switch value := value.(type) {
	case string:
		see(name, value)
	case []any:
		for _, item := range value {
			walk(name, item, see)
		}
	case map[string]any:
		for member, item := range value {
			walk(member, item, see)
		}
	}
}

// withheld returns the exchange as it may be written. An answer that ought to have a token, but not where it was looked for, has it
// elsewhere perhaps: its content is left out.
func withheld(ex *exchange.Exchange, found bool) *exchange.Exchange {
	if found || ex.Answer == nil || ex.Answer.Status < 200 || ex.Answer.Status > 299 {
		return ex
	}
	shown, answer := *ex, *ex.Answer
	answer.Body = []byte("[left out: it may have a token in it]")
	answer.Fields = slices.Clone(answer.Fields)
	for i, f := range answer.Fields {
		if strings.HasPrefix(strings.ToLower(f.Name), "x-") || f.Is("Authorization") {
			answer.Fields[i].Value = "[left out]"
		}
	}
	shown.Answer = &answer
	return &shown
}
