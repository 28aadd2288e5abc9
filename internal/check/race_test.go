//go:build race

package check_test

// hostileSize is smaller under the race detector, with which everything takes ten times as long.
const hostileSize = 64 << 10
