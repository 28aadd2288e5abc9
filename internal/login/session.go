// Package login fetches the tokens that a run needs and does not have: by a log-in or an OAuth 2 grant before the first
// request, again shortly before one runs out or when it is refused, and ends the sessions afterwards. It judges nothing.
package login

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/target"
)

// Config says what is fetched and how.
type Config struct {
	Target  *target.Target                           // its credentials with a Login are fetched
	Client  *exchange.Client                         // sends to the target
	Dial    func(*url.URL) (*exchange.Client, error) // a client for a token endpoint elsewhere
	Record  func(name string, ex *exchange.Exchange) // writes to the run log
	Secrets *report.Redactor                         // learns every token before anything is written
	Agent   string                                   // User-Agent
	Now     func() time.Time                         // nil: time.Now
}

// Session holds the tokens of a run. It may be used by many goroutines; a nil Session has none.
type Session struct {
	Config
	tokens []*token // by name of the credential
}

// token is a credential that is fetched.
type token struct {
	name       string
	credential target.Credential // its Value is the sample that stands for the token in requests
	path       string            // of the log-in request

	now      atomic.Pointer[fetched]
	fetching sync.Mutex // one log-in at a time: its token serves all who wait
	failed   error      // why there is no token any more; guarded by fetching
}

// fetched is one token that a log-in gave.
type fetched struct {
	value   string
	escaped string      // for a request-target
	until   time.Time   // from when on another is fetched ahead; zero: it is not known how long it lasts
	took    atomic.Bool // the target has taken it at least once
	ahead   atomic.Bool // another is being fetched ahead, or could not be
}

// New returns a Session of the target's credentials that are fetched; nil if it has none.
func New(c Config) *Session {
	if c.Now == nil {
		c.Now = time.Now
	}
	s := &Session{Config: c}
	for _, name := range slices.Sorted(maps.Keys(c.Target.Credentials)) {
		if credential := c.Target.Credentials[name]; credential.Login != nil {
			s.tokens = append(s.tokens, &token{name: name, credential: credential, path: exchange.Request{Target: s.base() + credential.Login.Path}.Path()})
		}
	}
	if s.tokens == nil {
		return nil
	}
	return s
}

// Needed returns the names of the credentials that any of the requests carries.
func (s *Session) Needed(requests func(yield func(exchange.Request) bool)) []string {
	if s == nil {
		return nil
	}
	needed := map[string]bool{}
	for r := range requests {
		if t := s.carried(r); t != nil {
			needed[t.name] = true
		}
	}
	return slices.Sorted(maps.Keys(needed))
}

// carried returns the token whose sample stands in a request, nil for none.
func (s *Session) carried(r exchange.Request) *token {
	for _, t := range s.tokens {
		sample := t.credential.Value
		if strings.Contains(r.Target, sample) || slices.ContainsFunc(r.Fields, func(f exchange.Field) bool { return strings.Contains(f.Value, sample) }) {
			return t
		}
	}
	return nil
}

// Ticket says which token a request was sent with. The zero Ticket stands for none.
type Ticket struct {
	token *token
	with  *fetched
}

// Bind puts the token where its sample stands in a request of the plan.
func (s *Session) Bind(r exchange.Request) (exchange.Request, Ticket) {
	if s == nil {
		return r, Ticket{}
	}
	t := s.carried(r)
	if t == nil {
		return r, Ticket{}
	}
	with := t.now.Load()
	if with == nil {
		return r, Ticket{}
	}
	sample := t.credential.Value
	r.Target = strings.ReplaceAll(r.Target, sample, with.escaped)
	r.Fields = slices.Clone(r.Fields)
	for i, f := range r.Fields {
		r.Fields[i].Value = strings.ReplaceAll(f.Value, sample, with.value)
	}
	return r, Ticket{t, with}
}

// Answered notes what came back to a request, and reports whether the request was refused for who sent it.
func (k Ticket) Answered(ex *exchange.Exchange) (refused bool) {
	if k.token == nil || ex.Answer == nil {
		return false
	}
	switch status := ex.Answer.Status; {
	case status >= 200 && status <= 299, status == 403: // who is forbidden is known
		k.with.took.Store(true)
	case status == 401:
		return true
	}
	return false
}

