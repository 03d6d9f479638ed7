package sim

import (
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tlsplay/sim/follow"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// stockProgram prints the first bytes that a program sends which knows nothing
// of our go.mod and sets nothing but a server's name.
const stockProgram = `package main

import ("crypto/tls"; "fmt"; "io"; "net"; "time")

type conn struct{ net.Conn }
func (conn) Write(b []byte) (int, error) { fmt.Printf("%x\n", b); return len(b), nil }
func (conn) Read([]byte) (int, error) { return 0, io.EOF }
func (conn) SetWriteDeadline(time.Time) error { return nil }
func (conn) Close() error { return nil }

func main() { tls.Client(conn{}, &tls.Config{ServerName: "shop.example"}).Handshake() }
`

// The default run's ClientHello is the one of a stock Go program, but for what
// is random.
func TestStockClientHello(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command to build a stock program with")
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"main.go": stockProgram, "go.mod": "module stock\n\ngo 1.26.0\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "run", ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GODEBUG=", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	line, _, _ := strings.Cut(string(out), "\n") // the alert about our EOF may follow
	stock, err := hex.DecodeString(line)
	if err != nil {
		t.Fatal(err)
	}
	want := outline(follow.New().Record(trace.Client, stock))
	got := outline(run(t, scenario.Default()).Events[0])
	if got != want {
		t.Errorf("the default ClientHello:\n%s\na stock program's:\n%s", got, want)
	}
}

// outline is the fields of a record, less the values that are random.
func outline(e *trace.Event) string {
	var all strings.Builder
	e.Tree.Walk(func(n *trace.Node) bool {
		all.WriteString(string(n.ID))
		switch {
		case n.ID == "client_hello.random", n.ID == "client_hello.legacy_session_id", strings.HasPrefix(string(n.ID), "key_exchange."):
		default:
			all.WriteString(" " + n.Value)
		}
		all.WriteString("\n")
		return true
	})
	return all.String()
}
