package selftest

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/seed-e125e033/conform/fixtures/faults"
	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/pointer"
	"github.com/seed-e125e033/conform/internal/schema"
)

// Table is what one contract's requirements have to notice: every fault that no row excepts. It may be asked by many goroutines.
type Table struct {
	Contract string                       `json:"contract"`
	Document string                       `json:"document"` // what the rows were read from
	Statuses []int                        `json:"statuses"`
	Codes    map[string][]any             `json:"codes"`
	Status   []string                     `json:"status"`
	Blame    []string                     `json:"blame"`
	Channels []string                     `json:"channels"`
	Answers  map[string][]contract.Status `json:"answers"` // by requirement that speaks of answers: those of these statuses
	Beyond   map[string]string            `json:"beyond"`  // by requirement that no fault can break here, why

	Equivalent []Row `json:"equivalent"`
	Told       []Row `json:"told"`
	Either     []Row `json:"either"`
	RuledOut   []Row `json:"ruled_out"` // accents, named as faults are

	d *document.Document
}

// Row excepts faults on requirements.
type Row struct {
	Faults       globs             `json:"faults"`
	Requirements globs             `json:"requirements"`
	Cases        globs             `json:"cases"`
	Was          []contract.Status `json:"was"` // statuses of the API's own answer; empty: any
	Because      string            `json:"because"`

	at   string                    // JSON pointer in the table
	used map[string][]atomic.Int64 // by key: how often each glob was needed
}

// keys are those of a row that hold globs.
var keys = [3]string{"faults", "requirements", "cases"}

func (r *Row) globs() [3]globs { return [3]globs{r.Faults, r.Requirements, r.Cases} }

// expectation is what a judge has to make of a changed answer.
type expectation int

const (
	caught     expectation = iota // a finding
	told                          // a finding, or that it could not be judged
	either                        // anything
	equivalent                    // nothing
)

// changed is an answer that a fault changed, and the requirement that it is judged for.
type changed struct {
	fault, requirement, name string // name is the case's
	was, is                  int    // statuses of the API's own answer and of the changed one
}

// LoadTable reads the table of a contract, strictly. The errors are Mistakes, joined.
func LoadTable(files fs.FS, c *contract.Contract) (*Table, error) {
	name := c.Name + ".yaml"
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	d, err := document.Parse("fixtures/faults/expected/"+name, data)
	if err != nil {
		return nil, err
	}
	form, err := form(files)
	if err != nil {
		return nil, err
	}
	if err := document.Join(d.Check(form)); err != nil {
		return nil, err
	}
	t := &Table{d: d}
	if err := json.Unmarshal(d.JSON(""), t); err != nil {
		return nil, d.Mistake("", "%s", err)
	}
	return t, document.Join(t.prepare(c))
}

// form returns the schema of tables.
func form(files fs.FS) (*schema.Schema, error) {
	data, err := fs.ReadFile(files, "table.json")
	if err != nil {
		return nil, err
	}
	return schema.Compile("table.json", data)
}

// prepare returns what of the table does not fit its contract.
func (t *Table) prepare(c *contract.Contract) []document.Mistake {
	var ids []string
	for i := range c.Requirements {
		ids = append(ids, c.Requirements[i].ID)
	}
	var mistakes []document.Mistake
	unknown := func(at, id string) {
		mistakes = append(mistakes, t.d.Mistake(at, "contract %q has no requirement %q%s", c.Name, id, document.Meant(id, ids)))
	}
	if t.Contract != c.Name {
		mistakes = append(mistakes, t.d.Mistake("/contract", "the table of contract %q says %q: name the file after its contract", c.Name, t.Contract))
	}
	for id := range t.Answers {
		if !slices.Contains(ids, id) {
			unknown(pointer.Join("/answers", id), id)
		}
	}
	for id := range t.Beyond {
		if !slices.Contains(ids, id) {
			unknown(pointer.Join("/beyond", id), id)
		}
	}
	for _, list := range t.rows() {
		for i := range list.rows {
			r := &list.rows[i]
			r.at = pointer.Join("", list.key, strconv.Itoa(i))
			r.used = map[string][]atomic.Int64{}
			for k, g := range r.globs() {
				r.used[keys[k]] = make([]atomic.Int64, len(g))
			}
			for k, glob := range r.Requirements {
				if !slices.ContainsFunc(ids, func(id string) bool { return match(strings.TrimPrefix(glob, not), id) }) {
					unknown(pointer.Join(r.at, "requirements", strconv.Itoa(k)), glob)
				}
			}
		}
	}
	return mistakes
}

// list is one of the table's lists of rows.
type list struct {
	key  string
	rows []Row
	is   expectation
}

func (t *Table) lists() []list {
	return []list{{"equivalent", t.Equivalent, equivalent}, {"told", t.Told, told}, {"either", t.Either, either}}
}

// rows are all lists.
func (t *Table) rows() []list { return append(t.lists(), list{"ruled_out", t.RuledOut, either}) }

// rulesOut reports whether the document forbids what an accent does.
func (t *Table) rulesOut(accent, requirement string) bool {
	for i := range t.RuledOut {
		r := &t.RuledOut[i]
		if byAccent, byRequirement, ok := r.about(accent, requirement); ok {
			r.count("faults", byAccent)
			r.count("requirements", byRequirement)
			return true
		}
	}
	return false
}

