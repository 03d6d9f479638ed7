package follow

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"tlsplay/sim/dissect"
	"tlsplay/sim/keys"
	"tlsplay/sim/trace"
)

// capture is a recorded connection.
type capture struct {
	name    string
	records []flight // whole records, in the order in which they were complete
	log     keys.Log
}

// follow reads the capture.
func (c capture) follow(prepare func(*Follower)) (*Follower, []*trace.Event) {
	f := New()
	f.Learn(c.log...)
	if prepare != nil {
		prepare(f)
	}
	var events []*trace.Event
	for _, r := range c.records {
		events = append(events, f.Record(r.from, r.data))
	}
	return f, events
}

// tap is one end of a pipe that keeps what is written, in order with the other end's.
type tap struct {
	net.Conn
	from    trace.Side
	mu      *sync.Mutex
	flights *[]flight
}

func (c tap) Write(b []byte) (int, error) {
	c.mu.Lock()
	for rest := b; len(rest) > 0; { // crypto/tls writes whole records
		n, _ := dissect.RecordLength(rest)
		*c.flights = append(*c.flights, flight{c.from, bytes.Clone(rest[:n])})
		rest = rest[n:]
	}
	c.mu.Unlock()
	return c.Conn.Write(b)
}

// testKeys are keys for two kinds of certificates.
var testKeys = sync.OnceValue(func() (certs [2]tls.Certificate) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, rsaKey.Public(), rsaKey)
	if err != nil {
		panic(err)
	}
	certs[0] = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: rsaKey}
	if der, err = x509.CreateCertificate(rand.Reader, template, template, ecKey.Public(), ecKey); err != nil {
		panic(err)
	}
	certs[1] = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: ecKey}
	return certs
})

// pair runs a connection of crypto/tls with itself, in which the server sends data.
func pair(t testing.TB, version, suite uint16, data []byte) capture {
	t.Helper()
	var c capture
	var log bytes.Buffer
	var mu sync.Mutex
	a, b := net.Pipe()
	certs := testKeys()
	client := tls.Client(tap{a, trace.Client, &mu, &c.records}, &tls.Config{
		InsecureSkipVerify: true, MinVersion: version, MaxVersion: version, CipherSuites: []uint16{suite}, KeyLogWriter: &log,
	})
	server := tls.Server(tap{b, trace.Server, &mu, &c.records}, &tls.Config{
		Certificates: certs[:], MinVersion: version, MaxVersion: version, CipherSuites: []uint16{suite},
	})
	errs := make(chan error, 1)
	go func() {
		_, err := server.Write(data)
		server.CloseWrite()
		io.Copy(io.Discard, server)
		errs <- err
	}()
	got, err := io.ReadAll(client)
	if err != nil || !bytes.Equal(got, data) {
		t.Fatalf("the client read %d of %d bytes: %v", len(got), len(data), err)
	}
	client.Close()
	if err := <-errs; err != nil {
		t.Fatal(err)
	}
	b.Close()
	lines, err := keys.ParseLog(log.String())
	if err != nil {
		t.Fatal(err)
	}
	c.log = lines
	return c
}

// TestPairs follows connections of crypto/tls in every suite and version.
func TestPairs(t *testing.T) {
	data := bytes.Repeat([]byte("what the server has to say. "), 2000)
	for _, cs := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		for _, version := range cs.SupportedVersions {
			t.Run(cs.Name+" "+tls.VersionName(version), func(t *testing.T) {
				f, events := pair(t, version, cs.ID, data).follow(nil)
				checkEvents(t, f, events)
				var got []byte
				for _, e := range events {
					for _, m := range e.Messages {
						if m.Name == "application_data" && e.From == trace.Server {
							got = append(got, e.Plain.Data[m.Tree.Off:m.Tree.End()]...)
						}
					}
				}
				if !bytes.Equal(got, data) {
					t.Errorf("read %d bytes, sent were %d", len(got), len(data))
				}
			})
		}
	}
}