// Outdated reports whether the token has surely run out: the target took it before, or another was fetched since. A token that
// was never taken may be no good to begin with, and so may the next.
func (k Ticket) Outdated() bool { return k.token != nil && (k.with.took.Load() || k.Renewed()) }

// Renewed reports whether another token has been fetched since.
func (k Ticket) Renewed() bool { return k.token != nil && k.token.now.Load() != k.with }

// Same reports whether a request of the plan carries the same credential.
func (s *Session) Same(r exchange.Request, k Ticket) bool { return s.carried(r) == k.token }

// Fetch logs in for a credential. The error says which and why; no log-in is tried after one that failed.
func (s *Session) Fetch(ctx context.Context, name string) error {
	i := slices.IndexFunc(s.tokens, func(t *token) bool { return t.name == name })
	return s.renew(ctx, s.tokens[i], nil)
}

// Renew fetches the token again that a request was refused with. Where many goroutines ask for it at once, one logs in.
func (s *Session) Renew(ctx context.Context, k Ticket) error { return s.renew(ctx, k.token, k.with) }

// Ahead fetches another token shortly before the one runs out that a request is to be sent with, and reports whether there is
// another by now. One goroutine fetches; others send with the old token meanwhile. If that fails, the old token is used until it is refused.
func (s *Session) Ahead(ctx context.Context, k Ticket) bool {
	if k.token == nil || k.with.until.IsZero() || s.Now().Before(k.with.until) || !k.with.ahead.CompareAndSwap(false, true) {
		return k.Renewed()
	}
	k.token.fetching.Lock()
	defer k.token.fetching.Unlock()
	if k.token.failed == nil && !k.Renewed() {
		_ = s.fetch(ctx, k.token) // why it failed is told when the old token is refused, and it fails again
	}
	return k.Renewed()
}

func (s *Session) renew(ctx context.Context, t *token, old *fetched) error {
	t.fetching.Lock()
	defer t.fetching.Unlock()
	if t.failed != nil || t.now.Load() != old {
		return t.failed
	}
	if err := s.fetch(ctx, t); err != nil {
		again := ""
		if old != nil {
			again = "its token is refused, and "
		}
		t.failed = fmt.Errorf("credential %q: %slogging in by %s failed: %w", t.name, again, t.credential.Login.Title(), err)
		return t.failed
	}
	return nil
}

// logoutTime is how long all log-outs together may take.
const logoutTime = 10 * time.Second

// End logs out, even after an interrupt, and returns what could not be ended.
func (s *Session) End() []string {
	if s == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), logoutTime)
	defer cancel()
	var left []string
	for _, t := range s.tokens {
		with, l := t.now.Load(), t.credential.Login
		if with == nil || l.Logout == "" {
			continue
		}
		method, path, _ := strings.Cut(l.Logout, " ")
		r := exchange.Request{Method: method, Target: s.base() + strings.ReplaceAll(path, "{token}", url.PathEscape(with.value))}
		r = t.credential.With(with.value).Apply(s.signed(r))
		ex := s.Client.Send(ctx, r, exchange.Options{Repeatable: true})
		s.Record("logout/"+t.name, ex)
		// A session that is not known any more has ended.
		if a := ex.Answer; a == nil || a.Status >= 300 && a.Status != 401 && a.Status != 404 && a.Status != 410 {
			left = append(left, fmt.Sprintf("the session of credential %q: %s: %s", t.name, l.Logout, report.Excerpt(ex, s.Secrets)))
		}
	}
	return left
}

// base returns the base path of the target.
func (s *Session) base() string { return strings.TrimSuffix(s.Target.URL.EscapedPath(), "/") }

// signed returns r with the fields that every request of ours has.
func (s *Session) signed(r exchange.Request) exchange.Request {
	if _, ok := r.Fields.Get("Accept"); !ok {
		r = r.WithAddedField("Accept", "application/json, */*;q=0.1")
	}
	if _, ok := r.Fields.Get("User-Agent"); !ok {
		r = r.WithAddedField("User-Agent", s.Agent)
	}
	return r
}
