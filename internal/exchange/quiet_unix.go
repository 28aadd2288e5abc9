//go:build unix

package exchange

import (
	"net"
	"syscall"
)

// quiet reports whether an idle connection is open and has nothing to read. It spoils a connection that has.
func quiet(tcp net.Conn) bool {
	socket, ok := tcp.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return false
	}
	nothing := false
	err = raw.Read(func(fd uintptr) bool {
		var b [1]byte
		_, err := syscall.Read(int(fd), b[:]) // sockets are non-blocking
		nothing = err == syscall.EAGAIN || err == syscall.EWOULDBLOCK
		return true
	})
	return err == nil && nothing
}
