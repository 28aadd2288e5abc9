//go:build !unix

package exchange

import "net"

// listening returns a function that takes an idle connection to be open: elsewhere than on Unix there is no looking without
// reading. The retry of repeatable requests remains.
func listening(net.Conn) (quiet func() bool) { return func() bool { return true } }
