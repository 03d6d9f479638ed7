package keys

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"
)

// This file runs real crypto/tls endpoints in-process and keeps what crossed
// the wire, so that other tests can open it.

// half is one direction of a wire: writes never block, reads wait.
type half struct {
	mu     sync.Mutex
	cond   sync.Cond
	unread []byte
	all    []byte
	closed bool
}

func newHalf() *half { h := &half{}; h.cond.L = &h.mu; return h }

func (h *half) Write(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.unread, h.all = append(h.unread, b...), append(h.all, b...)
	h.cond.Broadcast()
	return len(b), nil
}

func (h *half) Read(b []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(h.unread) == 0 && !h.closed {
		h.cond.Wait()
	}
	if len(h.unread) == 0 {
		return 0, io.EOF
	}
	n := copy(b, h.unread)
	h.unread = h.unread[n:]
	return n, nil
}

func (h *half) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	h.cond.Broadcast()
}

type wireConn struct{ in, out *half }

func (c wireConn) Read(b []byte) (int, error)       { return c.in.Read(b) }
func (c wireConn) Write(b []byte) (int, error)      { return c.out.Write(b) }
func (c wireConn) Close() error                     { c.out.close(); return nil }
func (c wireConn) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (c wireConn) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (c wireConn) SetDeadline(time.Time) error      { return nil }
func (c wireConn) SetReadDeadline(time.Time) error  { return nil }
func (c wireConn) SetWriteDeadline(time.Time) error { return nil }

// side is what one endpoint of a live run sent.
type side struct {
	sent []byte
	conn *tls.Conn
}

// live is a finished connection.
type live struct {
	client, server side
	log            Log
}

// dial runs a connection: handshake, one message each way, orderly close. extra,
// if not nil, runs on both ends in between.
func dial(t testing.TB, client, server *tls.Config, up, down []byte) live {
	t.Helper()
	var keylog bytes.Buffer
	client = client.Clone()
	client.KeyLogWriter = &keylog
	a, b := newHalf(), newHalf()
	c, s := tls.Client(wireConn{b, a}, client), tls.Server(wireConn{a, b}, server)
	errs := make(chan error, 1)
	go func() {
		buf := make([]byte, len(up))
		_, err := io.ReadFull(s, buf)
		if err == nil && !bytes.Equal(buf, up) {
			err = fmt.Errorf("server read other bytes than were sent")
		}
		if err == nil {
			_, err = s.Write(down)
		}
		s.Close()
		errs <- err
	}()
	_, err := c.Write(up)
	if err == nil {
		var got []byte
		if got, err = io.ReadAll(c); err == nil && !bytes.Equal(got, down) {
			err = fmt.Errorf("client read other bytes than were sent")
		}
	}
	c.Close()
	if serr := <-errs; err != nil || serr != nil {
		t.Fatalf("client: %v; server: %v", err, serr)
	}
	log, err := ParseLog(keylog.String())
	if err != nil {
		t.Fatal(err)
	}
	return live{side{a.all, c}, side{b.all, s}, log}
}

// records splits a stream.
func records(t testing.TB, stream []byte) (out [][]byte) {
	t.Helper()
	for len(stream) > 0 {
		n := HeaderLen + int(stream[3])<<8 + int(stream[4])
		if len(stream) < n {
			t.Fatalf("stream ends inside a record")
		}
		out, stream = append(out, stream[:n]), stream[n:]
	}
	return out
}

var testCerts = sync.OnceValue(func() map[string]tls.Certificate {
	out := map[string]tls.Certificate{}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	for name, key := range map[string]crypto.Signer{"RSA": rsaKey, "ECDSA": ecKey} {
		tmpl := &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "keys.test"},
			DNSNames: []string{"keys.test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		}
		der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
		if err != nil {
			panic(err)
		}
		out[name] = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	}
	return out
})

// configs are a client's and a server's that agree on version and suite. A TLS
// 1.3 suite can't be chosen; id 0 leaves it to crypto/tls.
func configs(version, id uint16, cert string) (client, server *tls.Config) {
	client = &tls.Config{InsecureSkipVerify: true, ServerName: "keys.test", MinVersion: version, MaxVersion: version}
	server = &tls.Config{Certificates: []tls.Certificate{testCerts()[cert]}, MinVersion: version, MaxVersion: version, SessionTicketsDisabled: true}
	if id != 0 {
		client.CipherSuites, server.CipherSuites = []uint16{id}, []uint16{id}
	}
	return client, server
}

// randoms reads the randoms out of the two hellos that start the streams.
func (l live) randoms() (client, server []byte) {
	return l.client.sent[11:43], l.server.sent[11:43]
}

