package schema

// memberNames are those of the members that an object has so far, to see one that comes again.
type memberNames struct {
	document *Document
	object   int             // its node
	members  int             // so far
	known    map[string]bool // of an object that has many
}

// few is up to how many members an object's names are compared with one another. Nearly every object has no more.
const few = 16

// twice reports whether a name, that of the last member, stood in the object before.
func (n *memberNames) twice(name int) bool {
	n.members++
	if n.members > few {
		return n.among(name)
	}
	nodes := n.document.nodes
	last := &nodes[name]
	for at := n.object + 1; at < name; at = nodes[at+1].next {
		if same := &nodes[at]; same.end-same.start == last.end-last.start && string(n.document.textOf(same)) == string(n.document.textOf(last)) {
			return true
		}
	}
	return false
}

// among is twice of an object that has many members: to compare each name with all others would take a minute where an answer has 100,000.
func (n *memberNames) among(name int) bool {
	nodes := n.document.nodes
	if n.known == nil {
		n.known = map[string]bool{}
		for at := n.object + 1; at < name; at = nodes[at+1].next {
			n.known[string(n.document.textOf(&nodes[at]))] = true
		}
	}
	last := string(n.document.textOf(&nodes[name]))
	before := n.known[last]
	n.known[last] = true
	return before
}
