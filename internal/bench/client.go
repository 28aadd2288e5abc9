package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
)

// send sends the requests of a file, over and over, as a bare client of a kind: it reads each answer and looks at none.
func send(kind, address, file string, connections, count int) error {
	requests, err := readRequests(file)
	if err != nil {
		return err
	}
	var worker func() (func(i int) error, error)
	switch kind {
	case "nethttp":
		worker, err = overClient(address, requests, connections)
	case "raw":
		worker, err = overConnections(address, requests)
	default:
		err = fmt.Errorf("%q is no kind of client", kind)
	}
	if err != nil {
		return err
	}
	var next atomic.Int64
	var group sync.WaitGroup
	failed := make(chan error, connections)
	for range connections {
		group.Go(func() {
			one, err := worker()
			for err == nil {
				i := int(next.Add(1)) - 1
				if i >= count {
					return
				}
				err = one(i % len(requests))
			}
			failed <- err
		})
	}
	group.Wait()
	close(failed)
	return <-failed
}

// overClient sends through net/http's client.
func overClient(address string, requests [][]byte, connections int) (func() (func(int) error, error), error) {
	transport := &http.Transport{MaxIdleConnsPerHost: connections, DisableCompression: true}
	client := &http.Client{Transport: transport}
	templates := make([]*http.Request, len(requests))
	bodies := make([][]byte, len(requests))
	for i, text := range requests {
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(text)))
		if err != nil {
			return nil, err
		}
		if bodies[i], err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		templates[i] = &http.Request{
			Method: r.Method, URL: &url.URL{Scheme: "http", Host: address, Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery},
			Header: r.Header, ContentLength: int64(len(bodies[i])), Proto: r.Proto, ProtoMajor: 1, ProtoMinor: 1,
		}
	}
	return func() (func(int) error, error) {
		return func(i int) error {
			r := *templates[i]
			if len(bodies[i]) > 0 {
				r.Body = io.NopCloser(bytes.NewReader(bodies[i]))
			}
			answer, err := client.Do(&r)
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, answer.Body)
			return errors.Join(err, answer.Body.Close())
		}, nil
	}, nil
}

// overConnections writes the bytes to connections of its own, one for each worker, and has net/http read the answers.
func overConnections(address string, requests [][]byte) (func() (func(int) error, error), error) {
	methods := make([]*http.Request, len(requests)) // all that reading an answer has to know
	for i, text := range requests {
		method, _, _ := bytes.Cut(text, []byte(" "))
		methods[i] = &http.Request{Method: string(method)}
	}
	return func() (func(int) error, error) {
		c, err := net.Dial("tcp", address)
		if err != nil {
			return nil, err
		}
		in := bufio.NewReader(c)
		return func(i int) error {
			if _, err := c.Write(requests[i]); err != nil {
				return err
			}
			answer, err := http.ReadResponse(in, methods[i])
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, answer.Body)
			return errors.Join(err, answer.Body.Close())
		}, nil
	}, nil
}
