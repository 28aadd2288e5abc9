package check

import (
	"errors"

	"github.com/seed-e125e033/conform/internal/element"
)

// readXML reads the body as a document with the format's root element, and reports whether it is.
func (j *judge) readXML() bool {
	x := j.format.XML
	root, err := j.reading.xml()
	switch {
	case errors.Is(err, element.ErrLimit):
		j.cannotTell(err)
		return false
	case err != nil:
		j.another("well-formed XML", err)
		return false
	case root.Name != x.Root:
		j.another("the root element "+x.Root, errors.New(excerpt(root.Name)))
		return false
	case x.Namespace != "" && root.Namespace != x.Namespace:
		j.add(Finding{Rule: "body", Want: "the namespace " + x.Namespace, Got: excerpt(root.Namespace)})
		return false
	}
	j.get = func(place string) (value, bool) {
		path, err := element.Parse(place)
		if err != nil {
			return value{}, false
		}
		e := path.Find(root, x.Namespace)
		if e == nil {
			return value{}, false
		}
		return value{text: e.Text}, true
	}
	j.required(x.Required)
	return true
}
