package check

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/exchange"
)

// wantLines fails the test where the findings, as lines, are others than want.
func wantLines(t *testing.T, found []Finding, want []string) {
	t.Helper()
	var got []string
	for _, f := range found {
		got = append(got, f.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// brokenAt is a defect at the first of the places that may be named.
func brokenAt(right []Place) Defect {
	d := Defect{Blame: right}
	if len(right) > 0 {
		d.Place = right[0]
	}
	return d
}

func fieldOf(name, value string) exchange.Field { return exchange.Field{Name: name, Value: value} }

func TestBlamesBySource(t *testing.T) {
	format := contract.Format{Blame: &contract.Blame{
		Each: "/errors", Pointer: "/source/pointer", Parameter: "/source/parameter", Header: "/source/header",
	}}
	body := func(at string) Place { return Place{In: "body", At: at} }
	tests := []struct {
		name  string
		right []Place
		body  string
		want  []string
	}{
		{"the pointer that was broken", []Place{body("/data/id")}, `{"errors":[{"source":{"pointer":"/data/id"}}]}`, nil},
		{"one of the pointers that may be named", []Place{body("/data"), body("/data/id")}, `{"errors":[{"source":{"pointer":"/data"}}]}`, nil},
		{"the pointer as a fragment", []Place{body("/a b/c~1d")}, `{"errors":[{"source":{"pointer":"#/a%20b/c~1d"}}]}`, nil},
		{"no entries", []Place{body("/data")}, `{"errors":[]}`, nil},
		{"no array of entries", []Place{body("/data")}, `{"errors":"none"}`, nil},
		{"no body to speak of", []Place{body("/data")}, `null`, nil},
		{"an entry that blames nothing", []Place{body("/data")}, `{"errors":[{"source":{}},{},{"source":{"pointer":null}}]}`, nil},
		{"anything in a body that is broken as a whole", []Place{body("")}, `{"errors":[{"source":{"pointer":"/data/id"}},{"source":{"pointer":""}}]}`, nil},
		{"nothing is judged where nothing is known", nil, `{"errors":[{"source":{"pointer":"/nowhere"}}]}`, nil},
		{"a query parameter", []Place{{In: "query", At: "page[size]"}}, `{"errors":[{"source":{"parameter":"page[size]"}}]}`, nil},
		{"a path parameter", []Place{{In: "path", At: "guid"}}, `{"errors":[{"source":{"parameter":"guid"}}]}`, nil},
		{"a header without its case", []Place{{In: "header", At: "Content-Type"}}, `{"errors":[{"source":{"header":"content-type"}}]}`, nil},

		{"another pointer", []Place{body("/data/id")}, `{"errors":[{"source":{"pointer":"/data/type"}}]}`,
			[]string{"blames: /errors/0/source/pointer: want /data/id, got /data/type"}},
		{"the whole body where a part was broken", []Place{body("/data/id")}, `{"errors":[{"source":{"pointer":""}}]}`,
			[]string{"blames: /errors/0/source/pointer: want /data/id, got the whole body"}},
		{"the whole body where a member of it is missing", []Place{body("/data"), body("")}, `{"errors":[{"source":{"pointer":""}}]}`, nil},
		{"another member where one of the whole body is missing", []Place{body("/data"), body("")}, `{"errors":[{"source":{"pointer":"/meta"}}]}`,
			[]string{"blames: /errors/0/source/pointer: want /data or the whole body, got /meta"}},
		{"a pointer that starts alike", []Place{body("/data/id")}, `{"errors":[{"source":{"pointer":"/data/id2"}}]}`,
			[]string{"blames: /errors/0/source/pointer: want /data/id, got /data/id2"}},
		{"what is no JSON pointer", []Place{body("/data/id")}, `{"errors":[{"source":{"pointer":"data/id"}}]}`,
			[]string{"blames: /errors/0/source/pointer: want /data/id, got data/id"}},
		{"a fragment that cannot be decoded", []Place{body("/data/id")}, `{"errors":[{"source":{"pointer":"#/%zz"}}]}`,
			[]string{"blames: /errors/0/source/pointer: want /data/id, got #/%zz"}},
		{"another place beside the right one", []Place{body("/data/id")}, `{"errors":[{"source":{"pointer":"/data/id"}},{"source":{"pointer":"/meta"}}]}`,
			[]string{"blames: /errors/1/source/pointer: want /data/id, got /meta"}},
		{"another parameter", []Place{{In: "query", At: "page"}}, `{"errors":[{"source":{"parameter":"size"}}]}`,
			[]string{"blames: /errors/0/source/parameter: want query page, got parameter size"}},
		{"a parameter in another case", []Place{{In: "query", At: "page"}}, `{"errors":[{"source":{"parameter":"Page"}}]}`,
			[]string{"blames: /errors/0/source/parameter: want query page, got parameter Page"}},
		{"the body where a header was broken", []Place{{In: "header", At: "Accept"}}, `{"errors":[{"source":{"pointer":"/data"}}]}`,
			[]string{"blames: /errors/0/source/pointer: want header Accept, got /data"}},
		{"a parameter where the body was broken as a whole", []Place{body("")}, `{"errors":[{"source":{"parameter":"page"}}]}`,
			[]string{"blames: /errors/0/source/parameter: want the whole body, got parameter page"}},
		{"each wrong part of an entry", []Place{body("/a"), {In: "header", At: "B"}}, `{"errors":[{"source":{"pointer":"/x","header":"Y"}}]}`, []string{
			"blames: /errors/0/source/pointer: want /a or header B, got /x",
			"blames: /errors/0/source/header: want /a or header B, got header Y",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found, err := Find(contract.Expect{Formats: []string{"f"}, Blames: true}, map[string]contract.Format{"f": format},
				exchanged(t, "POST", "400\n\n"+tt.body), brokenAt(tt.right))
			if err != nil {
				t.Fatal(err)
			}
			wantLines(t, found, tt.want)
		})
	}
}

func TestBlamesByLocation(t *testing.T) {
	format := contract.Format{Blame: &contract.Blame{Each: "/details", Pointer: "/pointer", Location: "/location"}}
	tests := []struct {
		name   string
		right  Place
		detail string
		want   []string
	}{
		{"a place in the body", Place{"body", "/name"}, `{"location":"body","pointer":"/name"}`, nil},
		{"a place in the body without its slash", Place{"body", "/a/b"}, `{"location":"body","pointer":"a/b"}`, nil},
		{"anything in a body that is broken as a whole", Place{"body", ""}, `{"location":"body","pointer":"whatever"}`, nil},
		{"a query parameter without a slash", Place{"query", "limit"}, `{"location":"query","pointer":"limit"}`, nil},
		{"a query parameter with a slash", Place{"query", "limit"}, `{"location":"query","pointer":"/limit"}`, nil},
		{"a path parameter", Place{"path", "buyer_id"}, `{"location":"path","pointer":"/buyer_id"}`, nil},
		{"a header without its case", Place{"header", "Content-Type"}, `{"location":"header","pointer":"/content-type"}`, nil},
		{"unknown is no blame", Place{"header", "Accept"}, `{"location":"unknown","pointer":"/x"}`, nil},
		{"a location alone, by a name that is empty", Place{"query", "limit"}, `{"location":"query","pointer":""}`, nil},
		{"a location alone, without a name", Place{"query", "limit"}, `{"location":"query"}`, nil},
		{"the body alone, without a pointer", Place{"body", "/name"}, `{"location":"body"}`, nil},
		{"a name without a location", Place{"query", "limit"}, `{"pointer":"limit"}`, nil},
		{"neither", Place{"query", "limit"}, `{}`, nil},

		{"another place in the body", Place{"body", "/name"}, `{"location":"body","pointer":"/other"}`,
			[]string{"blames: /details/0/pointer: want /name, got /other"}},
		{"the right name at another location", Place{"query", "limit"}, `{"location":"path","pointer":"limit"}`,
			[]string{"blames: /details/0/pointer: want query limit, got path limit"}},
		{"another header", Place{"header", "Accept"}, `{"location":"header","pointer":"Host"}`,
			[]string{"blames: /details/0/pointer: want header Accept, got header Host"}},
		{"another location alone", Place{"query", "limit"}, `{"location":"header"}`,
			[]string{"blames: /details/0/location: want query limit, got header"}},
		{"the body as a whole, where a part was broken", Place{"body", "/name"}, `{"location":"body","pointer":""}`,
			[]string{"blames: /details/0/pointer: want /name, got the whole body"}},
		{"the body alone where a parameter was broken", Place{"query", "limit"}, `{"location":"body"}`,
			[]string{"blames: /details/0/location: want query limit, got body"}},
		{"a kind of place that there is not", Place{"query", "limit"}, `{"location":"cookie","pointer":"limit"}`,
			[]string{"blames: /details/0/pointer: want query limit, got cookie limit"}},
		{"another name without a location", Place{"query", "limit"}, `{"pointer":"offset"}`,
			[]string{"blames: /details/0/pointer: want query limit, got offset"}},
		{"anything where the method was broken", Place{"method", ""}, `{"location":"body","pointer":"/name"}`,
			[]string{"blames: /details/0/pointer: want method, got /name"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found, err := Find(contract.Expect{Formats: []string{"f"}, Blames: true}, map[string]contract.Format{"f": format},
				exchanged(t, "POST", "400\n\n"+`{"details":[`+tt.detail+`]}`), brokenAt([]Place{tt.right}))
			if err != nil {
				t.Fatal(err)
			}
			wantLines(t, found, tt.want)
		})
	}
}

func TestBlamesIsJudgedOnlyWhereAskedFor(t *testing.T) {
	format := contract.Format{Blame: &contract.Blame{Pointer: "/pointer"}}
	wrong := exchanged(t, "POST", "400\n\n"+`{"pointer":"/b"}`)
	d := Defect{Blame: []Place{{In: "body", At: "/a"}}}
	for _, tt := range []struct {
		name   string
		expect contract.Expect
		format contract.Format
		want   []string
	}{
		{"asked for, with the body itself as the error", contract.Expect{Formats: []string{"f"}, Blames: true}, format,
			[]string{"blames: /pointer: want /a, got /b"}},
		{"not asked for", contract.Expect{Formats: []string{"f"}}, format, nil},
		{"the format has no place for it", contract.Expect{Formats: []string{"f"}, Blames: true}, contract.Format{}, nil},
		{"no format", contract.Expect{Blames: true}, format, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found, err := Find(tt.expect, map[string]contract.Format{"f": tt.format}, wrong, d)
			if err != nil {
				t.Fatal(err)
			}
			wantLines(t, found, tt.want)
		})
	}
}
