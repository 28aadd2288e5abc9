package element

import (
	"fmt"
	"regexp"
	"sync"
)

// Path names elements from the root down: /resource/info/field[@name='X-RESTfm-Status'].
type Path []Step

// Step is one name of a path, and the attributes that the element has to have.
type Step struct {
	Name       string
	Attributes map[string]string
}

// Names have no prefix: a namespace is asked for beside the path. The classes of letters take 0.3 ms to compile, which every start
// of the process would pay for.
var (
	name = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^/([\pL_][\pL\pN\pM_.-]*)`)
	})
	predicate = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\[@([\pL_][\pL\pN\pM_.-]*)=(?:'([^']*)'|"([^"]*)")\]`)
	})
)

// Parse returns a path of the form /name/name[@attribute='value'].
func Parse(path string) (Path, error) {
	var p Path
	for rest := path; rest != "" || p == nil; {
		m := name().FindStringSubmatch(rest)
		if m == nil {
			return nil, fmt.Errorf("%q is no element path: write it like %q", path, "/error/field[@name='code']")
		}
		step := Step{Name: m[1]}
		rest = rest[len(m[0]):]
		for m = predicate().FindStringSubmatch(rest); m != nil; m = predicate().FindStringSubmatch(rest) {
			if step.Attributes == nil {
				step.Attributes = map[string]string{}
			}
			step.Attributes[m[1]] = m[2] + m[3]
			rest = rest[len(m[0]):]
		}
		p = append(p, step)
	}
	return p, nil
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
