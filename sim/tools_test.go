package sim

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tlsplay/sim/entropy"
	"tlsplay/sim/pki"
	"tlsplay/sim/presets"
	"tlsplay/sim/presets/embedded"
	"tlsplay/sim/scenario"
	"tlsplay/sim/trace"
)

// What other programs print in the place of a preset's client: the declared text
// is a part of it. They connect to the preset's own server, on loopback. Set TOOLS
// to see all that they print.
func TestTools(t *testing.T) {
	all, err := presets.Parse(embedded.Text)
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range []struct {
		key, command string
		browser      bool
		start        func(t *testing.T) func(t *testing.T, p place) string
	}{
		{"openssl", "openssl", false, program(openSSL)},
		{"curl", "curl", false, program(curl)},
		{"chromium", "chromium", true, program(chromium)},
		{"firefox", "firefox-esr", true, firefox},
	} {
		t.Run(tool.key, func(t *testing.T) {
			if _, err := exec.LookPath(tool.command); err != nil {
				t.Skip("no " + tool.command + " here")
			}
			if tool.browser && testing.Short() {
				t.Skip("browsers take a second for each failure")
			}
			ask := tool.start(t)
			for _, p := range all {
				if p.Client == "" || !strings.HasPrefix(p.Group, "Failures") && !strings.HasPrefix(p.Group, "A certificate authority") || !playable(p.Scenario) {
					continue
				}
				t.Run(p.Name, func(t *testing.T) {
					out := ask(t, open(t, p.Scenario))
					want := p.Prints[tool.key]
					if os.Getenv("TOOLS") != "" {
						t.Logf("declared %q\n%s", want, out)
					}
					if !strings.Contains(out, want) {
						t.Errorf("%s prints\n%s\nwant %q", tool.key, out, want)
					}
				})
			}
		})
	}
}

// playable tells whether the server of a scenario can be on loopback what it is on
// our wire.
func playable(sc scenario.Scenario) bool {
	return (len(sc.Wire) == 0 || inserted(sc) != nil || cutOff(sc)) && sc.Middle == "" && sc.Transport == ""
}

// inserted is what the attacker puts in before the server's first byte.
func inserted(sc scenario.Scenario) []byte {
	if len(sc.Wire) != 1 || !strings.HasPrefix(sc.Wire[0], "server 0 insert ") {
		return nil
	}
	r, _ := scenario.ParseRule(sc.Wire[0])
	return r.Bytes
}

// cutOff tells whether the connection is cut at the client's first packet.
func cutOff(sc scenario.Scenario) bool {
	return len(sc.Wire) == 1 && sc.Wire[0] == "client 0 cut"
}

// place is where the server of a scenario is to be found, and what its client has.
type place struct {
	sc    scenario.Scenario
	port  string
	dir   string // for files
	roots []*x509.Certificate
	// identity is the client's certificate chain, or nil.
	identity *tls.Certificate
}

// open puts a scenario's server on loopback.
func open(t *testing.T, sc scenario.Scenario) place {
	t.Helper()
	sc.Seed, sc.Clock = "", scenario.FormatClock(time.Now()) // Firefox wants serial numbers that it has not seen
	s, err := New(sc, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip("no loopback: " + err.Error())
	}
	server := s.config[trace.Server]
	server.Rand, server.KeyLogWriter, server.Time = nil, nil, nil
	var served sync.WaitGroup
	t.Cleanup(served.Wait) // its config is that of the session, which is closed behind it
	t.Cleanup(func() { listener.Close() })
	served.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			served.Go(func() { serve(conn, sc, server) })
		}
	})
	p := place{sc: sc, dir: t.TempDir(), roots: s.verifiers[trace.Client].roots, identity: identityOf(s.config[trace.Client])}
	_, p.port, _ = net.SplitHostPort(listener.Addr().String())
	return p
}

func serve(conn net.Conn, sc scenario.Scenario, config *tls.Config) {
	tcp := conn.(*net.TCPConn)
	defer tcp.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	conn.Write(inserted(sc))
	if !sc.Server.Plain && !cutOff(sc) {
		conn = tls.Server(conn, config)
	}
	conn.Read(make([]byte, 10_000))
	if !cutOff(sc) {
		io.WriteString(conn, sc.Response)
	}
	if t, ok := conn.(*tls.Conn); ok {
		t.CloseWrite()
	}
	tcp.CloseWrite()
	tcp.SetDeadline(time.Now().Add(time.Second))
	io.Copy(io.Discard, tcp) // or what was written would be lost with the rest, which nobody reads
}

