package report_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/report"
)

// Secrets in every place of every record, in every form that a target may echo, are in nothing that is written.
func TestNoSecretIsWritten(t *testing.T) {
	const canary, name, password = `kanarie-"q/7+`, "birdkeeper", "pa55-kanarie"
	planted := []report.Secret{
		{Value: canary, Shell: "$CANARY", Kind: "bearer"},
		{Value: name + ":" + password, Shell: "$LOGIN", Kind: "basic"},
	}
	redact := report.NewRedactor(planted...)
	quoted, _ := json.Marshal(canary)
	var forms []string
	for _, s := range []string{canary, name + ":" + password, password} {
		forms = append(forms, s, url.QueryEscape(s), url.PathEscape(s))
		for offset := range 3 {
			text := strings.Repeat("-", offset) + s
			forms = append(forms, base64.StdEncoding.EncodeToString([]byte(text)), base64.URLEncoding.EncodeToString([]byte(text+"  ")))
		}
	}
	forms = append(forms, string(quoted[1:len(quoted)-1]))
	all := strings.Join(forms, " ")

	ex := &exchange.Exchange{
		Head:    all,
		Request: exchange.Request{Method: all, Target: all, Fields: exchange.Fields{{Name: all, Value: all}}, Body: []byte(all)},
		Answer: &exchange.Answer{
			Proto: all, Reason: all, Fields: exchange.Fields{{Name: all, Value: all}}, Body: []byte("\xff" + all),
			Trailer: exchange.Fields{{Name: all, Value: all}}, Flaw: &exchange.Failure{Kind: exchange.Cut, Err: errors.New(all)},
		},
		Failure:  &exchange.Failure{Kind: exchange.Cut, Err: errors.New(all)},
		Attempts: []exchange.Attempt{{Failure: &exchange.Failure{Kind: exchange.Cut, Err: errors.New(all)}}},
	}
	base := &url.URL{Scheme: "http", Host: "127.0.0.1"}
	run := header()
	run.Target = "http://127.0.0.1/" + all
	run.Contracts[0].Title, run.Contracts[0].Source, run.Contracts[0].File = all, all, all

	var out bytes.Buffer
	log := report.NewLog(&out, redact)
	log.Run(run)
	log.Exchange(all, ex)
	for _, v := range report.Verdicts {
		log.Check(report.Check{
			Requirement: "gr4vy.x", Contract: "gr4vy", Operation: all, Title: all, Says: all, Source: all, File: all, Verdict: v, Reason: all, Because: all,
			Misses: []report.Miss{{
				Case: all, Variant: all, Sent: all, Error: all, Answer: report.Excerpt(ex, redact), Curl: report.Curl(base, ex.Request, redact, report.TLSFiles{}),
				Findings: []check.Finding{{Rule: "status", Want: all, Got: all, At: all}},
			}},
		})
	}
	if _, err := log.End(report.End{Dead: all, Unexercised: []string{"gr4vy." + all}, Left: []string{all}}); err != nil {
		t.Fatal(err)
	}
	written := map[string]string{"run log": out.String(), "curl": report.Curl(base, ex.Request, redact, report.TLSFiles{})}
	for format := range report.Formats {
		written[format] = string(render(t, format, out.Bytes()))
	}
	// What is base64 in the log is looked into.
	for _, e := range exchanges(t, out.Bytes()) {
		written["binary body"] = string(e.Answer.Body.Base64)
	}
	for place, text := range written {
		if !strings.Contains(text, "[redacted]") {
			t.Errorf("%s: nothing was taken out", place)
		}
		for _, form := range append(forms, "kanarie") {
			if strings.Contains(text, form) {
				t.Errorf("%s has %q", place, form)
			}
		}
	}
}
