package suites

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/pointer"
	"github.com/seed-e125e033/conform/internal/schema"
)

// TestEveryCaseHasExactlyOneDefect takes from each case and from its good request the place that the case says is broken:
// what is left is the same, and what was taken is not.
func TestEveryCaseHasExactlyOneDefect(t *testing.T) {
	for _, g := range slices.Concat(goods(t), more(t), everyKind(t)) {
		for _, p := range Catalog {
			if p.Family() == "server" || p.Family() == "rate" {
				continue // the user's own request, which has nothing to do with a good one
			}
			if p.Family() == "framing" {
				continue // what is broken stands between the parts of a request: see TestFramingCasesDifferInTheirDefectAlone
			}
			cases, _ := p.Cases(g)
			for _, c := range cases {
				t.Run(strings.TrimSpace(g.Operation.ID+" "+string(g.Credential.Kind)+" "+p.Name+" "+c.Variant), func(t *testing.T) {
					good, bad := g.Request, c.Request
					switch p.Name {
					case "method.head-twin": // the twin of another case, and not of the good request
						if bad.Method != "HEAD" {
							t.Errorf("want HEAD, got %s", bad.Method)
						}
						bad = bad.WithMethod("GET")
					case "header.many": // the defect is how many there are
						got := bad.Fields
						bad.Fields = got[:len(good.Fields):len(good.Fields)]
						if diff := cmp.Diff(good, bad); diff != "" || len(got) != len(good.Fields)+2000 {
							t.Errorf("differs in more than 2,000 fields (-good +bad):\n%s", diff)
						}
						return
					case "header.twice": // the defect is that it stands there once more
						if diff := cmp.Diff(good.WithAddedField("Content-Type", good.Fields.Values("Content-Type")[0]), bad); diff != "" {
							t.Errorf("differs in more than a second field (-want +got):\n%s", diff)
						}
						return
					case "method.trace": // the good credential may not be sent with it
						bad = bad.WithoutField("Authorization")
						good = withoutContent(g.Credential.Remove(good))
					case "method.unknown": // a method of WebDAV goes without content
						if slices.Contains(foreignMethods, c.Variant) {
							good = withoutContent(good)
						}
					case "method.options": // content that the method does not call for would be a second defect
						good = withoutContent(good.WithMethod("OPTIONS")).WithMethod(good.Method)
					case "method.undeclared": // content that the method does not call for would be a second defect
						good = withoutContent(good.WithMethod(bad.Method)).WithMethod(good.Method)
					case "content-type.charset": // the body says the same in the charset of the label
						if c.Variant == "utf-16" {
							bad = bad.WithBody(utf8Of(t, bad.Body))
						}
					case "identifier.unknown", "identifier.nil": // the body repeats the path, in both
						if len(c.Defect.Blame) > 1 {
							bad = sameAsPath(t, good, bad, c.Defect)
						}
					case "rate.burst": // the defect is how often it comes
						if diff := cmp.Diff(good, bad); diff != "" || c.Burst != 201 {
							t.Errorf("want 201 times the good request, got it %d times (-good +bad):\n%s", c.Burst, diff)
						}
						return
					case "identifier.deleted": // the defect is that the thing has gone
						if diff := cmp.Diff(good, bad); diff != "" || c.Gone != "create-subscription" {
							t.Errorf("%q is deleted (-good +bad):\n%s", c.Gone, diff)
						}
						return
					case "conflict.duplicate": // the defect is that it was sent before
						if diff := cmp.Diff([]exchange.Request{good}, c.Before); diff != "" {
							t.Errorf("before (-want +got):\n%s", diff)
						}
						if diff := cmp.Diff(good, bad); diff != "" {
							t.Errorf("(-good +bad):\n%s", diff)
						}
						return
					}
					switch p.Name {
					case "credentials.twice": // the defect is that it stands there once more
						if diff := cmp.Diff(good.WithAddedField("Authorization", good.Fields.Values("Authorization")[0]), bad); diff != "" {
							t.Errorf("differs in more than a second field (-want +got):\n%s", diff)
						}
						return
					case "credentials.in-query": // the token moves: it is missing in one place and too much in the other
						bad.Target, _, _ = strings.Cut(bad.Target, "access_token=")
						bad.Target = bad.Target[:len(bad.Target)-1]
					}
					goodRest, goodPart := without(t, good, g, c.Defect)
					badRest, badPart := without(t, bad, g, c.Defect)
					if diff := cmp.Diff(goodRest, badRest, cmpopts.EquateEmpty()); diff != "" {
						t.Errorf("differs in more than the defect (-good +bad):\n%s", diff)
					}
					if goodPart == badPart {
						t.Errorf("does not differ in the defect: %s", goodPart)
					}
				})
			}
		}
	}
}

