//go:build unix

package exchange

import (
	"net"
	"syscall"
)

// listening returns the function that reports whether an idle connection is open and has nothing to read. It spoils a connection
// that has. Only one at a time may call it.
func listening(tcp net.Conn) (quiet func() bool) {
	socket, ok := tcp.(syscall.Conn)
	if !ok {
		return func() bool { return false }
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return func() bool { return false }
	}
	nothing := false
	var b [1]byte
	look := func(fd uintptr) bool {
		_, err := syscall.Read(int(fd), b[:]) // sockets are non-blocking
		nothing = err == syscall.EAGAIN || err == syscall.EWOULDBLOCK
		return true
	}
	return func() bool {
		nothing = false
		return raw.Read(look) == nil && nothing
	}
}
