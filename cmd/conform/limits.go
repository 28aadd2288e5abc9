package main

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/target"
)

// limits puts --burst over what the file says, and makes sure that nothing is sent to a host that was not allowed.
func (s *settings) limits(t *target.Target) error {
	var mistakes []error
	if s.burst != "" {
		limit, err := target.ParseRateLimit(s.burst)
		if err != nil {
			mistakes = append(mistakes, fmt.Errorf("--burst %w", err))
		}
		t.RateLimit = limit
	}
	allowed := s.allowHosts
	if len(allowed) == 0 {
		allowed = t.AllowHosts
	}
	for _, pattern := range allowed {
		if _, err := path.Match(pattern, ""); err != nil || strings.ContainsAny(pattern, "/@") {
			mistakes = append(mistakes, fmt.Errorf("--allow-host %q is no host: give a name such as api.staging.example.com, or a pattern such as *.staging.example.com, with or without a port", pattern))
		}
	}
	if len(mistakes) > 0 || len(allowed) == 0 {
		return errors.Join(mistakes...)
	}
	refuse := func(what string, at *url.URL) {
		if !allows(allowed, at) {
			mistakes = append(mistakes, fmt.Errorf("%s is at %q, which is none of the hosts allowed (%s): correct it, or add it by --allow-host", what, at.Host, strings.Join(allowed, ", ")))
		}
	}
	refuse("the target", t.URL)
	for _, name := range slices.Sorted(maps.Keys(t.Credentials)) {
		if l := t.Credentials[name].Login; l != nil && l.OAuth2 != nil {
			if at, err := url.Parse(l.OAuth2.TokenURL); err == nil && at.Host != "" { // a path is one of the target
				refuse(fmt.Sprintf("the token endpoint of credential %q", name), at)
			}
		}
	}
	return errors.Join(mistakes...)
}

// allows reports whether a pattern matches the host of a URL, or host and port.
func allows(patterns []string, at *url.URL) bool {
	host := strings.ToLower(at.Hostname())
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		pattern = strings.ToLower(pattern)
		alone, _ := path.Match(pattern, host)
		whole, _ := path.Match(pattern, strings.ToLower(at.Host))
		return alone || whole
	})
}

// budget returns how many requests may be sent; nil for any number.
func (s *settings) budget() *exchange.Budget {
	if s.maxRequests == 0 {
		return nil
	}
	return exchange.NewBudget(s.maxRequests)
}
