package check

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-e125e033/conform/internal/exchange"
)

func TestAReadingOfAnotherExchangeKnowsNothingOfTheOneBefore(t *testing.T) {
	answer := func(status int, contentType, body string) *exchange.Exchange {
		return &exchange.Exchange{Answer: &exchange.Answer{
			Status: status, Fields: exchange.Fields{{Name: "Content-Type", Value: contentType}}, Body: []byte(body),
		}}
	}
	type seen struct {
		Status, Type string
		Value, At    any
		Found, Wrong bool
	}
	look := func(r *Reading) seen {
		v, err := r.asJSON()
		at, found := r.at()("/id")
		return seen{r.status(), r.contentType().name, v.Any(), at.any(), found, err != nil}
	}
	again := &Reading{}
	for _, ex := range []*exchange.Exchange{
		answer(http.StatusBadRequest, "application/json", `{"id":"first"}`),
		answer(http.StatusNotFound, "application/problem+json", `{"id":"second"}`),
		answer(http.StatusTeapot, "text/plain", `no JSON`),
		answer(http.StatusConflict, "application/json", `[]`),
	} {
		again.Read(ex, Defect{})
		if diff := cmp.Diff(look(Read(ex, Defect{})), look(again)); diff != "" {
			t.Errorf("answer %d, read after others (-alone +after):\n%s", ex.Answer.Status, diff)
		}
	}
}
