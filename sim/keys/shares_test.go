package keys

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/tls"
	"io"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
)

// recorder is a deterministic Config.Rand that remembers what it gave.
type recorder struct {
	src   io.Reader
	reads [][]byte
}

func newRecorder(seed byte) *recorder { return &recorder{src: rand.NewChaCha8([32]byte{seed})} }

func (r *recorder) Read(b []byte) (int, error) {
	if len(b) == 1 { // randutil.MaybeReadByte: answered without advancing
		b[0] = 0
	} else {
		io.ReadFull(r.src, b)
	}
	r.reads = append(r.reads, clone(b))
	return len(b), nil
}

// messages are the handshake messages in the plaintext records of a stream, up to
// the first protected one.
func messages(t testing.TB, stream []byte) (msgs [][]byte) {
	t.Helper()
	var b []byte
	for _, rec := range records(t, stream) {
		if rec[0] != TypeHandshake {
			break
		}
		b = append(b, rec[HeaderLen:]...)
	}
	for len(b) >= 4 {
		n := 4 + int(b[1])<<16 + int(b[2])<<8 + int(b[3])
		if len(b) < n {
			break
		}
		msgs, b = append(msgs, b[:n]), b[n:]
	}
	return msgs
}

// extension finds an extension in a ClientHello or ServerHello.
func extension(t testing.TB, msg []byte, id uint16) []byte {
	t.Helper()
	b := msg[4+2+32:]
	b = b[1+int(b[0]):]
	if msg[0] == msgClientHello {
		b = b[2+int(b[0])<<8+int(b[1]):]
		b = b[1+int(b[0]):]
	} else {
		b = b[3:]
	}
	for b = b[2:]; len(b) > 0; {
		n := int(b[2])<<8 + int(b[3])
		if uint16(b[0])<<8|uint16(b[1]) == id {
			return b[4 : 4+n]
		}
		b = b[4+n:]
	}
	return nil
}

// keyShares reads the client's share of the server's group, and the server's.
func keyShares(t testing.TB, clientHello, serverHello []byte) (group uint16, client, server []byte) {
	t.Helper()
	s := extension(t, serverHello, 51)
	group, server = uint16(s[0])<<8|uint16(s[1]), s[4:]
	for c := extension(t, clientHello, 51)[2:]; len(c) > 0; {
		n := int(c[2])<<8 + int(c[3])
		if c[0] == s[0] && c[1] == s[1] {
			client = c[4 : 4+n]
		}
		c = c[4+n:]
	}
	return group, client, server
}

var groups = []tls.CurveID{
	tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521,
	tls.X25519MLKEM768, tls.SecP256r1MLKEM768, tls.SecP384r1MLKEM1024,
}

