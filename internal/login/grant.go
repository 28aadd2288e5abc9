package login

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/schema"
	"github.com/seed-e125e033/conform/internal/target"
)

// grant asks a token endpoint for a token (RFC 6749, section 4.4). The exchange is nil where nothing could be sent.
func (s *Session) grant(ctx context.Context, t *token) (*exchange.Exchange, string, error) {
	l := t.credential.Login
	at, client, err := s.endpoint(l.OAuth2)
	if err != nil {
		return nil, "", err
	}
	if client != s.Client {
		defer client.Close()
	}
	way := &transport{session: s, client: client}
	id, secret, _ := strings.Cut(l.With.Value, ":")
	config := clientcredentials.Config{
		ClientID: id, ClientSecret: secret, TokenURL: at.String(), Scopes: l.OAuth2.Scopes,
		EndpointParams: url.Values{}, AuthStyle: oauth2.AuthStyleInHeader,
	}
	if l.OAuth2.InBody {
		config.AuthStyle = oauth2.AuthStyleInParams
	}
	for name, value := range l.OAuth2.Params {
		config.EndpointParams.Set(name, value)
	}
	found, err := config.Token(context.WithValue(ctx, oauth2.HTTPClient, &http.Client{
		Transport:     way,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}))
	switch {
	case way.last == nil:
		return nil, "", fmt.Errorf("the token request could not be made: %w", err)
	case refused(way.last) != nil:
		return way.last, "", refused(way.last)
	case err != nil: // its text may quote the answer
		return way.last, "", unreadable(err, way.last.Answer)
	case t.credential.Kind == target.Bearer && !strings.EqualFold(found.Type(), "Bearer"):
		return way.last, found.AccessToken, fmt.Errorf("the token is of type %.20q, not bearer: say how it travels by use", found.TokenType)
	}
	return way.last, found.AccessToken, nil
}

// unreadable tells why a successful answer gives no token.
func unreadable(err error, a *exchange.Answer) error {
	var refusal *oauth2.RetrieveError
	if errors.As(err, &refusal) {
		return fmt.Errorf("the answer (%d) has the error %.40q instead of a token", a.Status, refusal.ErrorCode)
	}
	return fmt.Errorf("the answer (%d) has no access_token%s", a.Status, shape(a))
}

// endpoint returns the URL of a token endpoint and a client for it.
func (s *Session) endpoint(o *target.OAuth2) (*url.URL, *exchange.Client, error) {
	if strings.HasPrefix(o.TokenURL, "/") {
		at, err := url.Parse(s.Target.URL.Scheme + "://" + s.Target.URL.Host + s.base() + o.TokenURL)
		return at, s.Client, err
	}
	at, err := url.Parse(o.TokenURL)
	if err != nil {
		return nil, nil, err
	}
	if at.Path == "" {
		at.Path = "/"
	}
	if at.Scheme == s.Target.URL.Scheme && at.Host == s.Target.URL.Host {
		return at, s.Client, nil
	}
	client, err := s.Dial(at)
	return at, client, err
}

// transport lets an http.Client send through a client of ours: with its TLS, proxy, limits and record.
type transport struct {
	session *Session
	client  *exchange.Client
	last    *exchange.Exchange
}

// RoundTrip sends one request. It is used by one goroutine.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	r := exchange.Request{Method: req.Method, Target: req.URL.RequestURI()}
	for _, name := range slices.Sorted(maps.Keys(req.Header)) {
		for _, value := range req.Header[name] {
			r = r.WithAddedField(name, value)
		}
	}
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		req.Body.Close()
		if err != nil {
			return nil, err
		}
		r.Body = body
	}
	t.last = t.client.Send(req.Context(), t.session.signed(r), exchange.Options{Repeatable: true})
	if t.last.Failure != nil {
		return nil, t.last.Failure
	}
	header := http.Header{}
	for _, f := range t.last.Answer.Fields {
		header.Add(f.Name, f.Value)
	}
	content := withoutLifetime(t.last.Answer.Body)
	return &http.Response{
		Status: fmt.Sprint(t.last.Answer.Status), StatusCode: t.last.Answer.Status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(bytes.NewReader(content)), ContentLength: int64(len(content)), Request: req,
	}, nil
}

// withoutLifetime returns the answer of a token endpoint without expires_in, for which lifetime looks: oauth2 takes no token out
// of an answer where that is no integer.
func withoutLifetime(body []byte) []byte {
	value, _ := schema.JSON(body) // what is none is told by whoever reads it
	members, ok := value.(map[string]any)
	if _, there := members["expires_in"]; !ok || !there {
		return body
	}
	delete(members, "expires_in")
	rest, err := json.Marshal(members)
	if err != nil {
		return body // it came from JSON
	}
	return rest
}
