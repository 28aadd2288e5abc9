//go:build !race

package main

import (
	"os"
	"syscall"
)

// memory returns the most memory that a process took, in bytes; 0 where that cannot be told: what this process had taken when it started
// the other counts as the other's, too.
func memory(p *os.ProcessState) int64 {
	took := p.SysUsage().(*syscall.Rusage).Maxrss
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil || took <= own.Maxrss {
		return 0
	}
	return took << 10
}
