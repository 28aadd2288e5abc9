package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/seed-e125e033/conform/contracts"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

// tokenVariable holds the credential of the good requests.
const tokenVariable = "BENCH_TOKEN"

const token = "bench-token-3f9c2a71d84e4b0fa6c5"

// sample is how many resources' requests the bare clients send, over and over: they need not hold more.
const sample = 3

// workload is a target file, and the requests that conform sends because of it.
type workload struct {
	yaml                      []byte
	requests                  [][]byte
	cases, checks, operations int
	sampled, unsendable       int
}

// newWorkload makes a target of about this many cases. How many it has it reckons from a few resources: what this process holds counts
// as the memory of those that it starts.
func newWorkload(address string, cases int) (*workload, error) {
	one, err := plan(configFor(address, 1))
	if err != nil {
		return nil, err
	}
	several, err := plan(configFor(address, sample))
	if err != nil {
		return nil, err
	}
	each := (several.Size() - one.Size()) / (sample - 1)
	rest := one.Size() - each
	resources := max(1, (cases-rest+each/2)/each)
	w := &workload{
		yaml:       configFor(address, resources),
		cases:      rest + each*resources,
		checks:     len(one.Checks) + (len(several.Checks)-len(one.Checks))/(sample-1)*(resources-1),
		operations: 4 * resources,
		sampled:    several.Size(),
	}
	for c := range several.Cases() {
		request := c.Request.Bytes(address)
		if !sendable(request) {
			w.unsendable++
			continue
		}
		w.requests = append(w.requests, request)
	}
	return w, nil
}

// sendable reports whether net/http's client can send the request.
func sendable(request []byte) bool {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(request)))
	if err != nil || r.Method == http.MethodConnect {
		return false
	}
	_, err = http.NewRequest(r.Method, "http://target"+r.RequestURI, nil)
	return err == nil
}

// configFor writes the target file of an API of many resources.
func configFor(address string, resources int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "version: 1\ntarget: http://%s\ncontracts: [gr4vy, http]\ncredentials:\n  default: {bearer: {env: %s}}\noperations:\n", address, tokenVariable)
	const body = `    body: {display_name: Conformance test, currency: EUR, amount: 1299, contact: {email: someone@example.com}}
    required: [/display_name, /currency, /amount]
    formats: {/contact/email: email}
`
	for i := range resources {
		path := fmt.Sprintf("/resource-%05d", i)
		fmt.Fprintf(&b, "  - id: list-%05d\n    request: GET %s\n    methods: [GET, POST]\n    query: {limit: {good: 20, format: integer}}\n", i, path)
		fmt.Fprintf(&b, "  - id: create-%05d\n    request: POST %s\n    methods: [GET, POST]\n%s", i, path, body)
		const thing = "    methods: [GET, PUT]\n    params: {id: {good: 7b0d9c1e-2f34-4c55-8a66-0b7c8d9e0f12, format: uuid}}\n"
		fmt.Fprintf(&b, "  - id: get-%05d\n    request: GET %s/{id}\n%s", i, path, thing)
		fmt.Fprintf(&b, "  - id: replace-%05d\n    request: PUT %s/{id}\n%s%s", i, path, thing, body)
	}
	return b.Bytes()
}

// plan lays out what conform does with a target file.
func plan(config []byte) (*suites.Plan, error) {
	t, err := target.Load("conform.yaml", config, target.Options{Probes: suites.Names()})
	if err != nil {
		return nil, err
	}
	judged, err := contracts.Load(t.Contracts, suites.Names(), contract.Options{Unprobed: true})
	if err != nil {
		return nil, err
	}
	if err := t.Resolve(context.Background(), func(string) (string, bool) { return token, true }); err != nil {
		return nil, err
	}
	return suites.NewPlan(t, judged, suites.Options{Agent: "conform/bench"})
}

func (w *workload) write(config, requests string) error {
	if err := os.WriteFile(config, w.yaml, 0o600); err != nil {
		return err
	}
	var b bytes.Buffer
	for _, r := range w.requests {
		b.Write(binary.BigEndian.AppendUint32(nil, uint32(len(r))))
		b.Write(r)
	}
	return os.WriteFile(requests, b.Bytes(), 0o600)
}

// readRequests reads what write wrote.
func readRequests(name string) ([][]byte, error) {
	all, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var requests [][]byte
	for len(all) > 0 {
		if len(all) < 4 || len(all)-4 < int(binary.BigEndian.Uint32(all)) {
			return nil, io.ErrUnexpectedEOF
		}
		end := 4 + int(binary.BigEndian.Uint32(all))
		requests = append(requests, all[4:end])
		all = all[end:]
	}
	return requests, nil
}
