package target

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatIsKnownOfHeadersAndBodies(t *testing.T) {
	const start = "version: 1\noperations:\n  - id: put\n    request: PUT /things\n    headers: {X-As-Of: 2025-05-25, If-Match: \"*\"}\n    body: {}\n"
	got, err := Load("conform.yaml", []byte(start+"    required_headers: [If-Match]\n    header_formats: {X-As-Of: date}\n    max_body: 64\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := got.Operations[0]
	if diff := cmp.Diff([]string{"If-Match"}, o.RequiredFields); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]string{"X-As-Of": "date"}, o.FieldFormats); diff != "" {
		t.Error(diff)
	}
	if o.MaxBody != 64 {
		t.Errorf("want 64 octets, got %d", o.MaxBody)
	}
	for text, want := range map[string]string{
		"    required_headers: [If-Matches]\n":       `conform.yaml:7:5: operation "put": required_headers names "If-Matches", which is not among its headers; did you mean "If-Match"?`,
		"    header_formats: {X-As-Off: date}\n":     `conform.yaml:7:22: operation "put": header_formats names "X-As-Off", which is not among its headers; did you mean "X-As-Of"?`,
		"    header_formats: {X-As-Of: date-time}\n": `conform.yaml:7:22: operation "put": the good value of X-As-Of: "2025-05-25" is not of the format date-time`,
		"    max_body: 0\n":                          `conform.yaml:7:5: "max_body": want at least 1, got 0`,
	} {
		_, err := Load("conform.yaml", []byte(start+text), Options{})
		if err == nil || err.Error() != want {
			t.Errorf("%s: want %s, got %v", text, want, err)
		}
	}
}
