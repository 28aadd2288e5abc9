package element

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Path names elements from the root down: /resource/info/field[@name='X-RESTfm-Status'].
type Path []Step

// Step is one name of a path, and the attributes that the element has to have.
type Step struct {
	Name       string
	Attributes map[string]string
}

// Parse returns a path of the form /name/name[@attribute='value']. Names have no prefix: a namespace is asked for beside the path.
func Parse(path string) (Path, error) {
	var p Path
	for rest := path; rest != "" || p == nil; {
		after, ok := strings.CutPrefix(rest, "/")
		var step Step
		if step.Name, rest = cutName(after); !ok || step.Name == "" {
			return nil, wrong(path)
		}
		for strings.HasPrefix(rest, "[") {
			var name, value string
			if name, value, rest, ok = cutPredicate(rest); !ok {
				return nil, wrong(path)
			}
			if step.Attributes == nil {
				step.Attributes = map[string]string{}
			}
			step.Attributes[name] = value
		}
		p = append(p, step)
	}
	return p, nil
}

func wrong(path string) error {
	return fmt.Errorf("%q is no element path: write it like %q", path, "/error/field[@name='code']")
}

// cutName returns the name that a text starts with, empty if none does, and what follows.
func cutName(text string) (name, rest string) {
	if first, _ := utf8.DecodeRuneInString(text); first != '_' && !unicode.IsLetter(first) {
		return "", text
	}
	end := strings.IndexFunc(text, func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.N, unicode.M) && r != '_' && r != '.' && r != '-'
	})
	if end < 0 {
		end = len(text)
	}
	return text[:end], text[end:]
}

// cutPredicate returns the attribute that a text such as [@name='value'] starts with, and what follows.
func cutPredicate(text string) (name, value, rest string, ok bool) {
	text, _ = strings.CutPrefix(text, "[@")
	name, text = cutName(text)
	text, ok = strings.CutPrefix(text, "=")
	if !ok || name == "" || text == "" || text[0] != '\'' && text[0] != '"' {
		return "", "", "", false
	}
	value, text, ok = strings.Cut(text[1:], text[:1])
	rest, closed := strings.CutPrefix(text, "]")
	return name, value, rest, ok && closed
}

// Find returns the first element, in the order of the document, that the path names; nil where none is. A namespace that is not
// empty is that of every element on the way.
func (p Path) Find(root *Element, namespace string) *Element {
	if len(p) == 0 || !p[0].is(root, namespace) {
		return nil
	}
	if len(p) == 1 {
		return root
	}
	for _, child := range root.Children {
		if found := p[1:].Find(child, namespace); found != nil {
			return found
		}
	}
	return nil
}

// is reports whether the step names the element.
func (s Step) is(e *Element, namespace string) bool {
	if e.Name != s.Name || namespace != "" && e.Namespace != namespace {
		return false
	}
	for name, want := range s.Attributes {
		if got, there := e.Attributes[name]; !there || got != want {
			return false
		}
	}
	return true
}
