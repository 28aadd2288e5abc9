package report

import "github.com/seed-e125e033/conform/internal/exchange"

// longField is how many bytes name and value of a field have at most that headers keep.
const longField = 256

// headers keeps the fields of a header section as they were written, by place. Three of four are the same in the next exchange: to copy
// them takes a third of the time that it takes to write them anew, and to look for secrets in them.
type headers [16]struct{ name, value, text []byte }

// text returns how a field at this place is written; nil where another one was there. The receiver may be nil.
func (h *headers) text(place int, f exchange.Field) []byte {
	if h == nil || place >= len(h) {
		return nil
	}
	if k := &h[place]; string(k.value) == f.Value && string(k.name) == f.Name {
		return k.text
	}
	return nil
}

// keep notes how a field at this place was written.
func (h *headers) keep(place int, f exchange.Field, text []byte) {
	if h == nil || place >= len(h) || len(f.Name)+len(f.Value) > longField {
		return
	}
	k := &h[place]
	k.name, k.value, k.text = append(k.name[:0], f.Name...), append(k.value[:0], f.Value...), append(k.text[:0], text...)
}

// forget makes headers keep anew what comes from now on.
func (h *headers) forget() { *h = headers{} }
