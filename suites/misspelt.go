package suites

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-e125e033/conform/internal/contract"
	"github.com/seed-e125e033/conform/internal/document"
)

// misspelt finds names in the filters that nothing has, where something has nearly that name: what would be run is not what was meant, and
// a --skip would skip nothing. Other unknown names are taken, as the same filter may serve several targets.
func (p *planner) misspelt() {
	var requirements []string
	labels := []string{string(contract.Must), string(contract.Should), string(contract.May)}
	for _, c := range p.Contracts {
		labels = append(labels, c.Name)
		for i := range c.Requirements {
			requirements = append(requirements, c.Requirements[i].Name())
		}
	}
	for _, probe := range Catalog {
		labels = append(labels, probe.Name, probe.Family())
	}
	operations := append(slices.Clone(p.known), WholeTarget)
	labels = slices.Concat(labels, requirements, operations)
	tell := func(flag, thing, name string, known []string) {
		if slices.ContainsFunc(known, func(k string) bool { return k == name || thing == "label" && strings.EqualFold(k, name) }) {
			return
		}
		if meant := document.Meant(name, known); meant != "" {
			p.mistakes = append(p.mistakes, fmt.Errorf("--%s: no %s is called %q%s", flag, thing, name, meant))
		}
	}
	for _, label := range labelsIn(p.options.Select) {
		tell("select", "label", label, labels)
	}
	for _, label := range labelsIn(p.options.Skip) {
		tell("skip", "label", label, labels)
	}
	for _, name := range p.options.Operations {
		if !strings.ContainsAny(name, `*?[\`) {
			tell("operation", "operation", name, operations)
		}
	}
	for _, name := range p.options.Requirements {
		_, _, dotted := strings.Cut(name, ".")
		switch {
		case strings.ContainsAny(name, `*?[\`):
		case dotted:
			tell("requirement", "requirement", name, requirements)
		default: // its id alone
			var ids []string
			for _, r := range requirements {
				_, id, _ := strings.Cut(r, ".")
				ids = append(ids, id)
			}
			tell("requirement", "requirement", name, ids)
		}
	}
}

// labelsIn returns the labels that a label expression names, without those within a regular expression or a set.
func labelsIn(expression string) []string {
	if strings.ContainsAny(expression, "/:{}") {
		return nil
	}
	var labels []string
	for _, label := range strings.FieldsFunc(expression, func(r rune) bool { return strings.ContainsRune("&|!,()", r) }) {
		if label = strings.TrimSpace(label); label != "" {
			labels = append(labels, label)
		}
	}
	return labels
}
