package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/seed-e125e033/conform/contracts"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/session"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/internal/version"
	"github.com/seed-e125e033/conform/suites"
)

// maxConfig bounds a target file before it is read; the parser has a lower bound of its own.
const maxConfig = 16 << 20

// inputs are flags and files, read and checked.
type inputs struct {
	plan    *suites.Plan
	tls     *tls.Config // nil: the system's
	rate    float64
	level   contract.Level
	assumed []string // what was not said and is taken for granted, for people
}

// read loads the target and the contracts and plans the run. Its error names every mistake that it can find. Nothing is sent.
func (s *settings) read(ctx context.Context, d door) (*inputs, error) {
	in := &inputs{}
	var mistakes []error
	wrong := func(err error) {
		if err != nil {
			mistakes = append(mistakes, err)
		}
	}
	variables := target.NewVariables(s.set)
	t, err := s.loadTarget(variables)
	wrong(err)
	names := s.contracts
	if t != nil && len(names) == 0 {
		names = t.Contracts
	}
	if t != nil && len(names) == 0 {
		names = []string{"http"}
		in.assumed = append(in.assumed, "no contract was named: judging by http alone; see conform contracts for others")
	}
	loaded, err := contracts.Load(names, suites.Names(), contract.Options{Variables: variables, Unprobed: t != nil && len(t.Operations) > 0})
	wrong(err)
	if t != nil && err == nil {
		wrong(variables.Unknown())
	}
	in.rate, err = parseRate(s.rate)
	wrong(err)
	in.level = contract.Level(s.level)
	if !slices.Contains([]contract.Level{contract.Must, contract.Should, contract.May}, in.level) {
		wrong(fmt.Errorf("--level %q is not known: take must, should or may", s.level))
	}
	for _, name := range s.formats {
		wrong(known("--format %q is not known", name, formatNames()))
	}
	if s.concurrency < 1 || s.concurrency > 1024 {
		wrong(fmt.Errorf("--concurrency %d is out of range: take 1 to 1024", s.concurrency))
	}
	in.tls, err = exchange.TLSConfig(s.caFile, s.clientCert, s.privKey)
	wrong(err)
	if s.junit != "" {
		if info, err := os.Stat(filepath.Dir(s.junit)); err != nil || !info.IsDir() {
			wrong(fmt.Errorf("--junit %q: there is no folder %s: make it first", s.junit, filepath.Dir(s.junit)))
		}
		if info, err := os.Stat(s.junit); err == nil && !info.Mode().IsRegular() {
			wrong(fmt.Errorf("--junit %q is there and no file: name one that may be replaced", s.junit))
		}
	}
	if s.timeout <= 0 {
		wrong(fmt.Errorf("--timeout %s is not a duration above zero: give one such as 10s", s.timeout))
	}
	if s.maxWait <= 0 {
		wrong(fmt.Errorf("--max-wait %s is not a duration above zero: give one such as 60s", s.maxWait))
	}
	if s.maxBody <= 0 {
		wrong(fmt.Errorf("--max-body %d is out of range: take a number above zero", s.maxBody))
	}
	if s.maxRequests < 0 {
		wrong(fmt.Errorf("--max-requests %d is out of range: take a number above zero, or 0 for no limit", s.maxRequests))
	}
	if s.wrongPasswords < 0 {
		wrong(fmt.Errorf("--wrong-passwords %d is out of range: take a number above zero; --skip credentials sends none", s.wrongPasswords))
	}
	if t != nil {
		assumed, err := s.readCredentials(ctx, d, t, loaded, len(loaded) == len(names))
		wrong(err)
		in.assumed = append(in.assumed, assumed...)
		wrong(s.limits(t))
	}
	if len(mistakes) > 0 {
		return nil, errors.Join(mistakes...)
	}
	in.plan, err = suites.NewPlan(t, loaded, suites.Options{
		Agent: session.Agent(version.Text()), Select: s.selected, Skip: s.skipped,
		Operations: s.operations, Requirements: s.requirements,
		ReadOnly: s.readOnly, AllowWrites: s.allowWrites, MaxRequests: s.maxRequests,
		WrongPasswords: s.wrongPasswords, TellLeftOut: s.dryRun && s.verbose,
	})
	if err != nil {
		return nil, err
	}
	return in, nil
}

