package suites

// pile is a list that grows without moving what is in it: to copy a hundred thousand blocks over and over took a twentieth of planning.
type pile[T any] struct {
	layers [][]T // of one size, but for the last
	size   int
}

// layer is how many things a layer of a pile has room for.
const layer = 1024

// add puts a thing on the pile, and returns where it is.
func (p *pile[T]) add(thing T) *T {
	if p.size%layer == 0 {
		p.layers = append(p.layers, make([]T, 0, layer))
	}
	top := &p.layers[len(p.layers)-1]
	*top = append(*top, thing)
	p.size++
	return &(*top)[len(*top)-1]
}

// at returns a thing by its place.
func (p *pile[T]) at(i int) *T { return &p.layers[i/layer][i%layer] }
