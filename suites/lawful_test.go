package suites

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/target"
)

// What an API may lawfully do with a bad request, and what a lax one may take it for.

// parseInt makes 12 of 12abc, and new Date a day of March of 30 February: neither may be of a thing that the run has not made.
func TestMalformedIdentifiersOfAWriteNameNothingToALaxReader(t *testing.T) {
	writing := func(format, good string) Good {
		g := get(t)
		g.Operation.Method, g.Request.Method = "DELETE", "DELETE"
		g.Operation.Path, g.Request.Target = "/v1/things/{id}", g.Base+"/v1/things/"+good
		g.Operation.Params = target.Values{{Name: "id", Value: target.Value{Good: good, Format: format}}}
		return g
	}
	reading := writing("integer", "7")
	reading.Operation.Method, reading.Request.Method = "GET", "GET"
	unknown := target.Unknown(target.Value{Format: "integer"}, reading.Operation.ID+" id malformed")
	tests := []struct {
		name string
		good Good
		want map[string]string
	}{
		{"a number that is read is the good one to it", reading, map[string]string{"id:word": `{id} = "conform"`, "id:fraction": `{id} = "7.5"`, "id:mixed": `{id} = "7abc"`}},
		{"a number that is written is none that there is", writing("integer", "7"), map[string]string{
			"id:word": `{id} = "conform"`, "id:fraction": `{id} = "` + unknown + `.5"`, "id:mixed": `{id} = "` + unknown + `abc"`,
		}},
		{"a day that is written is none", writing("date", "2025-05-25"), map[string]string{"id:word": `{id} = "conform"`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, sent(t, "identifier.malformed", test.good)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnEmptyObjectIsCutInOnePlace(t *testing.T) {
	g := create(t)
	for body, want := range map[string]map[string]string{
		`{}`:  {"last-byte": "body cut after 1 of 2 bytes"},
		`[1]`: {"last-byte": "body cut after 2 of 3 bytes", "half": "body cut after 1 of 3 bytes"},
	} {
		g.Request.Body = []byte(body)
		if diff := cmp.Diff(want, sent(t, "syntax.truncated", g)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
}

// JSON:API 1.1, updating to-one relationships: null takes the relationship away.
func TestNullThatMayEmptyARelationshipIsNotSent(t *testing.T) {
	tests := []struct {
		name, method, contentType, body string
		want                            map[string]string
	}{
		{"a relationship", "PATCH", jsonAPI, `{"data": {"type": "people", "id": "1"}}`, map[string]string{}},
		{"a resource", "PATCH", jsonAPI, `{"data": {"type": "people", "id": "1", "attributes": {}}}`, map[string]string{"/data": "/data = null"}},
		{"a creation", "POST", jsonAPI, `{"data": {"type": "people"}}`, map[string]string{"/data": "/data = null"}},
		{"another API's data", "PATCH", "application/json", `{"data": {"type": "people", "id": "1"}}`, map[string]string{"/data": "/data = null"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := create(t)
			g.Request = g.Request.WithMethod(test.method).WithField("Content-Type", test.contentType).WithBody([]byte(test.body))
			g.Operation.Method, g.Operation.Body = test.method, g.Request.Body
			g.Operation.Schema, g.Operation.SchemaJSON, g.Operation.Formats = nil, nil, nil
			g.Operation.Required = []string{"/data"}
			if diff := cmp.Diff(test.want, sent(t, "member.null", g)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnUnlistedValueIsOfTheFormat(t *testing.T) {
	tests := []struct {
		name  string
		value target.Value
		want  []bad
	}{
		{"no list", target.Value{Format: "integer"}, nil},
		{"a list of words", target.Value{OneOf: []string{"a", "b"}}, []bad{{"unlisted", "conform"}}},
		{"a list that has our word", target.Value{OneOf: []string{"a", "conform"}}, nil},
		{"a list of numbers", target.Value{Format: "integer", OneOf: []string{"10", "20"}}, []bad{{"unlisted", target.Unknown(target.Value{Format: "integer"}, "unlisted")}}},
		{"a list of what has no third value", target.Value{Format: "boolean", OneOf: []string{"true"}}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, unlisted(test.value), cmp.AllowUnexported(bad{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What has a format is sent with a control character without being asked about it.
func TestNoFormatTakesAControlCharacter(t *testing.T) {
	for _, format := range target.Formats {
		good := target.Unknown(target.Value{Format: format}, "seed")
		if good == "" {
			good = "true"
		}
		if err := target.Fits(format, good); err != nil {
			t.Fatal(err)
		}
		for _, slug := range []string{"nul", "lines"} {
			for _, bad := range withControl(slug, good) {
				if target.Fits(format, bad) == nil {
					t.Errorf("%s: %q fits", format, bad)
				}
			}
		}
	}
}
