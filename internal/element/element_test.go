package element

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const refusal = `<?xml version="1.0" encoding="utf-8"?>
<resource xmlns="http://www.restfm.com" xmlns:x="urn:x">
  <data/>
  <info>
    <field name="X-RESTfm-Status">404</field>
    <x:field name="X-RESTfm-Reason">other</x:field>
    <field name="X-RESTfm-Reason" x:name="a">Not <b>Found</b> &lt;&#65;<![CDATA[&]]></field>
    <field name="it's">quoted</field>
  </info>
</resource>
`

func TestFind(t *testing.T) {
	root, err := Read([]byte("\ufeff" + refusal))
	if err != nil {
		t.Fatal(err)
	}
	const restfm = "http://www.restfm.com"
	tests := []struct {
		name, path, namespace string
		want                  string // its text; none where nothing is found
	}{
		{"an element by an attribute", "/resource/info/field[@name='X-RESTfm-Status']", restfm, "404"},
		{"text with markup, references and a section in it", "/resource/info/field[@name='X-RESTfm-Reason']", restfm, "Not Found <A&"},
		{"any namespace, where none is asked for", "/resource/info/field[@name='X-RESTfm-Reason']", "", "other"},
		{"an attribute in double quotes", `/resource/info/field[@name="it's"]`, "", "quoted"},
		{"the first of several", "/resource/info/field", restfm, "404"},
		{"a descendant", "/resource/info/field/b", restfm, "Found"},
		{"an element without text", "/resource/data", restfm, ""},
		{"another attribute", "/resource/info/field[@name='X-RESTfm-FM-Status']", "", "none"},
		{"an attribute that is missing", "/resource/info[@name='']", "", "none"},
		{"an attribute with a prefix", "/resource/info/field[@name='a']", "", "none"},
		{"another root", "/info", "", "none"},
		{"another namespace", "/resource", "urn:x", "none"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := Parse(tt.path)
			if err != nil {
				t.Fatal(err)
			}
			got := "none"
			if e := p.Find(root, tt.namespace); e != nil {
				got = e.Text
			}
			if got != tt.want {
				t.Errorf("want %q, got %q", tt.want, got)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"nothing", "", "no element"},
		{"white space", " \n", "no element"},
		{"a comment alone", "<!-- a -->", "no element"},
		{"an element without an end", "<a><b></b>", "XML syntax error on line 1: unexpected EOF"},
		{"ends that cross", "<a><b></a></b>", "XML syntax error on line 1: element <b> closed by </a>"},
		{"an ampersand alone", "<a>a & b</a>", "XML syntax error on line 1: invalid character entity & (no semicolon)"},
		{"an entity of HTML", "<a>&nbsp;</a>", "XML syntax error on line 1: invalid character entity &nbsp;"},
		{"a control character", "<a>\x01</a>", "XML syntax error on line 1: illegal character code U+0001"},
		{"a reference to no character", "<a>&#0;</a>", "XML syntax error on line 1: illegal character code U+0000"},
		{"bytes that are not UTF-8", "<a>\xe9</a>", "XML syntax error on line 1: invalid UTF-8"},
		{"UTF-16", "\xfe\xff\x00<\x00a\x00/\x00>", "XML syntax error on line 1: invalid UTF-8"},
		{"another encoding", `<?xml version="1.0" encoding="ISO-8859-1"?><a/>`, `it declares the encoding "ISO-8859-1", and UTF-8 is wanted`},
		{"another version", `<?xml version="1.1"?><a/>`, `xml: unsupported version "1.1"; only version 1.0 is supported`},
		{"a declaration that is not first", ` <?xml version="1.0"?><a/>`, "the XML declaration does not stand at the start"},
		{"a document type", `<!DOCTYPE html><html/>`, "it has a document type, which is never read"},
		{"entities that grow", `<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>`, "it has a document type, which is never read"},
		{"an entity from a file", `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`, "it has a document type, which is never read"},
		{"text before the element", "404 <a/>", "text outside the element: 404 "},
		{"text after the element", "<a/>x", "text outside the element: x"},
		{"two elements at the top", "<a/><b/>", "more than one element at the top"},
		{"an attribute twice", `<a b="1" b="2"/>`, "<a> has the attribute b twice"},
		{"a prefix that nothing declares", "<x:a/>", "the prefix x is not declared"},
		{"an attribute whose prefix nothing declares", "<a x:b=''/>", "the prefix x is not declared"},
		{"more levels than are read", strings.Repeat("<a>", maxDepth+1), ErrLimit.Error()},
		{"more elements than are read", "<a>" + strings.Repeat("<b/>", maxElements), ErrLimit.Error()},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, err := Read([]byte(tt.body))
			if e != nil || err == nil || err.Error() != tt.want {
				t.Errorf("want %s, got %v, %v", tt.want, e, err)
			}
		})
	}
}

func TestReadTakesAsMuchAsItSays(t *testing.T) {
	for name, body := range map[string]string{
		"levels":   strings.Repeat("<a>", maxDepth) + strings.Repeat("</a>", maxDepth),
		"elements": "<a>" + strings.Repeat("<b/>", maxElements-1) + "</a>",
	} {
		if _, err := Read([]byte(body)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParse(t *testing.T) {
	got, err := Parse(`/a/b-c[@x='1/2]'][@y="'"]/_d`)
	want := Path{{Name: "a"}, {"b-c", map[string]string{"x": "1/2]", "y": "'"}}, {Name: "_d"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	for _, path := range []string{"", "/", "a", "/a/", "//a", "/a[1]", "/a[@b]", "/a[@b=c]", "/a[b='c']", "/a/@b", "/a/text()", "/x:a", "/a[@b='c' and @d='e']", "/*", "/a b", "/1"} {
		_, err := Parse(path)
		want := `"` + path + `" is no element path: write it like "/error/field[@name='code']"`
		if err == nil || err.Error() != want {
			t.Errorf("want %s, got %v", want, err)
		}
	}
}

// FuzzRead holds the reader to its word whatever a target sends: an end, and either an element or what is wrong.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{refusal, "<a", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a xmlns:b='c'><b:d b:e='f'/></a>", "<a><![CDATA[x]]>&#x41;</a>", "\ufeff<?xml version='1.0'?><a/>", "</a>"} {
		f.Add([]byte(seed), "/resource/info/field[@name='X-RESTfm-Status']")
	}
	f.Fuzz(func(t *testing.T, body []byte, path string) {
		root, err := Read(body)
		if (root == nil) == (err == nil) {
			t.Fatalf("%v and %v", root, err)
		}
		p, err := Parse(path)
		if err != nil || root == nil {
			return
		}
		if e := p.Find(root, ""); e != nil && !strings.Contains(root.Text, e.Text) {
			t.Errorf("%q is not within %q", e.Text, root.Text)
		}
		if len(root.Text) > len(body) {
			t.Errorf("%d bytes hold %d of text", len(body), len(root.Text))
		}
	})
}
