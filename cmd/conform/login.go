package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/target"
)

// readCredentials puts together the credentials of flags, file and contracts, and reads their secrets; a dry run goes without
// those. It tells what it takes for granted.
func (s *settings) readCredentials(ctx context.Context, d door, t *target.Target, contracts []*contract.Contract, whole bool) (assumed []string, err error) {
	if err := s.addCredentials(t, d.lookup); err != nil {
		return nil, err
	}
	assumed, err = s.addLogins(t, contracts)
	switch {
	case err != nil && !whole:
		return nil, nil // a contract that could not be read, which is told already, may say how to log in
	case err != nil:
		return nil, err
	}
	if err := t.Resolve(ctx, d.lookup); err != nil && !s.dryRun {
		return nil, err
	}
	return assumed, nil
}

// addLogins makes what --basic-env gives fetch a token, where --token-url or a contract says how, and gives the log-ins in the
// file what they leave to a contract. What it takes for granted it tells.
func (s *settings) addLogins(t *target.Target, contracts []*contract.Contract) (assumed []string, err error) {
	var from *target.Login
	said := ""
	if c := contract.LoginOf(contracts); c != nil {
		from, said = c.Login, "as contract "+c.Name+" says"
	}
	basic, flagged := t.Credentials["default"], s.credentials["default.basic"] != ""
	if s.tokenURL != "" {
		if !flagged {
			return nil, errors.New("--token-url is given without client_id:client_secret: name the environment variable that has them by --basic-env")
		}
		if from, err = target.NewOAuth2(s.tokenURL); err != nil {
			return nil, fmt.Errorf("--token-url %w", err)
		}
		said = ""
	}
	switch _, given := t.Credentials["default"]; {
	case flagged && from != nil:
		l := &target.Login{With: basic}
		t.Credentials["default"] = l.Fetched("default")
		if said != "" {
			assumed = append(assumed, fmt.Sprintf("logging in by %s, %s", from.Title(), said))
		}
	case from != nil && !given:
		assumed = append(assumed, fmt.Sprintf("no credential was given: to log in by %s, %s, give --basic-env", from.Title(), said))
	}
	if limited := t.Credentials["limited"]; from != nil && s.credentials["limited.basic"] != "" {
		l := &target.Login{With: limited}
		t.Credentials["limited"] = l.Fetched("limited")
	}
	if from != nil && s.credentials["expired.basic"] != "" {
		return nil, errors.New("--expired-basic-env gives a password, but requests carry a token that is fetched with one: give an expired token, by --expired-bearer-env")
	}
	return assumed, t.CompleteLogins(from)
}
