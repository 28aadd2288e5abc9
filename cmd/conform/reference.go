package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"

	"github.com/seed-e125e033/conform/fixtures/apis"
	"github.com/seed-e125e033/conform/internal/document"
)

// reference returns the reference API of that name, or the names there are.
func reference(name string) (apis.API, error) {
	api, ok := apis.Named(name)
	if !ok {
		var names []string
		for _, a := range apis.All() {
			names = append(names, a.Name)
		}
		return api, known("no reference API is called %q", name, names)
	}
	return api, nil
}

// breaks checks the requirements to break against those that the APIs can, and returns what asks for one.
func breaks(all []apis.API, names []string) (func(string) bool, error) {
	broken := map[string]bool{}
	var mistakes []error
	var breakable []string
	for _, a := range all {
		breakable = append(breakable, a.Breaks...)
	}
	for _, name := range names {
		switch {
		case name == "all":
			for _, requirement := range breakable {
				broken[requirement] = true
			}
		case slices.Contains(breakable, name):
			broken[name] = true
		case slices.ContainsFunc(apis.All(), func(a apis.API) bool { return slices.Contains(a.Breaks, name) }):
			mistakes = append(mistakes, fmt.Errorf("--break: %q is a promise of another reference API: name that one", name))
		default:
			mistakes = append(mistakes, fmt.Errorf("--break: no requirement is called %q%s; conform contracts NAME lists them", name, document.Meant(name, breakable)))
		}
	}
	if err := errors.Join(mistakes...); err != nil {
		return nil, &exit{calledWrongly, err}
	}
	return func(requirement string) bool { return broken[requirement] }, nil
}

// serveReference serves a reference API on addr until the returned function is called, and returns its base URL.
func serveReference(ctx context.Context, addr string, api apis.API, broken func(string) bool) (base string, stop func(), err error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", addr)
	if err != nil {
		return "", nil, err
	}
	return "http://" + listener.Addr().String(), api.Start(listener, broken), nil
}

// environment looks up what a reference API's target file reads its credentials from, then the real environment.
func environment(api apis.API, outer func(string) (string, bool)) func(string) (string, bool) {
	return func(name string) (string, bool) {
		if value, ok := api.Secrets[name]; ok {
			return value, true
		}
		return outer(name)
	}
}