// rest is a request without its defect.
type rest struct {
	Method, Path string
	Query        []string
	Fields       exchange.Fields
	Body         string
}

// without splits a request into what should be as in the good one and the place of the defect.
func without(t *testing.T, r exchange.Request, g Good, d check.Defect) (rest, string) {
	t.Helper()
	path, query, found := strings.Cut(r.Target, "?")
	left := rest{Method: r.Method, Path: path, Fields: r.Fields, Body: string(r.Body)}
	if found {
		left.Query = strings.Split(query, "&")
	}
	var part string
	switch d.In {
	case "method":
		part, left.Method = left.Method, ""
	case "target":
		part, left.Path = path, ""
	case "path":
		segments := strings.Split(path, "/")
		i := slices.Index(strings.Split(g.Base+g.Operation.Path, "/"), "{"+d.At+"}")
		part, segments[i] = segments[i], ""
		left.Path = strings.Join(segments, "/")
	case "query":
		left.Query = slices.DeleteFunc(left.Query, func(pair string) bool {
			name, _, _ := strings.Cut(pair, "=")
			decoded, err := url.QueryUnescape(name)
			if err != nil {
				t.Fatal(err)
			}
			if decoded == d.At {
				part += pair
			}
			return decoded == d.At
		})
	case "header":
		part = fmt.Sprintf("%q", r.Fields.Values(d.At))
		left.Fields = r.WithoutField(d.At).Fields
		if len(r.Fields.Values(d.At)) > 1 {
			t.Errorf("%s is sent twice", d.At)
		}
	case "body":
		if d.At == "" {
			part, left.Body = left.Body, ""
			break
		}
		body, err := schema.JSON(r.Body) // encoding/json has no number beyond 64 bits
		if err != nil {
			t.Fatalf("body: %v", err)
		}
		value, ok := pointer.Get(body, d.At)
		part = fmt.Sprintf("%t %T %#v", ok, value, value)
		at := strings.LastIndex(d.At, "/")
		switch parent, _ := pointer.Get(body, d.At[:at]); parent := parent.(type) {
		case map[string]any:
			delete(parent, d.At[at+1:])
		case []any:
			i, _ := pointer.Index(d.At[at+1:])
			parent[i] = nil
		}
		left.Body = string(must(json.Marshal(body)))
	default:
		t.Fatalf("a defect in %q", d.In)
	}
	return left, part
}

// utf8Of returns the text of a body in UTF-16 after its byte order mark.
func utf8Of(t *testing.T, body []byte) []byte {
	t.Helper()
	rest, ok := bytes.CutPrefix(body, []byte("\xFE\xFF"))
	if !ok || len(rest)%2 != 0 {
		t.Fatalf("no UTF-16: %q", body)
	}
	var units []uint16
	for pair := range slices.Chunk(rest, 2) {
		units = append(units, binary.BigEndian.Uint16(pair))
	}
	return []byte(string(utf16.Decode(units)))
}

