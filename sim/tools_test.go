package sim

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
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

// What OpenSSL and curl print where the client of a preset fails: the declared
// text is a part of it. They connect to the preset's own server, on loopback.
func TestTools(t *testing.T) {
	all, err := presets.Parse(embedded.Text)
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range []struct {
		name     string
		declared func(presets.Preset) string
		command  func(sc scenario.Scenario, port, roots, identity string) []string
	}{
		{"openssl", func(p presets.Preset) string { return p.OpenSSL }, openSSL},
		{"curl", func(p presets.Preset) string { return p.Curl }, curl},
	} {
		t.Run(tool.name, func(t *testing.T) {
			if _, err := exec.LookPath(tool.name); err != nil {
				t.Skip("no " + tool.name + " here")
			}
			for _, p := range all {
				if p.Client == "" || len(p.Scenario.Wire) > 0 || p.Scenario.Middle != "" || !strings.HasPrefix(p.Group, "Failures") && !strings.HasPrefix(p.Group, "A certificate authority") {
					continue
				}
				t.Run(p.Name, func(t *testing.T) {
					out := connect(t, p.Scenario, tool.command)
					want := tool.declared(p)
					if os.Getenv("TOOLS") != "" {
						t.Logf("declared %q\n%s", want, out)
					}
					if !strings.Contains(out, want) {
						t.Errorf("%s prints\n%s\nwant %q", tool.name, out, want)
					}
				})
			}
		})
	}
}

// connect runs a command against the scenario's server.
func connect(t *testing.T, sc scenario.Scenario, command func(sc scenario.Scenario, port, roots, identity string) []string) string {
	t.Helper()
	sc.Seed, sc.Clock = "2a", scenario.FormatClock(time.Now())
	s, err := New(sc, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip("no loopback: " + err.Error())
	}
	server := s.config[trace.Server]
	server.Rand, server.KeyLogWriter, server.Time = nil, nil, nil
	var served sync.WaitGroup
	defer served.Wait() // its config is that of the session, which is closed behind it
	defer listener.Close()
	served.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			conn.SetDeadline(time.Now().Add(5 * time.Second))
			if !sc.Server.Plain {
				conn = tls.Server(conn, server)
			}
			conn.Read(make([]byte, 1000))
			io.WriteString(conn, sc.Response)
			conn.Close()
		}
	})
	dir := t.TempDir()
	write := func(name string, blocks ...*pem.Block) string {
		var text []byte
		for _, b := range blocks {
			text = append(text, pem.EncodeToMemory(b)...)
		}
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	var roots []*pem.Block
	for _, c := range s.verifiers[trace.Client].roots {
		roots = append(roots, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	}
	if roots == nil { // an empty file is an error to them
		other, err := pki.New(pki.Order{Kind: "ed25519", Names: []string{"a.example"}, Now: time.Now(), Owner: "Elsewhere"}, entropy.NewSeed().Stream("pki"))
		if err != nil {
			t.Fatal(err)
		}
		roots = append(roots, &pem.Block{Type: "CERTIFICATE", Bytes: other.Root.Raw})
	}
	identity := ""
	if id := identityOf(s.config[trace.Client]); id != nil {
		key, err := x509.MarshalPKCS8PrivateKey(id.PrivateKey)
		if err != nil {
			t.Fatal(err)
		}
		blocks := []*pem.Block{{Type: "PRIVATE KEY", Bytes: key}}
		for _, der := range id.Certificate {
			blocks = append(blocks, &pem.Block{Type: "CERTIFICATE", Bytes: der})
		}
		identity = write("client.pem", blocks...)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	args := command(sc, port, write("roots.pem", roots...), identity)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
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

func openSSL(sc scenario.Scenario, port, roots, identity string) []string {
	verify := "-verify_hostname"
	if net.ParseIP(asked(sc)) != nil {
		verify = "-verify_ip"
	}
	args := []string{
		"openssl", "s_client", "-connect", "127.0.0.1:" + port, "-servername", asked(sc), verify, asked(sc),
		"-verify_return_error", "-CAfile", roots, "-ign_eof",
	}
	k := sc.Client
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
	if identity != "" {
		args = append(args, "-cert", identity, "-key", identity, "-cert_chain", identity)
	}
	return args
}

func openSSLName(iana string) string {
	return strings.NewReplacer("TLS_", "", "_WITH_AES_", "-AES", "_", "-").Replace(iana)
}

func curl(sc scenario.Scenario, port, roots, identity string) []string {
	scheme := "https"
	if sc.Client.Plain {
		scheme = "http"
	}
	host := asked(sc) + ":" + port
	args := []string{"curl", "-sS", "--noproxy", "*", "--cacert", roots, "--connect-to", host + ":127.0.0.1:" + port}
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
	if identity != "" {
		args = append(args, "--cert", identity, "--key", identity)
	}
	return append(args, scheme+"://"+host+"/")
}