// write makes a file of PEM blocks.
func (p place) write(t *testing.T, name string, blocks ...*pem.Block) string {
	t.Helper()
	var text []byte
	for _, b := range blocks {
		text = append(text, pem.EncodeToMemory(b)...)
	}
	name = filepath.Join(p.dir, name)
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// trusted is a file of the roots that the client trusts.
func (p place) trusted(t *testing.T) string {
	t.Helper()
	var roots []*pem.Block
	for _, c := range p.roots {
		roots = append(roots, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	}
	if roots == nil { // an empty file is an error to them
		other, err := pki.New(pki.Order{Kind: "ed25519", Names: []string{"a.example"}, Now: time.Now(), Owner: "Elsewhere"}, entropy.NewSeed().Stream("pki"))
		if err != nil {
			t.Fatal(err)
		}
		roots = append(roots, &pem.Block{Type: "CERTIFICATE", Bytes: other.Root.Raw})
	}
	return p.write(t, "roots.pem", roots...)
}

// identified is a file of the client's certificate chain and key, or empty.
func (p place) identified(t *testing.T) string {
	t.Helper()
	if p.identity == nil {
		return ""
	}
	key, err := x509.MarshalPKCS8PrivateKey(p.identity.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	blocks := []*pem.Block{{Type: "PRIVATE KEY", Bytes: key}}
	for _, der := range p.identity.Certificate {
		blocks = append(blocks, &pem.Block{Type: "CERTIFICATE", Bytes: der})
	}
	return p.write(t, "client.pem", blocks...)
}

// program asks by a command line.
func program(command func(t *testing.T, p place) []string) func(*testing.T) func(*testing.T, place) string {
	return func(*testing.T) func(*testing.T, place) string {
		return func(t *testing.T, p place) string {
			return output(t, p.dir, command(t, p)...)
		}
	}
}

// output is what a command prints. Its home is the folder dir.
func output(t *testing.T, dir string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "HOME="+dir)
	cmd.Stdin = strings.NewReader("GET / HTTP/1.0\r\n\r\n")
	out, _ := cmd.CombinedOutput()
	return string(out)
}

func identityOf(c *tls.Config) *tls.Certificate {
	if c.GetClientCertificate != nil {
		id, _ := c.GetClientCertificate(nil)
		return id
	}
	if len(c.Certificates) > 0 {
		return &c.Certificates[0]
	}
	return nil
}

// asked is the name that the scenario's client asks for.
func asked(sc scenario.Scenario) string {
	switch {
	case sc.Client.ServerName != "":
		return sc.Client.ServerName
	case sc.Fault == scenario.WildcardTooDeep:
		return scenario.WildcardPrefix + sc.Host
	}
	return sc.Host
}

// offered is the versions that the scenario's client offers.
func offered(sc scenario.Scenario) (least, most string) {
	if least, most = sc.Client.MinVersion, sc.Client.MaxVersion; least == "" {
		least = "1.2"
	}
	if most == "" {
		most = sc.Version
	}
	return least, most
}

func openSSL(t *testing.T, p place) []string {
	sc := p.sc
	verify := "-verify_hostname"
	if net.ParseIP(asked(sc)) != nil {
		verify = "-verify_ip"
	}
	args := []string{
		"openssl", "s_client", "-connect", "127.0.0.1:" + p.port, verify, asked(sc),
		"-verify_return_error", "-CAfile", p.trusted(t), "-ign_eof",
	}
	k := sc.Client
	if k.NoSNI {
		args = append(args, "-noservername")
	} else {
		args = append(args, "-servername", asked(sc))
	}
	least, most := offered(sc)
	args = append(args, "-min_protocol", "TLSv"+strings.TrimSuffix(least, ".0"), "-max_protocol", "TLSv"+strings.TrimSuffix(most, ".0"))
	for _, name := range k.Suites {
		if strings.Contains(name, "_WITH_") {
			args = append(args, "-cipher", openSSLName(name))
		} else {
			args = append(args, "-ciphersuites", name)
		}
	}
	if len(k.Groups) > 0 {
		args = append(args, "-groups", strings.Join(k.Groups, ":"))
	}
	if len(k.ALPN) > 0 {
		args = append(args, "-alpn", strings.Join(k.ALPN, ","))
	}
	if k.CheckStaple || sc.Fault == scenario.Revoked {
		args = append(args, "-status")
	}
	if identity := p.identified(t); identity != "" {
		args = append(args, "-cert", identity, "-key", identity, "-cert_chain", identity)
	}
	return args
}

func openSSLName(iana string) string {
	return strings.NewReplacer("TLS_", "", "_WITH_AES_", "-AES", "_", "-").Replace(iana)
}

func curl(t *testing.T, p place) []string {
	sc := p.sc
	host := asked(sc) + ":" + p.port
	args := []string{"curl", "-sS", "--noproxy", "*", "--cacert", p.trusted(t), "--connect-to", host + ":127.0.0.1:" + p.port}
	k := sc.Client
	least, most := offered(sc)
	args = append(args, "--tlsv"+least, "--tls-max", most)
	for _, name := range k.Suites {
		if strings.Contains(name, "_WITH_") {
			args = append(args, "--ciphers", openSSLName(name))
		} else {
			args = append(args, "--tls13-ciphers", name)
		}
	}
	if len(k.Groups) > 0 {
		args = append(args, "--curves", strings.Join(k.Groups, ":"))
	}
	if len(k.ALPN) > 0 {
		args = append(args, "--http2")
	}
	if k.CheckStaple || sc.Fault == scenario.Revoked {
		args = append(args, "--cert-status")
	}
	if identity := p.identified(t); identity != "" {
		args = append(args, "--cert", identity, "--key", identity)
	}
	return append(args, scheme(sc)+"://"+host+"/")
}

// chromium asks with a fresh profile that trusts the client's roots beside its own.
func chromium(t *testing.T, p place) []string {
	if p.identity != nil {
		t.Skip("there is no way to have it choose a client's certificate by itself")
	}
	name := asked(p.sc)
	least, most := offered(p.sc)
	var without []string
	for _, s := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		if len(p.sc.Client.Suites) > 0 && !isSuite13(s.ID) && !slices.Contains(p.sc.Client.Suites, s.Name) {
			without = append(without, fmt.Sprintf("0x%04x", s.ID))
		}
	}
	trustNSS(t, p)
	args := []string{
		"chromium", "--headless", "--disable-gpu", "--no-first-run", "--disable-quic", "--disable-background-networking", "--disable-component-update",
		"--disable-dev-shm-usage", "--user-data-dir=" + filepath.Join(p.dir, "profile"), "--host-resolver-rules=MAP " + name + " 127.0.0.1", "--dump-dom",
		"--ssl-version-min=tls" + least, "--ssl-version-max=tls" + most, "--cipher-suite-blacklist=" + strings.Join(without, ","),
	}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // root has no other way
	}
	return append(args, scheme(p.sc)+"://"+name+":"+p.port+"/")
}

// trustNSS makes the database in which Chromium looks for roots besides its own.
func trustNSS(t *testing.T, p place) {
	t.Helper()
	if _, err := exec.LookPath("certutil"); err != nil {
		t.Skip("no certutil here, of NSS's tools")
	}
	db := filepath.Join(p.dir, ".pki", "nssdb")
	if err := os.MkdirAll(db, 0o700); err != nil {
		t.Fatal(err)
	}
	output(t, p.dir, "certutil", "-N", "-d", "sql:"+db, "--empty-password")
	for i, root := range p.roots {
		if root.PublicKeyAlgorithm == x509.Ed25519 {
			t.Skip("certutil takes no root with Ed25519")
		}
		file := p.write(t, "root.pem", &pem.Block{Type: "CERTIFICATE", Bytes: root.Raw})
		if out := output(t, p.dir, "certutil", "-A", "-d", "sql:"+db, "-n", "root "+strconv.Itoa(i), "-t", "C,,", "-i", file); out != "" {
			t.Fatal(out)
		}
	}
}

func scheme(sc scenario.Scenario) string {
	if sc.Client.Plain {
		return "http"
	}
	return "https"
}
