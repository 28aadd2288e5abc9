package exchange

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
)

// alertNoApplicationProtocol is what a server sends that speaks none of the protocols offered (RFC 7301, section 3.2).
const alertNoApplicationProtocol = tls.AlertError(120)

// failure returns a Failure with a message in the manner of fmt.Errorf.
func failure(kind Kind, format string, values ...any) *Failure {
	return &Failure{kind, fmt.Errorf(format, values...)}
}

// ended says why reading an answer stopped; where completes "the connection ended ...".
func ended(err error, where string) *Failure {
	var remote *net.OpError
	switch {
	case timedOut(err):
		return failure(Timeout, "the deadline passed %s", where)
	case errors.As(err, &remote) && remote.Op == "remote error":
		return failure(TLS, "the server ended the TLS session: %s", plain(remote.Err))
	case errors.Is(err, syscall.ECONNRESET):
		return failure(Cut, "the connection was reset %s", where)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.EPIPE):
		return failure(Cut, "the connection ended %s", where)
	}
	return failure(Cut, "the connection failed %s: %s", where, plain(err))
}

// unconnected says why there is no TCP connection to authority.
func unconnected(err error, authority string) *Failure {
	var name *net.DNSError
	switch {
	case errors.Is(err, context.Canceled):
		return failure(Interrupted, "the run was ended")
	case errors.As(err, &name):
		return failure(Unresolved, "no address for host %q: %s", name.Name, name.Err)
	case timedOut(err):
		return failure(Timeout, "%s: no connection within the deadline", authority)
	}
	return failure(Refused, "%s: %s", authority, plain(err))
}

// noSession says why a TLS handshake failed.
func noSession(err error) *Failure {
	var (
		unknown x509.UnknownAuthorityError
		record  tls.RecordHeaderError
		remote  *net.OpError
	)
	switch {
	case errors.Is(err, context.Canceled):
		return failure(Interrupted, "the run was ended")
	case timedOut(err):
		return failure(Timeout, "the deadline passed within the TLS handshake")
	case errors.As(err, &unknown):
		return failure(TLS, "the server's certificate is signed by an authority that is not trusted: give its CA file")
	case errors.As(err, &record):
		return failure(TLS, "the server does not speak TLS on this port: is it http?")
	case errors.As(err, &remote) && remote.Op == "remote error":
		return failure(TLS, "the server ended the TLS handshake: %s", plain(remote.Err))
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return failure(TLS, "the server closed the connection within the TLS handshake")
	}
	return failure(TLS, "%s", plain(err))
}

// refusesHTTP1 reports whether a TLS handshake failed because the server speaks no HTTP/1.1.
func refusesHTTP1(err error) bool {
	var remote *net.OpError
	return errors.As(err, &remote) && remote.Op == "remote error" && remote.Err.Error() == alertNoApplicationProtocol.Error()
}

// timedOut reports whether err is a deadline's.
func timedOut(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout() || errors.Is(err, context.DeadlineExceeded)
}

// plain returns the innermost cause in words, without the addresses and system calls around it.
func plain(err error) string {
	var number syscall.Errno
	if errors.As(err, &number) {
		return number.Error()
	}
	if op := (*net.OpError)(nil); errors.As(err, &op) && op.Err != nil {
		err = op.Err
	}
	text := strings.TrimPrefix(err.Error(), "tls: ")
	text = strings.TrimPrefix(text, "failed to verify certificate: ")
	return strings.TrimPrefix(text, "x509: ")
}

// interrupted turns a timeout into an interruption where the context was cancelled: cancelling works by moving the
// connection's deadline into the past.
func interrupted(ctx context.Context, f *Failure) *Failure {
	if f != nil && f.Kind == Timeout && errors.Is(ctx.Err(), context.Canceled) {
		return failure(Interrupted, "the run was ended")
	}
	return f
}
