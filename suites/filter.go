package suites

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2/types"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/target"
	"github.com/seed-e125e033/conform/internal/waiver"
)

// filter reads the label expressions.
func (p *planner) filter() {
	parse := func(flag, expression string, empty bool) func([]string) bool {
		if expression == "" {
			return func([]string) bool { return empty }
		}
		keep, err := types.ParseLabelFilter(expression)
		if err != nil {
			p.mistake("--%s %q is no label expression: write labels with && || ! and parentheses, as in %q", flag, expression, "must && !credentials")
			return func([]string) bool { return empty }
		}
		return keep
	}
	p.chooses = p.options.Select+p.options.Skip != ""
	selected, skipped := parse("select", p.options.Select, true), parse("skip", p.options.Skip, false)
	p.keep = func(labels []string) bool { return selected(labels) && !skipped(labels) }
	patterns := func(flag string, globs []string) {
		for _, glob := range globs {
			if _, err := path.Match(glob, ""); err != nil {
				p.mistake("--%s %q is no pattern: use * and ? for any letters, [abc] for one of them", flag, glob)
			}
		}
	}
	patterns("operation", p.options.Operations)
	patterns("requirement", p.options.Requirements)
}

// wants reports whether the filters leave in the check of a requirement on an operation.
func (p *planner) wants(r *contract.Requirement, op *Operation) bool {
	return (len(p.options.Operations) == 0 || matches(p.options.Operations, op.ID)) &&
		(len(p.options.Requirements) == 0 || matches(p.options.Requirements, r.Name()) || matches(p.options.Requirements, r.ID)) &&
		(!p.chooses || p.keep((&Check{Operation: op, Outline: &Outline{Requirement: r}}).Labels()))
}

func matches(globs []string, name string) bool {
	return slices.ContainsFunc(globs, func(glob string) bool {
		ok, _ := path.Match(glob, name)
		return ok
	})
}

// applies reports whether a requirement is meant for an operation.
func applies(w contract.Where, op *Operation) bool {
	return (len(w.Methods) == 0 || slices.Contains(w.Methods, op.Method)) &&
		(len(w.Operations) == 0 || matches(w.Operations, op.ID)) && !matches(w.Except, op.ID) &&
		(len(w.Bodies) == 0 || slices.Contains(w.Bodies, op.mediaType()))
}

// narrow reports whether a requirement is meant for some cases only, by what is broken in them: see about.
func narrow(w contract.Where) bool { return len(w.At)+len(w.Variants) > 0 }

// about reports whether a requirement is meant for a case, by what is broken in it.
func about(w contract.Where, c *Case) bool {
	return (len(w.At) == 0 || slices.Contains(w.At, c.Defect.At)) && (len(w.Variants) == 0 || matches(w.Variants, c.Variant))
}

// leavesOut reports whether the run does not judge by a contract that the target file names.
func (p *planner) leavesOut(named string) bool {
	return !slices.ContainsFunc(p.Contracts, func(c *contract.Contract) bool {
		return c.Name == named || target.IsFile(named) && path.Clean(c.File) == path.Clean(filepath.ToSlash(named))
	})
}

// partial reports whether the options leave out checks or cases of what the target file is for.
func (p *planner) partial() bool {
	o := p.options
	return o.Select+o.Skip != "" || len(o.Operations)+len(o.Requirements)+len(o.Without) > 0 || o.ReadOnly ||
		slices.ContainsFunc(p.Target.Contracts, p.leavesOut)
}

// waivers finds those that are for nothing in the plan's contracts and operations.
func (p *planner) waivers() {
	var requirements []string
	judged := map[string]bool{}
	for _, c := range p.Contracts {
		judged[c.Name] = true
		for i := range c.Requirements {
			requirements = append(requirements, c.Requirements[i].Name())
		}
	}
	// A waiver for a contract that the file names, and --contract leaves out of this run, is for something.
	waivers := slices.DeleteFunc(slices.Clone(p.Target.Waivers), func(w waiver.Waiver) bool {
		name, _, _ := strings.Cut(w.Requirement, ".")
		return !judged[name] && slices.ContainsFunc(p.Target.Contracts, func(named string) bool {
			return p.leavesOut(named) && (named == name || target.IsFile(named)) // what a file's contract is called, only loading it tells
		})
	})
	for _, mistake := range waiver.Unmatched(waivers, requirements, append(p.known, WholeTarget)) {
		p.mistakes = append(p.mistakes, mistake)
	}
}
