package main

import (
	"time"

	"github.com/spf13/pflag"
)

// settings are the flags of the main job, by name.
type settings struct {
	// What is judged.
	target, config string
	embedded       []byte // what config says, where that is no file
	contracts      []string
	set            map[string]string
	credentials    map[string]string // name.kind: where the secret is
	tokenURL       string
	operations     []string
	requirements   []string
	selected       string
	skipped        string
	level          string

	// How it is sent.
	concurrency         int
	rate                string
	timeout             time.Duration
	maxRequests         int
	maxWait             time.Duration
	burst               string
	allowHosts          []string
	traceparent         bool
	wrongPasswords      int
	maxBody             int
	readOnly            bool
	allowWrites         bool
	http2               bool
	caFile              string
	clientCert, privKey string

	// What is told.
	dryRun, quiet, verbose bool
	reportDir, junit       string
	formats                []string
}

// credentialFlag names environment variables of secrets, and which credential it gives.
type credentialFlag struct{ flag, credential, kind, usage string }

// credentialFlags are there for every kind of credential, of the default one, the limited and the expired.
var credentialFlags = func() (all []credentialFlag) {
	for _, whose := range []struct{ credential, prefix, usage string }{
		{"default", "", ""},
		{"limited", "limited-", ", of one who may not do everything: provokes 403"},
		{"expired", "expired-", ", which was good once and is no more"},
	} {
		for _, c := range []struct{ kind, usage string }{
			{"bearer", "environment `variable` with the bearer token"},
			{"basic", "environment `variable` with user:password"},
			{"header", "header field and environment variable with its value, as `NAME=VARIABLE`"},
			{"query", "query parameter and environment variable with its value, as `NAME=VARIABLE`"},
			{"cookie", "cookie and environment variable with its value, as `NAME=VARIABLE`"},
		} {
			all = append(all, credentialFlag{whose.prefix + c.kind + "-env", whose.credential, c.kind, c.usage + whose.usage})
		}
	}
	return all
}()

// targetFlags defines the flags that say what is judged.
func (s *settings) targetFlags(f *pflag.FlagSet) {
	f.SortFlags = false
	f.StringVar(&s.target, "target", "", "base `URL` of the API under test")
	f.StringArrayVar(&s.contracts, "contract", nil, "contract to judge by: a `name` (see conform contracts) or a file; repeatable")
	f.StringVar(&s.config, "config", "", "target `file` with operations and credentials (default conform.yaml, where there is one)")
	f.StringToStringVar(&s.set, "set", nil, "value of a parameter of a contract's well-known operations, as `name=value`; repeatable")
	f.Lookup("set").DefValue = "" // not []
	s.credentials = map[string]string{}
	for _, c := range credentialFlags {
		f.Var(secretFlag{s.credentials, c.credential + "." + c.kind}, c.flag, c.usage)
	}
	f.StringVar(&s.tokenURL, "token-url", "", "OAuth 2 token endpoint, a `URL` or a path of the target: --basic-env then has client_id:client_secret")
	f.StringVar(&s.selected, "select", "", "only checks whose labels match this `expression`: 'must && !credentials'")
	f.StringVar(&s.skipped, "skip", "", "no checks whose labels match this `expression`")
	f.StringArrayVar(&s.operations, "operation", nil, "only these operations: a `glob` of ids; repeatable")
	f.StringArrayVar(&s.requirements, "requirement", nil, "only these requirements: a `glob` such as 'gr4vy.*-token'; repeatable")
	f.StringVar(&s.level, "level", "must", "from which `level` a miss fails the run: must, should, may; below it, it warns")
}

// runFlags defines the flags that say how it is sent and told.
func (s *settings) runFlags(f *pflag.FlagSet) {
	f.BoolVar(&s.readOnly, "read-only", false, "send safe methods only")
	f.BoolVar(&s.allowWrites, "allow-writes", false, "probe well-known operations that write, too")
	f.IntVar(&s.concurrency, "concurrency", 8, "most `requests` under way at once")
	f.StringVar(&s.rate, "rate", "", "most requests per second, such as `50/s` (default no limit)")
	f.DurationVar(&s.timeout, "timeout", 10*time.Second, "longest `time` for one request and its answer")
	f.IntVar(&s.maxRequests, "max-requests", 0, "most `requests` in all: a run that needs more is not started, or ends without a verdict (default no limit)")
	f.DurationVar(&s.maxWait, "max-wait", time.Minute, "longest `time` to wait as a 429 or 503 with Retry-After tells")
	f.StringVar(&s.burst, "burst", "", "try the `limit` that the target states, such as 100/s, by a burst at the end of the run")
	f.StringArrayVar(&s.allowHosts, "allow-host", nil, "send to no other `host` than this, token endpoints included: a name or a pattern such as *.staging.example.com; repeatable")
	f.BoolVar(&s.traceparent, "traceparent", false, "send a traceparent (W3C Trace Context) with every request: one trace for the run")
	f.IntVar(&s.wrongPasswords, "wrong-passwords", 0, "send at most so many wrong `passwords` for one user name, in case it is locked (default 10)")
	f.IntVar(&s.maxBody, "max-body", 1<<20, "most `bytes` of an answer's body that are read")
	f.BoolVar(&s.http2, "http2", false, "speak HTTP/2; what cannot be sent there is skipped")
	f.StringVar(&s.caFile, "ca-file", "", "PEM `file` with the certificates to trust instead of the system's")
	f.StringVar(&s.clientCert, "client-cert", "", "PEM `file` with the client certificate")
	f.StringVar(&s.privKey, "client-key", "", "PEM `file` with its private key (default in the same file)")
	f.BoolVar(&s.dryRun, "dry-run", false, "print the plan and send nothing; with -v every case and what is left out")
	f.BoolVarP(&s.verbose, "verbose", "v", false, "name every check, also those that passed")
	f.BoolVarP(&s.quiet, "quiet", "q", false, "print the last line only")
	f.StringVar(&s.reportDir, "report-dir", "reports", "`folder` for run.ndjson, junit.xml and what --format adds")
	f.StringVar(&s.junit, "junit", "", "also write the JUnit report to this `file`")
	f.StringArrayVar(&s.formats, "format", nil, "another report `format`: text; repeatable")
}

// secretFlag takes where a secret is; the secret itself is never a flag.
type secretFlag struct {
	all  map[string]string
	name string
}

func (f secretFlag) String() string         { return "" }
func (f secretFlag) Type() string           { return "variable" }
func (f secretFlag) Set(value string) error { f.all[f.name] = value; return nil }

// demoFlags defines those flags of the main job that mean something against a reference API.
func (s *settings) demoFlags(f *pflag.FlagSet) {
	f.SortFlags = false
	all := pflag.NewFlagSet("", pflag.ContinueOnError)
	s.targetFlags(all)
	s.runFlags(all)
	for _, name := range []string{"select", "skip", "operation", "requirement", "level", "concurrency", "dry-run", "verbose", "quiet", "report-dir", "format"} {
		f.AddFlag(all.Lookup(name))
	}
}
