package docs

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/schemas"
)

// The tables of the pages have every key of the schemas of our own files, those that are needed in bold, and no other.
func TestTheTablesHaveEveryKey(t *testing.T) {
	for _, c := range []struct {
		page, schema string
		same         []string // keys of which the page says what they are like, instead of listing what is in them
	}{
		{"contracts.md", "contract.json", []string{"always", "operations[].query", "oauth2.use"}},
		{"target.md", "target.json", []string{
			"operations", "credentials.NAME.basic", "credentials.NAME.query", "credentials.NAME.cookie",
			"credentials.NAME.login.bearer", "credentials.NAME.login.basic", "credentials.NAME.login.header",
			"credentials.NAME.login.query", "credentials.NAME.login.cookie", "credentials.NAME.login.secrets",
			"credentials.NAME.oauth2.basic", "credentials.NAME.oauth2.use",
		}},
	} {
		text, err := os.ReadFile(c.page)
		if err != nil {
			t.Fatal(err)
		}
		_, tables, _ := strings.Cut(string(text), "\n## Every key\n")
		var got []string
		for _, m := range regexp.MustCompile("(?m)^\\| ((?:\\*\\*)?`[^`]+`(?:\\*\\*)?) \\|").FindAllStringSubmatch(tables, -1) {
			got = append(got, m[1])
		}
		want := keys(t, c.schema, c.same)
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("schemas/%s (-), %s (+):\n%s", c.schema, c.page, diff)
		}
	}
}

// node is a part of a JSON Schema.
type node struct {
	Ref        string           `json:"$ref"`
	Properties map[string]*node `json:"properties"`
	Items      *node            `json:"items"`
	Required   []string         `json:"required"`
	More       any              `json:"additionalProperties"`
}

// keys returns every key that a schema has, as the tables show it, but for those within the keys of same.
func keys(t *testing.T, file string, same []string) []string {
	t.Helper()
	data, err := schemas.Files.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var form struct {
		node
		Definitions map[string]*node `json:"definitions"`
	}
	if err := json.Unmarshal(data, &form); err != nil {
		t.Fatal(err)
	}
	var all []string
	var walk func(n *node, path string)
	walk = func(n *node, path string) {
		if n == nil {
			return
		}
		if name, ok := strings.CutPrefix(n.Ref, "#/definitions/"); ok {
			n = form.Definitions[name]
		}
		for key, value := range n.Properties {
			at := strings.TrimPrefix(path+"."+key, ".")
			shown := "`" + at + "`"
			if slices.Contains(n.Required, key) {
				shown = "**" + shown + "**"
			}
			all = append(all, shown)
			if !slices.Contains(same, at) {
				walk(value, at)
			}
		}
		walk(n.Items, path+"[]")
		if more, ok := n.More.(map[string]any); ok {
			again, err := json.Marshal(more)
			if err != nil {
				t.Fatal(err)
			}
			var each node
			if err := json.Unmarshal(again, &each); err != nil {
				t.Fatal(err)
			}
			walk(&each, path+".NAME")
		}
	}
	walk(&form.node, "")
	return all
}
