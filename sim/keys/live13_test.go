package keys

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"testing"
	"time"
)

// follow lets a follower see a live connection: flights alternate, and a flight
// ends where the other side must speak.
func follow(t *testing.T, f *follower, l live) {
	t.Helper()
	c, s := records(t, l.client.sent), records(t, l.server.sent)
	take := func(side string, recs *[][]byte, until func() bool) {
		for len(*recs) > 0 && !until() {
			f.record(side, (*recs)[0])
			*recs = (*recs)[1:]
		}
	}
	n := func(want int) func() bool { return func() bool { return f.transcript.Len() >= want } }
	take("client", &c, n(1))
	take("server", &s, n(2))
	if IsHelloRetryRequest(f.transcript.msgs[1]) {
		take("client", &c, n(3))
		take("server", &s, n(4))
	}
	take("server", &s, func() bool { return f.cAP != nil })
	take("client", &c, func() bool { return f.resumption != nil })
	take("server", &s, n(99))
	take("client", &c, n(99))
}

func ed25519Cert(t *testing.T) tls.Certificate {
	t.Helper()
	pub, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(2), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, pub, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: crypto.Signer(key)}
}

// TestLive13 derives everything of real connections from recorded randomness:
// with HelloRetryRequest, with client certificates of each kind, and resumed. The
// secrets equal the logged ones; every signature, Finished and binder verifies.
func TestLive13(t *testing.T) {
	for _, c := range []struct {
		name   string
		suite  uint16
		retry  bool
		client *tls.Certificate
		server tls.Certificate
	}{
		{"RSA", 0x1301, false, nil, testCerts()["RSA"]},
		{"ECDSA, retry", 0x1302, true, nil, testCerts()["ECDSA"]},
		{"Ed25519, both sides", 0x1303, false, ptr(ed25519Cert(t)), ed25519Cert(t)},
		{"retry, both sides", 0x1301, true, ptr(testCerts()["RSA"]), testCerts()["ECDSA"]},
	} {
		t.Run(c.name, func(t *testing.T) {
			setSuites13(t, c.suite)
			client, server := configs(VersionTLS13, 0, "RSA")
			server.Certificates, server.SessionTicketsDisabled = []tls.Certificate{c.server}, false
			client.ClientSessionCache = tls.NewLRUClientSessionCache(1)
			if c.client != nil {
				client.Certificates, server.ClientAuth = []tls.Certificate{*c.client}, tls.RequireAnyClientCert
			}
			if c.retry {
				client.CurvePreferences, server.CurvePreferences = []tls.CurveID{tls.X25519, tls.CurveP384}, []tls.CurveID{tls.CurveP384}
			}
			var psk []byte
			for _, resumed := range []bool{false, true} {
				cr, sr := newRecorder(5), newRecorder(6)
				client.Rand, server.Rand = cr, sr
				l := dial(t, client, server, []byte("up"), []byte("down"))
				if l.client.conn.ConnectionState().DidResume != resumed {
					t.Fatalf("resumed: %v", !resumed)
				}
				f := &follower{t: t, section: c.name, psk: psk, open: map[string]*Opener{}, leaf: map[string]*x509.Certificate{}, data: map[string][]byte{}}
				f.suite, _ = SuiteByID(c.suite)
				f.shared = func(ch, sh []byte) []byte {
					group, cs, ss := keyShares(t, ch, sh)
					shared, err := SharedSecret(group, cr.reads, nil, cs, ss)
					if err != nil {
						t.Fatal(err)
					}
					shared.Record(&f.rec)
					return shared.Secret
				}
				follow(t, f, l)
				random, _ := l.randoms()
				for label, derived := range map[string][]byte{
					LabelClientHandshake: f.cHS.Secret(), LabelServerHandshake: f.sHS.Secret(),
					LabelClientTraffic: f.cAP.Secret(), LabelServerTraffic: f.sAP.Secret(),
				} {
					f.must(CheckSecret(label, derived, l.log.Secret(random, label)))
				}
				if string(f.data["client"]) != "up" || string(f.data["server"]) != "down" {
					t.Errorf("data: %q", f.data)
				}
				if c.retry && f.transcript.At(3).Covers != "ClientHello1..ServerHello" {
					t.Error(f.transcript.At(3).Covers)
				}
				exp, err := NewExporter(nil, f.suite, false, f.exporter.Secret())
				if err != nil {
					t.Fatal(err)
				}
				cs := l.client.conn.ConnectionState()
				if want, err := cs.ExportKeyingMaterial("EXPERIMENTAL x", []byte("ctx"), 50); err != nil || !bytes.Equal(want, exp.Export("EXPERIMENTAL x", []byte("ctx"), 50)) {
					t.Errorf("exported keying material differs: %v", err)
				}
				if !resumed {
					testSteps(t, f.rec.Steps())
				}
				if psk = f.newPSK; psk == nil {
					t.Fatal("no ticket")
				}
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

// TestChecksFail: a check that holds for anything is worth nothing.
func TestChecksFail(t *testing.T) {
	s, _ := SuiteByID(0x1301)
	e, err := NewEarly(nil, s, []byte("psk"))
	if err != nil {
		t.Fatal(err)
	}
	th := EmptyHash(s.Hash)
	tr := e.ClientTraffic(th)
	good := append([]byte{msgFinished, 0, 0, 32}, tr.VerifyData(th)...)
	if c := CheckFinished13(tr, th, good); !c.OK {
		t.Error(c.Detail)
	}
	good[35] ^= 1
	transcript := new(Transcript)
	transcript.Add(true, []byte{1, 0, 0, 0})
	transcript.SetHash(s.Hash)
	pub := publicKey(testCerts()["RSA"])
	verify := []byte{15, 0, 0, 6, 8, 4, 0, 2, 1, 2}
	for _, c := range []Check{
		CheckFinished13(tr, th, good),
		CheckFinished13(tr, th, nil),
		CheckBinder(e.Binder(false), th, e.Binder(true).Entry(th)),
		CheckSecret("x", []byte{1}, nil),
		CheckCertificateVerify(VersionTLS13, false, transcript, 1, verify, pub),
		CheckCertificateVerify(VersionTLS13, false, transcript, 1, verify, publicKey(testCerts()["ECDSA"])),
		CheckCertificateVerify(VersionTLS13, false, transcript, 1, verify, nil),
		CheckCertificateVerify(VersionTLS13, false, transcript, 2, verify, pub),
		CheckCertificateVerify(VersionTLS13, false, transcript, 1, verify[:5], pub),
		CheckCertificateVerify(VersionTLS13, false, transcript, 1, verify[:8], pub),
		CheckCertificateVerify(VersionTLS12, false, transcript, 1, []byte{15, 0, 0, 4, 0xfa, 0xfa, 0, 0}, pub),
		CheckCertificateVerify(VersionTLS11, true, transcript, 1, verify, ed25519.PublicKey{}),
		CheckServerKeyExchange(VersionTLS12, nil, nil, []byte{12, 0, 0, 0}, 5, pub),
		CheckServerKeyExchange(VersionTLS12, nil, nil, []byte{12, 0, 0, 0}, -1, pub),
	} {
		if c.OK || c.Detail == "" || c.Name == "" {
			t.Errorf("%+v", c)
		}
	}
	if ECDHEParamsLen([]byte{3, 0, 23, 65}) != 0 || ECDHEParamsLen(nil) != 0 || DHEParamsLen([]byte{0, 1, 7, 0, 1}) != 0 || DHEParamsLen(nil) != 0 {
		t.Error("malformed parameters have a length")
	}
}
