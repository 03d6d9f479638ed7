package wire

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"tlsplay/sim/trace"
)

// lines cuts at line ends.
func lines(b []byte) (int, trace.Kind) {
	if i := strings.IndexByte(string(b), '\n'); i >= 0 {
		return i + 1, trace.KindRecord
	}
	return 0, ""
}

func TestSteps(t *testing.T) {
	l := New(lines, Path{})
	var heard []string
	l.Start(trace.Server, func(c net.Conn) {
		b := make([]byte, 3)
		for {
			n, err := c.Read(b)
			if err != nil {
				heard = append(heard, err.Error())
				return
			}
			heard = append(heard, string(b[:n]))
			io.WriteString(c, "got it\n")
		}
	})
	if !l.Waiting(trace.Server) {
		t.Error("the server does not wait")
	}
	l.Start(trace.Client, func(c net.Conn) {
		io.WriteString(c, "one\ntwo\nand a rest")
		io.ReadAll(c)
	})
	var order []string
	for p := l.Take(); p != nil; p = l.Take() {
		order = append(order, string(p.From)+" "+string(p.Kind)+" "+string(p.Data))
		l.Deliver(p)
		if len(order) == 3 {
			l.Starve(trace.Server)
		}
	}
	want := []string{
		"client record one\n", "client record two\n", "client bytes and a rest",
		"server record got it\n", "server record got it\n", // one for each read of at most 3 bytes
	}
	for i, w := range want {
		if i >= len(order) || order[i] != w {
			t.Errorf("packet %d is %q, want %q", i, order[i:min(i+1, len(order))], w)
		}
	}
	if last := heard[len(heard)-1]; last != os.ErrDeadlineExceeded.Error() {
		t.Errorf("the starved server heard %q", last)
	}
	l.Close()
}

// What was written before Close arrives, then the end of the stream.
func TestClose(t *testing.T) {
	l := New(lines, Path{})
	var got string
	var err error
	l.Start(trace.Client, func(c net.Conn) {
		var b []byte
		b, err = io.ReadAll(c)
		got = string(b)
	})
	l.Start(trace.Server, func(c net.Conn) {
		io.WriteString(c, "the end\nalmost")
		c.Close()
		if _, err := c.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Write after Close: %v", err)
		}
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Read after Close: %v", err)
		}
	})
	for p := l.Take(); p != nil; p = l.Take() {
		l.Deliver(p)
	}
	if got != "the end\nalmost" || err != nil {
		t.Errorf("the client read %q, %v", got, err)
	}
	if l.Waiting(trace.Client) || l.Waiting(trace.Server) {
		t.Error("an endpoint still waits")
	}
}

// Writing never waits, even to a peer that has gone: net.Pipe would.
func TestPeerGone(t *testing.T) {
	l := New(lines, Path{})
	l.Start(trace.Server, func(net.Conn) {})
	done := false
	l.Start(trace.Client, func(c net.Conn) {
		for range 1000 {
			if _, err := io.WriteString(c, "alert\n"); err != nil {
				t.Errorf("Write: %v", err)
			}
		}
		done = true
	})
	if !done {
		t.Error("the writer waits")
	}
}

// A link that is given up ends its endpoints with errors that they understand.
func TestGivenUp(t *testing.T) {
	l := New(lines, Path{})
	var errs [3]error
	l.Start(trace.Server, func(c net.Conn) {
		_, errs[0] = c.Read(make([]byte, 1))
		_, errs[1] = c.Read(make([]byte, 1))
		_, errs[2] = c.Write([]byte("x\n"))
	})
	l.Close()
	for i, err := range errs {
		if !errors.Is(err, net.ErrClosed) {
			t.Errorf("call %d: %v", i, err)
		}
	}
	if len(l.Queue()) != 0 {
		t.Error("something is still in flight")
	}
}

func TestConn(t *testing.T) {
	l := New(lines, Path{})
	l.Start(trace.Client, func(c net.Conn) {
		if c.LocalAddr().String() != "client" || c.RemoteAddr().String() != "server" || c.LocalAddr().Network() != "wire" {
			t.Errorf("addresses %v, %v", c.LocalAddr(), c.RemoteAddr())
		}
		for _, set := range []func(time.Time) error{c.SetDeadline, c.SetReadDeadline, c.SetWriteDeadline} {
			if err := set(time.Now()); err != nil {
				t.Error(err)
			}
		}
		if n, err := c.Read(nil); n != 0 || err != nil {
			t.Errorf("an empty Read: %d, %v", n, err)
		}
	})
}
