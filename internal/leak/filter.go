package leak

import (
	"bytes"
	"math/bits"
	"sync"
)

// set is a set of detectors, by their index.
type set [2]uint64

func (s set) with(other set) set {
	for i := range s {
		s[i] |= other[i]
	}
	return s
}

// each calls yield with every detector of the set, in order.
func (s set) each(yield func(*detector)) {
	for word, left := range s {
		for ; left != 0; left &= left - 1 {
			yield(&detectors[word*64+bits.TrailingZeros64(left)])
		}
	}
}

// hint is a text that some detectors wait for.
type hint struct {
	text  string
	at    int // where its three bytes stand that are looked for
	whose set
}

// filtering finds hints in one pass over a text. Nearly every place is dismissed by one look at a bit for its three bytes.
type filtering struct {
	seen  [1 << 10]uint64   // bit set, by hash of three bytes
	hints map[uint32][]hint // by three bytes
}

// filter returns the one of all detectors, made when it is first needed.
var filter = sync.OnceValue(newFiltering)

func newFiltering() *filtering {
	f := &filtering{hints: map[uint32][]hint{}}
	for i, d := range detectors {
		for _, text := range d.hints {
			f.add(text, i)
		}
	}
	return f
}

// add makes a detector wait for a text of at least three bytes.
func (f *filtering) add(text string, detector int) {
	h := hint{text: text, at: rarest(text)}
	h.whose[detector/64] = 1 << (detector % 64)
	three := uint32(text[h.at]) | uint32(text[h.at+1])<<8 | uint32(text[h.at+2])<<16
	f.seen[hash(three)>>6] |= 1 << (hash(three) & 63)
	f.hints[three] = append(f.hints[three], h)
}

// rarest returns where the three bytes of a text begin that are rarest in ordinary ones: small letters and spaces are the least rare.
func rarest(text string) int {
	best, most := 0, -1
	for i := 0; i+3 <= len(text); i++ {
		rare := 0
		for _, c := range []byte(text[i : i+3]) {
			switch {
			case c == ' ' || c == 'e' || c == 't' || c == 'n' || c == 'o' || c == 'i':
			case 'a' <= c && c <= 'z':
				rare++
			case 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
				rare += 2
			default:
				rare += 3
			}
		}
		if rare > most {
			best, most = i, rare
		}
	}
	return best
}

// hash spreads three bytes over 16 bits.
func hash(three uint32) uint32 { return three * 0x9e3779b1 >> 16 }

// scan returns the detectors whose hints are in the text.
func scan[T string | []byte](f *filtering, text T) set {
	var hits set
	if len(text) < 3 {
		return hits
	}
	three := uint32(text[0])<<8 | uint32(text[1])<<16
	for i := 2; i < len(text); i++ {
		three = three>>8 | uint32(text[i])<<16
		if h := hash(three); f.seen[h>>6&(1<<10-1)]&(1<<(h&63)) == 0 {
			continue
		}
		for _, h := range f.hints[three] {
			if start := i - 2 - h.at; start >= 0 && len(text)-start >= len(h.text) && string(text[start:start+len(h.text)]) == h.text {
				hits = hits.with(h.whose)
			}
		}
	}
	return hits
}

// suspects returns the detectors whose hints are in a body, as it stands or with its escapes undone.
func suspects(body []byte) set {
	hits := scan(filter(), body)
	var room [2048]byte
	text := body
	for range 2 { // JSON, and JSON in a string of it
		plain := unescaped(room[:0], text)
		if len(plain) == 0 || len(plain) == len(text) {
			break
		}
		text = plain
		hits = hits.with(scan(filter(), text))
	}
	if bytes.IndexByte(text, '&') >= 0 && hasEntities(text) {
		hits = hits.with(scan(filter(), withoutEntities(string(text))))
	}
	return hits
}
