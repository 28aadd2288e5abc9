package docs

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// shop is the API that the guide's contract is tried on. It refuses with problem details by RFC 9457, but for the one thing that
// broken names.
func shop(broken string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := answering{w, broken}
		id, article := strings.CutPrefix(r.URL.Path, "/articles/")
		switch {
		case article && !strings.Contains(id, "/"):
			s.article(r, id)
		case r.URL.Path == "/orders":
			s.order(r)
		case broken == "page":
			http.NotFound(w, r)
		case broken == "path":
			s.send(http.StatusOK, "application/json", map[string]any{"articles": []int{17}})
		default:
			s.refuse(http.StatusNotFound)
		}
	})
}

type answering struct {
	w      http.ResponseWriter
	broken string
}

func (s answering) article(r *http.Request, id string) {
	_, err := strconv.Atoi(id)
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		s.w.Header().Set("Allow", "GET, HEAD")
		s.refuse(http.StatusMethodNotAllowed)
	case err != nil && s.broken == "identifier":
		s.refuse(http.StatusUnprocessableEntity)
	case err != nil:
		s.refuse(http.StatusBadRequest)
	case id != "17":
		s.refuse(http.StatusNotFound)
	default:
		s.send(http.StatusOK, "application/json", map[string]any{"id": 17})
	}
}

func (s answering) order(r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	var order struct{ Article, Amount *int }
	switch {
	case r.Method != http.MethodPost:
		s.w.Header().Set("Allow", "POST")
		s.refuse(http.StatusMethodNotAllowed)
	case r.Header.Get("Content-Type") != "application/json":
		s.refuse(http.StatusUnsupportedMediaType)
	case err != nil || !json.Valid(body) && s.broken != "json":
		s.refuse(http.StatusBadRequest)
	case json.Unmarshal(body, &order) != nil || order.Article == nil || order.Amount == nil:
		s.invalid()
	default:
		s.send(http.StatusCreated, "application/json", map[string]any{"order": 1})
	}
}

// refuse sends a problem without a type of its own.
func (s answering) refuse(status int) {
	mediaType, title := "application/problem+json", http.StatusText(status)
	if status == http.StatusMethodNotAllowed && s.broken == "media-type" {
		mediaType = "application/json"
	}
	if status == http.StatusMethodNotAllowed && s.broken == "title" {
		title = "Try another way"
	}
	s.send(status, mediaType, map[string]any{"title": title, "status": status})
}

// invalid sends a problem of the type that the shop has for orders.
func (s answering) invalid() {
	problem := map[string]any{
		"type": "/problems/invalid-order", "title": "The order is invalid", "status": http.StatusUnprocessableEntity,
		"detail": "An order has an article and an amount.", "instance": "/orders/refused/1",
	}
	switch s.broken {
	case "detail":
		problem["detail"] = map[string]any{"article": "is missing"}
	case "status":
		problem["status"] = http.StatusBadRequest
	case "type":
		problem["type"] = "invalid-order"
	}
	s.send(http.StatusUnprocessableEntity, "application/problem+json", problem)
}

func (s answering) send(status int, mediaType string, body map[string]any) {
	s.w.Header().Set("Content-Type", mediaType)
	s.w.WriteHeader(status)
	_ = json.NewEncoder(s.w).Encode(body) // a client that has gone away is none of our concern
}
