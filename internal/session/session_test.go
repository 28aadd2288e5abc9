package session

import (
	"net/url"
	"strings"
	"testing"

	"github.com/seed-e125e033/conform/fixtures/apis/gr4vy"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/suites"
)

// The two tokens differ in when they end alone: that of the past is the other one with a claim spoiled, and so is what comes of it.
func TestABadTokenIsAlwaysShownAsMadeFromTheSameCredential(t *testing.T) {
	credential := func(token, variable string) target.Credential {
		return target.Credential{Kind: target.Bearer, Value: token, Shell: variable}
	}
	good, past := credential(gr4vy.Token, "$GOOD"), credential(gr4vy.ExpiredToken, "$PAST")
	shared := ""
	for _, of := range suites.TokenSecrets(good) {
		for _, other := range suites.TokenSecrets(past) {
			if of.Value == other.Value && strings.Contains(of.Shell, "conform token") {
				shared = of.Value
			}
		}
	}
	if shared == "" {
		t.Fatal("want a bad token that comes of both")
	}
	base := &url.URL{Scheme: "http", Host: "example.com"}
	request := exchange.Request{Method: "GET", Target: "/", Fields: exchange.Fields{{Name: "Authorization", Value: "Bearer " + shared}}}
	for range 20 {
		known := secrets(&target.Target{Credentials: map[string]target.Credential{"default": good, "expired": past}})
		if line := report.Curl(base, request, known, report.TLSFiles{}); !strings.Contains(line, "$GOOD") || strings.Contains(line, "$PAST") {
			t.Fatalf("want it made from $GOOD, got %s", line)
		}
	}
}