// TestSharedSecret13 goes all the way from recorded randomness to the logged
// secrets, for every group.
func TestSharedSecret13(t *testing.T) {
	for _, g := range groups {
		t.Run(g.String(), func(t *testing.T) {
			c, s := configs(VersionTLS13, 0, "ECDSA")
			c.CurvePreferences, s.CurvePreferences = []tls.CurveID{g}, []tls.CurveID{g}
			cr, sr := newRecorder(1), newRecorder(2)
			c.Rand, s.Rand = cr, sr
			l := dial(t, c, s, []byte("up"), []byte("down"))
			clientHello, serverHello := messages(t, l.client.sent)[0], messages(t, l.server.sent)[0]
			group, cs, ss := keyShares(t, clientHello, serverHello)
			if group != uint16(g) {
				t.Fatalf("negotiated 0x%04x", group)
			}
			shared, err := SharedSecret(group, cr.reads, nil, cs, ss)
			if err != nil || shared.From != "client" {
				t.Fatal(shared.From, err)
			}
			suite, _ := SuiteByID(l.client.conn.ConnectionState().CipherSuite)
			var rec Recorder
			shared.Record(&rec)
			early, err := NewEarly(&rec, suite, nil)
			if err != nil {
				t.Fatal(err)
			}
			var tr Transcript
			tr.Add(true, clientHello)
			tr.Add(false, serverHello)
			tr.SetHash(suite.Hash)
			hs := early.Handshake(shared.Secret)
			random, _ := l.randoms()
			for _, check := range []Check{
				CheckSecret("client secret", hs.ClientTraffic(tr.Sum()).Secret(), l.log.Secret(random, LabelClientHandshake)),
				CheckSecret("server secret", hs.ServerTraffic(tr.Sum()).Secret(), l.log.Secret(random, LabelServerHandshake)),
			} {
				if !check.OK {
					t.Errorf("%s: %s", check.Name, check.Detail)
				}
			}
			if tr.Sum().Covers != "ClientHello..ServerHello" {
				t.Error(tr.Sum().Covers)
			}
			// The server's randomness does as well where there is no ML-KEM.
			again, err := SharedSecret(group, nil, sr.reads, cs, ss)
			if hybrid := strings.Contains(g.String(), "MLKEM"); hybrid != (err != nil) {
				t.Errorf("from the server's reads: %v", err)
			} else if !hybrid && (again.From != "server" || !bytes.Equal(again.Secret, shared.Secret)) {
				t.Error("from the server's reads comes another secret")
			}
			if p, ok := FindShare(group, cr.reads, cs); !ok || !bytes.Equal(p.Scalar, shared.Private.Scalar) || !bytes.Equal(p.Seed, shared.Private.Seed) {
				t.Error("FindShare finds another key")
			}
			if _, ok := FindShare(group, sr.reads, cs); ok {
				t.Error("the client's key was found in the server's reads")
			}
			if _, err := SharedSecret(group, sr.reads, nil, cs, ss); err == nil || !strings.HasPrefix(err.Error(), "keys: ") {
				t.Errorf("wrong reads: %v", err)
			}
			if _, err := SharedSecret(group, cr.reads, nil, cs[1:], ss); err == nil {
				t.Error("a short share is accepted")
			}
			testSteps(t, rec.Steps())
		})
	}
	if _, err := SharedSecret(0x0100, nil, nil, nil, nil); err == nil {
		t.Error("ffdhe2048 is accepted")
	}
}

// TestDerive12 goes from recorded randomness (ECDHE) or the server's key (RSA) to
// the logged master secret, and verifies all that can be verified.
func TestDerive12(t *testing.T) {
	for _, version := range []uint16{VersionTLS10, VersionTLS11, VersionTLS12} {
		for _, id := range []uint16{0x002f, 0xc013, 0xc009, 0xc014, 0xc030, 0xcca9, 0x009d} {
			suite, _ := SuiteByID(id)
			if version < VersionTLS12 && suite.Cipher.AEAD() {
				continue
			}
			t.Run(suite.Name+"/"+versionName(version), func(t *testing.T) {
				c, s := configs(version, id, suite.Auth)
				if id == 0xc014 {
					c.CurvePreferences = []tls.CurveID{tls.CurveP521}
				}
				cert := testCerts()[suite.Auth]
				c.Certificates = []tls.Certificate{testCerts()["ECDSA"]} // a client certificate too
				s.ClientAuth = tls.RequireAnyClientCert
				cr, sr := newRecorder(3), newRecorder(4)
				c.Rand, s.Rand = cr, sr
				derive12(t, version, suite, dial(t, c, s, []byte("up"), []byte("down")), cert, cr.reads)
			})
		}
	}
}

