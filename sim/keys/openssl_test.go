//go:build !js

package keys

import (
	"bufio"
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tlsplay/sim/internal/relay"
	"tlsplay/sim/trace"
)

// This file lets OpenSSL speak to itself through a relay that records, for all
// that crypto/tls does not do: CCM, encrypt-then-MAC, DHE, PSK, null ciphers and
// KeyUpdate.

const testPSK = "00112233445566778899aabbccddeeff"

// opensslServer is `openssl s_server -rev`: it sends each line back reversed.
type opensslServer struct{ addr, dir string }

func startOpenSSL(t *testing.T) opensslServer {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("skipped: no openssl")
	}
	dir := t.TempDir()
	args := []string{
		"s_server", "-accept", "127.0.0.1:0", "-rev", "-psk", testPSK, "-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0",
		"-ciphersuites", "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256",
	}
	for i, name := range []string{"RSA", "ECDSA"} {
		cert := testCerts()[name]
		key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, name)
		b := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})...)
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, [][]string{{"-cert", file, "-key", file}, {"-dcert", file, "-dkey", file}}[i]...)
	}
	cmd := exec.Command("openssl", args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	addr := make(chan string, 1)
	go func() {
		var seen []string
		for s := bufio.NewScanner(out); s.Scan(); {
			if a, ok := strings.CutPrefix(s.Text(), "ACCEPT "); ok {
				addr <- a
			}
			seen = append(seen, s.Text())
		}
		select {
		case addr <- "no address:\n" + strings.Join(seen, "\n"):
		default:
		}
	}()
	select {
	case a := <-addr:
		if strings.HasPrefix(a, "no address") {
			t.Fatal(a)
		}
		return opensslServer{a, dir}
	case <-time.After(10 * time.Second):
		t.Fatal("openssl s_server does not start")
		panic("unreachable")
	}
}

// talk connects `openssl s_client` through a relay and says the lines; whatever
// is not a command comes back reversed.
func (s opensslServer) talk(t *testing.T, args []string, lines ...string) (l live) {
	t.Helper()
	crossing := relay.New(t, s.addr)
	keylog := filepath.Join(t.TempDir(), "keylog")
	cmd := exec.Command("openssl", append([]string{"s_client", "-connect", crossing.Addr, "-keylogfile", keylog, "-psk", testPSK}, args...)...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr lockedBuffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(20*time.Second, func() { cmd.Process.Kill() })
	defer kill.Stop()
	r := bufio.NewReader(out)
	updates := 0
	for _, line := range lines {
		fmt.Fprintln(in, line)
		if line == "K" { // KeyUpdate; wait for the client to say so, or it would merge lines
			updates++
			for start := time.Now(); strings.Count(stderr.String(), "KEYUPDATE") < updates; {
				if time.Sleep(time.Millisecond); time.Since(start) > 10*time.Second {
					t.Fatalf("s_client does not update its keys:\n%s", stderr.String())
				}
			}
			continue
		}
		b := []byte(line)
		slices.Reverse(b)
		for {
			got, err := r.ReadString('\n')
			if err != nil {
				t.Fatalf("s_client %v: %v\n%s", args, err, stderr.String())
			}
			if strings.TrimSpace(got) == string(b) {
				break
			}
		}
	}
	in.Close()
	io.Copy(io.Discard, r)
	cmd.Wait()
	for _, f := range crossing.End() {
		if f.From == trace.Client {
			l.client.sent = append(l.client.sent, f.Data...)
		} else {
			l.server.sent = append(l.server.sent, f.Data...)
		}
	}
	text, err := os.ReadFile(keylog)
	if err != nil {
		t.Fatal(err)
	}
	if l.log, err = ParseLog(string(text)); err != nil {
		t.Fatal(err)
	}
	return l
}

// lockedBuffer is read while a process writes to it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// TestOpenSSL12 opens what OpenSSL says in every suite that it has and we can
// decrypt, in every version that the suite knows, CBC with and without
// encrypt-then-MAC, and verifies both Finished.
func TestOpenSSL12(t *testing.T) {
	srv := startOpenSSL(t)
	out, err := exec.Command("openssl", "ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL:@SECLEVEL=0").Output()
	if err != nil {
		t.Fatal(err)
	}
	ran, seen := map[string]int{}, map[string]bool{}
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		var hi, lo uint16
		fmt.Sscanf(f[0], "0x%x,0x%x", &hi, &lo)
		s, _ := SuiteByID(hi<<8 | lo)
		if s.Supported() != nil || s.TLS13() || s.Auth == "DSS" || strings.HasPrefix(s.KeyExchange, "SRP") {
			continue
		}
		versions := []uint16{VersionTLS12}
		if f[5] != "TLSv1.2" && !testing.Short() {
			versions = []uint16{VersionTLS10, VersionTLS11, VersionTLS12}
		}
		for _, v := range versions {
			for _, etm := range []bool{true, false} {
				if !etm && s.BlockLen == 0 {
					continue
				}
				name := s.Name + "/" + versionName(v)
				args := []string{"-cipher", f[4] + ":@SECLEVEL=0", map[uint16]string{VersionTLS10: "-tls1", VersionTLS11: "-tls1_1", VersionTLS12: "-tls1_2"}[v]}
				if !etm {
					args, name = append(args, "-no_etm"), name+"/MtE"
				}
				// Older versions differ in the record layer alone: once each is enough.
				kind := fmt.Sprint(s.CipherName, s.MAC, v, etm)
				if v < VersionTLS12 && seen[kind] {
					continue
				}
				seen[kind] = true
				t.Run(name, func(t *testing.T) {
					l := srv.talk(t, args, "hello wire", "second line")
					openOpenSSL12(t, v, s, etm && s.BlockLen > 0, l)
					ran[s.CipherName]++
				})
			}
		}
	}
	t.Logf("connections by cipher: %v", ran)
}