// sameAsPath makes sure that the body says what the path says, in the one place that blame names, and returns the request with the good
// body.
func sameAsPath(t *testing.T, good, bad exchange.Request, d check.Defect) exchange.Request {
	t.Helper()
	inBody := check.Defect{Place: d.Blame[1]}
	goodRest, _ := without(t, good.WithTarget(bad.Target), Good{}, inBody)
	badRest, value := without(t, bad, Good{}, inBody)
	if diff := cmp.Diff(goodRest, badRest, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("differs in more than path and body (-good +bad):\n%s", diff)
	}
	if segment := bad.Target[strings.LastIndexByte(bad.Target, '/')+1:]; value != fmt.Sprintf("true string %#v", segment) {
		t.Errorf("the path says %s, the body %s", segment, value)
	}
	return bad.WithBody(good.Body)
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

// TestSyntaxCasesAreNotJSON asks two readers: ours, and encoding/json with a check of UTF-8, which it lacks.
func TestSyntaxCasesAreNotJSON(t *testing.T) {
	array, pretty := create(t), create(t)
	array.Request.Body = []byte(" [\"a/b\", 1, {\"c\": \"d\"}]\r\n")
	array.Operation.Schema, array.Operation.SchemaJSON, array.Operation.Required = nil, nil, []string{"/0"}
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(subscriptionBody), "", "\t"); err != nil {
		t.Fatal(err)
	}
	indented.WriteString("\n\n")
	pretty.Request.Body = indented.Bytes()

	for _, g := range []Good{create(t), array, pretty} {
		for _, p := range Named("syntax") {
			cases, _ := p.Cases(g)
			for _, c := range cases {
				t.Run(strings.TrimSpace(p.Name+" "+c.Variant), func(t *testing.T) {
					_, err := schema.JSON(c.Request.Body)
					theirs := json.Valid(c.Request.Body) && utf8.Valid(c.Request.Body)
					switch c.Defect.Kind {
					case "not-json":
						if err == nil || theirs {
							t.Errorf("is JSON: %q", c.Request.Body)
						}
					case "duplicate-member", "deep": // JSON by its grammar, and refused by stricter readers
						if err == nil || !theirs {
							t.Errorf("want JSON that a strict reader refuses: strict %v, lenient %t", err, theirs)
						}
					case "byte-order-mark":
						if rest, ok := bytes.CutPrefix(c.Request.Body, []byte("\xef\xbb\xbf")); !ok || !bytes.Equal(rest, g.Request.Body) {
							t.Errorf("want the good body after a byte order mark, got %q", c.Request.Body)
						}
					default:
						t.Errorf("kind %q", c.Defect.Kind)
					}
				})
			}
		}
	}
}

func TestShapeAndMemberCasesAreJSON(t *testing.T) {
	for _, p := range append(Named("shape"), Named("member")...) {
		for _, g := range []Good{create(t), revise(t), order(t)} {
			cases, _ := p.Cases(g)
			for _, c := range cases {
				if _, err := schema.JSON(c.Request.Body); err != nil {
					t.Errorf("%s %s: %v", p.Name, c.Variant, err)
				}
			}
		}
	}
}

// No letter of a secret is in a request that goes with a made-up credential or with none.
func TestBadCredentialsLeakNoSecret(t *testing.T) {
	for _, g := range append(append(goods(t), profile(t)), everyKind(t)...) {
		for _, name := range []string{"missing", "garbage", "malformed", "wrong-scheme", "expired", "insufficient"} {
			cases, _ := probe(t, "credentials."+name).Cases(g)
			for _, c := range cases {
				wire := fmt.Sprint(c.Request)
				for _, secret := range []string{g.Credential.Value, "the-good", "dXNlcjp0aGUtZ29v"} {
					if strings.Contains(wire, secret) {
						t.Errorf("%s %s of %s has the good credential in it: %s", name, c.Variant, g.Operation.ID, wire)
					}
				}
			}
		}
	}
}
