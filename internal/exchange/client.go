package exchange

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"golang.org/x/net/http/httpguts"
)

// Config says where and within which limits a Client sends. Zero limits mean the defaults in brackets.
type Config struct {
	Target      *url.URL                         // scheme http or https, and authority; the path is not used
	TLS         *tls.Config                      // roots and client certificate; nil for the system's
	Proxy       func(*url.URL) (*url.URL, error) // nil: no proxy; asked once, with Target
	HTTP2       bool                             // speak HTTP/2 through net/http; else HTTP/1.1, and HTTP/2 only if the target takes nothing else
	Timeout     time.Duration                    // for a whole exchange, waiting for Rate and Retry-After apart [10s]
	MaxBody     int                              // bytes of content kept [1 MiB]
	MaxHead     int                              // bytes of a header section [64 KiB]
	Connections int                              // most connections open at once [8]
	Rate        float64                          // requests per second, 0 for no limit
	MaxWait     time.Duration                    // longest Retry-After obeyed before a 429 or 503 is returned as the answer [60s]
	Budget      *Budget                          // how many requests may be written; nil: any number
}

// Options say how one request is sent.
type Options struct {
	Repeatable bool // may be sent again on a fresh connection where a reused one died before the first byte; what may not goes on a fresh one, or one that has just served
	Malformed  bool // the request may desynchronise the connection: it gets one of its own, straight to the target and closed after the exchange
	Watch      bool // what the target does with the connection after its answer is recorded; it is closed after the exchange
	Keep429    bool // a 429, or 503 with Retry-After, is the answer wanted, not to be waited out
	Finish     bool // once it is written its answer is waited for, within the limits, even where the context ends: what it does has to be known
	Undoes     bool // it takes back what the run has done: it counts, and goes out even where the Budget is spent

	Room *Room // of the Exchange that is returned, which lasts until the Room is used again; nil: one of its own
}

// Client sends requests to one target. It may be used by many goroutines.
type Client struct {
	config   Config
	route    route
	way      way
	pool     pool
	slots    chan struct{} // one for each connection that may be in use
	pace     *pace
	http2    *http.Transport
	only2    atomic.Bool // the target refused HTTP/1.1 in a TLS handshake
	requests atomic.Int64
	took     atomic.Int64 // nanoseconds that the last exchange took
}

// NewClient returns a Client, or what is wrong with config.
func NewClient(config Config) (*Client, error) {
	if err := valid(config); err != nil {
		return nil, err
	}
	config.Timeout = cmp.Or(config.Timeout, 10*time.Second)
	config.MaxBody = cmp.Or(config.MaxBody, 1<<20)
	config.MaxHead = cmp.Or(config.MaxHead, 64<<10)
	config.Connections = cmp.Or(config.Connections, 8)
	config.MaxWait = cmp.Or(config.MaxWait, 60*time.Second)

	authority, err := httpguts.PunycodeHostPort(config.Target.Host)
	if err != nil {
		return nil, fmt.Errorf("target: %q is not a host name", config.Target.Host)
	}
	proxy, err := proxyFor(config)
	if err != nil {
		return nil, err
	}
	if proxy != nil && config.HTTP2 && config.Target.Scheme == "http" {
		return nil, errors.New("HTTP/2 without TLS does not go through a proxy: take HTTP/1.1, an https target or no proxy")
	}
	c := &Client{config: config, route: newRoute(config, proxy), way: newWay(config.Target.Scheme, authority, proxy)}
	c.pool.most = config.Connections
	c.slots = make(chan struct{}, config.Connections)
	c.pace = newPace(config.Rate, config.MaxWait)
	c.http2 = c.newTransport()
	c.only2.Store(config.HTTP2)
	return c, nil
}

// valid returns what is wrong with config, without its proxy.
func valid(config Config) error {
	switch t := config.Target; {
	case t == nil || t.Host == "" || t.Hostname() == "":
		return errors.New("target: no host: give the base URL of the API under test")
	case t.Scheme != "http" && t.Scheme != "https":
		return fmt.Errorf("target: scheme %q is not known: take http or https", t.Scheme)
	case t.User != nil:
		return errors.New("target: user and password in the URL are not sent: give them as a credential")
	case config.Timeout < 0 || config.MaxBody < 0 || config.MaxHead < 0 || config.Connections < 0 || config.MaxWait < 0:
		return errors.New("a limit of the client is negative: take 0 for its default")
	case config.Rate < 0 || math.IsNaN(config.Rate) || math.IsInf(config.Rate, 0):
		return fmt.Errorf("rate %v is not a number of requests per second: take 0 for no limit", config.Rate)
	}
	return nil
}

// proxyFor returns the proxy on the way to the target, nil for none. Its errors never show the proxy's URL, which
// may hold a password.
func proxyFor(config Config) (*url.URL, error) {
	if config.Proxy == nil {
		return nil, nil
	}
	proxy, err := config.Proxy(config.Target)
	if u := (*url.Error)(nil); errors.As(err, &u) {
		err = u.Err
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("proxy: %w", err)
	case proxy == nil:
		return nil, nil
	case proxy.Scheme != "http" && proxy.Scheme != "https":
		return nil, fmt.Errorf("proxy: scheme %q is not known: take an http or https proxy", proxy.Scheme)
	case proxy.Hostname() == "":
		return nil, errors.New("proxy: no host in its URL")
	}
	return proxy, nil
}

// Requests returns how many requests were written in all, those sent again included.
func (c *Client) Requests() int64 { return c.requests.Load() }

// MaxWait returns the longest Retry-After that is obeyed.
func (c *Client) MaxWait() time.Duration { return c.config.MaxWait }

// Close closes the idle connections, and every other one once its exchange is over.
func (c *Client) Close() {
	c.pool.close()
	c.http2.CloseIdleConnections()
}

// Send sends the request and returns what came back; it never returns a nil Exchange. The context ends it early.
//
// The request is written once, but for two cases, both recorded in Attempts: a reused connection died before the
// first byte and the request is Repeatable; or the target asked to wait (429, or 503 with Retry-After), unless Keep429.
func (c *Client) Send(ctx context.Context, r Request, o Options) *Exchange {
	room := o.Room
	if room == nil {
		room = &Room{}
	}
	e := &room.exchange
	*e = Exchange{Request: r}
	for n := 1; ; n++ {
		if e.Failure = c.pace.await(ctx); e.Failure == nil {
			e.Failure = c.slot(ctx)
		}
		if e.Failure != nil {
			e.Start = time.Now()
			return e
		}
		during := ctx
		if o.Finish {
			during = context.WithoutCancel(ctx)
		}
		e.Answer, e.Failure = c.once(during, e, &room.answer, o)
		<-c.slots
		if o.Keep429 || e.Answer == nil {
			return e
		}
		wait, again := c.pace.refused(e.Answer, e.Start, n)
		if !again {
			return e
		}
		e.Attempts = append(e.Attempts, Attempt{Status: e.Answer.Status, Waited: wait})
		e.Answer, e.Duration = nil, 0
	}
}

// slot waits until one connection more may be in use. Whoever gets it gives it back.
func (c *Client) slot(ctx context.Context) *Failure {
	select {
	case c.slots <- struct{}{}: // most often: without a look at the context, which all senders share
		return nil
	default:
	}
	select {
	case c.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return failure(Interrupted, "the run was ended")
	}
}
