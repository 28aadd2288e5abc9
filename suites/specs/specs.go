// Package specs has Ginkgo drive a plan: it is all that speaks Ginkgo, and comes with its flags.
package specs

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/extensions/globals"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"
	gomegatypes "github.com/onsi/gomega/types"

	"github.com/seed-e125e033/conform/internal/report"
	"github.com/seed-e125e033/conform/suites"
)

// Ginkgo takes 30 us and 24 KB for each spec, and keeps 9 KB of them to the end. Up to most checks have a spec each; where there are
// more, few specs have several: with a spec for each, a plan of 44,000 checks took 3 s and 400 MB more.
const (
	most = 1000
	few  = 100
)

// turn is whose run it is: Ginkgo keeps its tree and its output in package state.
var turn sync.Mutex

// Run has Ginkgo drive the plan, in its order: one spec per check, nested as contract > operation > check; of a long plan
// one spec for some checks of a contract that follow on each other. await gives a check's verdict once its cases are judged. Run reports
// whether every spec passed. What is left out was so by the plan, so no label needs to tell Ginkgo what to run. Calls
// from several goroutines run one after the other.
func Run(plan *suites.Plan, await func(*suites.Check) report.Check) bool {
	turn.Lock()
	defer turn.Unlock()
	globals.Reset()
	formatter.ColorableStdOut = io.Discard // reports are rendered from the run log
	size := 1
	if n := len(plan.Checks); n > most {
		size = (n + few - 1) / few
	}
	ginkgo.Describe("conform", func() {
		for _, byContract := range groups(plan.Checks, func(c *suites.Check) string { return c.Requirement.Contract.Name }) {
			ginkgo.Context(byContract[0].Requirement.Contract.Name, func() {
				if size > 1 {
					for some := range slices.Chunk(byContract, size) {
						spec(fmt.Sprintf("%s, and %d more", some[0].Title(), len(some)-1), some, await)
					}
					return
				}
				for _, byOperation := range groups(byContract, func(c *suites.Check) string { return c.Operation.ID }) {
					ginkgo.Context(byOperation[0].Operation.Title(), func() {
						for i, c := range byOperation {
							spec(c.Requirement.Says, byOperation[i:i+1], await, ginkgo.Label(c.Labels()...))
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

// spec awaits checks and fails where any of them does, with what is wrong with the first. Its line numbers rise with the plan:
// Ginkgo runs specs in the order of their lines.
func spec(title string, checks []*suites.Check, await func(*suites.Check) report.Check, labels ...any) {
	at := types.NewCustomCodeLocation(checks[0].Requirement.At.String())
	at.FileName, at.LineNumber = "plan", checks[0].Index+1
	ginkgo.It(title, append(labels, at, func() {
		failure, skipped, reason := "", 0, ""
		g := gomega.NewGomega(func(message string, _ ...int) { failure = cmp.Or(failure, message) })
		for _, c := range checks {
			switch outcome := await(c); outcome.Verdict { // its cases are sent and judged by workers, within their window
			case report.Passed:
			case report.Skipped:
				skipped, reason = skipped+1, outcome.Reason
			default:
				g.Expect(outcome).To(Conform())
			}
		}
		switch {
		case failure != "":
			ginkgo.Fail(failure)
		case skipped == len(checks):
			ginkgo.Skip(reason)
		}
	})...)
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
	first := 0
	for i, c := range checks {
		if i > 0 && key(c) != key(checks[i-1]) {
			all = append(all, checks[first:i])
			first = i
		}
	}
	if len(checks) > 0 {
		all = append(all, checks[first:])
	}
	return all
}