func openOpenSSL12(t *testing.T, version uint16, s Suite, etm bool, l live) {
	cr, sr := l.randoms()
	serverMsgs, clientMsgs := messages(t, l.server.sent), messages(t, l.client.sent)
	if s.BlockLen > 0 && (extension(t, serverMsgs[0], 22) != nil) != etm {
		t.Fatalf("encrypt_then_mac negotiated: %v", !etm)
	}
	m, err := NewMaster12(nil, version, s, l.log.Secret(cr, LabelClientRandom))
	if err != nil {
		t.Fatal(err)
	}
	kb := m.KeyBlock(cr, sr)
	co, err := NewOpener12(version, s, kb.ClientMAC, kb.ClientKey, kb.ClientIV, etm)
	if err != nil {
		t.Fatal(err)
	}
	so, err := NewOpener12(version, s, kb.ServerMAC, kb.ServerKey, kb.ServerIV, etm)
	if err != nil {
		t.Fatal(err)
	}
	var tr Transcript
	tr.SetHash(TranscriptHashOf(version, s))
	tr.Add(true, clientMsgs[0])
	for len(serverMsgs) > 0 {
		msg := serverMsgs[0]
		serverMsgs = serverMsgs[1:]
		if params := map[string]func([]byte) int{"ECDHE": ECDHEParamsLen, "DHE": DHEParamsLen}[s.KeyExchange]; msg[0] == 12 && (s.Auth == "RSA" || s.Auth == "ECDSA") {
			if c := CheckServerKeyExchange(version, cr, sr, msg, params(msg[4:]), publicKey(testCerts()[s.Auth])); !c.OK {
				t.Errorf("%s: %s", c.Name, c.Detail)
			}
		}
		if tr.Add(false, msg); msg[0] == 14 {
			break
		}
	}
	for _, msg := range clientMsgs[1:] {
		tr.Add(true, msg)
	}
	if premaster := pskPremaster(t, s, clientMsgs); premaster != nil {
		p, err := NewPremaster(nil, version, s, premaster)
		if err != nil {
			t.Fatal(err)
		}
		if c := CheckSecret("master secret", p.ExtendedMaster(tr.Sum()).Secret(), m.Secret()); !c.OK {
			t.Errorf("%s: %s", c.Name, c.Detail)
		}
	}
	check := func(client bool, finished []byte) {
		t.Helper()
		if c := CheckFinished12(m, client, tr.Sum(), finished); !c.OK {
			t.Errorf("%s: %s", c.Name, c.Detail)
		}
		tr.Add(client, finished)
	}
	data, finished := openAll12(t, l.client.sent, co)
	check(true, finished)
	if data != "hello wire\nsecond line\n" {
		t.Errorf("client sent %q", data)
	}
	for _, msg := range serverMsgs {
		tr.Add(false, msg)
	}
	data, finished = openAll12(t, l.server.sent, so)
	check(false, finished)
	if data != "eriw olleh\nenil dnoces\n" {
		t.Errorf("server sent %q", data)
	}
}

