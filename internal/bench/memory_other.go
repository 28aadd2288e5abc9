//go:build !linux

package main

import "os"

// memory would return the most memory that a process took; it is measured on Linux alone.
func memory(*os.ProcessState) int64 { return 0 }