// loadTarget reads the target file, where there is one, and puts --target over what it says.
func (s *settings) loadTarget(variables *target.Variables) (*target.Target, error) {
	file := cmp.Or(s.config, "conform.yaml")
	t := &target.Target{}
	data, err := s.embedded, error(nil)
	if data == nil {
		data, err = readFile(file)
	}
	switch {
	case err == nil:
		if t, err = target.Load(file, data, target.Options{Variables: variables, Probes: suites.Names()}); err != nil {
			return nil, err
		}
	case s.config != "" || !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("--config %q cannot be read: %w", file, err)
	}
	if s.target != "" {
		if t.URL, err = target.ParseURL(s.target); err != nil {
			return nil, fmt.Errorf("--target: %w", err)
		}
	}
	if t.URL == nil {
		return nil, errors.New("--target is missing: give the base URL of the API under test")
	}
	return t, nil
}

// readFile reads a file of ours: its size is looked at first.
func readFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, cause(err)
	case info.IsDir():
		return nil, errors.New("it is a folder: name the file in it")
	case info.Size() > maxConfig:
		return nil, fmt.Errorf("it has %d bytes: a file of this kind has a few thousand", info.Size())
	}
	data, err := os.ReadFile(name)
	return data, cause(err)
}

// cause returns an error of the file system without the system call and the path, which its reader is told anyway.
func cause(err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return path.Err
	}
	return err
}

// addCredentials puts the credentials that flags give over those of the file.
func (s *settings) addCredentials(t *target.Target, lookup func(string) (string, bool)) error {
	if t.Credentials == nil {
		t.Credentials = map[string]target.Credential{}
	}
	var mistakes []error
	given := map[string]string{}
	for _, c := range credentialFlags {
		value, ok := s.credentials[c.credential+"."+c.kind]
		if !ok {
			continue
		}
		if other := given[c.credential]; other != "" {
			mistakes = append(mistakes, fmt.Errorf("--%s and --%s both give the %s credential: give one", other, c.flag, c.credential))
		}
		given[c.credential] = c.flag
		credential := target.Credential{Kind: target.Kind(c.kind), Secret: target.Secret{Env: value}}
		if c.kind == "header" || c.kind == "query" || c.kind == "cookie" {
			name, variable, found := strings.Cut(value, "=")
			if !found || name == "" || variable == "" {
				mistakes = append(mistakes, fmt.Errorf("--%s is not NAME=VARIABLE: give the name it travels under and the environment variable", c.flag))
				continue
			}
			if c.kind != "query" && !httpguts.ValidHeaderFieldName(name) {
				mistakes = append(mistakes, fmt.Errorf("--%s: what stands before = cannot be the name of a %s: take letters, digits and hyphens", c.flag, c.kind))
				continue
			}
			credential.Name, credential.Secret.Env = name, variable
		}
		// What does not look like the name of a variable, and is none, may be the secret itself, given by mistake: it is not told.
		if variable := credential.Secret.Env; variable != strings.ToUpper(variable) || !target.IsVariable(variable) {
			if _, set := lookup(variable); !set {
				mistakes = append(mistakes, fmt.Errorf("--%s names no environment variable: give the name of one, such as API_TOKEN, never the secret itself", c.flag))
				continue
			}
		}
		credential.Shell = credential.Secret.Shell()
		t.Credentials[c.credential] = credential
	}
	return errors.Join(mistakes...)
}

// parseRate reads "50/s", "50" or "600/m" as requests per second.
func parseRate(text string) (float64, error) {
	if text == "" {
		return 0, nil
	}
	number, unit, _ := strings.Cut(text, "/")
	per := map[string]float64{"": 1, "s": 1, "m": 60, "h": 3600}[unit]
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || per == 0 || !(n > 0) || n > 1e6 {
		return 0, fmt.Errorf("--rate %q is not a rate: give requests per second such as 50/s, or per minute such as 600/m", text)
	}
	return n / per, nil
}

func formatNames() []string {
	var names []string
	for name := range report.Formats {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
