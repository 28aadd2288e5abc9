//go:build unix

package exchange

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// serverVariable makes the test binary the server of a benchmark: the CPU time of the process is then that of the client alone.
const serverVariable = "CONFORM_BENCH_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(serverVariable) == "" {
		os.Exit(m.Run())
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(l.Addr())
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go refuse(c)
		}
	}()
	io.Copy(io.Discard, os.Stdin) // until the benchmark ends
}

// refuse does nothing but count the bytes of each request, and answer it.
func refuse(c net.Conn) {
	for request := make([]byte, len(create.Bytes(c.LocalAddr().String()))); ; {
		if _, err := io.ReadFull(c, request); err != nil {
			return
		}
		io.WriteString(c, refusal)
	}
}

// elsewhere starts the server in a process of its own.
func elsewhere(b *testing.B) *url.URL {
	server := exec.Command(os.Args[0])
	server.Env = append(os.Environ(), serverVariable+"=1")
	stdin, err := server.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := server.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := server.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		stdin.Close()
		server.Wait()
	})
	address, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return &url.URL{Scheme: "http", Host: strings.TrimSpace(address)}
}

// connections is how many are used at once.
const connections = 16

// BenchmarkSend compares what an exchange takes, CPU time of user and system, with what the same bytes take on bare connections,
// whose answers net/http reads.
func BenchmarkSend(b *testing.B) {
	target := elsewhere(b)
	b.Run("client", func(b *testing.B) {
		c := client(b, Config{Target: target, Connections: connections})
		sending(b, func() (func() error, error) {
			return func() error {
				if e := c.Send(b.Context(), create, Options{Repeatable: true}); e.Failure != nil {
					return e.Failure
				}
				return nil
			}, nil
		})
	})
	b.Run("bare", func(b *testing.B) {
		request := create.Bytes(target.Host)
		post := &http.Request{Method: create.Method}
		sending(b, func() (func() error, error) {
			c, err := net.Dial("tcp", target.Host)
			if err != nil {
				return nil, err
			}
			b.Cleanup(func() { c.Close() })
			in := bufio.NewReader(c)
			return func() error {
				if _, err := c.Write(request); err != nil {
					return err
				}
				answer, err := http.ReadResponse(in, post)
				if err == nil {
					_, err = io.Copy(io.Discard, answer.Body)
				}
				return err
			}, nil
		})
	})
}

// sending has one exchange after the other made on as many connections as there are, and reports the CPU time of one.
func sending(b *testing.B, start func() (exchange func() error, err error)) {
	b.ReportAllocs()
	var group sync.WaitGroup
	before := cpu(b)
	var begun atomic.Int64
	for range connections {
		group.Go(func() {
			exchange, err := start()
			for err == nil && begun.Add(1) <= int64(b.N) {
				err = exchange()
			}
			if err != nil {
				b.Error(err)
			}
		})
	}
	group.Wait()
	after := cpu(b)
	for i, name := range []string{"user-us/op", "sys-us/op"} {
		b.ReportMetric(float64((after[i]-before[i]).Nanoseconds())/1e3/float64(b.N), name)
	}
}

// cpu returns the time that the process has taken: user and system.
func cpu(b *testing.B) [2]time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return [2]time.Duration{time.Duration(used.Utime.Nano()), time.Duration(used.Stime.Nano())}
}
