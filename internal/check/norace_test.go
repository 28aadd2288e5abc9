//go:build !race

package check_test

// hostileSize is how many bytes of content are kept.
const hostileSize = 1 << 20
