package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"

	"github.com/seed-e125e033/conform/fixtures/apis"
)

// hostile are servers that do what no API should, by name. Each is made for the server that it is to run in.
var hostile = map[string]func(*httptest.Server) http.Handler{
	// dying is the reference API of Gr4vy until a case of syntax.bare-word ends it.
	"dying": func(server *httptest.Server) http.Handler {
		api, _ := apis.Named("gr4vy")
		whole := api.New(nil)
		var dead atomic.Bool
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.Header.Get("Conform-Case"), "syntax.bare-word") && !dead.Swap(true) {
				server.Listener.Close()
			}
			if dead.Load() {
				panic(http.ErrAbortHandler)
			}
			whole.ServeHTTP(w, r)
		})
	},
	// refusing answers 401 to whatever it is sent, in the error format of Gr4vy.
	"refusing": func(*httptest.Server) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnauthorized)
			w.Write([]byte(`{"type":"error","code":"unauthorized","status":401,"message":"No valid API authentication found","details":[]}`))
		})
	},
	// echoing obeys everything, and sends back all that it was sent: in the body and in a field.
	"echoing": func(*httptest.Server) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var heard strings.Builder
			r.Write(&heard)
			w.Header().Set("X-Heard", strings.NewReplacer("\r", " ", "\n", " ").Replace(heard.String()))
			w.Write([]byte(heard.String()))
		})
	},
}
