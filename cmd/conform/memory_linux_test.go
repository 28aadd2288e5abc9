//go:build !race

package main

import (
	"os"
	"syscall"
)

// memory returns the most memory that a process took, in bytes.
func memory(p *os.ProcessState) int64 { return p.SysUsage().(*syscall.Rusage).Maxrss << 10 }
