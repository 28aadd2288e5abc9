// Package specs has Ginkgo drive a plan: it is all that speaks Ginkgo, and comes with its flags.
package specs

import (
	"fmt"
	"io"
	"slices"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/extensions/globals"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"
	gomegatypes "github.com/onsi/gomega/types"

	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/suites"
)

// Run has Ginkgo drive the plan: one spec per check, nested as contract > operation > check, in plan order. await
// gives a check's verdict once its cases are judged. It reports whether every spec passed. Ginkgo keeps its tree in
// package state, so one Run is under way in a process at a time.
func Run(plan *suites.Plan, await func(*suites.Check) report.Check) bool {
	globals.Reset()
	formatter.ColorableStdOut = io.Discard // reports are rendered from the run log
	gomega.RegisterFailHandler(ginkgo.Fail)
	ginkgo.Describe("conform", func() {
		for _, byContract := range groups(plan.Checks, func(c *suites.Check) string { return c.Requirement.Contract.Name }) {
			ginkgo.Context(byContract[0].Requirement.Contract.Name, func() {
				for _, byOperation := range groups(byContract, func(c *suites.Check) string { return c.Operation.ID }) {
					ginkgo.Context(byOperation[0].Operation.Title(), func() {
						for _, c := range byOperation {
							spec(c, await)
						}
					})
				}
			})
		}
	})
	suite, reporter := ginkgo.GinkgoConfiguration()
	suite.Timeout, suite.RandomSeed, suite.RandomizeAllSpecs = 0, 1, false
	reporter.Succinct, reporter.NoColor = true, true
	return ginkgo.RunSpecs(result{}, "conform", suite, reporter)
}

// spec is one check. Its line numbers rise with the plan: Ginkgo runs specs in the order of their lines.
func spec(c *suites.Check, await func(*suites.Check) report.Check) {
	at := types.NewCustomCodeLocation(c.Requirement.At.String())
	at.FileName, at.LineNumber = "plan", c.Index+1
	ginkgo.It(c.Requirement.Says, at, ginkgo.Label(c.Labels()...), func() {
		outcome := await(c) // its cases are sent and judged by workers, within their window
		if outcome.Verdict == report.Skipped {
			ginkgo.Skip(outcome.Reason)
		}
		gomega.Expect(outcome).To(Conform())
	})
}

// Conform matches a check's record that does not fail the run. Its failure message is the text that people read everywhere.
func Conform() gomegatypes.GomegaMatcher { return conforming{} }

type conforming struct{}

func (conforming) Match(actual any) (bool, error) {
	c, ok := actual.(report.Check)
	if !ok {
		return false, fmt.Errorf("want a report.Check, got %T", actual)
	}
	return !slices.Contains([]report.Verdict{report.Failed, report.Stale, report.Errored}, c.Verdict), nil
}

func (conforming) FailureMessage(actual any) string { return report.Describe(actual.(report.Check)) }

func (conforming) NegatedFailureMessage(actual any) string {
	return actual.(report.Check).Title + " conforms"
}

// result takes Ginkgo's word that a spec failed; the run log says which and why.
type result struct{}

func (result) Fail() {}

// groups cuts checks into runs of the same key.
func groups(checks []*suites.Check, key func(*suites.Check) string) [][]*suites.Check {
	var all [][]*suites.Check
	for i, c := range checks {
		if i == 0 || key(c) != key(checks[i-1]) {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], c)
	}
	return all
}
