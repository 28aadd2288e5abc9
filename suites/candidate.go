package suites

import (
	"encoding/json"
	"fmt"
	"iter"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-e125e033/conform/internal/pointer"
)

// others returns values of the same type as one: very different ones first, then such as differ from it in one letter.
func others(body text, v value) iter.Seq[string] {
	return func(yield func(string) bool) {
		switch body.kind(v) {
		case "boolean":
			_ = yield("true") && yield("false")
		case "number":
			if good, ok := rational(json.Number(body.raw(v))); ok {
				for n := range int64(20) {
					if !yield(decimal(new(big.Rat).Add(good, big.NewRat(n+1, 1)))) || !yield(decimal(new(big.Rat).Sub(good, big.NewRat(n+1, 1)))) {
						return
					}
				}
			}
		case "string":
			good, _ := body.scalar(v)
			for _, other := range alike(good) {
				if !yield(inQuotes(other)) {
					return
				}
			}
		}
	}
}

// alike returns texts that differ from a good one: in all, at the end, and in one letter, for another of its kind or of none.
func alike(good string) []string {
	texts := []string{"conform", "conform unknown", good + "x", good + "!", "!" + good, strings.ToUpper(good), strings.ToLower(good)}
	letters := []rune(good)
	for i := len(letters) - 1; i >= 0 && len(texts) < 200; i-- {
		var instead string
		switch c := letters[i]; {
		case unicode.IsDigit(c):
			instead = "0189x!"
		case unicode.IsUpper(c):
			instead = "AQXZ1x!"
		case unicode.IsLower(c):
			instead = "aqxz1X!"
		default:
			instead = "x1!_"
		}
		for _, other := range instead {
			changed := slices.Clone(letters)
			changed[i] = other
			texts = append(texts, string(changed))
		}
	}
	return texts
}

// ofLength returns JSON strings of some letters: the good one cut or made longer, and such of one letter alone.
func ofLength(good string, letters int) iter.Seq[string] {
	const most = 100_000 // a longer one says no more, and many servers refuse the body for its size
	return func(yield func(string) bool) {
		if letters > most {
			return
		}
		g := []rune(good)
		texts := []string{string(g[:min(len(g), letters)]) + strings.Repeat(last(good), max(0, letters-len(g)))}
		if letters < len(g) {
			texts = append(texts, string(g[len(g)-letters:]))
		}
		for _, letter := range "aA1" {
			texts = append(texts, strings.Repeat(string(letter), letters))
		}
		for _, text := range texts {
			if !yield(inQuotes(text)) {
				return
			}
		}
	}
}

// last returns the last letter of a text, an x of an empty one.
func last(text string) string {
	if text == "" {
		return "x"
	}
	_, size := utf8.DecodeLastRuneInString(text)
	return text[len(text)-size:]
}

// arrays returns the good array cut to some items, or made longer by its last item again, or by others of that type.
func arrays(body text, v value, items int) iter.Seq[string] {
	const most = 1000
	return func(yield func(string) bool) {
		good := body.items(v)
		if items > most || items > len(good) && len(good) == 0 {
			return
		}
		if items <= len(good) {
			yield(arrayOf(body, good[:items]))
			return
		}
		for _, different := range []bool{false, true} {
			texts := texts(body, good)
			for n := len(good); n < items; n++ {
				next := string(body.raw(good[len(good)-1]))
				if s, ok := body.scalar(good[len(good)-1]); ok && different {
					if body.kind(good[len(good)-1]) == "string" {
						next = inQuotes(s + strconv.Itoa(n))
					} else if number, ok := rational(json.Number(s)); ok {
						next = decimal(number.Add(number, big.NewRat(int64(n), 1)))
					}
				}
				texts = append(texts, next)
			}
			if !yield("[" + strings.Join(texts, ",") + "]") {
				return
			}
		}
	}
}

// repeatedItem returns the good array with its first item a second time, in place of the last or behind it.
func repeatedItem(body text, v value) iter.Seq[string] {
	return func(yield func(string) bool) {
		good := body.items(v)
		if len(good) == 0 {
			return
		}
		if len(good) > 1 && !yield(arrayOf(body, append(slices.Clone(good[:len(good)-1]), good[0]))) {
			return
		}
		yield(arrayOf(body, append(slices.Clone(good), good[0])))
	}
}

// fewer returns the good object with some of its members: those that are required first, then its first or its last.
func fewer(body text, v value, required any, members int) iter.Seq[string] {
	return func(yield func(string) bool) {
		good := body.members(v)
		if members > len(good) {
			return
		}
		names, _ := required.([]any)
		var first, rest []value
		for _, m := range good {
			if slices.Contains(names, any(nameOf(m))) {
				first = append(first, m)
			} else {
				rest = append(rest, m)
			}
		}
		for _, some := range [][]value{append(first, rest...)[:members], good[:members], good[len(good)-members:]} {
			if !yield(objectOf(body, some)) {
				return
			}
		}
	}
}

// nameOf returns the name of a member.
func nameOf(member value) string {
	tokens, err := pointer.Parse(member.pointer)
	if err != nil || len(tokens) == 0 {
		return "" // the pointer is our own, and a member's has a token
	}
	return tokens[len(tokens)-1]
}

// larger returns the good object with further members, each like its last, or a string.
func larger(body text, v value, members int) iter.Seq[string] {
	const most = 1000
	return func(yield func(string) bool) {
		good := body.members(v)
		if members > most || members <= len(good) {
			return
		}
		texts := []string{`"conform"`}
		if len(good) > 0 {
			texts = append(texts, string(body.raw(good[len(good)-1])))
		}
		for _, text := range texts {
			var added strings.Builder
			for n := len(good); n < members; n++ {
				fmt.Fprintf(&added, `,"%s_%d":%s`, unknownName, n+1, text)
			}
			object := objectOf(body, good)
			if !yield("{" + strings.TrimPrefix(object[1:len(object)-1]+added.String(), ",") + "}") {
				return
			}
		}
	}
}

// objectOf returns a JSON object of members of the body.
func objectOf(body text, members []value) string {
	var texts []string
	for _, m := range members {
		texts = append(texts, string(body.bytes[m.name:m.end]))
	}
	return "{" + strings.Join(texts, ",") + "}"
}

// arrayOf returns a JSON array of values of the body.
func arrayOf(body text, items []value) string {
	return "[" + strings.Join(texts(body, items), ",") + "]"
}

// texts returns values of the body as they are written there.
func texts(body text, values []value) []string {
	var texts []string
	for _, v := range values {
		texts = append(texts, string(body.raw(v)))
	}
	return texts
}

// sums returns what comes of a number of the schema by adding each of these; nothing where there is no such number.
func sums(number any, add ...*big.Rat) iter.Seq[string] {
	var all []*big.Rat
	if n, ok := rational(number); ok {
		for _, a := range add {
			all = append(all, new(big.Rat).Add(n, a))
		}
	}
	return numbers(all...)
}

// numbers returns numbers as JSON has them.
func numbers(all ...*big.Rat) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, n := range all {
			if !yield(decimal(n)) {
				return
			}
		}
	}
}

// rational returns a number of a JSON text that was read before.
func rational(number any) (*big.Rat, bool) {
	n, ok := number.(json.Number)
	if !ok {
		return nil, false
	}
	return new(big.Rat).SetString(n.String())
}

// count returns a keyword's value that counts things.
func count(number any) (int, bool) {
	n, ok := rational(number)
	if !ok || !n.IsInt() || !n.Num().IsInt64() || n.Num().Int64() > 1<<30 {
		return 0, false
	}
	return int(n.Num().Int64()), true
}