// expect returns what has to be made of a changed answer.
func (t *Table) expect(c changed) expectation {
	return t.rule(c.fault, c.requirement).expect(c.name, c.was, c.is)
}

// rule is what a table says of one fault on one requirement.
type rule struct {
	speaks  bool              // the requirement speaks of answers, of those of statuses alone
	of      []contract.Status // these
	excepts []exception
}

// exception is a row that may hold.
type exception struct {
	*Row
	is                 expectation
	fault, requirement int // the globs that say so, -1 for none
}

func (t *Table) rule(fault, requirement string) rule {
	var r rule
	r.of, r.speaks = t.Answers[requirement]
	for _, list := range t.lists() {
		for i := range list.rows {
			row := &list.rows[i]
			if f, q, ok := row.about(fault, requirement); ok {
				r.excepts = append(r.excepts, exception{row, list.is, f, q})
			}
		}
	}
	return r
}

// expect returns what has to be made of an answer that was and is of these statuses, to the case of that name. A requirement that
// speaks of answers says nothing of those of other statuses.
func (r rule) expect(name string, was, is int) expectation {
	if r.speaks && !matches(r.of, is) {
		return equivalent
	}
	for _, e := range r.excepts {
		if e.holds(name, was) {
			e.count("faults", e.fault)
			e.count("requirements", e.requirement)
			return e.is
		}
	}
	return caught
}

func matches(statuses []contract.Status, code int) bool {
	return slices.ContainsFunc(statuses, func(s contract.Status) bool { return s.Matches(code) })
}

// about reports whether the row is about a fault on a requirement, and which globs say so.
func (r *Row) about(fault, requirement string) (byFault, byRequirement int, ok bool) {
	if byFault, ok = r.chosen("faults", r.Faults, fault); !ok {
		return 0, 0, false
	}
	byRequirement, ok = r.chosen("requirements", r.Requirements, requirement)
	return byFault, byRequirement, ok
}

// holds reports whether the row, being about the fault and the requirement, holds for a case.
func (r *Row) holds(name string, was int) bool {
	if len(r.Was) > 0 && !matches(r.Was, was) {
		return false
	}
	i, ok := r.chosen("cases", r.Cases, name)
	if ok {
		r.count("cases", i)
	}
	return ok
}

// chosen is choose that takes note of what is left out.
func (r *Row) chosen(key string, g globs, name string) (int, bool) {
	i, ok := g.choose(name)
	if !ok {
		r.count(key, i)
	}
	return i, ok
}

// count takes note that a glob was needed, if it was one.
func (r *Row) count(key string, i int) {
	if i >= 0 {
		r.used[key][i].Add(1)
	}
}

// stale returns the globs that excepted nothing, once every fault was looked at.
func (t *Table) stale() []document.Mistake {
	var mistakes []document.Mistake
	for _, list := range t.rows() {
		for _, r := range list.rows {
			for _, key := range keys {
				for i := range r.used[key] {
					if r.used[key][i].Load() > 0 {
						continue
					}
					at := pointer.Join(r.at, key, strconv.Itoa(i))
					glob, _ := t.d.Get(at)
					mistakes = append(mistakes, t.d.Mistake(at, "%q fits nothing: remove it", fmt.Sprint(glob)))
				}
			}
		}
	}
	return mistakes
}

// choices returns what the tables of an API's contracts say that its answers do not tell.
func choices(tables []*Table) faults.Choices {
	c := faults.Choices{Codes: map[string][]any{}, Likely: true}
	for _, t := range tables {
		for _, status := range t.Statuses {
			if !slices.Contains(c.Statuses, status) {
				c.Statuses = append(c.Statuses, status)
			}
		}
		for place, codes := range t.Codes {
			c.Codes[place] = append(c.Codes[place], codes...)
		}
		c.Status = append(c.Status, t.Status...)
		c.Blame = append(c.Blame, t.Blame...)
		c.Channels = append(c.Channels, t.Channels...)
	}
	return c
}

// not before a glob leaves names out.
const not = "!"

// globs choose names: those that any of them matches, or all where each only leaves names out.
type globs []string

// choose reports whether the globs choose the name, and which of them decides: -1 for none.
func (g globs) choose(name string) (which int, ok bool) {
	if i := slices.IndexFunc(g, func(glob string) bool {
		left, out := strings.CutPrefix(glob, not)
		return out && match(left, name)
	}); i >= 0 {
		return i, false
	}
	i := slices.IndexFunc(g, func(glob string) bool { return match(glob, name) })
	return i, i >= 0 || !slices.ContainsFunc(g, func(glob string) bool { return !strings.HasPrefix(glob, not) })
}

// match reports whether a name is of a glob: * stands for any letters, slashes among them.
func match(glob, name string) bool {
	start, rest, wild := strings.Cut(glob, "*")
	name, ok := strings.CutPrefix(name, start)
	if !ok || !wild {
		return ok && name == ""
	}
	for {
		part, more, wild := strings.Cut(rest, "*")
		if !wild {
			return strings.HasSuffix(name, part)
		}
		i := strings.Index(name, part)
		if i < 0 {
			return false
		}
		name, rest = name[i+len(part):], more
	}
}
