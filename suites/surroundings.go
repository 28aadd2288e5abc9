package suites

import (
	"slices"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/target"
)

// surroundings returns what is known of an operation's requests whatever is broken in them: where they carry any of its
// credentials, and which hosts are no secret.
func (p *planner) surroundings(op *Operation) *check.Surroundings {
	known := &check.Surroundings{Hosts: append([]string{p.Target.URL.Hostname()}, p.Target.Hosts...)}
	for _, c := range []*target.Credential{op.Good.Credential, op.Good.Limited, op.Good.Expired} {
		if c == nil {
			continue
		}
		at := place(*c)
		if c.Kind == target.Cookie {
			at = check.Place{In: "cookie", At: c.Name}
		}
		if !slices.Contains(known.Secrets, at) {
			known.Secrets = append(known.Secrets, at)
		}
	}
	return known
}