// content opens everything behind the plaintext records and returns the
// application data.
func content(t *testing.T, recs [][]byte, open *Opener, isProtected func(i int) bool) (data []byte, n int) {
	t.Helper()
	for i, rec := range recs {
		if !isProtected(i) {
			continue
		}
		got, err := open.Open(rec)
		if err != nil {
			t.Fatalf("record %d: %v", i, err)
		}
		if got.Type == TypeApplicationData {
			data = append(data, got.Plain[:got.ContentLen]...)
		}
		n++
	}
	return data, n
}

// TestOpenLive12 opens every record of a connection for each suite of crypto/tls
// at each version before 1.3.
func TestOpenLive12(t *testing.T) {
	up, down := bytes.Repeat([]byte("question "), 3000), bytes.Repeat([]byte("answer "), 5000)
	suites := append(tls.CipherSuites(), tls.InsecureCipherSuites()...)
	ran := 0
	for _, cs := range suites {
		s, ok := SuiteByID(cs.ID)
		if !ok {
			t.Fatalf("%s is unknown", cs.Name)
		}
		for _, version := range cs.SupportedVersions {
			if version == VersionTLS13 {
				continue
			}
			ran++
			t.Run(cs.Name+"/"+versionName(version), func(t *testing.T) {
				cert := "RSA"
				if s.Auth == "ECDSA" {
					cert = "ECDSA"
				}
				c, srv := configs(version, cs.ID, cert)
				l := dial(t, c, srv, up, down)
				cr, sr := l.randoms()
				kb := MasterKeyBlock(version, s, l.log.Secret(cr, LabelClientRandom), cr, sr)
				for _, d := range []struct {
					name         string
					sent         []byte
					mac, key, iv []byte
					want         []byte
				}{
					{"client", l.client.sent, kb.ClientMAC, kb.ClientKey, kb.ClientIV, up},
					{"server", l.server.sent, kb.ServerMAC, kb.ServerKey, kb.ServerIV, down},
				} {
					o, err := NewOpener12(version, s, d.mac, d.key, d.iv, false)
					if err != nil {
						t.Fatal(err)
					}
					recs, protected := records(t, d.sent), false
					got, n := content(t, recs, o, func(i int) bool {
						was := protected
						protected = protected || recs[i][0] == TypeChangeCipherSpec
						return was
					})
					if !bytes.Equal(got, d.want) || n < 3 { // Finished, data, close_notify
						t.Errorf("%s: %d records opened to %d bytes of data, sent were %d", d.name, n, len(got), len(d.want))
					}
				}
			})
		}
	}
	if ran < 40 {
		t.Errorf("only %d combinations ran", ran)
	}
}

// TestOpenLive13 opens every record of TLS 1.3 connections.
func TestOpenLive13(t *testing.T) {
	up, down := bytes.Repeat([]byte("question "), 3000), bytes.Repeat([]byte("answer "), 5000)
	for _, id := range []uint16{0x1301, 0x1302, 0x1303} {
		s, _ := SuiteByID(id)
		t.Run(s.Name, func(t *testing.T) {
			c, srv := configs(VersionTLS13, 0, "ECDSA")
			setSuites13(t, id)
			l := dial(t, c, srv, up, down)
			if got := l.client.conn.ConnectionState().CipherSuite; got != id {
				t.Fatalf("negotiated %04x", got)
			}
			cr, _ := l.randoms()
			open13(t, l.client.sent, s, l.log.Secret(cr, LabelClientHandshake), l.log.Secret(cr, LabelClientTraffic), up)
			open13(t, l.server.sent, s, l.log.Secret(cr, LabelServerHandshake), l.log.Secret(cr, LabelServerTraffic), down)
		})
	}
}

// open13 opens one direction, changing keys behind Finished.
func open13(t *testing.T, sent []byte, s Suite, handshake, traffic, want []byte) {
	t.Helper()
	o, err := NewOpener13(s, handshake)
	if err != nil {
		t.Fatal(err)
	}
	var data []byte
	finished := false
	for i, rec := range records(t, sent) {
		if rec[0] != TypeApplicationData {
			continue
		}
		got, err := o.Open(rec)
		if err != nil {
			t.Fatalf("record %d: %v", i, err)
		}
		switch {
		case got.Type == TypeApplicationData:
			data = append(data, got.Plain[:got.ContentLen]...)
		case got.Type == TypeHandshake && got.Plain[0] == 20 && !finished: // one message a record, as Go sends
			finished = true
			if o, err = NewOpener13(s, traffic); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !finished || !bytes.Equal(data, want) {
		t.Errorf("opened to %d bytes of data, sent were %d", len(data), len(want))
	}
}
