package waiver

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-e125e033/conform/internal/document"
	"github.com/seed-e125e033/conform/internal/pointer"
)

// Parse reads the list of waivers at a JSON pointer of a document whose shape was held to its schema before, and returns them
// with everything that is wrong with them. What has the wrong shape is passed over.
func Parse(d *document.Document, at string) ([]Waiver, []document.Mistake) {
	value, _ := d.Get(at)
	items, _ := value.([]any)
	var waivers []Waiver
	var mistakes []document.Mistake
	for i := range items {
		here := pointer.Join(at, strconv.Itoa(i))
		text := func(key string) string {
			value, _ := d.Get(here + "/" + key)
			s, _ := value.(string)
			return s
		}
		w := Waiver{Requirement: text("requirement"), Operation: text("operation"), Reason: text("reason"), Owner: text("owner"), At: d.At(here)}
		if contract, id, dotted := strings.Cut(w.Requirement, "."); w.Requirement != "" && (!dotted || contract == "" || id == "") {
			mistakes = append(mistakes, d.Mistake(here+"/requirement", "waiver %q: write contract and requirement, such as http.allow-on-405", w.Requirement))
		}
		if day := text("expires"); day != "" {
			var err error
			if w.Expires, err = time.Parse(time.DateOnly, day); err != nil {
				mistakes = append(mistakes, d.Mistake(here+"/expires", "waiver %q: expires %q: write the last day it holds, such as 2027-03-31", w.Requirement, day))
			}
		}
		twin := slices.IndexFunc(waivers, func(other Waiver) bool {
			return w.Requirement != "" && other.Covers(w.Requirement, w.Operation)
		})
		if twin >= 0 {
			mistakes = append(mistakes, d.Mistake(here, "waiver %q: the one in line %d waives the same: keep one", w.name(), waivers[twin].At.Line))
		}
		waivers = append(waivers, w)
	}
	return waivers, mistakes
}

// name is how messages call a waiver.
func (w Waiver) name() string {
	if w.Operation == "" {
		return w.Requirement
	}
	return w.Requirement + " " + w.Operation
}

// Unmatched tells every waiver that can waive nothing: its requirement (contract.id) or its operation (id) is not in the run.
func Unmatched(waivers []Waiver, requirements, operations []string) []document.Mistake {
	var mistakes []document.Mistake
	for _, w := range waivers {
		switch {
		case !slices.Contains(requirements, w.Requirement):
			mistakes = append(mistakes, document.Mistake{At: w.At, Text: fmt.Sprintf("waiver %q matches no requirement%s", w.name(), wayOut(w.Requirement, requirements))})
		case w.Operation != "" && !slices.Contains(operations, w.Operation):
			mistakes = append(mistakes, document.Mistake{At: w.At, Text: fmt.Sprintf("waiver %q matches no operation%s", w.name(), wayOut(w.Operation, operations))})
		}
	}
	return mistakes
}

func wayOut(word string, words []string) string {
	if meant := document.Meant(word, words); meant != "" {
		return meant
	}
	return ": remove it"
}
