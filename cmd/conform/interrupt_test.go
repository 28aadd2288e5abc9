package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// notes is an API that keeps what it is told, also what it should refuse.
type notes struct {
	keeps  bool          // it does not let go of anything
	hangs  bool          // it does not answer a DELETE
	posted chan struct{} // told of each POST, before its answer
	going  chan struct{} // told of each DELETE
	resume chan struct{} // a POST is answered once it is closed

	mu   sync.Mutex
	last int
	kept map[string]bool
}

func (n *notes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodPost:
		n.mu.Lock()
		n.last++
		id := fmt.Sprint(n.last)
		n.kept[id] = true
		n.mu.Unlock()
		n.posted <- struct{}{}
		<-n.resume
		w.WriteHeader(http.StatusCreated)
		json.NewEncoder(w).Encode(map[string]string{"id": id})
	case http.MethodDelete:
		n.going <- struct{}{}
		if n.hangs {
			<-r.Context().Done()
			return
		}
		n.mu.Lock()
		defer n.mu.Unlock()
		if n.keeps {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		delete(n.kept, strings.TrimPrefix(r.URL.Path, "/notes/"))
	}
}

const noting = `
version: 1
operations:
  - id: create-note
    request: POST /notes
    headers: {Content-Type: application/json}
    body: {text: x}
    required: [/text]
    undo: DELETE /notes/{/id}
`

// heard keeps what a process prints, and closes said once that has the word in it.
type heard struct {
	word string
	said chan struct{}

	mu   sync.Mutex
	text bytes.Buffer
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := strings.Contains(h.text.String(), h.word)
	h.text.Write(p)
	if !before && strings.Contains(h.text.String(), h.word) {
		close(h.said)
	}
	return len(p), nil
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// TestAnInterruptLeavesNothingBehind interrupts the process while the target makes something: its answer, which tells how that is
// undone, is on its way.
func TestAnInterruptLeavesNothingBehind(t *testing.T) {
	for _, test := range []struct {
		name  string
		notes *notes
		twice bool // the signal comes again while something is undone
		left  int
		told  string
	}{
		{"what was made is undone", &notes{}, false, 0, ""},
		{"what cannot be undone is listed", &notes{keeps: true}, false, 1, "undo it by: curl -i -X DELETE"},
		{"a second signal ends the process at once", &notes{hangs: true}, true, 1, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			api := test.notes
			api.posted, api.going, api.resume, api.kept = make(chan struct{}, 100), make(chan struct{}, 100), make(chan struct{}), map[string]bool{}
			server := httptest.NewServer(api)
			defer server.Close()
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, "conform.yaml"), []byte(noting), 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			cmd := exec.CommandContext(ctx, "conform", "--target", server.URL, "--contract", "http", "--select", "syntax || content-type", "--timeout", "20s")
			cmd.Dir = folder
			out := &heard{word: "interrupted: undoing", said: make(chan struct{})}
			cmd.Stdout, cmd.Stderr = out, out // one and the same, so that it is written by one goroutine
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			select {
			case <-api.posted:
			case <-ctx.Done():
				t.Fatalf("nothing was made:\n%s", out.String())
			}
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			select {
			case <-out.said:
			case <-ctx.Done():
				t.Fatalf("it does not say that it was interrupted:\n%s", out.String())
			}
			close(api.resume)
			if test.twice {
				<-api.going
				if err := cmd.Process.Signal(os.Interrupt); err != nil {
					t.Fatal(err)
				}
			}
			began := time.Now()
			err := cmd.Wait()
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("it took %s to end", took)
			}
			if cmd.ProcessState.ExitCode() != noVerdict {
				t.Errorf("got %v\n%s", err, out.String())
			}
			api.mu.Lock()
			defer api.mu.Unlock()
			if len(api.kept) != test.left || !strings.Contains(out.String(), test.told) {
				t.Errorf("%d things are left, want %d\n%s", len(api.kept), test.left, out.String())
			}
		})
	}
}
