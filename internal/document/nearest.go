package document

import "strings"

// Nearest returns the word of words that word was probably meant to be, and whether there is one: at most one letter in
// three is wrong, missing, too many, or swapped with its neighbour. Case does not count.
func Nearest(word string, words []string) (string, bool) {
	best, limit := "", (len([]rune(word))+2)/3
	found := false
	for _, w := range words {
		if d := distance([]rune(strings.ToLower(word)), []rune(strings.ToLower(w))); d <= limit {
			best, limit, found = w, d-1, true
		}
	}
	return best, found
}

// distance counts the single changes that turn a into b: the optimal string alignment distance.
func distance(a, b []rune) int {
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(row[j]+cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}

// Meant returns "; did you mean %q?" for the nearest of words, or "" where none is near.
func Meant(word string, words []string) string {
	if near, ok := Nearest(word, words); ok {
		return "; did you mean " + quote(near) + "?"
	}
	return ""
}
