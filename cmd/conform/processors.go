package main

// one has the process use one processor, unless its environment says how many, and returns what undoes that. One is enough for 40,000
// requests a second; two wake each other, and the target, for nearly every answer: 23.4 us of processor time a case rather than 20,
// and 6 % more time. In CI the target often shares the machine, and has the others.
func (d door) one() (undo func()) {
	if _, told := d.lookup("GOMAXPROCS"); told || d.processors == nil {
		return func() {}
	}
	before := d.processors(1)
	return func() { d.processors(before) }
}
