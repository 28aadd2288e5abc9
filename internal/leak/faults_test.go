package leak_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/seed-e125e033/conform/fixtures/faults"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/leak"
)

// TestLeakingAnswersOfTheFaultsAreFlagged takes the answers that fixtures/faults makes from the same list of shapes, written by
// someone who knows nothing of the detectors.
func TestLeakingAnswersOfTheFaultsAreFlagged(t *testing.T) {
	for _, secret := range []string{"Bearer the-good-token+/of-the-caller", "Basic " + base64.StdEncoding.EncodeToString([]byte("user:the-password"))} {
		sent := leak.Sent{
			Request: &exchange.Request{Method: "POST", Target: "/things?x=%3Cconform-1%22%27%3E"},
			Secrets: []leak.Secret{{In: "header", Name: "Authorization", Value: secret}},
			Mark:    leak.Mark("1"),
		}
		x := &faults.Exchange{
			Request: faults.Request{
				Method: "POST", Target: sent.Request.Target,
				Fields: []faults.Field{{Name: "Authorization", Value: secret}, {Name: "Conform-Canary", Value: sent.Mark}},
				Raw:    []byte("POST / HTTP/1.1\r\n\r\n" + `"` + sent.Mark + `"`),
			},
			Answer: faults.Answer{
				Proto: "HTTP/1.1", Status: 404, Body: []byte(`{"errors":[{"status":"404","title":"Not found","detail":"There is no such thing."}]}`),
				Fields: []faults.Field{{Name: "Content-Type", Value: "application/json"}},
			},
			Accepted: func(string, string) (faults.Request, bool) { return faults.Request{}, false },
			Send:     func(faults.Request) faults.Answer { return faults.Answer{} },
		}
		tried := 0
		for _, change := range faults.Faults(x, faults.Choices{Likely: true}) {
			// How long an error may be no document says, and what stands in it is judged by what it is.
			if !strings.HasPrefix(change.Name, "leak.") || change.Name == "leak.size" || change.Name == "leak.frames" {
				continue
			}
			spoilt, ok := change.Make(x)
			if !ok {
				continue
			}
			tried++
			a := &exchange.Answer{Status: spoilt.Status, Body: spoilt.Body}
			for _, f := range spoilt.Fields {
				a.Fields = append(a.Fields, exchange.Field{Name: f.Name, Value: f.Value})
			}
			if found := leak.Find(a, leak.Names(), sent); len(found) == 0 {
				t.Errorf("%s, which %s, is not found: %q %s", change.Name, change.Doc, a.Fields, a.Body)
			}
		}
		if tried < 40 {
			t.Errorf("only %d answers leak", tried)
		}
	}
}