func derive12(t *testing.T, version uint16, suite Suite, l live, cert tls.Certificate, reads [][]byte) {
	random, serverRandom := l.randoms()
	var rec Recorder
	var tr Transcript
	clientMsgs, serverMsgs := messages(t, l.client.sent), messages(t, l.server.sent)
	tr.Add(true, clientMsgs[0])
	for _, m := range serverMsgs {
		tr.Add(false, m)
	}
	tr.SetHash(TranscriptHashOf(version, suite))
	var point, premaster, verify []byte
	var group uint16
	for _, m := range serverMsgs {
		if m[0] == 12 {
			n := ECDHEParamsLen(m[4:])
			group, point = uint16(m[5])<<8|uint16(m[6]), m[8:4+n]
		}
	}
	check := func(c Check) {
		t.Helper()
		if !c.OK {
			t.Errorf("%s: %s", c.Name, c.Detail)
		}
	}
	for _, m := range serverMsgs {
		if m[0] == 12 {
			check(CheckServerKeyExchange(version, random, serverRandom, m, ECDHEParamsLen(m[4:]), publicKey(cert)))
			if c := CheckServerKeyExchange(version, serverRandom, random, m, ECDHEParamsLen(m[4:]), publicKey(cert)); c.OK {
				t.Error("verifies with the randoms swapped")
			}
		}
	}
	var extended TranscriptHash
	for _, m := range clientMsgs[1:] {
		if m[0] == 15 {
			verify = m
			check(CheckCertificateVerify(version, true, &tr, tr.Len(), m, publicKey(testCerts()["ECDSA"])))
			if c := CheckCertificateVerify(version, true, &tr, tr.Len()-1, m, publicKey(testCerts()["ECDSA"])); c.OK {
				t.Error("verifies over fewer messages")
			}
		}
		tr.Add(true, m)
		if m[0] != 16 {
			continue
		}
		extended = tr.Sum()
		if suite.KeyExchange == "RSA" {
			var err error
			if premaster, err = DecryptRSAPremaster(&rec, cert.PrivateKey.(*rsa.PrivateKey), m[6:]); err != nil {
				t.Fatal(err)
			}
			continue
		}
		shared, err := SharedSecret(group, reads, nil, m[5:], point)
		if err != nil {
			t.Fatal(err)
		}
		shared.Record(&rec)
		premaster = shared.Secret
	}
	if verify == nil {
		t.Error("no CertificateVerify was seen")
	}
	p, err := NewPremaster(&rec, version, suite, premaster)
	if err != nil {
		t.Fatal(err)
	}
	m := p.ExtendedMaster(extended)
	check(CheckSecret("master secret", m.Secret(), l.log.Secret(random, LabelClientRandom)))
	if bytes.Equal(p.Master(random, serverRandom).Secret(), m.Secret()) {
		t.Error("both kinds of master secret are equal")
	}
	kb := m.KeyBlock(random, serverRandom)
	for _, client := range []bool{true, false} {
		sent, mac, key, iv := l.client.sent, kb.ClientMAC, kb.ClientKey, kb.ClientIV
		if !client {
			sent, mac, key, iv = l.server.sent, kb.ServerMAC, kb.ServerKey, kb.ServerIV
		}
		o, err := NewOpener12(version, suite, mac, key, iv, false)
		if err != nil {
			t.Fatal(err)
		}
		recs := records(t, sent)
		for i := range recs {
			if recs[i][0] != TypeChangeCipherSpec {
				continue
			}
			got, err := o.Open(recs[i+1])
			if err != nil {
				t.Fatal(err)
			}
			check(CheckFinished12(m, client, tr.Sum(), got.Plain))
			tr.Add(client, got.Plain)
		}
	}
	cs := l.client.conn.ConnectionState()
	if want, err := cs.ExportKeyingMaterial("label", []byte("context"), 40); err != nil || !bytes.Equal(want, m.Export("label", random, serverRandom, []byte("context"), 40)) {
		t.Errorf("exported keying material differs: %v", err)
	}
	testSteps(t, rec.Steps())
}

func publicKey(c tls.Certificate) crypto.PublicKey {
	return c.PrivateKey.(crypto.Signer).Public()
}

// testSteps runs the command of every step, in one shell, and compares what it
// prints with the step's output.
func testSteps(t *testing.T, steps []Step) {
	t.Helper()
	for _, s := range steps {
		if s.ID == "" || s.Formula == "" || s.Section == "" || len(s.Output) == 0 || len(s.Inputs) == 0 {
			t.Errorf("step is incomplete: %+v", s)
		}
		if s.Function != FnRSA && s.GoProgram() == "" {
			t.Errorf("%s has no Go program", s.ID)
		}
	}
	if _, err := exec.LookPath("openssl"); err != nil || testing.Short() {
		t.Log("commands skipped: no openssl, or -short")
		return
	}
	var script strings.Builder
	var run []Step
	for _, s := range steps {
		if c := s.Command(); c != "" && s.Function != FnRSA {
			script.WriteString(c + "\necho\n")
			run = append(run, s)
		}
	}
	out, err := exec.Command("bash", "-c", "set -e\n"+script.String()).CombinedOutput()
	if err != nil {
		t.Fatalf("commands: %v\n%s", err, out)
	}
	got := strings.Fields(strings.ToLower(strings.ReplaceAll(string(out), ":", "")))
	if len(got) != len(run) {
		t.Fatalf("%d commands printed %d values:\n%s", len(run), len(got), out)
	}
	for i, s := range run {
		if want := strings.TrimPrefix(hexOpt("", s.Output), ":"); got[i] != want {
			t.Errorf("%s: the command prints %s, derived was %s\n%s", s.ID, got[i], want, s.Command())
		}
	}
}
