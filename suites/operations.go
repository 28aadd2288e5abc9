package suites

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/check"
	"github.com/seed-e125e033/conform/internal/exchange"
	"github.com/seed-e125e033/conform/internal/target"
)

// operations chooses what is probed: what the user listed or, where nothing is listed, what the contracts know.
func (p *planner) operations() {
	known := p.Target.Operations
	if len(known) == 0 {
		seen := map[string]bool{}
		for _, c := range p.Contracts {
			for _, op := range c.Operations {
				if !seen[op.ID] {
					seen[op.ID] = true
					known = append(known, op)
				}
			}
		}
	}
	declared, complete := methods(known)
	accept := p.accept()
	for i := range known {
		op := &known[i]
		p.known = append(p.known, op.ID)
		switch {
		case op.Writes() && p.options.ReadOnly:
			p.leave(op.ID, "", "it writes, and the run is --read-only")
		case op.Writes() && !op.Listed && !p.options.AllowWrites:
			p.leave(op.ID, "", "it writes; give --allow-writes, or list it in conform.yaml")
			p.withheld = true
		default:
			p.operation(&Operation{Operation: op, Sources: op.Sources(), Good: p.goodOf(op, accept, declared[op.Path], complete[op.Path])})
		}
	}
	for _, op := range p.Operations {
		p.values(op, "{%s}", op.Params)
		p.values(op, "the query parameter %q", op.Query)
		if op.Method == http.MethodDelete && !p.created(op) {
			p.mistake("%s: operation %q deletes what the run did not create: take its path parameter from a creating operation, as in %s", op.At, op.ID, "good: {from: create-thing, pointer: /id}")
		}
	}
	p.twins()
	p.makers()
	whole := &target.Operation{ID: WholeTarget, Method: http.MethodGet, Path: "/"}
	p.operation(&Operation{Operation: whole, Good: p.goodOf(whole, accept, nil, false)})
	p.limited()
	around := map[[3]*target.Credential]*check.Surroundings{}
	for _, op := range p.Operations {
		its := [3]*target.Credential{op.Good.Credential, op.Good.Limited, op.Good.Expired}
		if around[its] == nil {
			around[its] = p.surroundings(its[:])
		}
		op.surroundings = around[its]
	}
}

// operation adds an operation to the plan.
func (p *planner) operation(op *Operation) {
	op.place = len(p.Operations)
	p.Operations = append(p.Operations, op)
	if p.byID[op.ID] == nil {
		p.byID[op.ID] = op
	}
}

// values makes sure that every value that the operation takes from another will be there.
func (p *planner) values(op *Operation, what string, values target.Values) {
	for _, v := range values {
		if v.From == nil || p.Operation(v.From.Operation) != nil {
			continue
		}
		way := fmt.Sprintf("give --set %s=VALUE", v.Name)
		if !p.options.ReadOnly {
			way += fmt.Sprintf(", or --allow-writes so that %s makes one", v.From.Operation)
		}
		p.mistake("operation %q: no value for "+what+": %s", op.ID, v.Name, way)
	}
}

// created reports whether what the operation deletes is something that the run has created before. A source that is left
// out is told apart.
func (p *planner) created(op *Operation) bool {
	from := op.Deleted()
	if from == nil {
		return false
	}
	source := p.Operation(from.Operation)
	return source == nil || source.Writes() && source.Method != http.MethodDelete
}

// makers gives each operation that reads one thing, which the run has made, the operation that made it if its undo deletes that
// very thing.
func (p *planner) makers() {
	for _, op := range p.Operations {
		if len(op.Sources) != 1 || !strings.Contains(op.Path, "{") {
			continue
		}
		source := p.Operation(op.Sources[0].Operation)
		if source == nil || !source.Writes() || source.Method == http.MethodDelete {
			continue
		}
		path := op.Path
		for _, v := range op.Params {
			with := url.PathEscape(v.Good)
			if v.From != nil {
				with = "{" + v.From.Pointer + "}"
			}
			path = strings.ReplaceAll(path, "{"+v.Name+"}", with)
		}
		if source.Undo == "DELETE "+path {
			op.Good.Maker = source.ID
		}
	}
}

// methods returns the methods known of each path template, and whether they are all that it takes.
func methods(operations []target.Operation) (declared map[string][]string, complete map[string]bool) {
	declared, complete = map[string][]string{}, map[string]bool{}
	for _, op := range operations {
		known := append(declared[op.Path], op.Method)
		known = append(known, op.Methods...)
		slices.Sort(known)
		declared[op.Path] = slices.Compact(known)
		complete[op.Path] = complete[op.Path] || len(op.Methods) > 0
	}
	return declared, complete
}

// goodOf builds what probes start from.
func (p *planner) goodOf(op *target.Operation, accept string, declared []string, complete bool) Good {
	base := strings.TrimSuffix(p.Target.URL.EscapedPath(), "/")
	g := Good{
		Operation: op, Base: base, Declared: declared, Complete: complete,
		Credential: p.credential(op.Credential), Limited: p.named("limited"), Expired: p.named("expired"),
	}
	g.Request = op.Request(base, accept)
	if g.Credential != nil {
		g.Request = g.Credential.Apply(g.Request)
	}
	if op.ID == WholeTarget {
		g.Provoke = map[string]exchange.Request{}
		for probe, request := range p.Target.Provoke {
			method, path, _ := strings.Cut(request, " ")
			r := g.Request.WithMethod(method).WithTarget(base + path)
			if g.Credential != nil && g.Credential.Kind == target.Query {
				r = g.Credential.Apply(r)
			}
			g.Provoke[probe] = r
		}
	}
	return g
}

// credential returns the credential that an operation names, nil for none.
func (p *planner) credential(name string) *target.Credential {
	switch name {
	case "none":
		return nil
	case "":
		return p.named("default")
	}
	return p.named(name)
}

// named returns the target's credential of that name, nil if it has none. Operations share it.
func (p *planner) named(name string) *target.Credential {
	if p.credentials == nil {
		p.credentials = make(map[string]*target.Credential, len(p.Target.Credentials))
		for name, c := range p.Target.Credentials {
			p.credentials[name] = &c
		}
	}
	return p.credentials[name]
}

// accept asks for what the contracts' errors are first, then for anything: an answer in another format is the target's choice.
func (p *planner) accept() string {
	var types []string
	for _, c := range p.Contracts {
		for _, f := range c.FormatsInOrder() {
			asked := f.MediaTypes
			if f.Accept != "" {
				asked = []string{f.Accept}
			}
			for _, t := range asked {
				if !slices.Contains(types, t) {
					types = append(types, t)
				}
			}
		}
	}
	if len(types) == 0 {
		types = []string{"application/json"}
	}
	return strings.Join(types, ", ") + ", */*;q=0.1"
}
