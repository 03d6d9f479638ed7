//go:build !js

package follow

import (
	"bufio"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tlsplay/sim/dissect"
	"tlsplay/sim/internal/relay"
	"tlsplay/sim/keys"
	"tlsplay/sim/trace"
)

// This file lets the command line tools of OpenSSL and GnuTLS speak to each other
// through a relay that records what crosses, in order.

// lab is where the tools run: a directory with certificates.
type lab struct {
	dir       string
	serverKey *rsa.PrivateKey
}

func newLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{dir: t.TempDir()}
	var err error
	if l.serverKey, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]crypto.Signer{"rsa": l.serverKey, "ec": ec} {
		template := &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "follow.test"}, DNSNames: []string{"follow.test"},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		l.write(t, name+".pem", append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})...))
	}
	l.write(t, "psk.txt", []byte("alice:"+testPSK+"\n"))
	l.write(t, "early.txt", []byte("early data\n"))
	return l
}

const testPSK = "000102030405060708090a0b0c0d0e0f"

func (l *lab) path(name string) string { return filepath.Join(l.dir, name) }

func (l *lab) write(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(l.path(name), b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// process is a tool with its standard input, and the lines it has printed.
type process struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	done chan struct{}

	mu    sync.Mutex
	lines []string
}

// start runs a tool, whose words may name files of the lab as @rsa.pem.
func (l *lab) start(t *testing.T, env []string, words ...string) *process {
	t.Helper()
	path, err := exec.LookPath(words[0])
	if err != nil {
		t.Skipf("skipped: no %s", words[0])
	}
	for i, w := range words {
		if name, ok := strings.CutPrefix(w, "@"); ok {
			words[i] = l.path(name)
		}
	}
	p := &process{cmd: exec.Command(path, words[1:]...), done: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), env...)
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = p.cmd.Stdout
	if err := p.cmd.Start(); err != nil {
		t.Skipf("skipped: %v", err)
	}
	go func() {
		for s := bufio.NewScanner(out); s.Scan(); {
			p.mu.Lock()
			p.lines = append(p.lines, strings.TrimSpace(s.Text()))
			p.mu.Unlock()
		}
		p.cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(p.stop)
	return p
}

func (p *process) stop() {
	select {
	case <-p.done:
	case <-time.After(50 * time.Millisecond):
		p.cmd.Process.Kill()
		<-p.done
	}
}

// text is all that was printed.
func (p *process) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.lines, "\n")
}

// wait waits for a line that fits, and returns it.
func (p *process) wait(t *testing.T, fits func(string) bool) string {
	t.Helper()
	for start := time.Now(); time.Since(start) < 5*time.Second; time.Sleep(time.Millisecond) {
		p.mu.Lock()
		i := slices.IndexFunc(p.lines, fits)
		line := ""
		if i >= 0 {
			line = p.lines[i]
			p.lines = slices.Delete(p.lines, i, i+1)
		}
		p.mu.Unlock()
		if i >= 0 {
			return line
		}
		select {
		case <-p.done:
			if i < 0 && time.Since(start) > 100*time.Millisecond {
				t.Fatalf("%s has ended:\n%s", p.cmd, p.text())
			}
		default:
		}
	}
	t.Fatalf("%s does not say what is expected:\n%s", p.cmd, p.text())
	return ""
}

// server is a listening tool. openssl s_server -rev sends lines back reversed,
// gnutls-serv --echo as they are.
type server struct {
	*process
	addr string
}

func (l *lab) openssl(t *testing.T, args ...string) server {
	t.Helper()
	p := l.start(t, nil, append([]string{"openssl", "s_server", "-accept", "127.0.0.1:0"}, args...)...)
	line := p.wait(t, func(s string) bool { return strings.HasPrefix(s, "ACCEPT ") })
	return server{p, strings.TrimPrefix(line, "ACCEPT ")}
}

func (l *lab) gnutls(t *testing.T, args ...string) server {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := free.Addr().String()
	free.Close()
	_, port, _ := net.SplitHostPort(addr)
	p := l.start(t, nil, append([]string{"gnutls-serv", "--echo", "-p", port}, args...)...)
	for start := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			c.Close()
			break
		}
		if time.Since(start) > 5*time.Second {
			t.Fatalf("gnutls-serv does not listen:\n%s", p.text())
		}
	}
	return server{p, addr}
}

// talk connects a client to the server and follows the script: "say X" sends a
// line and waits for its echo, "client X" and "server X" type a command there.
func (l *lab) talk(t *testing.T, s server, client []string, script ...string) capture {
	t.Helper()
	r := relay.New(t, s.addr)
	host, port, _ := net.SplitHostPort(r.Addr)
	log := filepath.Join(t.TempDir(), "keylog")
	var words []string
	if client[0] == "openssl" {
		words = append([]string{"openssl", "s_client", "-connect", host + ":" + port, "-keylogfile", log}, client[1:]...)
	} else {
		words = append([]string{"gnutls-cli", "--insecure", "-p", port, host}, client[1:]...)
	}
	c := l.start(t, []string{"SSLKEYLOGFILE=" + log}, words...)
	for _, step := range script {
		what, text, _ := strings.Cut(step, " ")
		n := r.Count()
		switch what {
		case "say":
			fmt.Fprintln(c.in, text)
			reversed := []byte(text)
			slices.Reverse(reversed)
			c.wait(t, func(line string) bool {
				return strings.HasSuffix(line, text) || strings.HasSuffix(line, string(reversed))
			})
		case "client":
			fmt.Fprintln(c.in, text)
			r.Settle(n)
		case "server":
			fmt.Fprintln(s.in, text)
			r.Settle(n)
		case "settle":
			r.Settle(0)
		}
	}
	c.in.Close()
	select {
	case <-c.done:
	case <-time.After(10 * time.Second): // it may have a session to write yet, on a busy machine
		c.cmd.Process.Kill()
	}
	crossed := r.End()
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatalf("no key log: %v\n%s", err, c.text())
	}
	lines, err := keys.ParseLog(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return capture{name: t.Name(), records: wholeRecords(t, crossed), log: lines}
}

// wholeRecords cuts what arrived in pieces into records.
func wholeRecords(t *testing.T, flights []relay.Flight) (out []flight) {
	t.Helper()
	rest := map[trace.Side][]byte{}
	for _, f := range flights {
		b := append(rest[f.From], f.Data...)
		for {
			n, ok := dissect.RecordLength(b)
			if !ok || n > len(b) {
				break
			}
			out = append(out, flight{f.From, b[:n:n]})
			b = b[n:]
		}
		rest[f.From] = b
	}
	for side, b := range rest {
		if len(b) > 0 {
			t.Errorf("%d bytes of the %s are no whole record", len(b), side)
		}
	}
	return out
}
