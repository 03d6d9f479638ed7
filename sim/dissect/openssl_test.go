package dissect

import (
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tlsplay/sim/internal/relay"
	"tlsplay/sim/trace"
)

// openSSL records a connection of openssl s_client with openssl s_server on
// loopback, through a relay that keeps the bytes.
func openSSL(t *testing.T, server, client []string) []flight {
	t.Helper()
	path, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip("no loopback:", err)
	}
	target := free.Addr().String()
	free.Close()

	s := exec.Command(path, append([]string{"s_server", "-accept", target, "-quiet", "-naccept", "1"}, server...)...)
	in, _ := s.StdinPipe()
	defer in.Close()
	if err := s.Start(); err != nil {
		t.Skip(err)
	}
	defer func() { s.Process.Kill(); s.Wait() }()

	r := relay.New(t, target)
	c := exec.Command(path, append([]string{"s_client", "-connect", r.Addr, "-quiet", "-no_ign_eof"}, client...)...)
	c.Stdin = strings.NewReader("Q\n")
	c.Stdout = io.Discard
	timer := time.AfterFunc(10*time.Second, func() { c.Process.Kill() })
	c.Run()
	timer.Stop()
	s.Process.Kill()
	var flights []flight
	for _, f := range r.End() {
		flights = append(flights, flight{f.From, f.Data})
	}
	return flights
}

// TestOpenSSL dissects what crypto/tls cannot speak: DHE, PSK in all forms, SRP,
// anonymous suites, encrypt-then-mac. tshark's list of messages is the measure.
func TestOpenSSL(t *testing.T) {
	dir := t.TempDir()
	cert := testRSA()
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certFile := filepath.Join(dir, "server.pem")
	both := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...)
	if err := os.WriteFile(certFile, both, 0o600); err != nil {
		t.Fatal(err)
	}
	withCert := []string{"-cert", certFile}
	psk := []string{"-psk", "0102030405060708", "-psk_identity", "alice"}
	pskServer := []string{"-nocert", "-psk", "0102030405060708", "-psk_identity", "alice", "-psk_hint", "who"}
	for _, c := range []struct {
		name           string
		server, client []string
		suite          string
		want           []trace.FieldID
	}{
		{"DHE", withCert, nil, "DHE-RSA-AES128-GCM-SHA256", []trace.FieldID{"server_dh_params.dh_p", "server_key_exchange.algorithm", "client_key_exchange.dh_yc"}},
		{"DHE, CBC", withCert, nil, "DHE-RSA-AES128-SHA", []trace.FieldID{"extension.encrypt_then_mac", "server_dh_params.dh_ys"}},
		{"client certificate", append([]string{"-Verify", "1"}, withCert...), withCert, "ECDHE-RSA-AES128-GCM-SHA256", []trace.FieldID{"certificate_request.signature_algorithm", "certificate_verify.signature"}},
		{"PSK", pskServer, psk, "PSK-AES128-CBC-SHA", []trace.FieldID{"server_key_exchange.psk_identity_hint", "client_key_exchange.psk_identity"}},
		{"DHE PSK", pskServer, psk, "DHE-PSK-AES128-CBC-SHA", []trace.FieldID{"server_dh_params.dh_ys", "client_key_exchange.psk_identity", "client_key_exchange.dh_yc"}},
		{"ECDHE PSK", pskServer, psk, "ECDHE-PSK-AES128-CBC-SHA", []trace.FieldID{"server_ecdh_params.namedcurve", "client_key_exchange.ecdh_yc"}},
		{"RSA PSK", append([]string{"-cert", certFile}, pskServer[1:]...), psk, "RSA-PSK-AES128-CBC-SHA", []trace.FieldID{"client_key_exchange.psk_identity", "client_key_exchange.encrypted_pre_master_secret"}},
		{"anonymous DH", []string{"-nocert"}, nil, "ADH-AES128-SHA", []trace.FieldID{"server_dh_params.dh_ys", "client_key_exchange.dh_yc"}},
		{"anonymous ECDH", []string{"-nocert"}, nil, "AECDH-AES128-SHA", []trace.FieldID{"server_ecdh_params.namedcurve", "client_key_exchange.ecdh_yc"}},
		{"RSA", withCert, nil, "AES128-CCM8", []trace.FieldID{"client_key_exchange.encrypted_pre_master_secret"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			common := []string{"-tls1_2", "-cipher", c.suite + ":@SECLEVEL=0"}
			flights := openSSL(t, append(append([]string{}, c.server...), common...), append(append([]string{}, c.client...), common...))
			d := dissect(t)
			d.plain(&tap{flights: reassemble(flights)}, 0x0303)
			d.noErrors()
			if d.conv.Suite == 0 {
				t.Skipf("OpenSSL did not agree on %s", c.suite)
			}
			for _, id := range c.want {
				found := false
				for _, root := range d.roots {
					found = found || root.Find(id) != nil
				}
				if !found {
					t.Errorf("no %s", id)
				}
			}
			want := tsharkFields(t, [][]flight{flights}, "tls.handshake.type")[0]["tls.handshake.type"]
			var got []string
			for _, root := range d.roots {
				root.Walk(func(n *trace.Node) bool {
					if n.ID == "handshake.msg_type" {
						got = append(got, d.number(n))
					}
					return true
				})
			}
			if strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("messages %v, tshark says %v", got, want)
			}
		})
	}
}

// reassemble joins what arrived in pieces, so that each flight is whole records.
func reassemble(flights []flight) (out []flight) {
	rest := map[trace.Side][]byte{}
	for _, f := range flights {
		b := append(rest[f.from], f.data...)
		for {
			n, ok := RecordLength(b)
			if !ok || n > len(b) {
				break
			}
			out = append(out, flight{f.from, b[:n:n]})
			b = b[n:]
		}
		rest[f.from] = b
	}
	return out
}
