package suites

import (
	"slices"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/target"
)

// surroundings returns what is known of an operation's requests whatever is broken in them: where they carry any of its
// credentials, and which hosts are no secret.
func (p *planner) surroundings(credentials []*target.Credential) *check.Surroundings {
	known := &check.Surroundings{Hosts: append([]string{p.Target.URL.Hostname()}, p.Target.Hosts...)}
	for _, c := range credentials {
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