// pskPremaster is the premaster secret of PSK and RSA_PSK, where the test knows all
// that goes in.
func pskPremaster(t *testing.T, s Suite, clientMsgs [][]byte) []byte {
	t.Helper()
	if s.Auth != "PSK" || s.KeyExchange != "PSK" && s.KeyExchange != "RSA" {
		return nil
	}
	var other []byte
	if s.KeyExchange == "RSA" {
		b := clientMsgs[1][4:]           // ClientKeyExchange
		b = b[2+int(b[0])<<8+int(b[1]):] // the identity
		var err error
		if other, err = DecryptRSAPremaster(nil, testCerts()["RSA"].PrivateKey.(*rsa.PrivateKey), b[2:]); err != nil {
			t.Fatal(err)
		}
	}
	return PSKPremaster(unhex(t, testPSK), other)
}

// openAll12 opens one direction and checks that the parts of each record make up
// its fragment.
func openAll12(t *testing.T, sent []byte, o *Opener) (data string, finished []byte) {
	t.Helper()
	protected := false
	explicit, tag := ShapeOf(o.Version(), o.Suite(), o.EncryptThenMAC())
	for i, rec := range records(t, sent) {
		if rec[0] == TypeChangeCipherSpec {
			protected = true
			continue
		}
		if !protected {
			continue
		}
		got, err := o.Open(rec)
		if err != nil {
			t.Fatalf("record %d: %v", i, err)
		}
		inner := explicit + len(got.Inner)
		if o.Suite().Cipher.AEAD() || o.EncryptThenMAC() {
			inner += tag
		}
		if inner != len(rec)-HeaderLen {
			t.Errorf("record %d: %d bytes are accounted for, the fragment has %d", i, inner, len(rec)-HeaderLen)
		}
		if !o.Suite().Cipher.AEAD() && !o.EncryptThenMAC() {
			if n := len(got.Plain) + len(got.MAC) + len(got.Padding); n != len(got.Inner) {
				t.Errorf("record %d: content, MAC and padding have %d of %d bytes", i, n, len(got.Inner))
			}
		}
		switch got.Type {
		case TypeHandshake:
			finished = got.Plain
		case TypeApplicationData:
			data += string(got.Plain)
		}
	}
	return data, finished
}

// TestOpenSSL13 opens OpenSSL's TLS 1.3, CCM included, through KeyUpdates.
func TestOpenSSL13(t *testing.T) {
	srv := startOpenSSL(t)
	for _, id := range []uint16{0x1301, 0x1302, 0x1303, 0x1304, 0x1305} {
		s, _ := SuiteByID(id)
		t.Run(s.Name, func(t *testing.T) {
			l := srv.talk(t, []string{"-tls1_3", "-ciphersuites", s.Name}, "hello wire", "K", "second line", "K", "third")
			cr, _ := l.randoms()
			data, updates := openAll13(t, s, l.client.sent, l.log.Secret(cr, LabelClientHandshake), l.log.Secret(cr, LabelClientTraffic))
			if data != "hello wire\nsecond line\nthird\n" || updates != 2 {
				t.Errorf("client sent %q with %d updates", data, updates)
			}
			data, updates = openAll13(t, s, l.server.sent, l.log.Secret(cr, LabelServerHandshake), l.log.Secret(cr, LabelServerTraffic))
			if data != "eriw olleh\nenil dnoces\ndriht\n" || updates != 2 {
				t.Errorf("server sent %q with %d updates", data, updates)
			}
		})
	}
}

func openAll13(t *testing.T, s Suite, sent, handshake, traffic []byte) (data string, updates int) {
	t.Helper()
	o, err := NewOpener13(s, handshake)
	if err != nil {
		t.Fatal(err)
	}
	for i, rec := range records(t, sent) {
		if rec[0] != TypeApplicationData {
			continue
		}
		got, err := o.Open(rec)
		if err != nil {
			t.Fatalf("record %d: %v", i, err)
		}
		msg := got.Plain[:got.ContentLen]
		if got.Type == TypeApplicationData {
			data += string(msg)
		}
		for got.Type == TypeHandshake && len(msg) >= 4 { // OpenSSL cuts no message in two
			switch msg[0] {
			case 20: // Finished
				o, err = NewOpener13(s, traffic)
			case 24: // KeyUpdate
				updates++
				o, err = o.Next()
			}
			if err != nil {
				t.Fatal(err)
			}
			msg = msg[min(len(msg), 4+int(msg[1])<<16+int(msg[2])<<8+int(msg[3])):]
		}
	}
	return data, updates
}
